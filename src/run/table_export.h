// SPDX-License-Identifier: Apache-2.0
// A table as one file for people and tools that read no Iceberg.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "catalog/catalog.h"
#include "sql/session.h"

namespace gnomon::run {

// Writes all rows of a table or view to `path` in `format` (csv, parquet, json), replacing the file
// when all is written. Returns the number of rows. Errors: NotFound, Unavailable.
Result<std::int64_t> ExportTable(sql::Session& session, const catalog::TableName& table,
                                 const std::string& format, const std::string& path);

}  // namespace gnomon::run
