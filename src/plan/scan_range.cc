// SPDX-License-Identifier: Apache-2.0
#include "plan/scan_range.h"

#include <algorithm>
#include <limits>

namespace gnomon::plan {

namespace {

// SPEC 1.1: how Chronon writes a window without bound.
constexpr std::int32_t kUnboundedLength = std::numeric_limits<std::int32_t>::max();

Status ApplyQuery(const config::Query& query, ScanRange& range) {
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
  return Ok();
}

}  // namespace

std::optional<std::int64_t> LongestWindowMs(const config::GroupBy& group_by) {
  std::int64_t longest = 0;
  for (const config::Aggregation& aggregation :
       group_by.aggregations.value_or(std::vector<config::Aggregation>())) {
    if (!aggregation.windows || aggregation.windows->empty()) return std::nullopt;
    for (const config::Window& window : *aggregation.windows) {
      if (window.length == kUnboundedLength) return std::nullopt;
      const std::int64_t unit_ms =
          window.unit == config::TimeUnit::kHours ? kMillisPerHour : kMillisPerDay;
      longest = std::max(longest, window.length * unit_ms);
    }
  }
  return longest;
}

Result<ScanRange> EventsScanRange(const config::Query& query, const DayRange& days,
                                  std::optional<std::int64_t> longest_window_ms) {
  ScanRange range{.begin = std::nullopt, .end = days.end};
  // The day in which a window in hours begins is read whole.
  if (longest_window_ms) range.begin = DayOf((days.begin - 1).begin_ms() - *longest_window_ms);
  GNOMON_RETURN_IF_ERROR(ApplyQuery(query, range));
  return range;
}

Result<ScanRange> CumulativeScanRange(const config::Query& query, std::optional<Day> latest) {
  if (query.end_partition) {
    auto last = ParseDay(*query.end_partition).Annotate("endPartition");
    if (!last) return std::move(last).error();
    latest = *last;
  }
  if (!latest) return ScanRange{.begin = Day{0}, .end = Day{0}};
  return ScanRange{.begin = *latest, .end = *latest + 1};
}

Result<ScanRange> EntitiesScanRange(const config::Query& query, const DayRange& days) {
  ScanRange range{.begin = days.begin, .end = days.end};
  GNOMON_RETURN_IF_ERROR(ApplyQuery(query, range));
  return range;
}

}  // namespace gnomon::plan
