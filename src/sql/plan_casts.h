// SPDX-License-Identifier: Apache-2.0
// Where several types meet in a column, the common type and the casts to it are Spark's.
#pragma once

#include <duckdb/planner/operator/logical_comparison_join.hpp>
#include <duckdb/planner/operator/logical_expression_get.hpp>
#include <duckdb/planner/operator/logical_set_operation.hpp>

#include "sql/plan_calls.h"

namespace gnomon::sql {

// UNION, INTERSECT, EXCEPT: each side is cast step by step to the common types that Spark finds
// from left to right.
void CastSides(duckdb::ClientContext& context, duckdb::LogicalSetOperation& operation);

// VALUES: Spark makes no string of anything there.
void CastRows(duckdb::ClientContext& context, duckdb::LogicalExpressionGet& values);

// The columns of USING, which DuckDB compares by its own casts. Refuses what may differ.
void CheckJoinedTypes(const duckdb::LogicalComparisonJoin& join);

// Refuses what stands for a condition and is no boolean; `condition` may be nullptr.
void CheckIsBoolean(duckdb::Expression* condition);

}  // namespace gnomon::sql
