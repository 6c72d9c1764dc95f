// SPDX-License-Identifier: Apache-2.0
// Which files a scan reads: manifests pruned by partition summaries, files by partition values and
// column bounds.
#include "base/edit_distance.h"
#include "iceberg/location.h"
#include "iceberg/manifest.h"
#include "iceberg/row_filter.h"
#include "iceberg/table.h"

namespace gnomon::iceberg {

namespace {

Result<ScanTask> MakeTask(const DataFile& file, const PartitionSpec& spec) {
  if (file.file_format != "PARQUET" && file.file_format != "parquet") {
    return Unimplemented("the data file {} has format {} - rewrite the table as parquet",
                         file.file_path, file.file_format);
  }
  ScanTask task;
  GNOMON_ASSIGN_OR_RETURN(task.path, LocalPathOfLocation(file.file_path));
  task.record_count = file.record_count;
  task.file_size_bytes = file.file_size_bytes;
  for (std::size_t i = 0; i < spec.fields.size(); ++i) {
    if (spec.fields[i].is_identity()) {
      task.partition.emplace_back(spec.fields[i].source_id, file.partition[i]);
    }
  }
  return task;
}

Status RefuseLiveDeletes(const ManifestFile& manifest, const TableMetadata& metadata,
                         const std::string& table) {
  if (!manifest.may_have_live_files()) return Ok();
  GNOMON_ASSIGN_OR_RETURN(const auto entries, ReadManifest(manifest, metadata));
  for (const ManifestEntry& entry : entries) {
    if (entry.live()) {
      return Unimplemented(
          "table {} has delete files, which cannot be read yet - let Spark rewrite it: INSERT "
          "OVERWRITE gnomon.{} SELECT * FROM gnomon.{}",
          table, table, table);
    }
  }
  return Ok();
}

// Adds the file to the plan, unless its partition or bounds rule it out.
Status PlanFile(const DataFile& file, const PartitionSpec& spec, const BoundFilter& filter,
                ScanPlan& plan) {
  if (!MayMatchPartition(filter, file.partition, spec) || !MayMatchFile(filter, file)) {
    ++plan.files_skipped;
    return Ok();
  }
  // Of a file that nobody counted: so that the optimiser has something to go by.
  constexpr std::int64_t kRowBytes = 32;
  GNOMON_ASSIGN_OR_RETURN(ScanTask task, MakeTask(file, spec));
  plan.record_count += task.record_count < 0 ? task.file_size_bytes / kRowBytes : task.record_count;
  plan.file_size_bytes += task.file_size_bytes;
  plan.tasks.push_back(std::move(task));
  return Ok();
}

Status PlanManifest(const ManifestFile& manifest, const TableMetadata& metadata,
                    const BoundFilter& filter, ScanPlan& plan) {
  const PartitionSpec* spec = metadata.FindSpec(manifest.spec_id);
  const bool wanted = manifest.may_have_live_files() &&
                      (spec == nullptr || MayMatchManifest(filter, manifest, *spec, metadata));
  if (!wanted) {
    ++plan.manifests_skipped;
    plan.files_skipped += manifest.added_files.value_or(0) + manifest.existing_files.value_or(0);
    return Ok();
  }
  ++plan.manifests_read;
  GNOMON_ASSIGN_OR_RETURN(const auto entries, ReadManifest(manifest, metadata));
  for (const ManifestEntry& entry : entries) {
    if (!entry.live()) continue;
    // ReadManifest has checked that the table has this spec.
    const PartitionSpec& file_spec = *metadata.FindSpec(entry.file.spec_id);
    GNOMON_RETURN_IF_ERROR(PlanFile(entry.file, file_spec, filter, plan));
  }
  return Ok();
}

}  // namespace

std::string FilterText(const Filter& filter) {
  constexpr std::string_view kOps[] = {
      " = ", " != ", " < ", " <= ", " > ", " >= ", " is null", " is not null"};
  constexpr std::size_t kValueBytesMax = 80;
  std::string text;
  for (const Comparison& comparison : filter) {
    if (!text.empty()) text += " and ";
    text += comparison.column;
    text += kOps[static_cast<std::size_t>(comparison.op)];
    if (comparison.value == nullptr) continue;
    const std::string value = comparison.value->ToString();
    text += value.size() <= kValueBytesMax ? value : value.substr(0, kValueBytesMax) + "...";
  }
  return text;
}

Result<ScanPlan> Table::PlanScan(const ScanOptions& options) const {
  const TableMetadata& metadata = *metadata_;
  GNOMON_ASSIGN_OR_RETURN(const BoundFilter filter, BindFilter(schema(), options.filter));
  if (options.columns) {
    for (const std::string& column : *options.columns) {
      if (schema().Find(column) != nullptr) continue;
      return InvalidArgument("table {} has no column {}{}", name(), column,
                             DidYouMean(column, schema().names()));
    }
  }
  const Snapshot* snapshot = current_snapshot();
  if (options.snapshot_id) {
    snapshot = metadata.FindSnapshot(*options.snapshot_id);
    if (snapshot == nullptr) {
      return NotFound("table {} has no snapshot {} - `select * from {}.snapshots` lists them",
                      name(), *options.snapshot_id, name());
    }
  }
  ScanPlan plan;
  if (files_ != nullptr) {
    for (const DataFile& file : *files_) {
      GNOMON_RETURN_IF_ERROR(PlanFile(file, metadata.spec(), filter, plan));
    }
    return plan;
  }
  if (snapshot == nullptr) return plan;
  GNOMON_ASSIGN_OR_RETURN(const auto manifests, ReadManifestList(*snapshot));
  for (const ManifestFile& manifest : manifests) {
    GNOMON_RETURN_IF_ERROR(manifest.content == 0 ? PlanManifest(manifest, metadata, filter, plan)
                                                 : RefuseLiveDeletes(manifest, metadata, name()));
  }
  return plan;
}

}  // namespace gnomon::iceberg
