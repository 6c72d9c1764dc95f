// SPDX-License-Identifier: Apache-2.0
// The intermediate results of single days (SPEC 6.2): per key and day with events, one IR of each
// un-windowed aggregation; and the way back, by which windows are put together from stored days
// instead of from events. All cores; memory bounded by the budget.
#pragma once

#include <memory>

#include "aggregate/kernel_options.h"

namespace gnomon::aggregate {

struct DayIrKernelOptions : KernelOptions {
  DayRange days;
};

class DayIrKernel {
 public:
  // Windows of the aggregations do not matter. Errors: as SnapshotKernel::Make, and InvalidArgument
  // when two aggregations that differ in their arguments have one un-windowed name.
  static Result<std::unique_ptr<DayIrKernel>> Make(DayIrKernelOptions options);
  virtual ~DayIrKernel() = default;

  // One column per distinct un-windowed aggregation, `price_sum`, of the IR's type.
  virtual const Schema& value_schema() const = 0;

  // Takes rows: key columns, `ts` (int64 milliseconds; a null counts as 0), input columns, by name.
  // Rows whose keys are all null, or whose time is outside of the days, are dropped. Any thread,
  // several at a time.
  virtual Status Consume(const arrow::RecordBatch& rows) = 0;

  // Gives batches of one day: key columns, then those of value_schema(). REQUIRES: called once,
  // after all Consume calls.
  virtual Status Finish(const EmitDayRows& emit) = 0;

  virtual KernelCounters counters() const = 0;
};

// The columns that DayIrKernel gives, without making one. Errors: as Make.
Result<Schema> DayIrColumns(const std::vector<AggregationSpec>& aggregations, const Schema& inputs);

}  // namespace gnomon::aggregate
