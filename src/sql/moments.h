// SPDX-License-Identifier: Apache-2.0
// Spark's skewness and kurtosis as aggregate functions of DuckDB, whose own are of a sample and
// lose digits where the mean is great.
#pragma once

namespace duckdb {
class DatabaseInstance;
}

namespace gnomon::sql {

// Registers spark_skewness and spark_kurtosis, of doubles.
void RegisterMoments(duckdb::DatabaseInstance& database);

}  // namespace gnomon::sql
