// SPDX-License-Identifier: Apache-2.0
// What a file under sql/print_styles defines: a form in which rows are printed.
// `PRINT_STYLE(Csv)` in print_styles/list.inc names `kCsv`.
#pragma once

#include <arrow/type_fwd.h>

#include <cstdint>
#include <iosfwd>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "types/data_type.h"

namespace gnomon::sql {

// Writes the rows of one answer, which has at least one column.
class RowPrinter {
 public:
  virtual ~RowPrinter() = default;

  virtual void Add(const arrow::RecordBatch& batch, std::int64_t row) = 0;
  // Called once, after the last row.
  virtual void Finish() = 0;
};

struct PrintStyle {
  std::string_view name;  // As --format takes it.
  std::string_view doc;
  // Errors: InvalidArgument when the style cannot show these columns.
  Result<std::unique_ptr<RowPrinter>> (*make)(const Schema& schema, std::ostream& out) = nullptr;
};

// A printer of its class, for styles that show any columns.
template <typename Printer>
Result<std::unique_ptr<RowPrinter>> MakeRowPrinter(const Schema& schema, std::ostream& out) {
  return std::unique_ptr<RowPrinter>(std::make_unique<Printer>(schema, out));
}

// Appends one value as JSON: numbers with all their digits, NaN and the infinities as strings (JSON
// has none), dates `2023-12-01`, timestamps in ISO 8601 (`2023-12-01T00:24:00Z`), binary in base64,
// maps and structs as objects. Bytes that are not UTF-8 become U+FFFD.
void AppendJson(const arrow::Array& array, std::int64_t row, std::string* out);
void AppendJsonString(std::string_view text, std::string* out);

// True for numbers, which are aligned to the right.
bool IsRightAligned(const DataType& type);

}  // namespace gnomon::sql
