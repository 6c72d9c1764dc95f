// SPDX-License-Identifier: Apache-2.0
// Comma-separated values with a header, quoted as RFC 4180 says; lines end in LF, as psql and
// pandas write them. NULL is an empty field, the empty text is `""`; nested values are JSON, bytes
// are base64, all else is text as Spark writes it.
#include <arrow/api.h>

#include <ostream>

#include "sql/print_style.h"
#include "sql/result_printer.h"

namespace gnomon::sql {
namespace {

void AppendQuoted(std::string_view text, std::string* out) {
  const bool plain = !text.empty() && text.find_first_of(",\"\r\n") == std::string_view::npos;
  if (plain) {
    *out += text;
    return;
  }
  *out += '"';
  for (const char c : text) {
    if (c == '"') *out += '"';
    *out += c;
  }
  *out += '"';
}

class CsvPrinter final : public RowPrinter {
 public:
  CsvPrinter(const Schema& schema, std::ostream& out) : out_(out) {
    for (std::size_t i = 0; i < schema.fields.size(); ++i) {
      if (i > 0) line_ += ',';
      AppendQuoted(schema.fields[i].name, &line_);
    }
    out_ << line_ << '\n';
  }

  void Add(const arrow::RecordBatch& batch, std::int64_t row) override {
    line_.clear();
    for (int i = 0; i < batch.num_columns(); ++i) {
      if (i > 0) line_ += ',';
      AppendCell(*batch.column(i), row);
    }
    out_ << line_ << '\n';
  }
  void Finish() override {}

 private:
  void AppendCell(const arrow::Array& column, std::int64_t row) {
    if (column.IsNull(row) || column.type_id() == arrow::Type::NA) return;
    text_.clear();
    switch (column.type_id()) {
      case arrow::Type::BINARY:
        AppendJson(column, row, &text_);
        return AppendQuoted(std::string_view(text_).substr(1, text_.size() - 2), &line_);
      case arrow::Type::LIST:
      case arrow::Type::MAP:
      case arrow::Type::STRUCT:
        AppendJson(column, row, &text_);
        break;
      default:
        AppendSparkText(column, row, &text_);
    }
    AppendQuoted(text_, &line_);
  }

  std::ostream& out_;
  std::string line_, text_;
};

}  // namespace

extern const PrintStyle kCsv;
constinit const PrintStyle kCsv = {
    .name = "csv",
    .doc = "comma-separated values with a header (RFC 4180)",
    .make = &MakeRowPrinter<CsvPrinter>,
};

}  // namespace gnomon::sql
