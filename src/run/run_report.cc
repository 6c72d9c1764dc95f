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

std::string CountOf(const std::vector<Day>& days) {
  return run::CountOf(static_cast<std::int64_t>(days.size()), "day");
}

}  // namespace

std::string CountOf(std::int64_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

std::string FormatBytes(std::int64_t bytes) {
  if (bytes < 1000) return fmt::format("{} B", bytes);
  double amount = static_cast<double>(bytes) / 1000;
  std::size_t unit = 0;
  constexpr std::string_view kUnits = "KMGTPE";
  for (; amount >= 999.95 && unit + 1 < kUnits.size(); ++unit) amount /= 1000;
  return fmt::format("{:.1f} {}B", amount, kUnits[unit]);
}

std::string FormatAmounts(const RunReport& report) {
  return fmt::format("read {} ({}), wrote {} ({}), peak memory {} MiB",
                     CountOf(report.rows_read, "row"), FormatBytes(report.bytes_read),
                     CountOf(report.rows_written, "row"), FormatBytes(report.bytes_written),
                     report.memory_peak_bytes >> 20);
}

std::string FormatFilled(const RunReport& report) {
  if (report.already_filled.empty()) return "";
  return fmt::format("{}: {} already filled ({})", report.output, CountOf(report.already_filled),
                     Ranges(report.already_filled));
}

std::vector<std::string> FormatReport(const RunReport& report, std::int64_t elapsed_ms) {
  std::vector<std::string> lines;
  for (const auto& [days, reason] : report.not_computed) {
    lines.push_back(fmt::format("not computed: {} ({}): {}", CountOf(days), Ranges(days), reason));
  }
  std::string days = fmt::format("{} computed", CountOf(report.computed));
  if (!report.computed.empty()) days += " (" + Ranges(report.computed) + ")";
  if (!report.empty.empty())
    days += fmt::format(", {} found empty ({})", report.empty.size(), Ranges(report.empty));
  if (!report.already_filled.empty()) {
    days += fmt::format(", {} already filled ({})", report.already_filled.size(),
                        Ranges(report.already_filled));
  }
  lines.push_back(fmt::format("{}: {}; {} written in {:.2f} s", report.output, days,
                              CountOf(report.rows_written, "row"),
                              static_cast<double>(elapsed_ms) / 1000));
  return lines;
}

}  // namespace gnomon::run
