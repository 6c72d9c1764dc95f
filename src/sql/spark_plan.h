// SPDX-License-Identifier: Apache-2.0
// What DuckDB does by rules of its own while it plans a query (implicit casts, the order of nested
// values, keys of groups) is done by Spark's, or refused: bound plans are rewritten before they are
// optimized.
#pragma once

namespace duckdb {
class DatabaseInstance;
}

namespace gnomon::sql {

// Every plan of the database is rewritten from now on.
void RegisterSparkPlan(duckdb::DatabaseInstance& database);

}  // namespace gnomon::sql
