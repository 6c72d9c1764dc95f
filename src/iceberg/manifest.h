// SPDX-License-Identifier: Apache-2.0
// Manifests and manifest lists: the Avro files between a snapshot and its data files. Fields are
// found by field id, so files of any writer and version are read; what is written is version 2.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "iceberg/table_metadata.h"
#include "iceberg/values.h"

namespace gnomon::iceberg {

struct DataFile {
  std::int32_t spec_id = 0;  // The spec of `partition`: that of the file's manifest.
  std::int32_t content = 0;  // 0 data, 1 position deletes, 2 equality deletes.
  std::string file_path;
  std::string file_format = "PARQUET";
  std::vector<ScalarPtr> partition;  // In the order of the spec's fields.
  std::int64_t record_count = 0;
  std::int64_t file_size_bytes = 0;
  std::map<std::int32_t, std::int64_t> column_sizes;
  std::map<std::int32_t, std::int64_t> value_counts;
  std::map<std::int32_t, std::int64_t> null_value_counts;
  std::map<std::int32_t, std::int64_t> nan_value_counts;
  std::map<std::int32_t, std::string> lower_bounds;
  std::map<std::int32_t, std::string> upper_bounds;
  std::optional<std::string> key_metadata;
  std::vector<std::int64_t> split_offsets;
  std::vector<std::int32_t> equality_ids;
  std::optional<std::int32_t> sort_order_id;
  std::optional<std::string> referenced_data_file;  // Of some delete files; read only.
};

enum class EntryStatus : std::uint8_t { kExisting = 0, kAdded = 1, kDeleted = 2 };

// After reading, ids and sequence numbers are inherited and set; for writing they may be absent in
// ADDED entries.
struct ManifestEntry {
  EntryStatus status = EntryStatus::kAdded;
  std::optional<std::int64_t> snapshot_id;
  std::optional<std::int64_t> sequence_number;
  std::optional<std::int64_t> file_sequence_number;
  DataFile file;

  bool live() const { return status != EntryStatus::kDeleted; }
};

struct PartitionSummary {
  bool contains_null = false;
  std::optional<bool> contains_nan;
  std::optional<std::string> lower;
  std::optional<std::string> upper;
};

// One line of a manifest list. Counts are absent in some v1 files.
struct ManifestFile {
  std::string path;
  std::int64_t length = 0;
  std::int32_t spec_id = 0;
  std::int32_t content = 0;  // 0 data, 1 deletes.
  std::int64_t sequence_number = 0;
  std::int64_t min_sequence_number = 0;
  std::int64_t added_snapshot_id = 0;
  std::optional<std::int64_t> added_files;
  std::optional<std::int64_t> existing_files;
  std::optional<std::int64_t> deleted_files;
  std::optional<std::int64_t> added_rows;
  std::optional<std::int64_t> existing_rows;
  std::optional<std::int64_t> deleted_rows;
  std::vector<PartitionSummary> partitions;
  std::optional<std::string> key_metadata;

  bool may_have_live_files() const { return added_files != 0 || existing_files != 0; }
};

// The manifests of a snapshot. Errors: NotFound, Corruption.
Result<std::vector<ManifestFile>> ReadManifestList(const Snapshot& snapshot);

// Writes the manifest list of `snapshot` to its location.
Status WriteManifestList(const Snapshot& snapshot, const std::vector<ManifestFile>& manifests);

// The entries of a manifest, deleted ones included. Errors: NotFound, Corruption.
Result<std::vector<ManifestEntry>> ReadManifest(const ManifestFile& manifest,
                                                const TableMetadata& metadata);

// Writes a data manifest of `entries` (all of `spec`) for the snapshot in the making and describes
// it.
Result<ManifestFile> WriteManifest(const std::string& location, const TableMetadata& metadata,
                                   const PartitionSpec& spec, const Snapshot& snapshot,
                                   const std::vector<ManifestEntry>& entries);

}  // namespace gnomon::iceberg
