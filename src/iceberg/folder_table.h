// SPDX-License-Identifier: Apache-2.0
// A folder in Hive's layout (`ds=2023-12-01/part-0.parquet`) as a table in place: what the folders
// hold at the moment is the table, and nothing but names is read to plan a scan.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "base/result.h"
#include "iceberg/table.h"

namespace gnomon::iceberg {

struct FolderTable {
  std::string name;        // `db.table`.
  std::string folder;      // Absolute local path.
  std::string shown_path;  // As the user wrote it.
  // Types of partition columns; string, as in Chronon's Hive tables, where none is given.
  std::map<std::string, DataType> partition_types;
};

// Errors, of it and of each look: InvalidArgument (there is no such folder or nothing in it: not
// NotFound, as the entry exists; folders of different keys, a value that its type cannot hold,
// files that do not fit together), Corruption (not Parquet).
Result<Table> OpenFolderTable(FolderTable folder);

}  // namespace gnomon::iceberg
