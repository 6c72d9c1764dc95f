// SPDX-License-Identifier: Apache-2.0
// Rows are printed as they come; the aligned table holds back only the rows that decide its widths.
#include "sql/result_printer.h"

#include <arrow/api.h>

#include <algorithm>
#include <ostream>

#include "sql/display_width.h"
#include "sql/result_stream.h"

namespace gnomon::sql {

namespace {

using Row = std::vector<std::string>;

constexpr std::size_t kWidthRows = 1000;

bool IsRightAligned(const DataType& type) {
  return IsNumeric(type.kind) || type.kind == TypeKind::kDecimal;
}

class TabPrinter {
 public:
  explicit TabPrinter(std::ostream& out) : out_(out) {}

  void Add(const arrow::RecordBatch& batch, std::int64_t row) {
    line_.clear();
    for (int i = 0; i < batch.num_columns(); ++i) {
      if (i > 0) line_ += '\t';
      AppendSparkText(*batch.column(i), row, &line_);
    }
    line_ += '\n';
    out_ << line_;
  }
  void Finish() {}

 private:
  std::ostream& out_;
  std::string line_;
};

class AlignedPrinter {
 public:
  AlignedPrinter(const Schema& schema, std::ostream& out) : out_(out) {
    Row header;
    for (const Field& field : schema.fields) {
      header.push_back(WithoutControls(field.name));
      widths_.push_back(DisplayWidth(header.back()));
      right_.push_back(IsRightAligned(field.type));
    }
    held_.push_back(std::move(header));
  }

  void Add(const arrow::RecordBatch& batch, std::int64_t row) {
    Row cells;
    for (int i = 0; i < batch.num_columns(); ++i) {
      std::string text;
      AppendSparkText(*batch.column(i), row, &text);
      cells.push_back(WithoutControls(text));
    }
    if (flushed_) return Print(cells);
    for (std::size_t i = 0; i < cells.size(); ++i) {
      widths_[i] = std::max(widths_[i], DisplayWidth(cells[i]));
    }
    held_.push_back(std::move(cells));
    if (held_.size() > kWidthRows) Flush();
  }

  void Finish() {
    if (!flushed_ && !widths_.empty()) Flush();
  }

 private:
  void Flush() {
    flushed_ = true;
    Print(held_[0]);
    Row rule;
    for (const std::int64_t width : widths_) {
      rule.emplace_back(static_cast<std::size_t>(width), '-');
    }
    Print(rule);
    for (std::size_t i = 1; i < held_.size(); ++i) Print(held_[i]);
    held_.clear();
  }

  void Print(const Row& cells) {
    std::string line;
    for (std::size_t i = 0; i < cells.size(); ++i) {
      if (i > 0) line += "  ";
      const std::int64_t missing = std::max<std::int64_t>(widths_[i] - DisplayWidth(cells[i]), 0);
      const std::string space(static_cast<std::size_t>(missing), ' ');
      const bool last = i + 1 == cells.size();
      line += right_[i] ? space + cells[i] : last ? cells[i] : cells[i] + space;
    }
    out_ << line << '\n';
  }

  std::ostream& out_;
  std::vector<std::int64_t> widths_;
  std::vector<bool> right_;
  std::vector<Row> held_;  // The header first.
  bool flushed_ = false;
};

template <typename Printer>
Result<std::int64_t> PrintRows(QueryResult& result, Printer printer, std::ostream& out) {
  std::int64_t row_count = 0;
  while (true) {
    std::shared_ptr<arrow::RecordBatch> batch;
    const arrow::Status status = result.batches->ReadNext(&batch);
    if (!status.ok()) return StreamError(status, "running the query");
    if (batch == nullptr) break;
    for (std::int64_t row = 0; row < batch->num_rows(); ++row) printer.Add(*batch, row);
    row_count += batch->num_rows();
    // A closed pipe ends the work.
    if (!out) break;
  }
  printer.Finish();
  out.flush();
  if (!out) return Unavailable("writing the query's rows: the output cannot be written");
  return row_count;
}

}  // namespace

Result<std::int64_t> PrintResult(QueryResult& result, PrintStyle style, std::ostream& out) {
  if (style == PrintStyle::kTabs) return PrintRows(result, TabPrinter(out), out);
  return PrintRows(result, AlignedPrinter(result.schema, out), out);
}

std::string TimingLine(double seconds, std::int64_t row_count) {
  return fmt::format("Time taken: {:.3g} seconds, Fetched {} row(s)", seconds, row_count);
}

}  // namespace gnomon::sql
