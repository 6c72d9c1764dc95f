// SPDX-License-Identifier: Apache-2.0
// Prints a query's answer as spark-sql does: into a pipe as rows separated by tabs, on a terminal
// as an aligned table.
#pragma once

#include <arrow/type_fwd.h>

#include <cstdint>
#include <iosfwd>
#include <string>

#include "base/result.h"
#include "sql/session.h"

namespace gnomon::sql {

enum class PrintStyle : std::uint8_t {
  kTabs,     // No header: what `spark-sql -e` writes.
  kAligned,  // Header and columns; the widths come from the first thousand rows.
};

// Prints all rows and returns their number. Errors: those of the query; Unavailable when `out`
// fails.
Result<std::int64_t> PrintResult(QueryResult& result, PrintStyle style, std::ostream& out);

// `Time taken: 0.12 seconds, Fetched 10 row(s)`.
std::string TimingLine(double seconds, std::int64_t row_count);

// Appends one value as spark-sql prints it: NULL, true, 1.0E10, `["a","b"]`, `{"k":1}`.
void AppendSparkText(const arrow::Array& array, std::int64_t row, std::string* out);

}  // namespace gnomon::sql
