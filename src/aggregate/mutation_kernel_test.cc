// SPDX-License-Identifier: Apache-2.0
// The kernel against a naive model that, for each query and window, folds the snapshot and the
// mutations again; times sit on hops, midnights and the queries themselves above all.
#include "aggregate/mutation_kernel.h"

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

constexpr Day kStart{19800};

struct Data {
  std::vector<Event> queries;
  std::vector<Event> rows;  // Of snapshots, and with a mutation_ts of mutations.
};

// Each rule can be broken.
struct Rules {
  std::int64_t begin_shift_ms = 0;
  std::int64_t mutation_shift_ms = 0;
  bool deletes = true;
};

Answer NaiveAnswer(const Data& data, const MutationKernelOptions& options,
                   const Rules& rules = {}) {
  const int keys = static_cast<int>(options.keys.fields.size());
  std::vector<const Event*> rows;
  for (const Event& row : data.rows) rows.push_back(&row);
  std::stable_sort(rows.begin(), rows.end(), [](const Event* a, const Event* b) {
    return a->mutation_ts < b->mutation_ts;  // None first: rows of a snapshot.
  });
  Answer answer;
  for (const Event& query : data.queries) {
    if (!query.user.has_value() || (keys == 2 && !query.item.has_value())) continue;
    const std::string key = naive::KeyOf(query, keys);
    const std::int64_t q = *query.ts;
    const Day day = DayOf(q);
    std::vector<const Event*> mine = rows;
    std::erase_if(mine, [&](const Event* row) {
      if (!naive::HasKey(*row, keys) || naive::KeyOf(*row, keys) != key) return true;
      if (!row->mutation_ts.has_value()) return row->partition != day - 1;
      return row->partition != day || *row->mutation_ts < day.begin_ms() ||
             *row->mutation_ts >= q + rules.mutation_shift_ms || (row->is_before && !rules.deletes);
    });
    answer[fmt::format("{} {}", key, q)] = naive::Row(
        options.aggregations, mine, [&](const Event& row, const std::optional<Window>& window) {
          const std::int64_t ts = row.ts.value_or(0);
          const bool is_mutation = row.mutation_ts.has_value();
          if (!is_mutation && ts >= day.begin_ms()) return false;
          if (!window.has_value()) return true;
          return ts >= WindowBegin(q, *window) + rules.begin_shift_ms && (!is_mutation || ts < q);
        });
  }
  return answer;
}

KernelRun RunKernel(const Data& data, const MutationKernelOptions& options,
                    std::size_t batch_rows) {
  auto made = MutationKernel::Make(options);
  EXPECT_THAT(made, IsOk());
  MutationKernel& kernel = **made;
  for (const auto& batch : naive::ToBatches(data.queries, batch_rows)) {
    EXPECT_THAT(kernel.AddQueries(*batch), IsOk());
  }
  EXPECT_THAT(kernel.Seal(), IsOk());
  struct Part {
    Day partition;
    bool is_mutation;
    std::shared_ptr<arrow::RecordBatch> batch;
  };
  std::vector<Part> parts;
  for (Day day = kStart - 2; day < kStart + 6; day = day + 1) {
    for (const bool is_mutation : {true, false}) {
      std::vector<Event> mine = data.rows;
      std::erase_if(mine, [&](const Event& row) {
        return row.partition != day || row.mutation_ts.has_value() != is_mutation;
      });
      for (auto& batch : naive::ToBatches(mine, batch_rows))
        parts.push_back({day, is_mutation, batch});
    }
  }
  naive::ConsumeAll(parts, options.threads, [&](const Part& part) {
    return part.is_mutation ? kernel.ConsumeMutations(*part.batch, part.partition)
                            : kernel.ConsumeSnapshot(*part.batch, part.partition);
  });
  return naive::FinishQueries(kernel, static_cast<int>(options.keys.fields.size()));
}

