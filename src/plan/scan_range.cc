// SPDX-License-Identifier: Apache-2.0
#include "plan/scan_range.h"

#include <algorithm>

namespace gnomon::plan {

std::optional<std::int32_t> LongestWindowDays(const config::GroupBy& group_by) {
  std::int32_t longest = 0;
  for (const config::Aggregation& aggregation :
       group_by.aggregations.value_or(std::vector<config::Aggregation>())) {
    if (!aggregation.windows || aggregation.windows->empty()) return std::nullopt;
    for (const config::Window& window : *aggregation.windows)
      longest = std::max(longest, window.length);
  }
  return longest;
}

Result<ScanRange> EventsScanRange(const config::Query& query, const DayRange& days,
                                  std::optional<std::int32_t> longest_window_days) {
  ScanRange range{.begin = std::nullopt, .end = days.end};
  if (longest_window_days) range.begin = days.begin - 1 - *longest_window_days;
  if (query.start_partition) {
    auto start = ParseDay(*query.start_partition).Annotate("startPartition");
    if (!start) return std::move(start).error();
    range.begin = range.begin ? std::max(*range.begin, *start) : *start;
  }
  if (query.end_partition) {
    auto last = ParseDay(*query.end_partition).Annotate("endPartition");
    if (!last) return std::move(last).error();
    range.end = std::min(range.end, *last + 1);
  }
  return range;
}

}  // namespace gnomon::plan
