// SPDX-License-Identifier: Apache-2.0
// An Iceberg v2 table as callers see it: its current metadata, scans, and the two ways to change
// data. A table object is a snapshot of the metadata: Refresh() looks again. All files are
// immutable; a commit is one compare-and-swap of the metadata pointer in the catalog.
#pragma once

#include <arrow/type_fwd.h>

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/calendar.h"
#include "base/result.h"
#include "iceberg/scan.h"
#include "iceberg/table_metadata.h"
#include "types/data_type.h"

namespace gnomon::iceberg {

struct CommitSteps;  // Of iceberg/commit.h.

// The pointer to a table's current metadata file; each catalog has its own. Thread safe.
class MetadataPointer {
 public:
  virtual ~MetadataPointer() = default;
  // `db.table`, for messages.
  virtual std::string name() const = 0;
  // Also tells what a Swap of unknown outcome did. Errors: NotFound when the table is gone.
  virtual Result<std::string> Location() = 0;
  // Sets the pointer to `next` if it still is `expected`. Errors: Conflict when somebody else was
  // first; NotFound; Unavailable with an unknown outcome, which does not change after the return.
  virtual Status Swap(const std::string& expected, const std::string& next) = 0;
};

struct DataFile;  // Of iceberg/manifest.h.

// A table that is not Iceberg's and is read where it lies: its state is made from what lies there.
class TableInPlace {
 public:
  struct State {
    std::shared_ptr<const TableMetadata> metadata;
    std::shared_ptr<const std::vector<DataFile>> files;  // record_count -1: not known yet.
    std::string schema_file;  // The file that gave the columns, for messages.
  };

  virtual ~TableInPlace() = default;
  // `db.table`, for messages.
  virtual std::string name() const = 0;
  // Looks now. Errors: InvalidArgument, Corruption, Unavailable.
  virtual Result<State> Look() const = 0;
  // Makes the files of the tasks as far as they are made when they are read. Thread safe.
  virtual Status MakeFiles(const ScanPlan&) const { return Ok(); }
};

// The state of a table in place that has these columns and partitions by identity; ids are assigned
// afresh.
std::shared_ptr<const TableMetadata> MetadataInPlace(
    Schema schema, const std::vector<std::string>& partition_columns, std::string location);

struct CreateTableOptions {
  Schema schema;                               // Ids are assigned afresh.
  std::vector<std::string> partition_columns;  // Identity transforms.
  std::string location;                        // file:/// URI of the table's folder.
  std::map<std::string, std::string> properties;
};

class Table {
 public:
  // Reads the current metadata. Errors: NotFound, Corruption, Unimplemented (format v3).
  static Result<Table> Load(std::shared_ptr<MetadataPointer> pointer);

  // The table as it lies there now; it can only be read, and its columns are found by name.
  static Result<Table> OpenInPlace(std::shared_ptr<const TableInPlace> in_place);

  // Writes the first metadata file of a new table and returns its location; the catalog then
  // registers it. Errors: Unimplemented for properties that ask for what is not supported
  // (write.format.default other than parquet, format-version other than 2, provider other than
  // iceberg), with the remedy.
  static Result<std::string> WriteInitialMetadata(const CreateTableOptions& options);

  std::string name() const { return in_place_ ? in_place_->name() : pointer_->name(); }
  bool is_in_place() const { return in_place_ != nullptr; }
  // Of a table in place: the file that gave its columns.
  const std::string& schema_file() const { return schema_file_; }
  const TableMetadata& metadata() const { return *metadata_; }
  const std::string& metadata_location() const { return metadata_location_; }
  // The current schema, with field ids.
  const Schema& schema() const;
  // Names of the identity-partitioned columns of the current spec, in order.
  std::vector<std::string> partition_columns() const;
  const std::map<std::string, std::string>& properties() const { return metadata().properties; }
  // nullptr when the table is empty.
  const Snapshot* current_snapshot() const;

  Status Refresh();

  // The files that a scan would read, with what was skipped.
  Result<ScanPlan> PlanScan(const ScanOptions& options) const;

  // REQUIRED before the tasks of a plan are opened: the files of some tables are made then.
  Status MakeFiles(const ScanPlan& plan) const {
    return in_place_ ? in_place_->MakeFiles(plan) : Ok();
  }

  // The distinct values of partition column `column` (DATE or `yyyy-MM-dd` STRING) over all live
  // files, as days; files with a null or other value are left out. Errors: InvalidArgument if the
  // table is not partitioned by it.
  Result<std::set<Day>> PartitionDays(const std::string& column) const;

  // Metadata-only changes, each one commit, retried on conflict.
  Status SetProperties(const std::map<std::string, std::string>& set,
                       const std::set<std::string>& remove = {});
  // Appends columns (ids assigned). Errors: AlreadyExists.
  Status AddColumns(const std::vector<Field>& fields);

 private:
  friend class TableWriteTransaction;
  Table(std::shared_ptr<MetadataPointer> pointer, std::shared_ptr<const TableMetadata> metadata,
        std::string metadata_location)
      : pointer_(std::move(pointer)),
        metadata_(std::move(metadata)),
        metadata_location_(std::move(metadata_location)) {}

  // Format version 1 and tables in place are read only. Errors: Unimplemented with the remedy.
  Status CheckWritable(const TableMetadata& metadata) const;
  // Runs the commit loop from the state as loaded and takes over what it made.
  Status Commit(const CommitSteps& steps);

  std::shared_ptr<MetadataPointer> pointer_;
  std::shared_ptr<const TableMetadata> metadata_;
  std::string metadata_location_;
  std::shared_ptr<const TableInPlace> in_place_;  // Else nullptr, and so is the next.
  std::shared_ptr<const std::vector<DataFile>> files_;
  std::string schema_file_;
};

}  // namespace gnomon::iceberg