Data RandomData(std::uint32_t seed, const std::vector<std::optional<Window>>& windows) {
  naive::Draw draw(seed);
  Data data;
  const auto any_day = [&] { return kStart + static_cast<std::int32_t>(draw.Below(4)); };
  for (int i = 0; i < 120; ++i) {
    const Day day = any_day();
    Event query = draw.Any(6, day.begin_ms() + 1, (day + 1).begin_ms() - 1);
    if (!query.ts.has_value()) query.ts = day.begin_ms();
    data.queries.push_back(query);
  }
  for (int i = 0; i < 1500; ++i) {
    const Day day = any_day();
    Event row = draw.Any(7, (day - 16).begin_ms(), (day + 1).begin_ms() + kMillisPerDay / 2);
    if (i % 2 == 0) {
      row.partition = day - 1;
    } else {
      row.partition = day;
      row.mutation_ts = draw.Time(day.begin_ms(), (day + 1).begin_ms());
      row.is_before = draw.Below(3) == 0;
      if (draw.Below(4) == 0) row.ts = *row.mutation_ts - draw.Below(10 * 60'000);
    }
    if (draw.Below(10) < 4) {
      const Event& query = draw.OneOf(data.queries);
      row.user = query.user;
      row.item = query.item;
      row.partition = DayOf(*query.ts) - (row.mutation_ts.has_value() ? 0 : 1);
      if (row.mutation_ts.has_value()) row.mutation_ts = *query.ts + draw.Below(3) - 1;
      if (!windows.empty() && draw.Below(2) == 0) {
        const auto& window = windows[static_cast<std::size_t>(
            draw.Below(static_cast<std::int64_t>(windows.size())))];
        if (window.has_value()) row.ts = WindowBegin(*query.ts, *window) + draw.Below(3) - 1;
      }
    }
    data.rows.push_back(row);
  }
  return data;
}

constexpr auto Options = naive::OptionsOf<MutationKernelOptions>;

struct Case {
  std::string name;
  int keys;
  std::vector<std::optional<Window>> windows;
};

class MutationEqualsNaive : public testing::TestWithParam<Case> {};

TEST_P(MutationEqualsNaive, WhateverTheThreadsBatchesAndMemory) {
  const Case& param = GetParam();
  MutationKernelOptions options = Options(param.keys, param.windows);
  const Data data = RandomData(21, param.windows);
  const Answer expected = NaiveAnswer(data, options);
  naive::ExpectWhateverTheThreadsBatchesAndMemory(
      options, 300'000, expected,
      [&](const auto& with, std::size_t batch_rows) { return RunKernel(data, with, batch_rows); });
}

INSTANTIATE_TEST_SUITE_P(All, MutationEqualsNaive,
                         testing::Values(Case{"unbounded", 1, {}},
                                         Case{"hours", 1, {Hours(1), Hours(12)}},
                                         Case{"all_hops_and_unbounded",
                                              1,
                                              {Hours(2), Days(1), Days(3), Days(14), std::nullopt}},
                                         Case{"composite", 2, {Days(2), Hours(11)}}),
                         [](const auto& instance) { return instance.param.name; });

TEST(MutationKernelTest, NaiveModelNoticesBrokenRules) {
  const std::vector<std::optional<Window>> windows = {Hours(2), Days(14)};
  const MutationKernelOptions options = Options(1, windows);
  const Data data = RandomData(22, windows);
  const Answer answer = RunKernel(data, options, 100).answer;
  EXPECT_EQ(answer, NaiveAnswer(data, options));
  EXPECT_NE(answer, NaiveAnswer(data, options, {.begin_shift_ms = 1}));
  EXPECT_NE(answer, NaiveAnswer(data, options, {.begin_shift_ms = -1}));
  EXPECT_NE(answer, NaiveAnswer(data, options, {.mutation_shift_ms = 1}));
  EXPECT_NE(answer, NaiveAnswer(data, options, {.deletes = false}));
}

// SPEC appendix I 13, edge case 35: what is left when everything is deleted.
TEST(MutationKernelTest, DeletionOfEverything) {
  const MutationKernelOptions options = Options(1, {});
  const std::int64_t midnight = kStart.begin_ms();
  Data data;
  data.queries = {{"u", 1, midnight + 10, {}, {}}, {"u", 1, midnight + 11, {}, {}}};
  data.rows = {{"u", 1, midnight - 5, 2.5, "a", {}, false, kStart - 1},
               {"u", 1, midnight - 5, 2.5, "a", midnight + 10, true, kStart}};
  const Answer answer = RunKernel(data, options, 10).answer;
  // SUM, COUNT, AVERAGE, MIN, MAX, FIRST, LAST of price.
  const auto row = [&](std::int64_t offset) {
    const auto& all = answer.at(fmt::format("'u' {}", midnight + offset));
    return std::vector<std::string>(all.begin(), all.begin() + 7);
  };
  EXPECT_EQ(row(10), (std::vector<std::string>{"2.5", "1", "2.5", "2.5", "2.5", "2.5", "2.5"}));
  EXPECT_EQ(row(11), (std::vector<std::string>{"0", "0", "null", "2.5", "2.5", "2.5", "2.5"}));
}

}  // namespace

}  // namespace gnomon::aggregate
