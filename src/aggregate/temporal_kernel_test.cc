// SPDX-License-Identifier: Apache-2.0
// The kernel against a naive model: for each query and window it looks at every event again. Times
// sit on the boundaries of hops and windows above all.
#include "aggregate/temporal_kernel.h"

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

constexpr std::int64_t kMinuteMs = 60'000;
constexpr std::int64_t kHourMs = 60 * kMinuteMs;

// The rules of SPEC 5.1 and 5.2, each to be broken by a test.
struct Rules {
  std::function<std::int64_t(std::int64_t window_ms)> hop_ms = [](std::int64_t window_ms) {
    if (window_ms >= 12 * kMillisPerDay) return kMillisPerDay;
    return window_ms >= 12 * kHourMs ? kHourMs : 5 * kMinuteMs;
  };
  std::int64_t begin_shift_ms = 0;
  std::int64_t end_shift_ms = 0;
  bool keeps_tail_hop = true;
};

Answer NaiveAnswer(const std::vector<Event>& queries, const std::vector<Event>& events,
                   const TemporalKernelOptions& options, const Rules& rules = {}) {
  const int keys = static_cast<int>(options.keys.fields.size());
  auto by_key = naive::ByKey(events, keys);
  Answer answer;
  for (const Event& query : queries) {
    if (!query.user.has_value() || (keys == 2 && !query.item.has_value())) continue;
    const std::string key = naive::KeyOf(query, keys);
    const std::int64_t q = *query.ts;
    const auto sees = [&](const Event& event, const std::optional<Window>& window) {
      const std::int64_t ts = event.ts.value_or(0);
      if (ts >= q + rules.end_shift_ms) return false;
      if (!window.has_value()) return true;
      const std::int64_t hop = rules.hop_ms(window->length_ms());
      std::int64_t begin = (q - window->length_ms()) / hop * hop + rules.begin_shift_ms;
      if (!rules.keeps_tail_hop) begin += hop;
      return ts >= begin;
    };
    answer[fmt::format("{} {}", key, q)] = naive::Row(options.aggregations, by_key[key], sees);
  }
  return answer;
}

KernelRun RunKernel(const std::vector<Event>& queries, const std::vector<Event>& events,
                    const TemporalKernelOptions& options, std::size_t batch_rows) {
  auto made = TemporalKernel::Make(options);
  EXPECT_THAT(made, IsOk());
  TemporalKernel& kernel = **made;
  naive::ConsumeAll(naive::ToBatches(queries, batch_rows), options.threads,
                    [&](const auto& batch) { return kernel.AddQueries(*batch); });
  EXPECT_THAT(kernel.Seal(), IsOk());
  naive::ConsumeAll(naive::ToBatchesFor(options.keys, events, batch_rows), options.threads,
                    [&](const auto& batch) { return kernel.Consume(*batch); });
  return naive::FinishQueries(kernel, static_cast<int>(options.keys.fields.size()));
}

struct Data {
  std::vector<Event> queries;
  std::vector<Event> events;
};

// Around `middle_ms`, some 20 days to either side. Many events lie where a query's window begins or
// ends.
Data RandomData(std::uint32_t seed, std::int64_t middle_ms, const TemporalKernelOptions& options) {
  naive::Draw draw(seed);
  const std::int64_t begin = middle_ms - 20 * kMillisPerDay, end = middle_ms + 20 * kMillisPerDay;
  Data data;
  for (int i = 0; i < 150; ++i) {
    Event query = draw.Any(8, begin, end);
    if (!query.ts.has_value()) query.ts = middle_ms;
    data.queries.push_back(query);
    if (draw.Below(5) == 0) data.queries.push_back(query);
  }
  std::vector<Window> windows;
  for (const auto& window : options.aggregations[0].windows) {
    if (window.has_value()) windows.push_back(*window);
  }
  for (int i = 0; i < 1200; ++i) {
    Event event = draw.Any(10, begin, end);
    if (draw.Below(10) < 3) {
      const Event& query = draw.OneOf(data.queries);
      event.user = query.user;
      event.item = query.item;
      event.ts = *query.ts + draw.Below(3) - 1;
      if (!windows.empty() && draw.Below(3) > 0) {
        const Window& window = draw.OneOf(windows);
        event.ts = WindowBegin(*query.ts, window) + draw.Below(3) - 1;
      }
    }
    data.events.push_back(event);
  }
  data.events.push_back({"u1", 1, INT64_MIN, 2.0, "first of all"});
  data.events.push_back({"u1", 1, INT64_MAX, 4.0, "never"});
  data.queries.push_back({"u1", 1, INT64_MIN, {}, {}});
  data.queries.push_back({"nobody", 1, middle_ms, {}, {}});
  return data;
}

