// SPDX-License-Identifier: Apache-2.0
// A table of GitHub's Markdown, to paste into an issue or a pull request. What would be markup in a
// value is escaped, a line break becomes <br>.
#include <arrow/api.h>

#include <ostream>

#include "sql/print_style.h"
#include "sql/result_printer.h"

namespace gnomon::sql {
namespace {

bool IsWordCharacter(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';
}

// An underscore inside a word is no markup, so names of columns stay as they are.
bool IsMarkup(std::string_view text, std::size_t at) {
  constexpr std::string_view kMarks = "\\|`*<~";
  if (text[at] != '_') return kMarks.find(text[at]) != std::string_view::npos;
  return at == 0 || at + 1 == text.size() || !IsWordCharacter(text[at - 1]) ||
         !IsWordCharacter(text[at + 1]);
}

void AppendCell(std::string_view text, std::string* out) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\r') continue;
    if (text[i] == '\n') {
      *out += "<br>";
    } else if (static_cast<unsigned char>(text[i]) < 0x20) {
      *out += ' ';
    } else {
      if (IsMarkup(text, i)) *out += '\\';
      *out += text[i];
    }
  }
}

class MarkdownPrinter final : public RowPrinter {
 public:
  MarkdownPrinter(const Schema& schema, std::ostream& out) : out_(out) {
    std::string rule = "|";
    line_ = "|";
    for (const Field& field : schema.fields) {
      line_ += ' ';
      AppendCell(field.name, &line_);
      line_ += " |";
      rule += IsRightAligned(field.type) ? " ---: |" : " --- |";
    }
    out_ << line_ << '\n' << rule << '\n';
  }

  void Add(const arrow::RecordBatch& batch, std::int64_t row) override {
    line_ = "|";
    for (int i = 0; i < batch.num_columns(); ++i) {
      text_.clear();
      AppendSparkText(*batch.column(i), row, &text_);
      line_ += ' ';
      AppendCell(text_, &line_);
      line_ += " |";
    }
    out_ << line_ << '\n';
  }
  void Finish() override {}

 private:
  std::ostream& out_;
  std::string line_, text_;
};

}  // namespace

extern const PrintStyle kMarkdown;
constinit const PrintStyle kMarkdown = {
    .name = "markdown",
    .doc = "a table of Markdown",
    .make = &MakeRowPrinter<MarkdownPrinter>,
};

}  // namespace gnomon::sql
