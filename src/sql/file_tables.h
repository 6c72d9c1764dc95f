// SPDX-License-Identifier: Apache-2.0
// Tables over files (Parquet, CSV, JSON), read with Spark's defaults and options.
#pragma once

#include <map>
#include <string>

#include "base/result.h"
#include "sql/engine.h"
#include "storage/workspace.h"

namespace gnomon::sql {

struct FileTable {
  std::string format;  // parquet, csv, json.
  std::string path;    // As the user wrote it.
  std::map<std::string, std::string> options;
};

// The SELECT over the existing files of `table`, which the engine may read from then on. Its
// columns have types of Spark's. Errors: NotFound (NoSuchKey), Unimplemented for an unknown format
// or option, by name, InvalidArgument.
Result<std::string> SelectFromFiles(const Workspace& workspace, Engine& engine,
                                    const FileTable& table);

}  // namespace gnomon::sql
