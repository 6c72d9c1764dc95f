// SPDX-License-Identifier: Apache-2.0
#include "run/wanted_days.h"

#include <fmt/ranges.h>

#include "base/error_place.h"
#include "base/log.h"

namespace gnomon::run {

Result<DayRange> WantedDays(RunContext& context, const std::string& start, std::string_view where,
                            const config::MetaData& meta) {
  auto first = PlacedAt(where, ParseDay(start));
  if (!first) return std::move(first).error();
  DayRange wanted{context.request.begin.value_or(*first), context.end()};
  if (meta.historical_backfill == false) wanted.begin = wanted.end - 1;
  if (!wanted.empty()) {
    context.report.wanted = wanted;
    return wanted;
  }
  if (!context.request.begin) {
    return InvalidArgument(
        "there are no days from {} to {}: {} - give an --end-date of {} or later",
        FormatDay(wanted.begin), FormatDay(wanted.end - 1), where, FormatDay(wanted.begin));
  }
  return InvalidArgument(
      "there are no days from {} to {} - give --start-date and --end-date in order",
      FormatDay(wanted.begin), FormatDay(wanted.end - 1));
}

plan::FillPlan PlanUnfilled(RunContext& context, const OutputTable& output, const DayRange& wanted,
                            std::optional<std::set<Day>> source_days) {
  plan::FillPlan plan = plan::PlanFill({.wanted = wanted,
                                        .filled = output.filled(),
                                        .known_empty = output.known_empty(),
                                        .source_days = std::move(source_days),
                                        .run_first_hole = context.request.run_first_hole});
  context.report.already_filled = plan.already_filled;
  if (!plan.before_first.empty()) {
    context.report.not_computed.emplace_back(
        plan.before_first,
        "the table begins later, and days before its first are left alone - add --run-first-hole");
  }
  return plan;
}

Status AnnounceDryRun(const OutputTable& output, const std::optional<plan::FillPlan>& plan) {
  return AnnounceDryRun(output.name(), plan);
}

Status AnnounceDryRun(const std::string& output, const std::optional<plan::FillPlan>& plan) {
  std::vector<std::string> days;
  if (plan) {
    for (const DayRange& range : plan->ranges) days.push_back(FormatDayRange(range));
  }
  LogInfo("{}: a dry run, nothing was changed; without --dry-run it would compute {}", output,
          plan ? fmt::format("{} day{} ({})", plan->day_count(), plan->day_count() == 1 ? "" : "s",
                             fmt::join(days, ", "))
               : std::string("the whole table"));
  return Ok();
}

}  // namespace gnomon::run
