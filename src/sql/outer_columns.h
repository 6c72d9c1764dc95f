// SPDX-License-Identifier: Apache-2.0
// Inside a subquery DuckDB takes the name of a column of a query around it for a value of its own,
// if it has one of that name: `user` for user(), `current_date` for current_date().
#pragma once

#include <duckdb.hpp>

#include "base/result.h"

namespace gnomon::sql {

// Gives each such name in the subqueries of a query the relation that has the column. Error:
// InvalidArgument when none has.
Status QualifyOuterColumns(duckdb::Connection& connection, duckdb::SQLStatement& query);

}  // namespace gnomon::sql
