// SPDX-License-Identifier: Apache-2.0
// One line per value, for rows of more columns than a terminal is wide: `name | value` under a line
// that numbers the row.
#include <arrow/api.h>

#include <algorithm>
#include <ostream>

#include "sql/display_width.h"
#include "sql/print_style.h"
#include "sql/result_printer.h"

namespace gnomon::sql {
namespace {

class VerticalPrinter final : public RowPrinter {
 public:
  VerticalPrinter(const Schema& schema, std::ostream& out) : out_(out) {
    std::int64_t width = 0;
    for (const Field& field : schema.fields) {
      names_.push_back(WithoutControls(field.name));
      width = std::max(width, DisplayWidth(names_.back()));
    }
    for (std::string& name : names_) {
      name.append(static_cast<std::size_t>(width - DisplayWidth(name)), ' ');
    }
  }

  void Add(const arrow::RecordBatch& batch, std::int64_t row) override {
    lines_ = fmt::format("-[ row {} ]-\n", ++row_number_);
    for (int i = 0; i < batch.num_columns(); ++i) {
      text_.clear();
      AppendSparkText(*batch.column(i), row, &text_);
      lines_ += names_[static_cast<std::size_t>(i)] + " | " + WithoutControls(text_) + '\n';
    }
    out_ << lines_;
  }
  void Finish() override {}

 private:
  std::ostream& out_;
  std::vector<std::string> names_;  // Filled up to the same width.
  std::int64_t row_number_ = 0;
  std::string lines_, text_;
};

}  // namespace

extern const PrintStyle kVertical;
constinit const PrintStyle kVertical = {
    .name = "vertical",
    .doc = "one line per value: for rows of many columns",
    .make = &MakeRowPrinter<VerticalPrinter>,
};

}  // namespace gnomon::sql
