// SPDX-License-Identifier: Apache-2.0
// `gnomon import --in-place TABLE FOLDER`: nothing is copied; the folder becomes a read-only table
// by an entry in gnomon.toml.
#pragma once

#include <map>
#include <string>

#include "base/result.h"
#include "cli/open_repository.h"
#include "iceberg/table.h"

namespace gnomon::cli {

// Looks at the folder as a table first, and then writes the entry, unless `dry_run`. Returns the
// table.
// Errors: AlreadyExists, and those of iceberg::OpenFolderTable and AddTableSetting.
Result<iceberg::Table> RegisterInPlace(Repository& repository, const std::string& table,
                                       const std::string& folder,
                                       const std::map<std::string, DataType>& partition_types,
                                       bool dry_run);

}  // namespace gnomon::cli
