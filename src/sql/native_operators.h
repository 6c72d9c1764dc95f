// SPDX-License-Identifier: Apache-2.0
// Comparisons and logic whose meaning in Spark and DuckDB is the same become DuckDB's own
// operators, so that filters reach the scan and equalities become hash joins.
#pragma once

#include <duckdb/function/scalar_function.hpp>

namespace gnomon::sql {

// The `bind_expression` callback of every Spark function: the native operator, or nullptr where the
// types leave doubt.
duckdb::unique_ptr<duckdb::Expression> BindNativeOperator(
    duckdb::FunctionBindExpressionInput& input);

}  // namespace gnomon::sql
