// SPDX-License-Identifier: Apache-2.0
// TEMPORAL accuracy over entities (SPEC 5.5): a query (keys, q) on day D sees the snapshot of D - 1
// (its rows with `round(q - w, h) <= ts < midnight(D)`) and then the mutations of partition D with
// `midnight(D) <= mutation_ts < q`, in the order of mutation_ts (equal ones in the order of
// arrival), each where `round(q - w, h) <= ts < q` or the column has no window. A row that was
// before the mutation is deleted, others are added. Every query is evaluated for itself (SPEC
// appendix G 14): nothing that an earlier query of the day saw lingers or lacks.
#pragma once

#include <memory>

#include "aggregate/kernel_options.h"

namespace gnomon::aggregate {

using MutationKernelOptions = KernelOptions;

class MutationKernel {
 public:
  // Windows of hours and days. Errors: as SnapshotKernel::Make.
  static Result<std::unique_ptr<MutationKernel>> Make(MutationKernelOptions options);
  virtual ~MutationKernel() = default;

  virtual const std::vector<OutputColumn>& output_columns() const = 0;

  // Queries: as TemporalKernel.
  virtual Status AddQueries(const arrow::RecordBatch& queries) = 0;
  virtual Status Seal() = 0;

  // Takes rows of a snapshot: key columns, `ts` (int64 milliseconds; a null counts as 0), input
  // columns, by name. The rows of partition D - 1 serve the queries of day D. Any thread.
  virtual Status ConsumeSnapshot(const arrow::RecordBatch& rows, Day partition) = 0;
  // Takes mutations: as ConsumeSnapshot, and `mutation_ts` (int64 milliseconds; rows without one
  // are left out), `is_before` (bool; null is false). The rows of partition D serve the queries of
  // day D. Any thread; the order of arrival settles ties when it is one.
  virtual Status ConsumeMutations(const arrow::RecordBatch& rows, Day partition) = 0;

  // As TemporalKernel.
  virtual Status Finish(const EmitRows& emit) = 0;

  virtual KernelCounters counters() const = 0;
};

}  // namespace gnomon::aggregate
