// SPDX-License-Identifier: Apache-2.0
// DuckDB's local files, whose reads are added to WorkRead(): its own count leaves out most of what
// a Parquet scan reads.
#pragma once

#include <string>

namespace duckdb {
class DatabaseInstance;
}  // namespace duckdb

namespace gnomon::sql {

// Counts from now on, except in `tmp_dir`, where DuckDB spills.
void CountFileReads(duckdb::DatabaseInstance& database, const std::string& tmp_dir);

}  // namespace gnomon::sql
