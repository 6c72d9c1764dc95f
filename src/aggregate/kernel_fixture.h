// SPDX-License-Identifier: Apache-2.0
// What the kernels' tests share beside the naive model: how a kernel is set up, fed and run under
// each number of threads and each budget. Only test programs include it.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "aggregate/kernel_options.h"
#include "aggregate/naive_model.h"
#include "base/parallel.h"
#include "support/matchers.h"
#include "support/temp_dir.h"

namespace gnomon::aggregate::naive {

// What a kernel gave.
template <typename Counters = KernelCounters>
struct RunOf {
  Answer answer;
  Counters counters;
};
using KernelRun = RunOf<>;

// All aggregations over events with 1 key (user) or 2 (user, item).
template <typename Options>
Options OptionsOf(int keys, const std::vector<std::optional<Window>>& windows) {
  Options options;
  options.keys.fields.push_back({"user", TypeKind::kString});
  if (keys == 2) options.keys.fields.push_back({"item", TypeKind::kLong});
  options.inputs = Schema{{{"price", TypeKind::kDouble}, {"label", TypeKind::kString}}};
  options.aggregations = AllAggregations(windows);
  return options;
}

// Calls consume(part) for all parts, on so many threads.
template <typename Part, typename Consume>
void ConsumeAll(const std::vector<Part>& parts, int threads, const Consume& consume) {
  EXPECT_THAT(ParallelFor(parts.size(), threads, [&](std::size_t i) { return consume(parts[i]); }),
              IsOk());
}

// Takes the rows of a kernel that answers queries: keys, ts, values.
template <typename Kernel>
KernelRun FinishQueries(Kernel& kernel, int keys) {
  KernelRun run;
  EXPECT_THAT(kernel.Finish([&](const arrow::RecordBatch& rows) {
    EXPECT_EQ(rows.column_name(keys), "ts");
    for (std::int64_t row = 0; row < rows.num_rows(); ++row) {
      const auto one = rows.Slice(row, 1);
      const std::string suffix = " " + PrintCell(*one->column(keys), 0);
      EXPECT_TRUE(AddRows(*one->RemoveColumn(keys).ValueOrDie(), keys, suffix, &run.answer));
    }
    return Ok();
  }),
              IsOk());
  run.counters = kernel.counters();
  return run;
}

// Takes the rows of a kernel that answers for days: keys, values.
template <typename Kernel>
auto FinishDays(Kernel& kernel, int keys, bool is_to_the_bit = false) {
  RunOf<decltype(kernel.counters())> run;
  EXPECT_THAT(kernel.Finish([&](Day day, const arrow::RecordBatch& rows) {
    EXPECT_TRUE(AddRows(rows, keys, " " + FormatDay(day), &run.answer, is_to_the_bit));
    return Ok();
  }),
              IsOk());
  run.counters = kernel.counters();
  return run;
}

// The answer does not depend on how it is computed: run(options, batch_rows) is called for one and
// for many threads and batches, with memory for all, for some and for none of the states.
template <typename Options, typename Run>
void ExpectWhateverTheThreadsBatchesAndMemory(Options options, std::int64_t some_memory_bytes,
                                              const Answer& expected, const Run& run_kernel) {
  const TempDir tmp;
  options.tmp_dir = tmp.path();
  for (const int threads : {1, 3}) {
    for (const std::int64_t memory_bytes :
         {std::int64_t{1} << 30, some_memory_bytes, std::int64_t{1}}) {
      options.threads = threads;
      options.memory_bytes = memory_bytes;
      const auto run = run_kernel(options, threads == 1 ? std::size_t{1} << 20 : std::size_t{97});
      EXPECT_EQ(FirstDifference(run.answer, expected), "")
          << threads << " threads, " << memory_bytes << " bytes";
      if (memory_bytes != some_memory_bytes) {
        EXPECT_EQ(run.counters.bytes_spilled > 0, memory_bytes == 1);
      }
    }
  }
  EXPECT_TRUE(std::filesystem::is_empty(tmp.path())) << "spill files are gone";
}

// SPEC appendix A.
inline std::int64_t At(int month, int day, int hour, int minute = 0, int second = 0) {
  const Day date = *ParseDay(fmt::format("2023-{:02}-{:02}", month, day));
  return date.begin_ms() + ((hour * 60 + minute) * 60 + second) * std::int64_t{1000};
}

inline std::vector<Event> WorkedExample() {
  const std::vector<std::pair<std::int64_t, double>> rows = {
      {At(11, 19, 23, 59, 59), 1024}, {At(11, 20, 0), 512},        {At(11, 27, 13, 59, 59), 256},
      {At(11, 27, 14, 30), 128},      {At(12, 3, 13, 59, 59), 64}, {At(12, 3, 14), 32},
      {At(12, 4, 13, 24, 59), 1},     {At(12, 4, 13, 25), 2},      {At(12, 4, 14), 4},
      {At(12, 4, 14, 26, 59), 8},     {At(12, 4, 14, 27), 16}};
  std::vector<Event> events;
  events.reserve(rows.size());
  for (const auto& [ts, value] : rows) events.push_back({"u", 1, ts, value, {}});
  return events;
}

template <typename Options>
Options WorkedExampleOptions() {
  Options options;
  options.keys = Schema{{{"user", TypeKind::kString}}};
  options.inputs = Schema{{{"price", TypeKind::kDouble}}};
  options.aggregations = {{kSum, "price", {}, {Hours(1), Days(1), Days(7), Days(14), {}}}};
  return options;
}

}  // namespace gnomon::aggregate::naive
