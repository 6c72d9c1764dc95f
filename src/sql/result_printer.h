// SPDX-License-Identifier: Apache-2.0
// Prints a query's answer in one of the styles of print_styles/, row by row as the rows come.
#pragma once

#include <arrow/type_fwd.h>

#include <cstdint>
#include <iosfwd>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "sql/session.h"

namespace gnomon::sql {

struct PrintStyle;

// Every style, in the order of list.inc.
std::span<const PrintStyle* const> PrintStyles();

// Errors: InvalidArgument, with the names that there are.
Result<const PrintStyle*> FindPrintStyle(std::string_view name);

// Prints all rows and returns their number; a result without columns prints nothing. Errors: those
// of the query and of the style; Unavailable when `out` fails.
Result<std::int64_t> PrintResult(QueryResult& result, const PrintStyle& style, std::ostream& out);

// `Time taken: 0.12 seconds, Fetched 10 row(s)`.
std::string TimingLine(double seconds, std::int64_t row_count);

// Appends one value as spark-sql prints it: NULL, true, 1.0E10, `["a","b"]`, `{"k":1}`.
void AppendSparkText(const arrow::Array& array, std::int64_t row, std::string* out);

}  // namespace gnomon::sql
