// SPDX-License-Identifier: Apache-2.0
// The rows that DuckDB reads by itself (files of a view, not Iceberg tables), for the run report:
// its profiler counts, and the end of a query adds that to WorkRead().
#pragma once

namespace duckdb {
class ClientContext;
}  // namespace duckdb

namespace gnomon::sql {

// Lets the queries of a connection be counted. Before the first one.
void CountRows(duckdb::ClientContext& context);

// Adds the rows of the query that has just ended.
void AddCountedRows(duckdb::ClientContext& context);

}  // namespace gnomon::sql