constexpr auto Options = naive::OptionsOf<TemporalKernelOptions>;

struct Case {
  std::string name;
  int keys;
  std::int64_t middle_ms;
  std::vector<std::optional<Window>> windows;
};

class TemporalEqualsNaive : public testing::TestWithParam<Case> {};

TEST_P(TemporalEqualsNaive, WhateverTheThreadsBatchesAndMemory) {
  const Case& param = GetParam();
  TemporalKernelOptions options = Options(param.keys, param.windows);
  const Data data = RandomData(3, param.middle_ms, options);
  // A query so old that its windows begin before time itself.
  std::vector<Event> queries = data.queries;
  const Answer expected = [&] {
    std::erase_if(queries, [](const Event& query) { return *query.ts == INT64_MIN; });
    Answer answer = NaiveAnswer(queries, data.events, options);
    const std::size_t columns = answer.begin()->second.size();
    answer[fmt::format("'u1'{} {}", param.keys == 2 ? "|1" : "", INT64_MIN)] =
        std::vector<std::string>(columns, "null");
    return answer;
  }();
  naive::ExpectWhateverTheThreadsBatchesAndMemory(
      options, 200'000, expected, [&](const auto& with, std::size_t batch_rows) {
        return RunKernel(data.queries, data.events, with, batch_rows);
      });
}

INSTANTIATE_TEST_SUITE_P(
    All, TemporalEqualsNaive,
    testing::Values(Case{"one_hour", 1, 1'700'000'000'000, {Hours(1)}},
                    Case{"thresholds",
                         1,
                         1'700'000'000'000,
                         {Hours(11), Hours(12), Hours(13), Days(11), Days(12), Days(13)}},
                    Case{"all_hops_and_unbounded",
                         1,
                         1'700'000'000'000,
                         {Hours(2), Days(1), Days(7), Days(14), std::nullopt}},
                    Case{"unbounded", 1, 1'700'000'000'000, {}},
                    Case{"composite", 2, 1'700'000'000'000, {Hours(6), Days(30)}},
                    Case{"around_1970", 1, 0, {Hours(1), Days(1), Days(14)}},
                    Case{"before_1970", 2, -400 * kMillisPerDay, {Hours(3), Days(3), Days(12)}}),
    [](const auto& instance) { return instance.param.name; });

