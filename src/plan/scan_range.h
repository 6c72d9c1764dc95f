// SPDX-License-Identifier: Apache-2.0
// Which partitions of a source a GroupBy reads for a range of output days (SPEC 6.1).
#pragma once

#include <cstdint>
#include <optional>

#include "base/calendar.h"
#include "base/result.h"
#include "config/conf.h"

namespace gnomon::plan {

// The longest window in milliseconds; nullopt when any aggregation is unbounded.
std::optional<std::int64_t> LongestWindowMs(const config::GroupBy& group_by);

// Partitions of a source. An unset begin is unbounded. May be empty.
struct ScanRange {
  std::optional<Day> begin;
  Day end;  // Exclusive.

  bool operator==(const ScanRange&) const = default;
  bool empty() const { return begin && *begin >= end; }
};

// Of an events source for output `days`: from one day before the longest window reaches back to the
// last output day, within the query's startPartition and endPartition. Errors: InvalidArgument for
// a partition of the query that is no date.
Result<ScanRange> EventsScanRange(const config::Query& query, const DayRange& days,
                                  std::optional<std::int64_t> longest_window_ms);

// Of a cumulative events source, whose last partition holds all earlier ones: that one alone, the
// query's endPartition or `latest`, the last that the table has. Empty without either. Errors: as
// EventsScanRange.
Result<ScanRange> CumulativeScanRange(const config::Query& query, std::optional<Day> latest);

// Of an entities source, and of events by single days: the days themselves, within the query's
// partitions. Errors: as EventsScanRange.
Result<ScanRange> EntitiesScanRange(const config::Query& query, const DayRange& days);

}  // namespace gnomon::plan
