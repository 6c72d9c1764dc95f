// SPDX-License-Identifier: Apache-2.0
// Our types and DuckDB's, both ways. What has no counterpart of Spark's (HUGEINT, unsigned, TIME,
// INTERVAL, ENUM) is refused by name.
#pragma once

#include <duckdb/common/types.hpp>

#include "base/result.h"
#include "types/data_type.h"

namespace gnomon::sql {

duckdb::LogicalType ToDuckDb(const DataType& type);

// Errors: Unimplemented names the type.
Result<DataType> FromDuckDb(const duckdb::LogicalType& type);

}  // namespace gnomon::sql
