// SPDX-License-Identifier: Apache-2.0
// What a query's filters say about single columns of a scan, for skipping files. DuckDB still
// applies every filter to the rows, so this may know less than the filter, never more.
#pragma once

#include <duckdb/planner/operator/logical_get.hpp>

#include "iceberg/scan.h"
#include "types/data_type.h"

namespace gnomon::sql {

// Appends the comparisons that every row that passes `filters` must satisfy; `schema` is the
// scanned table's.
void CollectComparisons(duckdb::ClientContext& context, const duckdb::LogicalGet& get,
                        const Schema& schema,
                        const duckdb::vector<duckdb::unique_ptr<duckdb::Expression>>& filters,
                        iceberg::Filter& comparisons);

}  // namespace gnomon::sql
