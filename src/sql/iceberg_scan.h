// SPDX-License-Identifier: Apache-2.0
// The table function over which DuckDB reads tables of the catalog, and the rule that turns a
// table's name in a query into a call of it. No view is made: names that DuckDB does not know come
// here.
#pragma once

#include <duckdb/main/database.hpp>

#include "sql/table_sources.h"

namespace gnomon::sql {

// What DuckDB's plans call a scan by this function.
inline constexpr char kIcebergScanOperator[] = "GNOMON_SCAN";

// Makes `config` ask `sources` about unknown table names. `sources` must outlive the database.
void AddTableNames(duckdb::DBConfig& config, TableSources& sources);

// Registers the table function. Throws exceptions of DuckDB.
void RegisterIcebergScan(duckdb::DatabaseInstance& database, TableSources& sources);

}  // namespace gnomon::sql
