// SPDX-License-Identifier: Apache-2.0
// Without replacement, the inserts and deletes follow from the longest common subsequence, which is
// counted 64 elements at a time (Hyyro, "Bit-parallel LCS-length computation revisited", 2004).
#include "run/list_distance.h"

#include <arrow/api.h>

#include <bit>
#include <span>
#include <string_view>
#include <unordered_map>

namespace gnomon::run {

namespace {

using Ids = std::vector<std::uint32_t>;

std::size_t CommonLength(std::span<const std::uint32_t> left,
                         std::span<const std::uint32_t> right) {
  if (left.empty() || right.empty()) return 0;
  const std::size_t words = (left.size() + 63) / 64;
  std::unordered_map<std::uint32_t, std::vector<std::uint64_t>> places;
  for (std::size_t i = 0; i < left.size(); ++i) {
    auto& bits = places[left[i]];
    bits.resize(words);
    bits[i / 64] |= std::uint64_t{1} << (i % 64);
  }
  // A bit is 0 where the common subsequence grows.
  std::vector<std::uint64_t> row(words, ~std::uint64_t{0});
  for (const std::uint32_t id : right) {
    const auto found = places.find(id);
    if (found == places.end()) continue;
    std::uint64_t carry = 0;
    for (std::size_t w = 0; w < words; ++w) {
      const std::uint64_t matched = row[w] & found->second[w];
      const std::uint64_t sum = row[w] + matched;
      const std::uint64_t with_carry = sum + carry;
      carry = (sum < matched ? 1U : 0U) | (with_carry < sum ? 1U : 0U);
      row[w] = with_carry | (row[w] & ~found->second[w]);
    }
  }
  std::size_t common = 0;
  for (std::size_t w = 0; w < words; ++w) {
    const std::size_t bits = std::min<std::size_t>(64, left.size() - w * 64);
    const std::uint64_t used = bits == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << bits) - 1;
    common += static_cast<std::size_t>(std::popcount(~row[w] & used));
  }
  return common;
}

ListDistance Between(std::span<const std::uint32_t> left, std::span<const std::uint32_t> right) {
  // Most lists are alike but for a little.
  while (!left.empty() && !right.empty() && left.front() == right.front()) {
    left = left.subspan(1);
    right = right.subspan(1);
  }
  while (!left.empty() && !right.empty() && left.back() == right.back()) {
    left = left.first(left.size() - 1);
    right = right.first(right.size() - 1);
  }
  const std::size_t common = CommonLength(left, right);
  return {.insert = static_cast<std::int32_t>(left.size() - common),
          .remove = static_cast<std::int32_t>(right.size() - common)};
}

}  // namespace

std::vector<ListDistance> ListDistances(const arrow::ListArray& left,
                                        const arrow::ListArray& right) {
  constexpr std::uint32_t kNull = 0;
  std::vector<ListDistance> distances;
  std::unordered_map<std::string_view, std::uint32_t> known;
  const auto ids_of = [&](const arrow::ListArray& lists, std::int64_t row) {
    Ids ids;
    if (lists.IsNull(row)) return ids;
    const auto& texts = static_cast<const arrow::StringArray&>(*lists.values());
    for (std::int64_t i = lists.value_offset(row); i < lists.value_offset(row + 1); ++i) {
      if (texts.IsNull(i)) {
        ids.push_back(kNull);
      } else {
        ids.push_back(known.emplace(texts.GetView(i), known.size() + 1).first->second);
      }
    }
    return ids;
  };
  for (std::int64_t row = 0; row < left.length(); ++row) {
    distances.push_back(Between(ids_of(left, row), ids_of(right, row)));
  }
  return distances;
}

}  // namespace gnomon::run
