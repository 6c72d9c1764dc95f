// SPDX-License-Identifier: Apache-2.0
// `[tables]` of gnomon.toml: folders that are read in place as tables.
//
//   [tables]
//   "data.purchases" = "s3a://chronon/warehouse/data/purchases"
//
//   [tables."data.events"]
//   path = "s3a://chronon/events"
//   partition_types = { ds = "date", hr = "int" }
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "types/data_type.h"

namespace gnomon {

struct TableSetting {
  std::string name;  // `db.table`.
  std::string path;  // As the user wrote it.
  std::map<std::string, DataType> partition_types;
};

// The tables of `<root>/gnomon.toml`; none when there is no such file. Errors: InvalidArgument for
// an entry that says no path, an unknown key, a type that no folder's name can have.
Result<std::vector<TableSetting>> LoadTableSettings(const std::filesystem::path& root);

// Adds an entry at the end of `<root>/gnomon.toml` and leaves the rest of its text as it is.
// Errors: AlreadyExists; InvalidArgument when the file would not be TOML any more; Unavailable.
Status AddTableSetting(const std::filesystem::path& root, const TableSetting& table);

}  // namespace gnomon
