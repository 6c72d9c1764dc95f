// SPDX-License-Identifier: Apache-2.0
#include "base/calendar.h"

#include <chrono>

#include "base/floor_division.h"
#include "base/parse.h"

namespace gnomon {

Result<Day> ParseDay(std::string_view text) {
  const auto malformed = [&] {
    return InvalidArgument("'{}' is not a date - write it as yyyy-MM-dd, like 2023-12-01", text);
  };
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return malformed();
  const auto year = ParseInt(text.substr(0, 4));
  const auto month = ParseInt(text.substr(5, 2));
  const auto day = ParseInt(text.substr(8, 2));
  if (!year || !month || !day || *year < 1 || *month < 1 || *day < 1) return malformed();
  const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(*year)),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok()) return malformed();
  return Day{static_cast<std::int32_t>(std::chrono::sys_days(date).time_since_epoch().count())};
}

std::string FormatDay(Day day) {
  const std::chrono::year_month_day date{
      std::chrono::sys_days(std::chrono::days(day.days_since_epoch))};
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
}

Day DayOf(std::int64_t ts_ms) {
  return Day{static_cast<std::int32_t>(FloorDiv(ts_ms, kMillisPerDay))};
}

std::string FormatDayRange(const DayRange& range) {
  if (range.empty()) return "no days";
  if (range.day_count() == 1) return FormatDay(range.begin);
  return FormatDay(range.begin) + ".." + FormatDay(range.last());
}

std::vector<DayRange> GroupContiguous(const std::vector<Day>& days) {
  std::vector<DayRange> ranges;
  for (const Day day : days) {
    if (!ranges.empty() && ranges.back().end == day) {
      ranges.back().end = day + 1;
    } else {
      ranges.push_back({day, day + 1});
    }
  }
  return ranges;
}

}  // namespace gnomon
