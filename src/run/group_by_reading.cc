// SPDX-License-Identifier: Apache-2.0
// Computing: the sources' rows through the kernel of their kind, then the derivations.
#include <arrow/api.h>
#include <arrow/compute/api.h>

#include <mutex>

#include "aggregate/entity_kernel.h"
#include "aggregate/snapshot_kernel.h"
#include "base/error_place.h"
#include "base/log.h"
#include "base/pause_point.h"
#include "base/progress.h"
#include "base/progress_line.h"
#include "run/day_ir_table.h"
#include "run/group_by_computation.h"
#include "storage/scratch_folder.h"
#include "types/arrow_mapping.h"

namespace gnomon::run {

namespace {

template <typename Counters>
void TellCounters(const Counters& counters) {
  LogVerbose("  {} rows aggregated, {} of them without key, {} without time; {} spilled to disk",
             counters.rows_read, counters.rows_null_key, counters.rows_null_ts,
             ShortBytes(counters.bytes_spilled));
}

// Rows whose keys are all null belong to nobody (SPEC 6.1).
Result<std::shared_ptr<arrow::RecordBatch>> WithoutNullKeys(
    std::shared_ptr<arrow::RecordBatch> batch, const Schema& keys) {
  arrow::Datum any;
  for (const Field& key : keys.fields) {
    const auto column = batch->GetColumnByName(key.name);
    if (column->null_count() == 0) return batch;
    GNOMON_ARROW_ASSIGN(arrow::Datum there, arrow::compute::IsValid(column), "looking at keys");
    if (any.is_value()) {
      GNOMON_ARROW_ASSIGN(there, arrow::compute::Or(any, there), "looking at keys");
    }
    any = there;
  }
  GNOMON_ARROW_ASSIGN(const arrow::Datum kept, arrow::compute::Filter(batch, any),
                      "leaving out rows without key");
  return kept.record_batch();
}

Result<std::shared_ptr<arrow::Array>> DayTexts(Day day, std::int64_t rows) {
  GNOMON_ARROW_ASSIGN(auto days,
                      arrow::MakeArrayFromScalar(arrow::StringScalar(FormatDay(day)), rows),
                      "building ds");
  return days;
}

// The columns of `schema` by name, in its order.
std::shared_ptr<arrow::RecordBatch> Reordered(const arrow::RecordBatch& batch,
                                              const std::vector<std::string>& names) {
  arrow::FieldVector fields;
  arrow::ArrayVector columns;
  for (const std::string& name : names) {
    columns.push_back(batch.GetColumnByName(name));
    fields.push_back(arrow::field(name, columns.back()->type()));
  }
  return arrow::RecordBatch::Make(arrow::schema(std::move(fields)), batch.num_rows(),
                                  std::move(columns));
}

}  // namespace

Status GroupByComputation::ComputeBase(const DayRange& days, const EmitDay& emit) {
  if (!has_aggregations()) return PassThrough(days, emit);
  if (is_incremental()) {
    DayIrTable table(*context_, *group_by_, *side_, *this);
    GNOMON_RETURN_IF_ERROR(table.Fill(days));
    return table.Compute(days, emit);
  }
  return kind() == SourceKind::kEvents ? ComputeEvents(days, emit) : ComputeEntities(days, emit);
}

Status GroupByComputation::Compute(const DayRange& days, const EmitDay& emit) {
  if (!derivations_) return ComputeBase(days, emit);
  std::vector<std::string> names = keys_.names();
  for (const Field& field : values_.fields) names.push_back(field.name);
  return ComputeBase(days, [&](Day day, const arrow::RecordBatch& rows) -> Status {
    GNOMON_ASSIGN_OR_RETURN(const auto ds, DayTexts(day, rows.num_rows()));
    GNOMON_ARROW_ASSIGN(auto with_ds, rows.AddColumn(rows.num_columns(), "ds", ds), "adding ds");
    GNOMON_ASSIGN_OR_RETURN(const auto derived, ApplyDerivations(std::move(with_ds)));
    return emit(day, *Reordered(*derived, names));
  });
}

Result<std::shared_ptr<arrow::RecordBatch>> GroupByComputation::ApplyDerivations(
    std::shared_ptr<arrow::RecordBatch> batch) const {
  if (!derivations_) return batch;
  GNOMON_ASSIGN_OR_RETURN(arrow::ArrayVector derived, derivations_->Evaluate(*batch));
  arrow::FieldVector fields;
  arrow::ArrayVector columns;
  for (int i = 0; i < batch->num_columns(); ++i) {
    const std::string& name = batch->column_name(i);
    if (base_.Find(name) != nullptr || derivations_->columns().Find(name) != nullptr) {
      // A key that a derivation takes the place of keeps its position.
      if (keys_.Find(name) == nullptr) continue;
    }
    fields.push_back(batch->schema()->field(i));
    columns.push_back(batch->column(i));
  }
  for (std::size_t i = 0; i < derived.size(); ++i) {
    const std::string& name = derivations_->columns().fields[i].name;
    const auto key = std::find_if(fields.begin(), fields.end(),
                                  [&](const auto& field) { return field->name() == name; });
    if (key != fields.end()) {
      columns[static_cast<std::size_t>(key - fields.begin())] = derived[i];
      continue;
    }
    fields.push_back(arrow::field(name, derived[i]->type()));
    columns.push_back(derived[i]);
  }
  return arrow::RecordBatch::Make(arrow::schema(std::move(fields)), batch->num_rows(),
                                  std::move(columns));
}

Status GroupByComputation::ComputeEvents(const DayRange& days, const EmitDay& emit) {
  GNOMON_ASSIGN_OR_RETURN(const ScratchFolder scratch,
                          ScratchFolder::Make(context_->workspace.tmp_dir().string()));
  aggregate::SnapshotKernelOptions options{.keys = keys_,
                                           .inputs = inputs_,
                                           .aggregations = specs_,
                                           .days = days,
                                           .threads = context_->threads,
                                           .memory_bytes = context_->memory_bytes / 4 * 3,
                                           .tmp_dir = scratch.path()};
  auto kernel =
      PlacedAt(side_->Where("aggregations"), aggregate::SnapshotKernel::Make(std::move(options)));
  if (!kernel) return std::move(kernel).error();
  GNOMON_RETURN_IF_ERROR(ReadEvents(
      days, [&](const arrow::RecordBatch& batch) { return (*kernel)->Consume(batch); },
      (*kernel)->time_step_ms()));
  PausePoint("backfill.computed");
  TellCounters((*kernel)->counters());
  const ProgressStep progress("computing " + FormatDayRange(days), WorkWritten(),
                              {.parts = aggregate::SnapshotKernel::kFinishParts});
  return (*kernel)->Finish(emit);
}

Status GroupByComputation::ComputeEntities(const DayRange& days, const EmitDay& emit) {
  GNOMON_ASSIGN_OR_RETURN(const ScratchFolder scratch,
                          ScratchFolder::Make(context_->workspace.tmp_dir().string()));
  aggregate::EntityKernelOptions options;
  options.keys = keys_;
  options.inputs = inputs_;
  options.aggregations = specs_;
  options.days = days;
  options.threads = context_->threads;
  options.memory_bytes = context_->memory_bytes / 4 * 3;
  options.tmp_dir = scratch.path();
  auto kernel =
      PlacedAt(side_->Where("aggregations"), aggregate::EntityKernel::Make(std::move(options)));
  if (!kernel) return std::move(kernel).error();
  GNOMON_RETURN_IF_ERROR(ReadSnapshots(days, [&](Day day, const arrow::RecordBatch& batch) {
    return (*kernel)->Consume(batch, day);
  }));
  PausePoint("backfill.computed");
  TellCounters((*kernel)->counters());
  const ProgressStep progress("computing " + FormatDayRange(days), WorkWritten(),
                              {.parts = aggregate::kKernelFinishParts});
  return (*kernel)->Finish(emit);
}

Status GroupByComputation::PassThrough(const DayRange& days, const EmitDay& emit) {
  std::vector<std::string> names = keys_.names();
  for (const Field& field : base_.fields) names.push_back(field.name);
  if (passes_time_) names.emplace_back("ts");
  std::mutex mutex;
  return ReadSnapshots(days, [&](Day day, const arrow::RecordBatch& rows) -> Status {
    GNOMON_ASSIGN_OR_RETURN(const auto keyed, WithoutNullKeys(rows.Slice(0), keys_));
    if (keyed->num_rows() == 0) return Ok();
    const std::lock_guard lock(mutex);
    return emit(day, *Reordered(*keyed, names));
  });
}

Result<plan::ScanRange> GroupByComputation::EventsRange(std::size_t index,
                                                        const DayRange& days) const {
  const SourceView& view = views_[index];
  if (!view.is_cumulative)
    return plan::EventsScanRange(view.query, days, plan::LongestWindowMs(*group_by_));
  std::optional<Day> latest;
  if (!view.query.end_partition) {
    GNOMON_ASSIGN_OR_RETURN(const auto there, DaysOfSource(index));
    if (!there) {
      return InvalidArgument(
          "a cumulative source must be partitioned by {}, table {} is not: {} - partition it, or "
          "set end_partition",
          scans_[index].partition_column(), view.table, side_->Where(view.table_path));
    }
    if (!there->empty()) latest = *there->rbegin();
  }
  return plan::CumulativeScanRange(view.query, latest);
}

Status GroupByComputation::ReadEvents(const DayRange& query_days, const Consume& consume,
                                      std::int64_t time_step_ms) const {
  for (std::size_t i = 0; i < scans_.size(); ++i) {
    GNOMON_ASSIGN_OR_RETURN(const plan::ScanRange range, EventsRange(i, query_days));
    GNOMON_RETURN_IF_ERROR(scans_[i].Read(range, context_->threads, consume, time_step_ms));
  }
  return Ok();
}

Status GroupByComputation::ReadEventsOfDays(const DayRange& days, const ConsumeDay& consume) const {
  for (std::size_t i = 0; i < scans_.size(); ++i) {
    GNOMON_ASSIGN_OR_RETURN(const plan::ScanRange range,
                            plan::EntitiesScanRange(views_[i].query, days));
    GNOMON_RETURN_IF_ERROR(scans_[i].ReadByDay(range, context_->threads, consume));
  }
  return Ok();
}

Status GroupByComputation::ReadSnapshots(const DayRange& days, const ConsumeDay& consume) const {
  for (std::size_t i = 0; i < scans_.size(); ++i) {
    GNOMON_ASSIGN_OR_RETURN(const plan::ScanRange range,
                            plan::EntitiesScanRange(views_[i].query, days));
    GNOMON_RETURN_IF_ERROR(scans_[i].ReadByDay(range, context_->threads, consume));
  }
  return Ok();
}

Result<SourceScan> GroupByComputation::BindMutations(const SourceView& view) const {
  SourceView mutations = view;
  mutations.table = view.mutation_table;
  mutations.table_path = view.path + ".mutationTable";
  GNOMON_ASSIGN_OR_RETURN(const iceberg::Table table, MutationTableOf(view));
  SourceRequest request = RequestOf();
  request.mutations = true;
  return SourceScan::Bind(*side_, mutations, table, std::move(request));
}

Status GroupByComputation::ReadMutations(const DayRange& days, const ConsumeDay& consume) const {
  for (const SourceView& view : views_) {
    if (view.mutation_table.empty()) continue;
    GNOMON_ASSIGN_OR_RETURN(const SourceScan scan, BindMutations(view));
    GNOMON_ASSIGN_OR_RETURN(const plan::ScanRange range, plan::EntitiesScanRange(view.query, days));
    GNOMON_RETURN_IF_ERROR(scan.ReadByDay(range, context_->threads, consume));
  }
  return Ok();
}

Status GroupByComputation::CheckReadable(bool with_mutations) const {
  const Day any = context_->end() - 1;
  for (std::size_t i = 0; i < views_.size(); ++i) {
    if (views_[i].is_cumulative) {
      if (const auto range = EventsRange(i, {any, any + 1}); !range) return range.error();
    }
    if (!with_mutations || views_[i].mutation_table.empty()) continue;
    if (const auto bound = BindMutations(views_[i]); !bound) return bound.error();
  }
  return Ok();
}

}  // namespace gnomon::run
