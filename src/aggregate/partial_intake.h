// SPDX-License-Identifier: Apache-2.0
// How batches of events come into a kernel whose hops are days: rows are selected, their keys
// encoded, and added up by batch (batch_partials.h). Thread safe.
#pragma once

#include <arrow/type_fwd.h>

#include <functional>

#include "aggregate/batch_partials.h"
#include "aggregate/row_intake.h"
#include "base/idle_pool.h"

namespace gnomon::aggregate {

class PartialIntake {
 public:
  // Keeps the rows of a slice that count, and finds their hops.
  using Select = std::function<void(PreparedRows* rows)>;

  // `give` takes rows and partial results, from any thread. REQUIRES: `intake` and `plan` outlive
  // this.
  PartialIntake(RowIntake* intake, const AggregationPlan& plan, BatchPartials::Give give)
      : intake_(*intake), plan_(plan), give_(std::move(give)) {}

  // Errors: those of RowIntake::Open and of `give`.
  Status Consume(const arrow::RecordBatch& batch, const Select& select);

 private:
  RowIntake& intake_;
  const AggregationPlan& plan_;
  const BatchPartials::Give give_;
  IdlePool<BatchPartials> pool_;
};

}  // namespace gnomon::aggregate
