// SPDX-License-Identifier: Apache-2.0
#include "base/progress_line.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

namespace gnomon {

namespace {

constexpr int kBarCells = 24;
constexpr int kTitleCellsMin = 12;
// Of a share smaller than this no time can be told.
constexpr double kShareLeast = 0.005;

std::string Scaled(double value, std::string_view space, std::string_view unit) {
  constexpr std::array<std::string_view, 5> kPrefixes = {"", "k", "M", "G", "T"};
  std::size_t prefix = 0;
  // 999.5 would be written as 1000.
  while (value >= 999.5 && prefix + 1 < kPrefixes.size()) {
    value /= 1000;
    ++prefix;
  }
  const bool has_decimal = prefix > 0 && value < 9.95;
  return fmt::format("{:.{}f}{}{}{}", value, has_decimal ? 1 : 0, space, kPrefixes[prefix], unit);
}

int PercentOf(double share) {
  // 100 would say that it is over.
  return static_cast<int>(std::clamp(share, 0.0, 0.99) * 100);
}

std::vector<std::string> Details(const ProgressView& view) {
  std::vector<std::string> details;
  const double seconds = std::max(view.elapsed_s, 0.001);
  if (view.share) details.push_back(fmt::format("{:2}%", PercentOf(*view.share)));
  if (view.done.rows > 0) {
    details.push_back(ShortCount(view.done.rows) + " rows");
    details.push_back(
        ShortCount(static_cast<std::int64_t>(static_cast<double>(view.done.rows) / seconds)) +
        " rows/s");
  }
  if (view.done.bytes > 0) details.push_back(ShortBytes(view.done.bytes));
  if (view.share && *view.share >= kShareLeast) {
    const double left_s = seconds * (1 - *view.share) / *view.share;
    details.push_back(ShortDuration(std::max(std::ceil(left_s), 1.0)) + " left");
  } else {
    details.push_back(ShortDuration(seconds));
  }
  return details;
}

std::string Bar(double share, const TerminalStyle& style) {
  const int full = static_cast<int>(std::clamp(share, 0.0, 1.0) * kBarCells);
  std::string done;
  std::string rest;
  for (int i = 0; i < full; ++i) done += style.is_utf8 ? "━" : "#";
  for (int i = full; i < kBarCells; ++i) rest += style.is_utf8 ? "─" : ".";
  if (!style.has_color) return style.is_utf8 ? done + rest : "[" + done + rest + "]";
  return "\x1b[32m" + done + "\x1b[0m\x1b[2m" + rest + "\x1b[0m";
}

int BarCells(const TerminalStyle& style) {
  return style.has_color || style.is_utf8 ? kBarCells : kBarCells + 2;
}

int Cells(const std::vector<std::string>& parts) {
  int cells = 0;
  for (const std::string& part : parts) cells += 2 + static_cast<int>(part.size());
  return cells;
}

// Titles are names of tables, so a byte is a cell, or more than one: never too wide.
std::string Cut(const std::string& title, int cells) {
  if (static_cast<int>(title.size()) <= cells) return title;
  const std::string_view mark = std::string_view("...").substr(0, std::min(cells, 3));
  return title.substr(0, static_cast<std::size_t>(cells) - mark.size()).append(mark);
}

}  // namespace

std::string ShortCount(std::int64_t count) { return Scaled(static_cast<double>(count), "", ""); }

std::string ShortBytes(std::int64_t bytes) { return Scaled(static_cast<double>(bytes), " ", "B"); }

std::string ShortDuration(double seconds) {
  const auto whole = static_cast<std::int64_t>(seconds);
  if (whole < 60) return fmt::format("{} s", whole);
  if (whole < 3600) return fmt::format("{} min {} s", whole / 60, whole % 60);
  return fmt::format("{} h {} min", whole / 3600, whole % 3600 / 60);
}

std::string FormatBar(const ProgressView& view, const TerminalStyle& style) {
  // The last column stays free: some terminals wrap when it is written.
  const int columns = std::max(style.columns - 1, 1);
  std::vector<std::string> details = Details(view);
  const int title_least = std::min(static_cast<int>(view.title.size()), kTitleCellsMin);
  const bool has_bar = view.share && title_least + 2 + BarCells(style) + Cells(details) <= columns;
  const int bar_cells = has_bar ? 2 + BarCells(style) : 0;
  while (!details.empty() && title_least + Cells(details) > columns) details.pop_back();
  std::string line = Cut(view.title, columns - bar_cells - Cells(details));
  if (has_bar) line += "  " + Bar(*view.share, style);
  for (const std::string& detail : details) line += "  " + detail;
  return line;
}

std::string FormatProgress(const ProgressView& view) {
  return fmt::format("{}: {}", view.title, fmt::join(Details(view), ", "));
}

}  // namespace gnomon
