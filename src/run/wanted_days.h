// SPDX-License-Identifier: Apache-2.0
// Which days a backfill of any kind is asked for, and which of them it computes.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "base/calendar.h"
#include "base/result.h"
#include "config/conf.h"
#include "plan/fill_plan.h"
#include "run/output_table.h"
#include "run/run_context.h"

namespace gnomon::run {

// From --start-date, else `start` of the conf (which stands at `where`), to --end-date, else today.
// Without historical backfill only the last day. Put into the report as wanted. Errors:
// InvalidArgument for a malformed date or no days at all.
Result<DayRange> WantedDays(RunContext& context, const std::string& start, std::string_view where,
                            const config::MetaData& meta);

// Plans the unfilled days of `output` and puts into the report what is left out, except the days
// that no source has. `source_days` as in plan::FillRequest.
plan::FillPlan PlanUnfilled(RunContext& context, const OutputTable& output, const DayRange& wanted,
                            std::optional<std::set<Day>> source_days);

// Ends a dry run: says what would be computed by `plan`, or as a whole without one.
Status AnnounceDryRun(const OutputTable& output,
                      const std::optional<plan::FillPlan>& plan = std::nullopt);
Status AnnounceDryRun(const std::string& output, const std::optional<plan::FillPlan>& plan);

}  // namespace gnomon::run
