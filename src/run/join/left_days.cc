// SPDX-License-Identifier: Apache-2.0
#include "run/join/left_days.h"

#include <algorithm>

#include "base/error_place.h"
#include "run/source_table.h"
#include "run/source_view.h"
#include "run/wanted_days.h"

namespace gnomon::run {

Result<iceberg::Table> LeftTable(RunContext& context, const JoinShape& shape) {
  return LoadSourceTable(context, *shape.side, shape.left_table.ToString(), shape.left_table_path,
                         PartitionColumnOf(shape.left_query));
}

std::string LeftRemedy(const JoinShape& shape, const std::optional<std::set<Day>>& there,
                       const std::vector<Day>& days) {
  return MissingDaysRemedy(*shape.side, {{shape.left_table.ToString(), there}}, days);
}

namespace {

Status WaitForFirstDay(RunContext& context, const JoinShape& shape, RowScan& left) {
  return WaitUntil(context, [&]() -> Result<std::string> {
    GNOMON_ASSIGN_OR_RETURN(const auto days, left.Days());
    if (!days || !days->empty()) return std::string();
    return fmt::format("the left side has no day yet: {} - fill {} first",
                       shape.side->Where(shape.left_table_path), shape.left_table.ToString());
  });
}

}  // namespace

Result<DayRange> LeftDays(RunContext& context, const JoinShape& shape, RowScan& left) {
  std::string start = shape.left_query.start_partition.value_or("");
  std::string where = shape.left_path + ".startPartition";
  if (start.empty() && !context.request.begin) {
    if (context.request.wait_ms) GNOMON_RETURN_IF_ERROR(WaitForFirstDay(context, shape, left));
    GNOMON_ASSIGN_OR_RETURN(const auto days, left.Days());
    if (!days || days->empty()) {
      return InvalidArgument(
          "the left side of the join has no first day: {} - {}", shape.side->Where(shape.left_path),
          days ? "fill its table first" : "set start_partition in its Query, or give --start-date");
    }
    start = FormatDay(*days->begin());
    where = shape.left_table_path;
  }
  if (start.empty()) start = FormatDay(*context.request.begin);
  GNOMON_ASSIGN_OR_RETURN(
      DayRange wanted, WantedDays(context, start, shape.side->Where(where), shape.join->meta_data));
  if (shape.left_query.end_partition) {
    auto last = PlacedAt(shape.side->Where(shape.left_path + ".endPartition"),
                         ParseDay(*shape.left_query.end_partition));
    if (!last) return std::move(last).error();
    wanted.end = std::min(wanted.end, *last + 1);
    if (wanted.empty()) {
      return InvalidArgument(
          "the left side ends on {}, before the days asked for: {} - give "
          "--end-date and --start-date within it",
          *shape.left_query.end_partition, shape.side->Where(shape.left_path + ".endPartition"));
    }
    context.report.wanted = wanted;
  }
  return wanted;
}

Status WaitForLeft(RunContext& context, const JoinShape& shape, RowScan& left,
                   const DayRange& wanted) {
  if (!context.request.wait_ms) return Ok();
  return WaitUntil(context, [&]() -> Result<std::string> {
    GNOMON_ASSIGN_OR_RETURN(const auto days, left.Days());
    std::vector<Day> missing;
    for (Day day = wanted.begin; days && day < wanted.end; day = day + 1) {
      if (!days->contains(day)) missing.push_back(day);
    }
    if (missing.empty()) return std::string();
    return fmt::format("{} of {} days of the left side are missing ({} ...): {}", missing.size(),
                       wanted.day_count(), FormatDay(missing.front()),
                       LeftRemedy(shape, days, missing));
  });
}

Error NothingToJoin(const JoinShape& shape, const DayRange& wanted, const RunReport& report) {
  const std::string why = report.not_computed.empty() ? "the left side has no such days - fill it"
                                                      : report.not_computed.back().second;
  return PlacedAt(shape.side->Where(shape.left_table_path),
                  NotFound("nothing can be computed for {}: {}", FormatDayRange(wanted), why));
}

}  // namespace gnomon::run
