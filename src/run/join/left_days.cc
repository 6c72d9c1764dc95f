// SPDX-License-Identifier: Apache-2.0
#include "run/join/left_days.h"

#include <algorithm>
#include <chrono>
#include <functional>

#include "base/cancellation.h"
#include "base/error_place.h"
#include "base/log.h"
#include "run/wanted_days.h"

namespace gnomon::run {

namespace {

constexpr std::int64_t kPollMs = 1000;

// Calls `missing` until it says nothing any more, or the time of the request is up.
Status WaitUntil(RunContext& context, const std::function<Result<std::string>()>& missing) {
  const std::int64_t begin_ms = context.clock.NowMs();
  bool told = false;
  while (true) {
    GNOMON_ASSIGN_OR_RETURN(const std::string what, missing());
    if (what.empty()) return Ok();
    const std::int64_t waited_ms = context.clock.NowMs() - begin_ms;
    if (waited_ms >= *context.request.wait_ms)
      return Unavailable("waited {} s in vain: {}", waited_ms / 1000, what);
    if (!told) LogInfo("waiting: {}", what);
    told = true;
    SleepUnlessCancelled(std::chrono::milliseconds(std::min(kPollMs, *context.request.wait_ms)));
    GNOMON_RETURN_IF_ERROR(CheckCancelled());
  }
}

}  // namespace

Result<iceberg::Table> LeftTable(RunContext& context, const JoinShape& shape) {
  const std::string where = shape.side->Where(shape.left_table_path);
  if (context.request.wait_ms) {
    GNOMON_RETURN_IF_ERROR(WaitUntil(context, [&]() -> Result<std::string> {
      const auto table = context.catalog.LoadTable(shape.left_table);
      if (table || table.error().code != ErrorCode::kNotFound) return std::string();
      return WithPlace(table.error().message, where);
    }));
  }
  return PlacedAt(where, context.catalog.LoadTable(shape.left_table));
}

Result<DayRange> LeftDays(RunContext& context, const JoinShape& shape, RowScan& left) {
  std::string start = shape.left_query.start_partition.value_or("");
  std::string where = shape.left_path + ".startPartition";
  if (start.empty() && !context.request.begin) {
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
    for (Day day = wanted.begin; days && day < wanted.end; day = day + 1) {
      if (!days->contains(day))
        return fmt::format("{} has no {} yet: {}", shape.left_table.ToString(), FormatDay(day),
                           shape.side->Where(shape.left_table_path));
    }
    return std::string();
  });
}

Error NothingToJoin(const JoinShape& shape, const DayRange& wanted, const RunReport& report) {
  const std::string why = report.not_computed.empty() ? "the left side has no such days - fill it"
                                                      : report.not_computed.back().second;
  return PlacedAt(shape.side->Where(shape.left_table_path),
                  NotFound("nothing can be computed for {}: {}", FormatDayRange(wanted), why));
}

}  // namespace gnomon::run
