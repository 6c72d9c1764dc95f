// SPDX-License-Identifier: Apache-2.0
#include "plan/fill_plan.h"

#include <algorithm>

#include "base/check.h"

namespace gnomon::plan {

std::int32_t FillPlan::day_count() const {
  std::int32_t count = 0;
  for (const DayRange& range : ranges) count += range.day_count();
  return count;
}

FillPlan PlanFill(const FillRequest& request) {
  FillPlan plan;
  // The "retention" rule: days before what the output already has are not filled, unless asked for.
  Day first = request.wanted.begin;
  std::set<Day> known = request.filled;
  known.insert(request.known_empty.begin(), request.known_empty.end());
  if (!request.run_first_hole && !known.empty()) first = std::max(first, *known.begin());
  std::vector<Day> missing;
  for (Day day = request.wanted.begin; day < request.wanted.end; day = day + 1) {
    if (request.filled.contains(day)) {
      plan.already_filled.push_back(day);
    } else if (request.source_days && !request.source_days->contains(day)) {
      plan.without_source.push_back(day);
    } else if (day < first) {
      plan.before_first.push_back(day);
    } else {
      missing.push_back(day);
    }
  }
  plan.ranges = GroupContiguous(missing);
  return plan;
}

std::vector<DayRange> SplitIntoSteps(const std::vector<DayRange>& ranges, std::int32_t step_days) {
  GNOMON_CHECK(step_days > 0);
  std::vector<DayRange> steps;
  for (const DayRange& range : ranges) {
    for (Day begin = range.begin; begin < range.end; begin = begin + step_days) {
      steps.push_back({begin, std::min(begin + step_days, range.end)});
    }
  }
  return steps;
}

std::set<Day> ParseDaySet(std::string_view text) {
  std::set<Day> days;
  while (!text.empty()) {
    const std::size_t comma = std::min(text.find(','), text.size());
    const std::string_view piece = text.substr(0, comma);
    text.remove_prefix(std::min(comma + 1, text.size()));
    const std::size_t dots = piece.find("..");
    const auto begin = ParseDay(piece.substr(0, dots));
    const auto last = dots == std::string_view::npos ? begin : ParseDay(piece.substr(dots + 2));
    // The property is ours; a piece that somebody mangled means that its days are not known to be
    // filled.
    if (!begin || !last) continue;
    for (Day day = *begin; day <= *last; day = day + 1) days.insert(day);
  }
  return days;
}

std::string FormatDaySet(const std::set<Day>& days) {
  std::string text;
  for (const DayRange& range : GroupContiguous({days.begin(), days.end()})) {
    if (!text.empty()) text += ',';
    text += FormatDayRange(range);
  }
  return text;
}

}  // namespace gnomon::plan
