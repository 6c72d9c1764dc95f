// SPDX-License-Identifier: Apache-2.0
// The values of an upload of TEMPORAL accuracy (SPEC 5.6, 7.1): per key, the intermediate results
// of all that happened before the end of the upload's day.
#pragma once

#include <functional>
#include <memory>

#include "aggregate/batch_ir_kernel.h"
#include "base/calendar.h"
#include "base/result.h"
#include "config/side_file.h"
#include "run/group_by_computation.h"
#include "run/run_context.h"
#include "storage/scratch_folder.h"

namespace gnomon::run {

class BatchIr {
 public:
  // Of `computation` at the end of `day`; nothing is read yet. Errors: what the kernel refuses,
  // with the place.
  static Result<std::unique_ptr<BatchIr>> Make(RunContext& context,
                                               const GroupByComputation& computation,
                                               const config::SideFile& side, Day day);

  const Schema& value_schema() const { return kernel_->value_schema(); }

  // Reads events as a query of the next day would (late events of its partition count, SPEC
  // appendix I 8), or the snapshot of the day; `emit` gets keys and value_schema(). Called once.
  Status Compute(const aggregate::EmitRows& emit);

 private:
  BatchIr(const GroupByComputation& computation, Day day, ScratchFolder scratch)
      : computation_(computation), day_(day), scratch_(std::move(scratch)) {}

  const GroupByComputation& computation_;
  Day day_;
  ScratchFolder scratch_;
  std::unique_ptr<aggregate::BatchIrKernel> kernel_;
};

}  // namespace gnomon::run
