// SPDX-License-Identifier: Apache-2.0
// SNAPSHOT accuracy over events (SPEC 5.3, 6): for each day of an output range and each window, the
// aggregate of the events with `end(day) - window <= ts < end(day)`, per key. One pass over the
// data whatever the number of windows and days; the work on a day (a hop) is shared by all of them.
// Input in columns, any order; all cores; memory bounded by the budget.
#pragma once

#include <arrow/type_fwd.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "aggregate/aggregation_spec.h"
#include "base/calendar.h"
#include "base/result.h"
#include "types/data_type.h"

namespace gnomon::aggregate {

struct SnapshotKernelOptions {
  Schema keys;    // Key columns, in order.
  Schema inputs;  // The aggregations' input columns with their types.
  std::vector<AggregationSpec> aggregations;
  DayRange days;  // Output days.
  int threads = 1;
  std::int64_t memory_bytes = std::int64_t{2} << 30;
  std::string tmp_dir;  // Spill files go here, and are gone at the end.
};

class SnapshotKernel {
 public:
  // Errors: as OutputColumnsOf; InvalidArgument for windows in hours, which only TEMPORAL accuracy
  // has (SPEC 5.1).
  static Result<std::unique_ptr<SnapshotKernel>> Make(SnapshotKernelOptions options);
  // The same from the rows of a DayIrKernel, whose columns stand for the inputs; `ts` is the day's
  // midnight. `options.inputs` are still those of the aggregations.
  static Result<std::unique_ptr<SnapshotKernel>> MakeOverDayIrs(SnapshotKernelOptions options);
  virtual ~SnapshotKernel() = default;

  virtual const std::vector<OutputColumn>& output_columns() const = 0;

  // The answers are the same for any times between the same multiples of it: a day, unless an
  // operation looks at the time itself.
  virtual std::int64_t time_step_ms() const = 0;

  // Takes one batch: key columns, `ts` (int64 milliseconds; null counts as 0, as in Chronon, and is
  // counted), input columns, found by name. Rows whose keys are all null are dropped. Any thread,
  // several at a time.
  virtual Status Consume(const arrow::RecordBatch& batch) = 0;

  // Gives the result: batches of one day each with the key columns then the output columns; rows
  // whose outputs are all null are left out. `emit` is called from one thread at a time, days in
  // any order. Counts kFinishParts parts in WorkWritten(). REQUIRES: called once, after all Consume
  // calls.
  static constexpr std::int64_t kFinishParts = 32;
  using Emit = std::function<Status(Day day, const arrow::RecordBatch& rows)>;
  virtual Status Finish(const Emit& emit) = 0;

  struct Counters {
    std::int64_t rows_read = 0;
    std::int64_t rows_null_key = 0;
    std::int64_t rows_null_ts = 0;
    std::int64_t bytes_spilled = 0;
  };
  virtual Counters counters() const = 0;
};

}  // namespace gnomon::aggregate
