// SPDX-License-Identifier: Apache-2.0
#include "run/list_distance.h"

#include <arrow/api.h>
#include <gtest/gtest.h>

#include <optional>
#include <random>
#include <string>

namespace gnomon::run {

namespace {

using Texts = std::vector<std::optional<std::string>>;
using List = std::optional<Texts>;

std::shared_ptr<arrow::ListArray> ArrayOf(const std::vector<List>& lists) {
  auto texts = std::make_shared<arrow::StringBuilder>();
  arrow::ListBuilder builder(arrow::default_memory_pool(), texts);
  for (const List& list : lists) {
    EXPECT_TRUE((list ? builder.Append() : builder.AppendNull()).ok());
    if (!list) continue;
    for (const auto& text : *list) {
      EXPECT_TRUE((text ? texts->Append(*text) : texts->AppendNull()).ok());
    }
  }
  std::shared_ptr<arrow::Array> array;
  EXPECT_TRUE(builder.Finish(&array).ok());
  return std::static_pointer_cast<arrow::ListArray>(array);
}

ListDistance Of(const List& left, const List& right) {
  return ListDistances(*ArrayOf({left}), *ArrayOf({right})).front();
}

// Chronon's own recursion (EditDistance): the table of all prefixes.
ListDistance Naive(const Texts& left, const Texts& right) {
  std::vector<std::vector<ListDistance>> table(right.size() + 1,
                                               std::vector<ListDistance>(left.size() + 1));
  for (std::size_t i = 0; i <= right.size(); ++i) {
    for (std::size_t j = 0; j <= left.size(); ++j) {
      if (i == 0) {
        table[i][j] = {.insert = static_cast<std::int32_t>(j), .remove = 0};
      } else if (j == 0) {
        table[i][j] = {.insert = 0, .remove = static_cast<std::int32_t>(i)};
      } else if (right[i - 1] == left[j - 1]) {
        table[i][j] = table[i - 1][j - 1];
      } else {
        const ListDistance above = table[i - 1][j], before = table[i][j - 1];
        const bool removes = above.insert + above.remove < before.insert + before.remove;
        table[i][j] = removes ? ListDistance{above.insert, above.remove + 1}
                              : ListDistance{before.insert + 1, before.remove};
      }
    }
  }
  return table[right.size()][left.size()];
}

TEST(ListDistance, InsertsAndDeletesAreCountedApart) {
  const ListDistance moved = Of(Texts{"a", "b", "c"}, Texts{"c", "a", "b"});
  EXPECT_EQ(moved.insert, 1);
  EXPECT_EQ(moved.remove, 1);
  const ListDistance longer = Of(Texts{"a"}, Texts{"x", "a", "y", "z"});
  EXPECT_EQ(longer.insert, 0);
  EXPECT_EQ(longer.remove, 3);
}

TEST(ListDistance, NullsAreEmptyListsAndEqualElements) {
  EXPECT_EQ(Of(std::nullopt, Texts{"a", "b"}).remove, 2);
  EXPECT_EQ(Of(Texts{"a", "b"}, std::nullopt).insert, 2);
  EXPECT_EQ(Of(std::nullopt, std::nullopt).insert, 0);
  const ListDistance elements = Of(Texts{std::nullopt, "a"}, Texts{std::nullopt});
  EXPECT_EQ(elements.insert, 1);
  EXPECT_EQ(elements.remove, 0);
}

TEST(ListDistance, EqualsChrononsRecursionOnRandomLists) {
  std::mt19937 random(5);
  for (int round = 0; round < 300; ++round) {
    // Past 64 and 128 elements, where a carry goes from word to word.
    const auto list = [&] {
      Texts made(random() % 200);
      for (auto& element : made) element = std::string(1, static_cast<char>('a' + random() % 4));
      return made;
    };
    const auto left = list(), right = list();
    const ListDistance expected = Naive(left, right), found = Of(left, right);
    ASSERT_EQ(found.insert, expected.insert) << "round " << round;
    ASSERT_EQ(found.remove, expected.remove) << "round " << round;
  }
}

}  // namespace

}  // namespace gnomon::run
