// SPDX-License-Identifier: Apache-2.0
// Spark's approx_count_distinct as aggregate functions of DuckDB, whose own is another sketch.
#pragma once

namespace duckdb {
class DatabaseInstance;
}

namespace gnomon::sql {

// Registers spark_approx_count_distinct_4 to _18, by the bits of address, of xxHashes with seed 42.
void RegisterHyperLogLog(duckdb::DatabaseInstance& database);

}  // namespace gnomon::sql
