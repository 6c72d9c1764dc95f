// SPDX-License-Identifier: Apache-2.0
// The batch part of online features (SPEC 5.6, 7.1): per key what a fetch at any q from the batch
// end B on needs of the rows with ts < B. With T = B - w: rows with ts >= T + 2 days (all, without
// window) are collapsed into one intermediate result; those with T <= ts < T + 2 days are kept by
// tail hop, so that a later q can leave the oldest out. A row at exactly T counts (SPEC appendix
// G 1), as it does in a backfill.
#pragma once

#include <memory>

#include "aggregate/kernel_options.h"

namespace gnomon::aggregate {

struct BatchIrKernelOptions : KernelOptions {
  std::int64_t batch_end_ms = 0;  // B, a midnight.
};

class BatchIrKernel {
 public:
  // Windows of hours and days. Errors: as SnapshotKernel::Make, and InvalidArgument for a batch end
  // that is no midnight.
  static Result<std::unique_ptr<BatchIrKernel>> Make(BatchIrKernelOptions options);
  virtual ~BatchIrKernel() = default;

  virtual const std::vector<OutputColumn>& output_columns() const = 0;
  // `collapsedIr`: struct<one IR per windowed output column>, `tailHopIrs`: list over the hop sizes
  // [1 day, 1 hour, 5 minutes] of list<struct<one IR per aggregation and bucket, ts: bigint>>, by
  // ts. The IRs have the names of un-windowed columns, which two aggregations may share.
  virtual const Schema& value_schema() const = 0;

  // Takes rows: key columns, `ts` (int64 milliseconds; a null counts as 0), input columns, by name.
  // Rows whose keys are all null are dropped. Any thread, several at a time.
  virtual Status Consume(const arrow::RecordBatch& rows) = 0;

  // Gives one row per key that has anything: key columns, then those of value_schema(). REQUIRES:
  // called once, after all Consume calls.
  virtual Status Finish(const EmitRows& emit) = 0;

  virtual KernelCounters counters() const = 0;
};

}  // namespace gnomon::aggregate
