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

}  // namespace gnomon::plan