// The harness can fail: each rule broken by as little as may be is noticed.
TEST(TemporalKernelTest, NaiveModelNoticesBrokenRules) {
  const TemporalKernelOptions options = Options(1, {Hours(1), Hours(12), Days(12)});
  Data data = RandomData(5, 1'700'000'000'000, options);
  std::erase_if(data.queries, [](const Event& query) { return *query.ts == INT64_MIN; });
  const Answer answer = RunKernel(data.queries, data.events, options, 100).answer;
  const auto noticed = [&](const Rules& rules) {
    return answer != NaiveAnswer(data.queries, data.events, options, rules);
  };
  EXPECT_FALSE(noticed({}));
  Rules hop_off_by_one;
  hop_off_by_one.begin_shift_ms = 1;
  EXPECT_TRUE(noticed(hop_off_by_one));
  hop_off_by_one.begin_shift_ms = -1;
  EXPECT_TRUE(noticed(hop_off_by_one));
  Rules counts_the_query_itself;
  counts_the_query_itself.end_shift_ms = 1;
  EXPECT_TRUE(noticed(counts_the_query_itself));
  Rules lost_tail_hop;
  lost_tail_hop.keeps_tail_hop = false;
  EXPECT_TRUE(noticed(lost_tail_hop));
  Rules exclusive_thresholds;
  exclusive_thresholds.hop_ms = [](std::int64_t window_ms) {
    if (window_ms > 12 * kMillisPerDay) return kMillisPerDay;
    return window_ms > 12 * kHourMs ? kHourMs : 5 * kMinuteMs;
  };
  EXPECT_TRUE(noticed(exclusive_thresholds));
}

// SPEC appendix A; edge cases 1 to 5.
TEST(TemporalKernelTest, WorkedExample) {
  const auto options = naive::WorkedExampleOptions<TemporalKernelOptions>();
  const std::vector<Event> queries = {{"u", 1, naive::At(12, 4, 14, 27), {}, {}}};
  const Answer answer = RunKernel(queries, naive::WorkedExample(), options, 3).answer;
  ASSERT_EQ(answer.size(), 1U);
  EXPECT_EQ(answer.begin()->second, (std::vector<std::string>{"14", "47", "239", "1007", "2031"}));
}

TEST(TemporalKernelTest, TailHopsByLengthOfTheWindow) {
  EXPECT_EQ(TailHopMs(Hours(1)), 5 * kMinuteMs);
  EXPECT_EQ(TailHopMs(Hours(11)), 5 * kMinuteMs);
  EXPECT_EQ(TailHopMs(Hours(12)), kHourMs);
  EXPECT_EQ(TailHopMs(Days(11)), kHourMs);
  EXPECT_EQ(TailHopMs(Days(12)), kMillisPerDay);
  EXPECT_EQ(TailHopMs(Hours(12 * 24)), kMillisPerDay);
  EXPECT_EQ(RoundToHop(-1, kHourMs), 0) << "toward zero";
  EXPECT_EQ(RoundToHop(-kHourMs - 1, kHourMs), -kHourMs);
}

TEST(TemporalKernelTest, LeavesOutWhatMatchesNothing) {
  const TemporalKernelOptions options = Options(2, {Days(1)});
  const std::int64_t q = 1'700'000'000'000;
  const std::vector<Event> queries = {
      {"u", 1, q, {}, {}}, {"u", std::nullopt, q, {}, {}}, {std::nullopt, 1, q, {}, {}}};
  const std::vector<Event> events = {{"u", 1, q - 1, 2.0, "a"},
                                     {"u", std::nullopt, q - 1, 2.0, "a"},
                                     {std::nullopt, std::nullopt, q - 1, 2.0, "a"},
                                     {"u", 1, std::nullopt, 2.0, "a"}};
  const KernelRun run = RunKernel(queries, events, options, 10);
  EXPECT_EQ(run.answer.size(), 1U);
  EXPECT_EQ(run.answer.begin()->second.front(), "2");
  EXPECT_EQ(run.counters.queries_read, 3);
  EXPECT_EQ(run.counters.queries_null_key, 2);
  EXPECT_EQ(run.counters.rows_read, 4);
  EXPECT_EQ(run.counters.rows_null_key, 1);
  EXPECT_EQ(run.counters.rows_null_ts, 1);
  auto kernel = TemporalKernel::Make(options);
  ASSERT_THAT(kernel, IsOk());
  EXPECT_THAT((*kernel)->AddQueries(*naive::ToBatch(std::vector<Event>{{"u", 1, {}, {}, {}}})),
              IsError(ErrorCode::kInvalidArgument, "null: column ts"));
}

}  // namespace

}  // namespace gnomon::aggregate
