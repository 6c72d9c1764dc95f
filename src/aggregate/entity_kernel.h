// SPDX-License-Identifier: Apache-2.0
// SNAPSHOT accuracy over entities (SPEC 5.4): each partition stands alone. Per key, without a
// window every row of the partition counts; with a window w, the rows with `E - w <= ts < E`, E the
// end of the partition's day, exactly (no hop rounding). All cores; memory bounded by the budget.
#pragma once

#include <memory>

#include "aggregate/kernel_options.h"

namespace gnomon::aggregate {

struct EntityKernelOptions : KernelOptions {
  DayRange days;  // The partitions that may come; only those that do are answered.
};

class EntityKernel {
 public:
  // Windows of hours and days. Errors: as SnapshotKernel::Make.
  static Result<std::unique_ptr<EntityKernel>> Make(EntityKernelOptions options);
  virtual ~EntityKernel() = default;

  virtual const std::vector<OutputColumn>& output_columns() const = 0;

  // Takes rows of one partition: key columns, `ts` (int64 milliseconds; a null counts as 0; the
  // column may lack when no aggregation has a window or looks at time), input columns, by name.
  // Rows whose keys are all null are dropped. Any thread, several at a time; partitions in any
  // order. REQUIRES: options.days contains the partition.
  virtual Status Consume(const arrow::RecordBatch& rows, Day partition) = 0;

  // Gives one row per partition and key in it, also when all outputs are null: batches of one day
  // with key columns, then output columns. REQUIRES: called once, after all Consume calls.
  virtual Status Finish(const EmitDayRows& emit) = 0;

  virtual KernelCounters counters() const = 0;
};

}  // namespace gnomon::aggregate
