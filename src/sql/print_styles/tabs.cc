// SPDX-License-Identifier: Apache-2.0
// Rows as `spark-sql -e` writes them: values separated by tabs, no header, and, as there, a tab or
// a line break inside a value is written as it is.
#include <arrow/api.h>

#include <ostream>

#include "sql/print_style.h"
#include "sql/result_printer.h"

namespace gnomon::sql {
namespace {

class TabPrinter final : public RowPrinter {
 public:
  TabPrinter(const Schema&, std::ostream& out) : out_(out) {}

  void Add(const arrow::RecordBatch& batch, std::int64_t row) override {
    line_.clear();
    for (int i = 0; i < batch.num_columns(); ++i) {
      if (i > 0) line_ += '\t';
      AppendSparkText(*batch.column(i), row, &line_);
    }
    line_ += '\n';
    out_ << line_;
  }
  void Finish() override {}

 private:
  std::ostream& out_;
  std::string line_;
};

}  // namespace

extern const PrintStyle kTabs;
constinit const PrintStyle kTabs = {
    .name = "tabs",
    .doc = "values separated by tabs, no header: what spark-sql writes",
    .make = &MakeRowPrinter<TabPrinter>,
};

}  // namespace gnomon::sql
