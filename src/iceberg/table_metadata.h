// SPDX-License-Identifier: Apache-2.0
// The values that an Iceberg table's metadata file holds. What this library does not interpret
// (statistics, sort order fields, unknown keys) is kept as JSON text, so that a commit of ours
// loses nothing that another engine wrote.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "types/data_type.h"

namespace gnomon::iceberg {

// One schema of the table's history.
struct TableSchema {
  std::int32_t id = 0;
  Schema schema;     // With field ids.
  std::string json;  // As read; empty for schemas of our making.
};

struct PartitionField {
  std::int32_t source_id = 0;
  std::int32_t field_id = 0;
  std::string name;
  std::string transform;  // identity, day, bucket[16], void, ...

  bool operator==(const PartitionField&) const = default;
  bool is_identity() const { return transform == "identity"; }
};

struct PartitionSpec {
  std::int32_t id = 0;
  std::vector<PartitionField> fields;

  bool operator==(const PartitionSpec&) const = default;
};

struct SortOrder {
  std::int32_t id = 0;
  std::string json;  // The whole order; empty means unsorted.
};

struct Snapshot {
  std::int64_t id = 0;
  std::optional<std::int64_t> parent_id;
  std::int64_t sequence_number = 0;
  std::int64_t timestamp_ms = 0;
  std::string manifest_list;                   // Empty for v1 snapshots that list their manifests.
  std::vector<std::string> manifests;          // v1 only.
  std::map<std::string, std::string> summary;  // Includes "operation".
  std::optional<std::int32_t> schema_id;
};

struct SnapshotLogEntry {
  std::int64_t timestamp_ms = 0;
  std::int64_t snapshot_id = 0;
};

struct MetadataLogEntry {
  std::int64_t timestamp_ms = 0;
  std::string metadata_file;
};

// A branch or tag; `json` keeps its retention settings.
struct SnapshotRef {
  std::int64_t snapshot_id = 0;
  std::string json;
};

struct TableMetadata {
  std::int32_t format_version = 2;
  std::string table_uuid;
  std::string location;
  std::int64_t last_sequence_number = 0;
  std::int64_t last_updated_ms = 0;
  std::int32_t last_column_id = 0;
  std::vector<TableSchema> schemas;
  std::int32_t current_schema_id = 0;
  std::vector<PartitionSpec> partition_specs;
  std::int32_t default_spec_id = 0;
  std::int32_t last_partition_id = 999;
  std::vector<SortOrder> sort_orders;
  std::int32_t default_sort_order_id = 0;
  std::map<std::string, std::string> properties;
  std::optional<std::int64_t> current_snapshot_id;
  std::vector<Snapshot> snapshots;
  // Of main only the settings count: its head is current_snapshot_id.
  std::map<std::string, SnapshotRef> refs;
  std::vector<SnapshotLogEntry> snapshot_log;
  std::vector<MetadataLogEntry> metadata_log;
  std::string other_json;  // An object with the keys not named here.

  // nullptr when there is none of that id.
  const TableSchema* FindSchema(std::int32_t id) const;
  const PartitionSpec* FindSpec(std::int32_t id) const;
  const Snapshot* FindSnapshot(std::int64_t id) const;
  // The parser has checked that these exist.
  const Schema& schema() const;
  const PartitionSpec& spec() const;
  // nullptr when the table is empty.
  const Snapshot* current_snapshot() const;
  // The whole-number property `key`, or `fallback` when it is missing or no such number.
  std::int64_t PropertyInt(const std::string& key, std::int64_t fallback) const;
};

// The field of that id at any depth, nullptr when there is none.
const Field* FindFieldById(const std::vector<Field>& fields, std::int32_t id);

}  // namespace gnomon::iceberg
