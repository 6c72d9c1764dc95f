// SPDX-License-Identifier: Apache-2.0
// A table for the eye. Only the rows that decide its widths are held back. Control characters are
// shown, not sent: data never moves the cursor.
#include <arrow/api.h>

#include <algorithm>
#include <ostream>

#include "sql/display_width.h"
#include "sql/print_style.h"
#include "sql/result_printer.h"

namespace gnomon::sql {
namespace {

using Row = std::vector<std::string>;

constexpr std::size_t kWidthRows = 1000;

class AlignedPrinter final : public RowPrinter {
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

  void Add(const arrow::RecordBatch& batch, std::int64_t row) override {
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

  void Finish() override {
    if (!flushed_) Flush();
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

}  // namespace

extern const PrintStyle kAligned;
constinit const PrintStyle kAligned = {
    .name = "aligned",
    .doc = "a table with a header, its columns aligned: what a terminal shows",
    .make = &MakeRowPrinter<AlignedPrinter>,
};

}  // namespace gnomon::sql
