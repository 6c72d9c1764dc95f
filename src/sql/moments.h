// SPDX-License-Identifier: Apache-2.0
// Spark's skewness, kurtosis, variances and deviations as aggregate functions of DuckDB, whose own
// are of a sample, lose digits where the mean is great, or end in an error at an infinity or NaN.
#pragma once

namespace duckdb {
class DatabaseInstance;
}

namespace gnomon::sql {

// Registers spark_skewness, spark_kurtosis, spark_var_samp, spark_var_pop, spark_stddev_samp and
// spark_stddev_pop, of doubles.
void RegisterMoments(duckdb::DatabaseInstance& database);

}  // namespace gnomon::sql
