// SPDX-License-Identifier: Apache-2.0
// The kernel against a naive model: for each key, day and window it looks at every event again.
// Events sit on the boundaries of days above all.
#include "aggregate/snapshot_kernel.h"

#include <arrow/api.h>
#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "aggregate/aggregation_plan.h"
#include "aggregate/cell_block.h"
#include "aggregate/hop_table.h"
#include "aggregate/kernel_fixture.h"
#include "aggregate/naive_model.h"
#include "aggregate/snapshot_sweep.h"
#include "base/parallel.h"
#include "support/matchers.h"
#include "support/temp_dir.h"
#include "types/arrow_mapping.h"

namespace gnomon::aggregate {

namespace {

using naive::Answer;
using naive::Event;
using naive::FirstDifference;

constexpr Day kStart{19800};

Answer NaiveAnswer(const std::vector<Event>& events, const SnapshotKernelOptions& options) {
  const int keys = static_cast<int>(options.keys.fields.size());
  const auto by_key = naive::ByKey(events, keys);
  Answer answer;
  for (const auto& [key, mine] : by_key) {
    for (Day day = options.days.begin; day < options.days.end; day = day + 1) {
      const std::int64_t end = (day + 1).begin_ms();
      const auto row = naive::Row(
          options.aggregations, mine, [&](const Event& event, const std::optional<Window>& window) {
            const std::int64_t ts = event.ts.value_or(0);
            return ts < end && (!window.has_value() || ts >= end - window->length_ms());
          });
      if (!naive::IsAllNull(row)) answer[key + " " + FormatDay(day)] = row;
    }
  }
  return answer;
}

using KernelRun = naive::RunOf<SnapshotKernel::Counters>;

KernelRun RunKernel(const std::vector<Event>& events, const SnapshotKernelOptions& options,
                    std::size_t batch_rows) {
  auto kernel = SnapshotKernel::Make(options);
  EXPECT_THAT(kernel, IsOk());
  naive::ConsumeAll(naive::ToBatchesFor(options.keys, events, batch_rows), options.threads,
                    [&](const auto& batch) { return (*kernel)->Consume(*batch); });
  // Not a bit may differ.
  return naive::FinishDays(**kernel, static_cast<int>(options.keys.fields.size()),
                           /*is_to_the_bit=*/true);
}

// Prices are multiples of 1/4, so that sums do not depend on their order.
std::vector<Event> RandomEvents(std::uint32_t seed, int count, int users) {
  std::mt19937 random(seed);
  const auto below = [&](int n) {
    return static_cast<int>(random() % static_cast<std::uint32_t>(n));
  };
  const std::vector<std::string> labels = {
      "", "a", "b", "a label that is too long to lie inside of a string", "\xf0\x9f\x98\x80"};
  std::vector<Event> events;
  for (int i = 0; i < count; ++i) {
    Event event;
    if (below(20) > 0) event.user = below(10) == 0 ? "" : fmt::format("u{}", below(users));
    if (below(4) > 0) event.item = below(3);
    const std::int64_t offsets[] = {0, 1, -1, kMillisPerDay / 2,
                                    below(static_cast<int>(kMillisPerDay))};
    if (below(30) > 0) event.ts = (kStart + below(60) - 30).begin_ms() + offsets[below(5)];
    if (below(8) > 0) event.price = (below(801) - 400) / 4.0;
    if (below(8) > 0) event.label = labels[static_cast<std::size_t>(below(5))];
    events.push_back(event);
  }
  // A key with nothing but nulls, one seen long ago only, and times at the ends of what 64 bits
  // hold.
  events.push_back({"only nulls", 1, kStart.begin_ms(), std::nullopt, std::nullopt});
  events.push_back({"long ago", 1, -kMillisPerDay * 365 * 80, 1.0, "x"});
  events.push_back({"u1", 1, INT64_MIN, 2.0, "first of all"});
  events.push_back({"u1", 1, INT64_MAX, 4.0, "never"});
  return events;
}

SnapshotKernelOptions Options(int keys,
                              const std::vector<std::optional<std::int32_t>>& windows_days,
                              int days) {
  std::vector<std::optional<Window>> windows;
  windows.reserve(windows_days.size());
  for (const auto& length : windows_days) {
    windows.push_back(length ? std::optional(Days(*length)) : std::nullopt);
  }
  auto options = naive::OptionsOf<SnapshotKernelOptions>(keys, windows);
  options.days = {kStart, kStart + days};
  return options;
}

struct Case {
  std::string name;
  int keys;
  std::vector<std::optional<std::int32_t>> windows;
  int days;
};

class KernelEqualsNaive : public testing::TestWithParam<Case> {};

TEST_P(KernelEqualsNaive, WhateverTheThreadsBatchesAndMemory) {
  const Case& param = GetParam();
  SnapshotKernelOptions options = Options(param.keys, param.windows, param.days);
  const auto events = RandomEvents(7, 1500, 12);
  const Answer expected = NaiveAnswer(events, options);
  ASSERT_FALSE(expected.empty());
  naive::ExpectWhateverTheThreadsBatchesAndMemory(options, 100'000, expected,
                                                  [&](const auto& with, std::size_t batch_rows) {
                                                    return RunKernel(events, with, batch_rows);
                                                  });
}

INSTANTIATE_TEST_SUITE_P(All, KernelEqualsNaive,
                         testing::Values(Case{"one_day", 1, {1}, 5},
                                         Case{"several", 1, {1, 2, 7, 30}, 20},
                                         Case{"unbounded", 1, {}, 6},
                                         Case{"unbounded_beside_bounded", 1, {3, std::nullopt}, 8},
                                         Case{"unbounded_as_number", 1, {INT32_MAX, 2}, 4},
                                         Case{"composite", 2, {1, 5}, 10},
                                         Case{"window_beyond_output", 2, {100000}, 1},
                                         Case{"single_output_day", 2, {7}, 1}),
                         [](const auto& instance) { return instance.param.name; });

// What is known of a dictionary stays from slice to slice of a batch, also while shards go to disk.
TEST(SnapshotKernelTest, ManySlicesOfABatchShareItsDictionary) {
  SnapshotKernelOptions options = Options(1, {1, 3}, 4);
  const auto events = RandomEvents(3, 60'000, 300);
  const Answer expected = NaiveAnswer(events, options);
  naive::ExpectWhateverTheThreadsBatchesAndMemory(options, 300'000, expected,
                                                  [&](const auto& with, std::size_t batch_rows) {
                                                    return RunKernel(events, with, batch_rows);
                                                  });
}

// Events by day, some hundred per key, and operations whose states are plain: what BatchPartials
// adds up, beside slices of two days that it leaves alone.
std::vector<Event> EventsByDay(std::uint32_t seed) {
  auto events = RandomEvents(seed, 60'000, 30);
  for (Event& event : events) {
    if (event.ts) event.ts = (kStart + 2 * (*event.ts & 1)).begin_ms() + (*event.ts & 0xffff);
  }
  std::stable_sort(events.begin(), events.end(), [](const Event& a, const Event& b) {
    return DayOf(a.ts.value_or(0)) < DayOf(b.ts.value_or(0));
  });
  return events;
}

SnapshotKernelOptions PlainOptions() {
  SnapshotKernelOptions options = Options(1, {1, 3, std::nullopt}, 5);
  std::erase_if(options.aggregations, [](const AggregationSpec& spec) {
    return spec.input_column == "label" && spec.operation_id != naive::kCount;
  });
  return options;
}

TEST(SnapshotKernelTest, RowsAreAddedUpByKeyBeforeTheirShard) {
  const SnapshotKernelOptions options = PlainOptions();
  const auto events = EventsByDay(17);
  const Answer expected = NaiveAnswer(events, options);
  naive::ExpectWhateverTheThreadsBatchesAndMemory(options, 20'000, expected,
                                                  [&](const auto& with, std::size_t batch_rows) {
                                                    return RunKernel(events, with, batch_rows);
                                                  });
}

// Of the events, those of one key per day; of the others, some have a few days, and some none that
// counts. So blocks hold keys of both kinds, and whole blocks are of one.
TEST(SnapshotKernelTest, KeysOfEveryDayAndOfFewDaysStandSideBySide) {
  for (const int often : {0, 3, 40}) {
    SnapshotKernelOptions options = Options(1, {1, 2, 5, 12, std::nullopt}, 9);
    std::vector<Event> events;
    std::mt19937 random(static_cast<std::uint32_t>(often));
    for (int user = 0; user < 40; ++user) {
      for (int day = -30; day < 12; ++day) {
        const bool is_there = user < often ? day > user - 35 : random() % 20 == 0;
        if (is_there)
          events.push_back({fmt::format("u{}", user), 1, (kStart + day).begin_ms() + user,
                            (day * 41 + user) / 4.0, fmt::format("{}", day)});
      }
    }
    EXPECT_EQ(
        FirstDifference(RunKernel(events, options, 1000).answer, NaiveAnswer(events, options)), "")
        << often;
  }
}

TEST(SnapshotKernelTest, DaysSufficeUnlessAnOperationLooksAtTheTime) {
  SnapshotKernelOptions options = Options(1, {1, std::nullopt}, 4);
  EXPECT_EQ((*SnapshotKernel::Make(options))->time_step_ms(), 1) << "FIRST and LAST are among them";
  std::erase_if(options.aggregations, [](const AggregationSpec& spec) {
    return spec.operation_id == naive::kFirst || spec.operation_id == naive::kLast;
  });
  EXPECT_EQ((*SnapshotKernel::Make(options))->time_step_ms(), kMillisPerDay);
  auto events = RandomEvents(9, 1500, 12);
  const Answer expected = NaiveAnswer(events, options);
  for (Event& event : events) {
    if (event.ts && std::abs(*event.ts / 2) < INT64_MAX / 4) event.ts = DayOf(*event.ts).begin_ms();
  }
  EXPECT_EQ(FirstDifference(RunKernel(events, options, 100).answer, expected), "");
}

// `events` with prices whose sum depends on the order of addition.
void ExpectThatSpillingChangesNoBit(std::vector<Event> events, SnapshotKernelOptions options,
                                    std::size_t batch_rows, std::int64_t tight_bytes) {
  std::mt19937 random(5);
  for (Event& event : events) {
    if (event.price)
      event.price = std::ldexp(static_cast<double>(random()), static_cast<int>(random() % 80));
  }
  const KernelRun roomy = RunKernel(events, options, batch_rows);
  EXPECT_EQ(roomy.counters.bytes_spilled, 0);
  options.memory_bytes = tight_bytes;
  const KernelRun tight = RunKernel(events, options, batch_rows);
  EXPECT_GT(tight.counters.bytes_spilled, 0);
  EXPECT_EQ(FirstDifference(roomy.answer, tight.answer), "");
}

TEST(SnapshotKernelTest, SpillingChangesNoBitOfASum) {
  ExpectThatSpillingChangesNoBit(RandomEvents(11, 4000, 40), Options(1, {1, 7}, 10), 128, 60'000);
}

// Every other batch comes without a dictionary, so that rows and partial results take turns.
TEST(SnapshotKernelTest, SpillingChangesNoBitOfPartialResults) {
  ExpectThatSpillingChangesNoBit(EventsByDay(13), PlainOptions(), 5000, 20'000);
}

// The harness can fail: hops that lie one day off must not pass for the naive answer.
TEST(SnapshotKernelTest, NaiveModelNoticesDaysThatAreOneOff) {
  SnapshotKernelOptions options = Options(1, {2}, 4);
  const std::vector<Event> events = {{"u", 1, kStart.begin_ms(), 1.0, "a"},
                                     {"u", 1, (kStart + 2).begin_ms(), 2.0, "b"}};
  const FusedPlan fused = FuseSums(*PlanAggregations(options.aggregations, options.inputs));
  const AggregationPlan* plan = &fused.plan;
  const auto encoding = KeyEncoding::Make(options.keys);
  const auto batch = naive::ToBatch(events);
  for (const DayIndex off : {0U, 1U}) {
    PreparedRows prepared;
    prepared.key_columns = {batch->column(2).get()};
    prepared.inputs = {batch->column(4), batch->column(0)};
    prepared.state_values = plan->StateValues(prepared.inputs);
    prepared.ts = static_cast<const arrow::Int64Array&>(*batch->column(1)).raw_values();
    prepared.rows = {0, 1};
    prepared.hops = {2 + off, 4 + off};
    encoding->Encode(prepared.key_columns, prepared.rows, &prepared.keys);
    HopTable table(*plan);
    ASSERT_THAT(table.Update(prepared, prepared.rows), IsOk());
    Answer answer;
    const OutputDays days{2, 6, kStart - 2};
    const EmitDrawer emit = [&](std::size_t drawer, const arrow::RecordBatch& rows) {
      const Day day = kStart + static_cast<std::int32_t>(drawer);
      EXPECT_TRUE(naive::AddRows(rows, 1, " " + FormatDay(day), &answer));
      return Ok();
    };
    OutputBatches batches(ResultSchema(options.keys, false, *plan), 4, emit);
    ASSERT_THAT(SweepShard(table, fused, *encoding, days, &batches), IsOk());
    ASSERT_THAT(batches.Flush(), IsOk());
    EXPECT_EQ(answer == NaiveAnswer(events, options), off == 0);
  }
}

TEST(SnapshotKernelTest, CountsRowsThatLackKeyOrTime) {
  const SnapshotKernelOptions options = Options(1, {1}, 1);
  const std::vector<Event> events = {{"u", 1, std::nullopt, 1.0, "a"},
                                     {std::nullopt, 1, kStart.begin_ms(), 1.0, "a"},
                                     {"u", 1, kStart.begin_ms(), 1.0, "a"}};
  const KernelRun run = RunKernel(events, options, 10);
  EXPECT_EQ(run.counters.rows_read, 3);
  EXPECT_EQ(run.counters.rows_null_ts, 1);
  EXPECT_EQ(run.counters.rows_null_key, 1);
  EXPECT_EQ(run.answer.size(), 1U);
}

// Golden gb_nan_inf: NaN and infinity are null; negative zeros stay; a NaN spoils MIN as well as
// MAX.
TEST(SnapshotKernelTest, HidesNanAndInfinity) {
  const SnapshotKernelOptions options = Options(1, {1}, 1);
  const double inf = std::numeric_limits<double>::infinity();
  const auto at = [](std::int64_t ms) { return kStart.begin_ms() + ms; };
  const std::vector<Event> events = {{"b", 1, at(0), std::nan(""), {}}, {"b", 1, at(1), 1e-300, {}},
                                     {"b", 1, at(2), inf, {}},          {"c", 1, at(0), -0.0, {}},
                                     {"c", 1, at(1), -0.0, {}},         {"d", 1, at(1), -inf, {}},
                                     {"d", 1, at(2), -1.0, {}}};
  const Answer answer = RunKernel(events, options, 10).answer;
  const std::string day = " " + FormatDay(kStart);
  const auto row = [&](const std::string& user) {
    const auto& all = answer.at("'" + user + "'" + day);
    return std::vector<std::string>(all.begin(), all.begin() + 7);
  };
  EXPECT_EQ(row("b"),
            (std::vector<std::string>{"null", "3", "null", "null", "null", "null", "null"}));
  EXPECT_EQ(row("c"), (std::vector<std::string>{"-0", "2", "-0", "-0", "-0", "-0", "-0"}));
  EXPECT_EQ(row("d"), (std::vector<std::string>{"null", "2", "null", "null", "-1", "null", "-1"}));
}

TEST(SnapshotKernelTest, RefusesWhatItCannotDo) {
  const auto make = [](AggregationSpec spec, DataType type, DayRange days = {kStart, kStart + 1}) {
    SnapshotKernelOptions options;
    options.keys = Schema{{{"user", TypeKind::kString}}};
    options.inputs = Schema{{{"x", std::move(type)}}};
    options.aggregations = {std::move(spec)};
    options.days = days;
    return SnapshotKernel::Make(options);
  };
  const auto bad = ErrorCode::kInvalidArgument;
  EXPECT_THAT(make({naive::kSum, "x"}, TypeKind::kString),
              IsError(bad, "string is incompatible with SUM"));
  EXPECT_THAT(make({naive::kMax, "x"}, TypeKind::kBoolean),
              IsError(bad, "bool is incompatible with MAX"));
  EXPECT_THAT(make({naive::kLast, "x"}, TypeKind::kTimestamp),
              IsError(bad, "timestamp is incompatible with LAST"));
  EXPECT_THAT(make({naive::kCount, "x"}, TypeKind::kDate),
              IsError(bad, "date is incompatible with COUNT"));
  EXPECT_THAT(make({99, "x"}, TypeKind::kDouble), IsError(bad, "99"));
  EXPECT_THAT(make({naive::kSum, "y"}, TypeKind::kDouble), IsError(bad, "no input column"));
  EXPECT_THAT(make({naive::kSum, "x", {}, {Days(0)}}, TypeKind::kDouble), IsError(bad, "window"));
  EXPECT_THAT(make({naive::kSum, "x", {}, {Hours(1)}}, TypeKind::kDouble),
              IsError(bad, "a window in hours needs TEMPORAL accuracy: column x_sum_1h"));
  EXPECT_THAT(make({naive::kSum, "x", {}, {}, {"b"}}, TypeKind::kDouble),
              IsError(bad, "no input column"));
  EXPECT_THAT(make({naive::kSum, "x", {}, {}, {"x"}}, TypeKind::kDouble),
              IsError(bad, "a bucket must be a string, and x is double"));
  EXPECT_THAT(make({naive::kSum, "x", {}, {}, {}, true}, TypeKind::kDouble),
              IsError(bad, "SUM is element-wise over double, which is no list"));
  EXPECT_THAT(make({naive::kSum, "x", {}, {}, {"x"}, true}, TypeKind::kDouble),
              IsError(bad, "SUM is element-wise and has buckets"));
  EXPECT_THAT(make({naive::kLast, "x", {}, {}, {}, true}, DataType::List(TypeKind::kDouble)),
              IsError(bad, "LAST takes lists whole"));
  EXPECT_THAT(make({naive::kSum, "x"}, TypeKind::kDouble, {kStart, kStart}), IsError(bad, "days"));
  auto kernel = make({naive::kSum, "x", {}, {Days(1)}}, TypeKind::kDouble);
  ASSERT_THAT(kernel, IsOk());
  EXPECT_THAT((*kernel)->Consume(*naive::ToBatch(std::vector<Event>{{"u", 1, 1, 1.0, "a"}})),
              IsError(bad, "x"));
}

TEST(SnapshotKernelTest, NamesColumnsAsChrononDoes) {
  const std::vector<AggregationSpec> specs = {{naive::kSum, "price", {}, {Days(1), Days(7)}},
                                              {naive::kLast, "label"},
                                              {naive::kMin, "label", {}, {Days(kUnboundedLength)}}};
  const auto columns =
      OutputColumnsOf(specs, Schema{{{"price", TypeKind::kFloat}, {"label", TypeKind::kString}}});
  ASSERT_THAT(columns, IsOk());
  std::vector<std::string> names;
  for (const OutputColumn& column : *columns) names.push_back(column.name);
  EXPECT_THAT(names,
              testing::ElementsAre("price_sum_1d", "price_sum_7d", "label_last", "label_min"));
  EXPECT_EQ((*columns)[0].type, DataType(TypeKind::kDouble));
  EXPECT_EQ((*columns)[2].type, DataType(TypeKind::kString));
  EXPECT_STREQ(OperationName(7), "SUM");
  EXPECT_EQ(OperationName(20), nullptr);
}

}  // namespace

}  // namespace gnomon::aggregate
