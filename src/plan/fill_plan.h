// SPDX-License-Identifier: Apache-2.0
// Which days a run computes (SPEC 9.4 and the design's invariant 2): pure values in, pure values
// out.
#pragma once

#include <optional>
#include <set>
#include <vector>

#include "base/calendar.h"

namespace gnomon::plan {

struct FillRequest {
  DayRange wanted;
  std::set<Day> filled;       // Days that the output has.
  std::set<Day> known_empty;  // Days that an earlier run found empty: they are computed again.
  std::optional<std::set<Day>>
      source_days;              // Days that at least one source has; nullopt: every day.
  bool run_first_hole = false;  // Also fill the days before the first filled one.
};

struct FillPlan {
  std::vector<DayRange> ranges;  // To compute: maximal, ascending.
  std::vector<Day> already_filled;
  std::vector<Day> without_source;  // Wanted, not filled, and no source has them.
  // Left out because the output begins later (--run-first-hole takes them).
  std::vector<Day> before_first;

  std::int32_t day_count() const;
};

FillPlan PlanFill(const FillRequest& request);

// Cuts each range into steps of at most `step_days` days. REQUIRES: step_days > 0.
std::vector<DayRange> SplitIntoSteps(const std::vector<DayRange>& ranges, std::int32_t step_days);

}  // namespace gnomon::plan
