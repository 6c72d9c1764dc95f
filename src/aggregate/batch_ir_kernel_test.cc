// SPDX-License-Identifier: Apache-2.0
// The kernel against a naive model that sorts every row into its collapsed part or tail hop by
// itself; times sit on the batch end, the tails' ends and the hops above all.
#include "aggregate/batch_ir_kernel.h"

#include <arrow/api.h>
#include <gtest/gtest.h>

#include "aggregate/interval_table.h"
#include "aggregate/kernel_fixture.h"
#include "aggregate/naive_model.h"
#include "support/matchers.h"

namespace gnomon::aggregate {

namespace {

using naive::Answer;
using naive::Event;
using naive::KernelRun;

constexpr std::int64_t kHourMs = kMillisPerDay / 24;
constexpr std::int64_t kHopsMs[] = {kMillisPerDay, kHourMs, kHourMs / 12};
const Day kEnd{19800};

// A row exactly at B - w counts; -1 would be Chronon's rule (SPEC appendix G 1).
struct Rules {
  std::int64_t tail_shift_ms = 0;
  std::int64_t buffer_ms = 2 * kMillisPerDay;
  bool keeps_small_hops = true;
};

std::vector<std::string> NaiveRow(const std::vector<const Event*>& events,
                                  const BatchIrKernelOptions& options, const Rules& rules) {
  const std::int64_t end = options.batch_end_ms;
  std::vector<std::string> row = naive::Row(
      options.aggregations, events, [&](const Event& event, const std::optional<Window>& window) {
        const std::int64_t ts = event.ts.value_or(0);
        return ts < end &&
               (!window.has_value() || ts >= end - window->length_ms() + rules.buffer_ms);
      });
  std::string tails;
  for (const std::int64_t hop : kHopsMs) {
    // By start of the hop and aggregation.
    std::map<std::int64_t, std::map<std::size_t, std::vector<const Event*>>> hops;
    for (std::size_t i = 0; i < options.aggregations.size(); ++i) {
      for (const Event* event : events) {
        const std::int64_t ts = event->ts.value_or(0);
        const auto& windows = options.aggregations[i].windows;
        const bool is_in_tail =
            std::any_of(windows.begin(), windows.end(), [&](const auto& window) {
              if (!window.has_value() || TailHopMs(*window) != hop) return false;
              const std::int64_t tail = end - window->length_ms();
              return ts < end && ts >= tail + rules.tail_shift_ms && ts < tail + rules.buffer_ms;
            });
        if (is_in_tail && (rules.keeps_small_hops || hop == kMillisPerDay))
          hops[ts / hop * hop][i].push_back(event);
      }
    }
    tails += "[";
    for (auto& [start, by_aggregation] : hops) {
      for (std::size_t i = 0; i < options.aggregations.size(); ++i)
        tails += naive::Fold(options.aggregations[i], by_aggregation[i]) + ",";
      tails += fmt::format("{};", start);
    }
    tails += "]";
  }
  row.push_back(tails);
  return row;
}

Answer NaiveAnswer(const std::vector<Event>& events, const BatchIrKernelOptions& options,
                   const Rules& rules = {}) {
  const auto by_key = naive::ByKey(events, 1);
  Answer answer;
  for (const auto& [key, mine] : by_key) answer[key] = NaiveRow(mine, options, rules);
  return answer;
}

std::vector<std::string> PrintRow(const arrow::RecordBatch& rows, std::int64_t row) {
  std::vector<std::string> values;
  const auto& collapsed = static_cast<const arrow::StructArray&>(*rows.column(1));
  EXPECT_TRUE(collapsed.IsValid(row));
  for (const auto& field : collapsed.fields()) values.push_back(naive::PrintCell(*field, row));
  const auto& tails = static_cast<const arrow::ListArray&>(*rows.column(2));
  const auto& sizes = static_cast<const arrow::ListArray&>(*tails.values());
  const auto& records = static_cast<const arrow::StructArray&>(*sizes.values());
  EXPECT_EQ(tails.value_length(row), 3);
  std::string text;
  for (std::int64_t size = tails.value_offset(row); size < tails.value_offset(row + 1); ++size) {
    text += "[";
    for (std::int64_t at = sizes.value_offset(size); at < sizes.value_offset(size + 1); ++at) {
      for (int i = 0; i + 1 < records.num_fields(); ++i)
        text += naive::PrintCell(*records.field(i), at) + ",";
      text += naive::PrintCell(*records.field(records.num_fields() - 1), at) + ";";
    }
    text += "]";
  }
  values.push_back(text);
  return values;
}

KernelRun RunKernel(const std::vector<Event>& events, const BatchIrKernelOptions& options,
                    std::size_t batch_rows) {
  auto made = BatchIrKernel::Make(options);
  EXPECT_THAT(made, IsOk());
  BatchIrKernel& kernel = **made;
  naive::ConsumeAll(naive::ToBatchesFor(options.keys, events, batch_rows), options.threads,
                    [&](const auto& batch) { return kernel.Consume(*batch); });
  KernelRun run;
  EXPECT_THAT(kernel.Finish([&](const arrow::RecordBatch& rows) {
    EXPECT_TRUE(rows.ValidateFull().ok());
    for (std::int64_t row = 0; row < rows.num_rows(); ++row) {
      EXPECT_TRUE(
          run.answer.emplace(naive::PrintCell(*rows.column(0), row), PrintRow(rows, row)).second);
    }
    return Ok();
  }),
              IsOk());
  run.counters = kernel.counters();
  return run;
}

// Operations whose intermediate result is printed as their result.
BatchIrKernelOptions Options(const std::vector<std::optional<Window>>& windows,
                             std::int64_t batch_end_ms) {
  BatchIrKernelOptions options;
  options.keys = Schema{{{"user", TypeKind::kString}}};
  options.inputs = Schema{{{"price", TypeKind::kDouble}, {"label", TypeKind::kString}}};
  options.aggregations = {{naive::kSum, "price", {}, windows},
                          {naive::kCount, "label", {}, windows},
                          {naive::kMax, "label", {}, {Days(5)}},
                          // A second one of the same meaning has intermediate results of its own.
                          {naive::kSum, "price", {}, {Days(3)}}};
  options.batch_end_ms = batch_end_ms;
  return options;
}

std::vector<Event> RandomEvents(std::uint32_t seed, const BatchIrKernelOptions& options) {
  naive::Draw draw(seed);
  const std::int64_t end = options.batch_end_ms;
  std::vector<Event> events;
  for (int i = 0; i < 1500; ++i) {
    Event event = draw.Any(10, end - 35 * kMillisPerDay, end + kMillisPerDay);
    if (draw.Below(10) < 3) {
      event.ts = end;
      const auto& windows = options.aggregations[0].windows;
      if (!windows.empty() && draw.Below(3) > 0) {
        const auto& window = draw.OneOf(windows);
        if (window.has_value())
          event.ts = end - window->length_ms() + draw.Below(2) * 2 * kMillisPerDay;
      }
      *event.ts += draw.Below(3) - 1;
    }
    events.push_back(event);
  }
  events.push_back({"long ago", 1, end - 4000 * kMillisPerDay, 1.0, "x"});
  return events;
}

struct Case {
  std::string name;
  std::int64_t batch_end_ms;
  std::vector<std::optional<Window>> windows;
};

class BatchIrEqualsNaive : public testing::TestWithParam<Case> {};

TEST_P(BatchIrEqualsNaive, WhateverTheThreadsBatchesAndMemory) {
  const Case& param = GetParam();
  BatchIrKernelOptions options = Options(param.windows, param.batch_end_ms);
  const auto events = RandomEvents(31, options);
  const Answer expected = NaiveAnswer(events, options);
  naive::ExpectWhateverTheThreadsBatchesAndMemory(options, 200'000, expected,
                                                  [&](const auto& with, std::size_t batch_rows) {
                                                    return RunKernel(events, with, batch_rows);
                                                  });
}

INSTANTIATE_TEST_SUITE_P(
    All, BatchIrEqualsNaive,
    testing::Values(
        Case{"all_hops", kEnd.begin_ms(), {Hours(1), Hours(12), Days(1), Days(7), Days(14)}},
        Case{"beside_unbounded", kEnd.begin_ms(), {Days(30), std::nullopt, Days(2)}},
        Case{"two_and_three_days", kEnd.begin_ms(), {Days(2), Days(3), Hours(49)}},
        Case{"around_1970", 3 * kMillisPerDay, {Hours(2), Days(4), Days(13)}},
        Case{"before_1970", -20 * kMillisPerDay, {Hours(11), Days(7), Days(12)}}),
    [](const auto& instance) { return instance.param.name; });

TEST(BatchIrKernelTest, NaiveModelNoticesBrokenRules) {
  const BatchIrKernelOptions options =
      Options({Hours(1), Days(1), Days(7), Days(14)}, kEnd.begin_ms());
  const auto events = RandomEvents(32, options);
  const Answer answer = RunKernel(events, options, 100).answer;
  EXPECT_EQ(answer, NaiveAnswer(events, options));
  EXPECT_NE(answer, NaiveAnswer(events, options, {.tail_shift_ms = 1}));
  EXPECT_NE(answer, NaiveAnswer(events, options, {.tail_shift_ms = -1}));
  EXPECT_NE(answer, NaiveAnswer(events, options, {.buffer_ms = 2 * kMillisPerDay + 1}));
  EXPECT_NE(answer, NaiveAnswer(events, options, {.keeps_small_hops = false}));
}

// SPEC appendix A, upload for 2023-12-03; the 14-day tail holds the 512 of 11-20 (deviation G 1).
TEST(BatchIrKernelTest, WorkedExample) {
  using naive::At;
  auto options = naive::WorkedExampleOptions<BatchIrKernelOptions>();
  options.batch_end_ms = At(12, 4, 0);
  const Answer answer = RunKernel(naive::WorkedExample(), options, 3).answer;
  const std::string tails =
      fmt::format("[512,{};][256,{};128,{};64,{};32,{};][]", At(11, 20, 0), At(11, 27, 13),
                  At(11, 27, 14), At(12, 3, 13), At(12, 3, 14));
  EXPECT_EQ(answer, (Answer{{"'u'", {"null", "null", "96", "480", "2016", tails}}}));
  auto kernel = BatchIrKernel::Make(options);
  ASSERT_THAT(kernel, IsOk());
  const Schema& schema = (*kernel)->value_schema();
  EXPECT_EQ(schema.fields[0].type.children[2].name, "price_sum_7d");
  EXPECT_EQ(schema.fields[1].type.element().element().children[0].name, "price_sum");
  EXPECT_EQ(schema.fields[1].type.element().element().children[1].name, "ts");
  options.batch_end_ms += 1;
  EXPECT_THAT(BatchIrKernel::Make(options), IsError(ErrorCode::kInvalidArgument, "a midnight"));
}

}  // namespace

}  // namespace gnomon::aggregate
