// SPDX-License-Identifier: Apache-2.0
// TEMPORAL accuracy over events, point in time (SPEC 5.1, 5.2): for each query (keys, q) and window
// w with tail hop h, the aggregate of the events of these keys with `round(q - w, h) <= ts < q`. An
// event at the query's own ts does not count. Queries come first, then events, in columns and any
// order; no event is kept: memory follows the queries. All cores; bounded by the budget.
#pragma once

#include <memory>

#include "aggregate/kernel_options.h"

namespace gnomon::aggregate {

using TemporalKernelOptions = KernelOptions;

class TemporalKernel {
 public:
  // Windows of hours and days. Errors: as SnapshotKernel::Make.
  static Result<std::unique_ptr<TemporalKernel>> Make(TemporalKernelOptions options);
  virtual ~TemporalKernel() = default;

  virtual const std::vector<OutputColumn>& output_columns() const = 0;

  // Takes queries: the key columns and `ts` (int64 milliseconds), found by name. Rows with any null
  // key are left out: they match nothing. The same query may come several times. Any thread,
  // several at a time. Error: InvalidArgument for a null ts.
  virtual Status AddQueries(const arrow::RecordBatch& queries) = 0;
  // Ends the queries. REQUIRES: called once, after all AddQueries and before any Consume.
  virtual Status Seal() = 0;

  // Takes events: key columns, `ts` (a null counts as 0, as in Chronon), input columns, by name.
  // Any thread, several at a time.
  virtual Status Consume(const arrow::RecordBatch& events) = 0;

  // Gives one row per distinct (keys, ts) query: key columns, `ts`, output columns, which are null
  // when nothing was in the window. REQUIRES: called once, after all Consume calls.
  virtual Status Finish(const EmitRows& emit) = 0;

  virtual KernelCounters counters() const = 0;
};

}  // namespace gnomon::aggregate
