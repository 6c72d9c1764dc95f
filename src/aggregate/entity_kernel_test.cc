// SPDX-License-Identifier: Apache-2.0
// The kernel against a naive model that looks at every row of a partition again; times sit on the
// ends of days and the beginnings of windows above all.
#include "aggregate/entity_kernel.h"

#include <arrow/api.h>
#include <gtest/gtest.h>

#include <set>

#include "aggregate/kernel_fixture.h"
#include "aggregate/naive_model.h"
#include "support/matchers.h"

namespace gnomon::aggregate {

namespace {

using naive::Answer;
using naive::Event;
using naive::KernelRun;

constexpr Day kStart{19800};

// `begin_shift_ms` and `end_shift_ms` are there to be broken.
Answer NaiveAnswer(const std::vector<Event>& rows, const EntityKernelOptions& options,
                   std::int64_t begin_shift_ms = 0, std::int64_t end_shift_ms = 0) {
  const int keys = static_cast<int>(options.keys.fields.size());
  std::map<std::pair<std::string, Day>, std::vector<const Event*>> groups;
  for (const Event& row : rows) {
    if (naive::HasKey(row, keys)) groups[{naive::KeyOf(row, keys), row.partition}].push_back(&row);
  }
  Answer answer;
  for (const auto& [group, mine] : groups) {
    const auto& [key, day] = group;
    const std::int64_t end = (day + 1).begin_ms();
    answer[key + " " + FormatDay(day)] = naive::Row(
        options.aggregations, mine, [&](const Event& row, const std::optional<Window>& window) {
          const std::int64_t ts = row.ts.value_or(0);
          return !window.has_value() ||
                 (ts >= end - window->length_ms() + begin_shift_ms && ts < end + end_shift_ms);
        });
  }
  return answer;
}

KernelRun RunKernel(const std::vector<Event>& rows, const EntityKernelOptions& options,
                    std::size_t batch_rows) {
  auto made = EntityKernel::Make(options);
  EXPECT_THAT(made, IsOk());
  EntityKernel& kernel = **made;
  std::vector<std::pair<Day, std::shared_ptr<arrow::RecordBatch>>> batches;
  for (Day day = options.days.begin; day < options.days.end; day = day + 1) {
    std::vector<Event> mine = rows;
    std::erase_if(mine, [&](const Event& row) { return row.partition != day; });
    for (auto& batch : naive::ToBatches(mine, batch_rows)) batches.emplace_back(day, batch);
  }
  naive::ConsumeAll(batches, options.threads,
                    [&](const auto& batch) { return kernel.Consume(*batch.second, batch.first); });
  return naive::FinishDays(kernel, static_cast<int>(options.keys.fields.size()));
}

std::vector<Event> RandomRows(std::uint32_t seed, const EntityKernelOptions& options) {
  naive::Draw draw(seed);
  std::vector<Event> rows;
  for (int i = 0; i < 1500; ++i) {
    const Day partition =
        options.days.begin + static_cast<std::int32_t>(draw.Below(options.days.day_count()));
    const std::int64_t end = (partition + 1).begin_ms();
    Event row = draw.Any(12, end - 20 * kMillisPerDay, end + kMillisPerDay);
    row.partition = partition;
    if (draw.Below(10) < 3) {
      const auto& windows = options.aggregations[0].windows;
      row.ts = end;
      if (!windows.empty()) {
        const auto& window = draw.OneOf(windows);
        if (window.has_value() && draw.Below(2) == 0) row.ts = end - window->length_ms();
      }
      *row.ts += draw.Below(3) - 1;
    }
    rows.push_back(row);
  }
  rows.push_back({"only nulls", 1, 5, {}, {}, {}, false, options.days.begin});
  return rows;
}

EntityKernelOptions Options(int keys, const std::vector<std::optional<Window>>& windows, int days) {
  auto options = naive::OptionsOf<EntityKernelOptions>(keys, windows);
  options.days = {kStart, kStart + days};
  return options;
}

struct Case {
  std::string name;
  int keys;
  int days;
  std::vector<std::optional<Window>> windows;
};

class EntityEqualsNaive : public testing::TestWithParam<Case> {};

TEST_P(EntityEqualsNaive, WhateverTheThreadsBatchesAndMemory) {
  const Case& param = GetParam();
  EntityKernelOptions options = Options(param.keys, param.windows, param.days);
  const auto rows = RandomRows(11, options);
  const Answer expected = NaiveAnswer(rows, options);
  naive::ExpectWhateverTheThreadsBatchesAndMemory(
      options, 100'000, expected,
      [&](const auto& with, std::size_t batch_rows) { return RunKernel(rows, with, batch_rows); });
}

INSTANTIATE_TEST_SUITE_P(
    All, EntityEqualsNaive,
    testing::Values(Case{"unbounded", 1, 5, {}}, Case{"one_day", 1, 4, {Days(1)}},
                    Case{"several", 1, 6, {Days(7), Days(1), Hours(5), std::nullopt}},
                    Case{"composite", 2, 3, {Days(14), Days(3)}},
                    Case{"one_partition", 2, 1, {Days(2), std::nullopt}}),
    [](const auto& instance) { return instance.param.name; });

// SPEC 5.4, edge case 15: the window is exact. And the harness can fail.
TEST(EntityKernelTest, NaiveModelNoticesWindowsThatAreOneOff) {
  const EntityKernelOptions options = Options(1, {Days(1), Days(7)}, 4);
  const auto rows = RandomRows(12, options);
  const Answer answer = RunKernel(rows, options, 100).answer;
  EXPECT_EQ(answer, NaiveAnswer(rows, options));
  EXPECT_NE(answer, NaiveAnswer(rows, options, 1, 0));
  EXPECT_NE(answer, NaiveAnswer(rows, options, -1, 0));
  EXPECT_NE(answer, NaiveAnswer(rows, options, 0, 1));
  EXPECT_NE(answer, NaiveAnswer(rows, options, 0, -1));
}

TEST(EntityKernelTest, NeedsNoTimeWithoutWindows) {
  EntityKernelOptions options;
  options.keys = Schema{{{"user", TypeKind::kString}}};
  options.inputs = Schema{{{"price", TypeKind::kDouble}}};
  options.aggregations = {{naive::kSum, "price"}, {naive::kMax, "price"}};
  options.days = {kStart, kStart + 1};
  const auto batch = naive::ToBatch(std::vector<Event>{{"u", 1, 1, 2.0, {}}, {"u", 1, 2, 3.0, {}}});
  const auto timeless = *batch->RemoveColumn(batch->schema()->GetFieldIndex("ts"));
  auto kernel = EntityKernel::Make(options);
  ASSERT_THAT(kernel, IsOk());
  ASSERT_THAT((*kernel)->Consume(*timeless, kStart), IsOk());
  Answer answer;
  ASSERT_THAT((*kernel)->Finish([&](Day, const arrow::RecordBatch& rows) {
    naive::AddRows(rows, 1, "", &answer);
    return Ok();
  }),
              IsOk());
  EXPECT_EQ(answer, (Answer{{"'u'", {"5", "3"}}}));
  options.aggregations = {{naive::kLast, "price"}};
  kernel = EntityKernel::Make(options);
  ASSERT_THAT(kernel, IsOk());
  EXPECT_THAT((*kernel)->Consume(*timeless, kStart),
              IsError(ErrorCode::kInvalidArgument, "no column of this name: ts"));
}

}  // namespace

}  // namespace gnomon::aggregate
