// SPDX-License-Identifier: Apache-2.0
// Calls that are put into a plan that is bound already.
#pragma once

#include <duckdb/planner/expression.hpp>
#include <string>

#include "types/data_type.h"

namespace gnomon::sql {

using ExpressionPointer = duckdb::unique_ptr<duckdb::Expression>;

// Puts `function(expression)` in place of the expression, under its alias.
void Wrap(duckdb::ClientContext& context, const char* function, ExpressionPointer& expression);

// spark_cast(expression, type), or the expression itself if it has the type.
ExpressionPointer SparkCast(duckdb::ClientContext& context, ExpressionPointer expression,
                            const DataType& type);

// What DuckDB casts by a rule of its own; nullptr for anything else. Typed literals, which the
// translator writes as casts of texts, are none.
duckdb::Expression* ImplicitlyCast(duckdb::Expression& expression);

}  // namespace gnomon::sql
