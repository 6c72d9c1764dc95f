// SPDX-License-Identifier: Apache-2.0
#include "run/text_table.h"

#include <fmt/format.h>

#include <algorithm>

namespace gnomon::run {

namespace {

// Characters, not bytes: what follows the first byte of one does not count.
std::size_t WidthOf(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

bool IsNumber(const std::string& text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '%';
  });
}

void AppendCell(const std::string& text, std::size_t width, bool right, std::string& line) {
  const std::string blanks(width - std::min(width, WidthOf(text)), ' ');
  line += "  " + (right ? blanks + text : text + blanks);
}

}  // namespace

std::string TextTable::ToText() const {
  if (rows_.empty()) return "";
  std::vector<std::size_t> widths;
  std::vector<bool> is_right;
  for (std::size_t i = 0; i < head_.size(); ++i) {
    std::size_t width = WidthOf(head_[i]);
    bool all_numbers = true;
    for (const auto& row : rows_) {
      width = std::max(width, WidthOf(row[i]));
      all_numbers = all_numbers && IsNumber(row[i]);
    }
    widths.push_back(width);
    is_right.push_back(all_numbers);
  }
  std::string text;
  const auto add = [&](const std::vector<std::string>& row) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) AppendCell(row[i], widths[i], is_right[i], line);
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + '\n';
  };
  add(head_);
  for (const auto& row : rows_) add(row);
  return text;
}

}  // namespace gnomon::run
