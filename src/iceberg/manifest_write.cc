// SPDX-License-Identifier: Apache-2.0
// Writing manifests and manifest lists, version 2.
#include <nlohmann/json.hpp>

#include "avro/container.h"
#include "iceberg/location.h"
#include "iceberg/manifest.h"
#include "iceberg/manifest_schema.h"
#include "iceberg/schema_json.h"
#include "storage/file_io.h"

namespace gnomon::iceberg {

namespace {

using avro::Value;
using avro::Values;

template <typename T>
Value OptionalValue(const std::optional<T>& value) {
  return value ? Value(*value) : Value();
}

template <typename T>
Value MapValue(const std::map<std::int32_t, T>& map) {
  if (map.empty()) return Value();
  Values entries;
  for (const auto& [key, item] : map) {
    entries.emplace_back(Values{Value(std::int64_t{key}), Value(item)});
  }
  return Value(std::move(entries));
}

// Null when empty (checklist 6).
template <typename T>
Value ListValue(const std::vector<T>& list) {
  if (list.empty()) return Value();
  Values items;
  for (const T item : list) items.emplace_back(std::int64_t{item});
  return Value(std::move(items));
}

Value DataFileValue(const DataFile& file) {
  Values partition;
  for (const ScalarPtr& value : file.partition) partition.emplace_back(PartitionValueToAvro(value));
  std::optional<std::int64_t> sort_order;
  if (file.sort_order_id) sort_order = *file.sort_order_id;
  return Value(Values{
      Value(std::int64_t{file.content}), Value(file.file_path), Value(file.file_format),
      Value(std::move(partition)), Value(file.record_count), Value(file.file_size_bytes),
      MapValue(file.column_sizes), MapValue(file.value_counts), MapValue(file.null_value_counts),
      MapValue(file.nan_value_counts), MapValue(file.lower_bounds), MapValue(file.upper_bounds),
      OptionalValue(file.key_metadata), ListValue(file.split_offsets), ListValue(file.equality_ids),
      OptionalValue(sort_order)});
}

Value EntryValue(const ManifestEntry& entry) {
  return Value(Values{Value(static_cast<std::int64_t>(entry.status)),
                      OptionalValue(entry.snapshot_id), OptionalValue(entry.sequence_number),
                      OptionalValue(entry.file_sequence_number), DataFileValue(entry.file)});
}

// Widens the summary of one partition field by one file's value.
void Summarize(const ScalarPtr& value, PartitionSummary& summary, ScalarPtr& lower,
               ScalarPtr& upper) {
  if (IsNullScalar(value)) {
    summary.contains_null = true;
  } else if (IsNanScalar(value)) {
    summary.contains_nan = true;
  } else {
    if (lower == nullptr || CompareScalars(value, lower).value_or(0) < 0) lower = value;
    if (upper == nullptr || CompareScalars(value, upper).value_or(0) > 0) upper = value;
  }
}

std::vector<PartitionSummary> SummarizePartitions(const PartitionSpec& spec,
                                                  const std::vector<ManifestEntry>& entries) {
  std::vector<PartitionSummary> result(spec.fields.size());
  for (std::size_t i = 0; i < spec.fields.size(); ++i) {
    ScalarPtr lower;
    ScalarPtr upper;
    result[i].contains_nan = false;
    for (const ManifestEntry& entry : entries) {
      Summarize(entry.file.partition[i], result[i], lower, upper);
    }
    result[i].lower = ToSingleValue(lower);
    result[i].upper = ToSingleValue(upper);
  }
  return result;
}

// The least data sequence number of the live files; added ones have the new snapshot's (0 is a
// value).
ManifestFile Describe(const PartitionSpec& spec, const Snapshot& snapshot,
                      const std::vector<ManifestEntry>& entries) {
  ManifestFile manifest;
  manifest.spec_id = spec.id;
  manifest.sequence_number = snapshot.sequence_number;
  manifest.min_sequence_number = snapshot.sequence_number;
  manifest.added_snapshot_id = snapshot.id;
  std::int64_t files[3] = {0, 0, 0};
  std::int64_t rows[3] = {0, 0, 0};
  for (const ManifestEntry& entry : entries) {
    const auto status = static_cast<std::size_t>(entry.status);
    ++files[status];
    rows[status] += entry.file.record_count;
    if (entry.live() && entry.sequence_number) {
      manifest.min_sequence_number = std::min(manifest.min_sequence_number, *entry.sequence_number);
    }
  }
  manifest.existing_files = files[0];
  manifest.added_files = files[1];
  manifest.deleted_files = files[2];
  manifest.existing_rows = rows[0];
  manifest.added_rows = rows[1];
  manifest.deleted_rows = rows[2];
  manifest.partitions = SummarizePartitions(spec, entries);
  return manifest;
}

std::map<std::string, std::string> ManifestHeader(const TableMetadata& metadata,
                                                  const PartitionSpec& spec) {
  nlohmann::ordered_json fields = nlohmann::ordered_json::array();
  for (const PartitionField& field : spec.fields) {
    fields.push_back({{"name", field.name},
                      {"transform", field.transform},
                      {"source-id", field.source_id},
                      {"field-id", field.field_id}});
  }
  const TableSchema& schema = *metadata.FindSchema(metadata.current_schema_id);
  return {
      {"schema", schema.json.empty() ? SchemaToJson(schema.schema, schema.id).dump() : schema.json},
      {"schema-id", std::to_string(schema.id)},
      {"partition-spec", fields.dump()},
      {"partition-spec-id", std::to_string(spec.id)},
      {"format-version", "2"},
      {"content", "data"}};
}

Value SummariesValue(const std::vector<PartitionSummary>& summaries) {
  Values items;
  for (const PartitionSummary& summary : summaries) {
    items.push_back(Value(Values{Value(summary.contains_null), OptionalValue(summary.contains_nan),
                                 OptionalValue(summary.lower), OptionalValue(summary.upper)}));
  }
  return Value(std::move(items));
}

Value ListEntryValue(const ManifestFile& manifest) {
  const auto count = [](const std::optional<std::int64_t>& value) {
    return Value(value.value_or(0));
  };
  return Value(Values{
      Value(manifest.path), Value(manifest.length), Value(std::int64_t{manifest.spec_id}),
      Value(std::int64_t{manifest.content}), Value(manifest.sequence_number),
      Value(manifest.min_sequence_number), Value(manifest.added_snapshot_id),
      count(manifest.added_files), count(manifest.existing_files), count(manifest.deleted_files),
      count(manifest.added_rows), count(manifest.existing_rows), count(manifest.deleted_rows),
      SummariesValue(manifest.partitions), OptionalValue(manifest.key_metadata)});
}

}  // namespace

Status WriteManifestList(const Snapshot& snapshot, const std::vector<ManifestFile>& manifests) {
  Values records;
  for (const ManifestFile& manifest : manifests) records.push_back(ListEntryValue(manifest));
  std::map<std::string, std::string> header = {
      {"snapshot-id", std::to_string(snapshot.id)},
      {"sequence-number", std::to_string(snapshot.sequence_number)},
      {"format-version", "2"}};
  header["parent-snapshot-id"] = snapshot.parent_id ? std::to_string(*snapshot.parent_id) : "null";
  GNOMON_ASSIGN_OR_RETURN(const std::string bytes,
                          avro::WriteContainer(*ManifestFileSchema(), header, records));
  GNOMON_ASSIGN_OR_RETURN(const std::string path, LocalPathOfLocation(snapshot.manifest_list));
  return WriteNewFile(path, bytes);
}

Result<ManifestFile> WriteManifest(const std::string& location, const TableMetadata& metadata,
                                   const PartitionSpec& spec, const Snapshot& snapshot,
                                   const std::vector<ManifestEntry>& entries) {
  Values records;
  for (const ManifestEntry& entry : entries) records.push_back(EntryValue(entry));
  GNOMON_ASSIGN_OR_RETURN(const std::string bytes,
                          avro::WriteContainer(*ManifestEntrySchema(metadata, spec),
                                               ManifestHeader(metadata, spec), records));
  GNOMON_ASSIGN_OR_RETURN(const std::string path, LocalPathOfLocation(location));
  GNOMON_RETURN_IF_ERROR(WriteNewFile(path, bytes));
  ManifestFile manifest = Describe(spec, snapshot, entries);
  manifest.path = location;
  manifest.length = static_cast<std::int64_t>(bytes.size());
  return manifest;
}

}  // namespace gnomon::iceberg
