// SPDX-License-Identifier: Apache-2.0
// Windows put together from the intermediate results of days are those over the events themselves.
#include "aggregate/day_ir_kernel.h"

#include <arrow/api.h>
#include <gtest/gtest.h>

#include "aggregate/kernel_fixture.h"
#include "aggregate/naive_model.h"
#include "aggregate/snapshot_kernel.h"
#include "support/matchers.h"
#include "support/temp_dir.h"

namespace gnomon::aggregate {

namespace {

using naive::Answer;
using naive::Event;

constexpr Day kStart{19800};
constexpr DayRange kOutput{Day{19806}, Day{19811}};

std::vector<Event> SomeEvents(std::uint32_t seed, std::size_t count) {
  naive::Draw draw(seed);
  std::vector<Event> events;
  while (events.size() < count) {
    events.push_back(draw.Any(20, kStart.begin_ms(), kOutput.end.begin_ms()));
    // Its times lie up to 1 ms outside.
    const std::int64_t ts = events.back().ts.value_or(kStart.begin_ms());
    events.back().ts = std::clamp(ts, kStart.begin_ms(), kOutput.end.begin_ms() - 1);
  }
  return events;
}

class DayIrTest : public testing::Test {
 protected:
  template <typename Options>
  Options MakeOptions(DayRange days, std::int64_t memory_bytes) {
    auto options = naive::OptionsOf<Options>(2, {Days(1), Days(3), std::nullopt});
    options.days = days;
    options.threads = 1;
    options.memory_bytes = memory_bytes;
    options.tmp_dir = dir_.path();
    return options;
  }

  static Answer Finish(SnapshotKernel& kernel) { return naive::FinishDays(kernel, 2).answer; }

  Answer Direct(const std::vector<Event>& events) {
    auto kernel =
        SnapshotKernel::Make(MakeOptions<SnapshotKernelOptions>(kOutput, std::int64_t{1} << 30));
    EXPECT_THAT(kernel, IsOk());
    EXPECT_THAT((*kernel)->Consume(*naive::ToBatch(events)), IsOk());
    return Finish(**kernel);
  }

  Answer OverDays(const std::vector<Event>& events, std::int64_t memory_bytes) {
    auto days =
        DayIrKernel::Make(MakeOptions<DayIrKernelOptions>({kStart, kOutput.end}, memory_bytes));
    auto kernel =
        SnapshotKernel::MakeOverDayIrs(MakeOptions<SnapshotKernelOptions>(kOutput, memory_bytes));
    EXPECT_THAT(days, IsOk());
    EXPECT_THAT(kernel, IsOk());
    for (const auto& batch : naive::ToBatches(events, 333))
      EXPECT_THAT((*days)->Consume(*batch), IsOk());
    EXPECT_THAT((*days)->Finish([&](Day day, const arrow::RecordBatch& rows) -> Status {
      const auto ts =
          arrow::MakeArrayFromScalar(arrow::Int64Scalar(day.begin_ms()), rows.num_rows());
      return (*kernel)->Consume(*rows.AddColumn(0, "ts", *ts).ValueOrDie());
    }),
                IsOk());
    return Finish(**kernel);
  }

  TempDir dir_;
};

TEST_F(DayIrTest, WindowsFromDaysAreThoseFromEvents) {
  for (const std::uint32_t seed : {1U, 2U, 3U}) {
    const std::vector<Event> events = SomeEvents(seed, 3000);
    const Answer expected = Direct(events);
    ASSERT_GT(expected.size(), 200U);
    EXPECT_EQ(naive::FirstDifference(OverDays(events, std::int64_t{1} << 30), expected), "");
    EXPECT_EQ(naive::FirstDifference(OverDays(events, 64 * 1024), expected), "");
  }
}

TEST_F(DayIrTest, ColumnsAreUnwindowedAndOfTheIrsTypes) {
  const auto options = MakeOptions<DayIrKernelOptions>(kOutput, 1 << 20);
  const auto columns = DayIrColumns(options.aggregations, options.inputs);
  ASSERT_THAT(columns, IsOk());
  ASSERT_EQ(columns->fields.size(), 12U);
  EXPECT_EQ(columns->fields[0].name, "price_sum");
  EXPECT_EQ(columns->fields[2].name, "price_average");
  EXPECT_EQ(columns->fields[2].type.kind, TypeKind::kStruct);
}

TEST_F(DayIrTest, RowsOutsideOfTheDaysAreDropped) {
  auto kernel = DayIrKernel::Make(MakeOptions<DayIrKernelOptions>(kOutput, 1 << 20));
  ASSERT_THAT(kernel, IsOk());
  Event early{
      .user = "a", .item = 1, .ts = kOutput.begin.begin_ms() - 1, .price = 1.0, .label = ""};
  Event late = early;
  late.ts = kOutput.end.begin_ms();
  ASSERT_THAT((*kernel)->Consume(*naive::ToBatch(std::vector<Event>{early, late})), IsOk());
  std::int64_t rows_given = 0;
  ASSERT_THAT((*kernel)->Finish([&](Day, const arrow::RecordBatch& rows) -> Status {
    rows_given += rows.num_rows();
    return Ok();
  }),
              IsOk());
  EXPECT_EQ(rows_given, 0);
}

}  // namespace

}  // namespace gnomon::aggregate
