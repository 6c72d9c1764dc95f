// SPDX-License-Identifier: Apache-2.0
// Spark's functions inside DuckDB: every function of expr as `spark_<name>`, and `spark_cast`. They
// are the same code that evaluates selects; DuckDB adds no cast and no null rule of its own.
#pragma once

#include <duckdb/main/database.hpp>

namespace gnomon::sql {

// Registers all of them. Throws exceptions of DuckDB.
void RegisterFunctions(duckdb::DatabaseInstance& database);

}  // namespace gnomon::sql
