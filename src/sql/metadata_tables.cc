// SPDX-License-Identifier: Apache-2.0
// Columns, names and types are those of Iceberg's Spark runtime; tables without partitions have no
// partition columns.
#include "sql/metadata_tables.h"

#include <arrow/api.h>

#include <array>
#include <set>

#include "base/edit_distance.h"
#include "sql/manifest_tables.h"
#include "sql/row_builder.h"

namespace gnomon::sql {

namespace {

using iceberg::Snapshot;
using Rows = Result<std::shared_ptr<arrow::RecordBatch>>;

Cell ParentCell(const Snapshot* snapshot) {
  if (snapshot == nullptr || !snapshot->parent_id) return Cell();
  return *snapshot->parent_id;
}

// The snapshots from the current one back to the first that is still known.
std::set<std::int64_t> CurrentAncestors(const iceberg::TableMetadata& metadata) {
  std::set<std::int64_t> ids;
  const Snapshot* snapshot = metadata.current_snapshot();
  while (snapshot != nullptr && ids.insert(snapshot->id).second) {
    snapshot = snapshot->parent_id ? metadata.FindSnapshot(*snapshot->parent_id) : nullptr;
  }
  return ids;
}

Rows History(const iceberg::Table& table) {
  RowBuilder rows(
      Schema{{MakeField("made_current_at", TypeKind::kTimestamp),
              MakeField("snapshot_id", TypeKind::kLong), MakeField("parent_id", TypeKind::kLong),
              MakeField("is_current_ancestor", TypeKind::kBoolean)}});
  const iceberg::TableMetadata& metadata = table.metadata();
  const std::set<std::int64_t> ancestors = CurrentAncestors(metadata);
  for (const iceberg::SnapshotLogEntry& entry : metadata.snapshot_log) {
    rows.Add({entry.timestamp_ms * 1000, entry.snapshot_id,
              ParentCell(metadata.FindSnapshot(entry.snapshot_id)),
              ancestors.contains(entry.snapshot_id)});
  }
  return rows.Finish();
}

Rows Snapshots(const iceberg::Table& table) {
  RowBuilder rows(Schema{
      {MakeField("committed_at", TypeKind::kTimestamp), MakeField("snapshot_id", TypeKind::kLong),
       MakeField("parent_id", TypeKind::kLong), MakeField("operation", TypeKind::kString),
       MakeField("manifest_list", TypeKind::kString),
       MakeField("summary", DataType::Map(TypeKind::kString, TypeKind::kString))}});
  for (const Snapshot& snapshot : table.metadata().snapshots) {
    std::map<std::string, std::string> summary = snapshot.summary;
    Cell operation;
    if (const auto found = summary.find("operation"); found != summary.end()) {
      operation = found->second;
      summary.erase(found);
    }
    rows.Add({snapshot.timestamp_ms * 1000, snapshot.id, ParentCell(&snapshot),
              std::move(operation), snapshot.manifest_list, std::move(summary)});
  }
  return rows.Finish();
}

struct MetadataTable {
  std::string_view name;
  Rows (*make)(const iceberg::Table&);
};

constexpr std::array<MetadataTable, 4> kMetadataTables = {{
    {"files", MakeFilesTable},
    {"history", History},
    {"partitions", MakePartitionsTable},
    {"snapshots", Snapshots},
}};

}  // namespace

Rows MakeMetadataTable(const iceberg::Table& table, const std::string& name) {
  if (table.is_in_place()) {
    return NotFound(
        "table {} has no metadata table '{}': its files are read in place - import them "
        "to have an Iceberg table",
        table.name(), name);
  }
  std::vector<std::string> names;
  for (const MetadataTable& entry : kMetadataTables) {
    if (entry.name == name) return entry.make(table);
    names.emplace_back(entry.name);
  }
  return NotFound("table {} has no metadata table '{}'{}", table.name(), name,
                  DidYouMean(name, names));
}

}  // namespace gnomon::sql
