// SPDX-License-Identifier: Apache-2.0
// Days and ranges of days in UTC, proleptic Gregorian. A partition is one day; ranges are
// half-open.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace gnomon {

inline constexpr std::int64_t kMillisPerHour = 3'600'000;
inline constexpr std::int64_t kMillisPerDay = 86'400'000;

// A calendar day as days since 1970-01-01, the representation of Arrow's date32 and Iceberg's date.
struct Day {
  std::int32_t days_since_epoch = 0;

  auto operator<=>(const Day&) const = default;  // NOLINT(modernize-use-nullptr): clang-tidy 14.
  Day operator+(std::int32_t days) const { return Day{days_since_epoch + days}; }
  Day operator-(std::int32_t days) const { return Day{days_since_epoch - days}; }
  std::int32_t operator-(Day other) const { return days_since_epoch - other.days_since_epoch; }
  // Milliseconds of the day's midnight.
  std::int64_t begin_ms() const { return std::int64_t{days_since_epoch} * kMillisPerDay; }
};

// Parses `yyyy-MM-dd`, the real dates of years 0001-9999 only. Error: InvalidArgument.
Result<Day> ParseDay(std::string_view text);

// Formats as `yyyy-MM-dd`.
std::string FormatDay(Day day);

// The day that contains `ts_ms`, rounding toward minus infinity (times before 1970 included).
Day DayOf(std::int64_t ts_ms);

// The days begin <= d < end.
struct DayRange {
  Day begin;
  Day end;

  bool operator==(const DayRange&) const = default;
  bool empty() const { return begin >= end; }
  bool Contains(Day day) const { return begin <= day && day < end; }
  std::int32_t day_count() const { return empty() ? 0 : end - begin; }
  // The last day. REQUIRES: !empty().
  Day last() const { return end - 1; }
};

// Formats as `2023-12-01..2023-12-07` (both ends included, as users write ranges).
std::string FormatDayRange(const DayRange& range);

// Groups ascending, distinct days into maximal contiguous ranges.
std::vector<DayRange> GroupContiguous(const std::vector<Day>& days);

}  // namespace gnomon
