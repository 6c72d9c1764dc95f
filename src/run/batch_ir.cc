// SPDX-License-Identifier: Apache-2.0
#include "run/batch_ir.h"

#include "base/error_place.h"
#include "base/log.h"
#include "base/pause_point.h"
#include "base/progress.h"
#include "base/progress_line.h"

namespace gnomon::run {

Result<std::unique_ptr<BatchIr>> BatchIr::Make(RunContext& context,
                                               const GroupByComputation& computation,
                                               const config::SideFile& side, Day day) {
  GNOMON_ASSIGN_OR_RETURN(ScratchFolder scratch,
                          ScratchFolder::Make(context.workspace.tmp_dir().string()));
  std::unique_ptr<BatchIr> made(new BatchIr(computation, day, std::move(scratch)));
  aggregate::BatchIrKernelOptions options;
  options.keys = computation.keys();
  options.inputs = computation.inputs();
  options.aggregations = computation.aggregations();
  options.threads = context.threads;
  options.memory_bytes = context.memory_bytes / 4 * 3;
  options.tmp_dir = made->scratch_.path();
  options.batch_end_ms = (day + 1).begin_ms();
  auto kernel =
      PlacedAt(side.Where("aggregations"), aggregate::BatchIrKernel::Make(std::move(options)));
  if (!kernel) return std::move(kernel).error();
  made->kernel_ = *std::move(kernel);
  return made;
}

Status BatchIr::Compute(const aggregate::EmitRows& emit) {
  if (computation_.kind() == SourceKind::kEvents) {
    GNOMON_RETURN_IF_ERROR(computation_.ReadEvents(
        {day_ + 1, day_ + 2},
        [&](const arrow::RecordBatch& batch) { return kernel_->Consume(batch); }));
  } else {
    GNOMON_RETURN_IF_ERROR(computation_.ReadSnapshots(
        {day_, day_ + 1},
        [&](Day, const arrow::RecordBatch& batch) { return kernel_->Consume(batch); }));
  }
  PausePoint("backfill.computed");
  const aggregate::KernelCounters counters = kernel_->counters();
  LogVerbose("  {} rows aggregated, {} of them without key, {} without time; {} spilled to disk",
             counters.rows_read, counters.rows_null_key, counters.rows_null_ts,
             ShortBytes(counters.bytes_spilled));
  const ProgressStep progress("computing the batch of " + FormatDay(day_), WorkWritten(),
                              {.parts = aggregate::kKernelFinishParts});
  return kernel_->Finish(emit);
}

}  // namespace gnomon::run
