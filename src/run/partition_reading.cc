// SPDX-License-Identifier: Apache-2.0
// Days prune files; the wheres see whole batches.
#include "run/partition_reading.h"

#include <arrow/api.h>
#include <arrow/compute/api.h>
#include <arrow/compute/initialize.h>

#include <mutex>

#include "base/log.h"
#include "base/parallel.h"
#include "base/pause_point.h"
#include "base/progress.h"
#include "base/progress_line.h"
#include "run/partition_days.h"
#include "types/arrow_mapping.h"

namespace gnomon::run {

void InitializeCompute() {
  static std::once_flag once;
  std::call_once(once, [] { (void)arrow::compute::Initialize(); });
}

Result<std::shared_ptr<arrow::RecordBatch>> RowsWhere(
    const expr::BoundExpression& where, const std::shared_ptr<arrow::RecordBatch>& batch) {
  GNOMON_ASSIGN_OR_RETURN(const auto mask, where.Evaluate(*batch));
  // Arrow drops rows whose mask is null, as WHERE does.
  GNOMON_ARROW_ASSIGN(const arrow::Datum kept, arrow::compute::Filter(batch, mask),
                      "applying a where");
  return kept.record_batch();
}

Status ReadPartitions(PartitionReading reading, std::optional<Day> begin, Day end, int threads,
                      const ConsumeRows& consume) {
  const iceberg::Table& table = reading.table;
  iceberg::ScanOptions& options = reading.options;
  GNOMON_ASSIGN_OR_RETURN(options.filter, DayFilter(table, reading.partition_column, begin, end));
  GNOMON_ASSIGN_OR_RETURN(const iceberg::ScanPlan plan, table.PlanScan(options));
  GNOMON_RETURN_IF_ERROR(table.MakeFiles(plan));
  options.side_by_side = plan.leaves_idle(threads);
  LogVerbose("  reading {}: {} files, {} rows, {}; {} files skipped in {} of {} manifests",
             table.name(), plan.tasks.size(), plan.record_count, ShortBytes(plan.file_size_bytes),
             plan.files_skipped, plan.manifests_skipped,
             plan.manifests_read + plan.manifests_skipped);
  const ProgressStep progress("reading " + table.name(), WorkRead(),
                              {.rows = plan.record_count, .bytes = plan.file_size_bytes});
  PausePoint("backfill.planned");
  return ParallelFor(plan.tasks.size(), threads, [&](std::size_t index) -> Status {
    GNOMON_ASSIGN_OR_RETURN(auto reader, iceberg::OpenTask(table, plan.tasks[index], options));
    while (true) {
      std::shared_ptr<arrow::RecordBatch> batch;
      GNOMON_ARROW_RETURN_NOT_OK(reader->ReadNext(&batch), "reading " + table.name());
      if (batch == nullptr) return Ok();
      for (const expr::BoundExpression* where : reading.wheres) {
        GNOMON_ASSIGN_OR_RETURN(batch, RowsWhere(*where, batch));
      }
      if (batch->num_rows() > 0) GNOMON_RETURN_IF_ERROR(consume(std::move(batch)));
    }
  });
}

}  // namespace gnomon::run
