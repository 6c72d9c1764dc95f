// SPDX-License-Identifier: Apache-2.0
// Builds the snapshot of one write on top of any base: checks that nobody touched the replaced
// partitions since the write began, rewrites the manifests that hold them, carries the others over,
// and sums up. Runs once per commit attempt.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "iceberg/manifest.h"
#include "iceberg/table_metadata.h"

namespace gnomon::iceberg {

// What a transaction wants to change.
struct SnapshotChange {
  std::string table_name;
  std::shared_ptr<const TableMetadata> start;  // As the transaction began.
  std::vector<DataFile> added;                 // Of start's default spec.
  bool overwrite = false;
  // Partitions, values in the order of the spec's fields.
  std::vector<std::vector<ScalarPtr>> replaced;
  std::map<std::string, std::string> summary;
  std::map<std::string, std::string> properties;
};

class SnapshotBuilder {
 public:
  explicit SnapshotBuilder(SnapshotChange change);

  // Builds on `base`; nullopt when there is nothing to commit.
  // Errors: Conflict; Unimplemented when older partition specs hide which rows are replaced.
  Result<std::optional<TableMetadata>> Build(const TableMetadata& base);
  // Removes the manifests of the last attempt.
  void Discard();
  // The snapshot of the last attempt, 0 if it had none.
  std::int64_t snapshot_id() const { return snapshot_id_; }

 private:
  struct Removed {
    std::int64_t files = 0;
    std::int64_t rows = 0;
    std::int64_t bytes = 0;
  };

  Result<std::optional<TableMetadata>> BuildOn(const TableMetadata& base);
  // The key of a file's partition under the fields that the write replaces by; nullopt when its
  // spec does not tell.
  std::optional<std::string> KeyOf(const DataFile& file, const TableMetadata& metadata) const;
  Result<bool> IsReplaced(const DataFile& file, const TableMetadata& metadata) const;
  Status CheckNobodyTouched(const TableMetadata& base) const;
  Status CheckSnapshot(const Snapshot& snapshot, const TableMetadata& base) const;
  Result<std::vector<ManifestFile>> KeptManifests(const TableMetadata& base,
                                                  const Snapshot& snapshot);
  Result<std::optional<ManifestFile>> RewriteManifest(const ManifestFile& manifest,
                                                      const TableMetadata& base,
                                                      const Snapshot& snapshot);
  std::string NewManifestLocation(const TableMetadata& base);
  void Summarize(const TableMetadata& base, Snapshot& snapshot) const;

  SnapshotChange change_;
  std::set<std::string> replaced_keys_;
  std::set<std::string> changed_keys_;  // Of this attempt: added and removed.
  Removed removed_;
  std::vector<std::string> written_;  // Locations of this attempt.
  std::int64_t snapshot_id_ = 0;
};

}  // namespace gnomon::iceberg
