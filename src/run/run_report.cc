// SPDX-License-Identifier: Apache-2.0
#include "run/run_report.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace gnomon::run {

namespace {

std::string Ranges(const std::vector<Day>& days) {
  std::vector<std::string> texts;
  for (const DayRange& range : GroupContiguous(days)) texts.push_back(FormatDayRange(range));
  const std::size_t shown = std::min<std::size_t>(texts.size(), 5);
  return fmt::format(
      "{}{}", fmt::join(texts.begin(), texts.begin() + static_cast<std::ptrdiff_t>(shown), ", "),
      shown < texts.size() ? ", ..." : "");
}

std::string Count(std::size_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

}  // namespace

std::vector<std::string> FormatReport(const RunReport& report, std::int64_t elapsed_ms) {
  std::vector<std::string> lines;
  for (const std::string& note : report.notes) lines.push_back("note: " + note);
  for (const auto& [days, reason] : report.not_computed) {
    lines.push_back(
        fmt::format("not computed: {} ({}): {}", Count(days.size(), "day"), Ranges(days), reason));
  }
  std::string days = fmt::format("{} computed", Count(report.computed.size(), "day"));
  if (!report.computed.empty()) days += " (" + Ranges(report.computed) + ")";
  if (!report.empty.empty())
    days += fmt::format(", {} found empty ({})", report.empty.size(), Ranges(report.empty));
  if (!report.already_filled.empty()) {
    days += fmt::format(", {} already filled ({})", report.already_filled.size(),
                        Ranges(report.already_filled));
  }
  lines.push_back(fmt::format("{}: {}; {} written in {:.2f} s", report.output, days,
                              Count(static_cast<std::size_t>(report.rows_written), "row"),
                              static_cast<double>(elapsed_ms) / 1000));
  return lines;
}

}  // namespace gnomon::run
