// SPDX-License-Identifier: Apache-2.0
// Which partitions of a source a GroupBy reads for a range of output days (SPEC 6.1).
#pragma once

#include <optional>

#include "base/calendar.h"
#include "base/result.h"
#include "config/conf.h"

namespace gnomon::plan {

// The longest window in days; nullopt when any aggregation is unbounded. REQUIRES: windows in days
// (validated).
std::optional<std::int32_t> LongestWindowDays(const config::GroupBy& group_by);

// Partitions of an events source for output `days`: from one day before the longest window reaches
// back to the last output day, within the query's startPartition and endPartition. An unset begin
// is unbounded. May be empty.
struct ScanRange {
  std::optional<Day> begin;
  Day end;  // Exclusive.

  bool operator==(const ScanRange&) const = default;
};
Result<ScanRange> EventsScanRange(const config::Query& query, const DayRange& days,
                                  std::optional<std::int32_t> longest_window_days);

}  // namespace gnomon::plan
