// SPDX-License-Identifier: Apache-2.0
// The sources of a GroupBy: which days they have, waiting for them, and what to do about missing
// ones.
#include <algorithm>
#include <chrono>

#include "base/cancellation.h"
#include "base/error_place.h"
#include "base/log.h"
#include "catalog/catalog.h"
#include "run/group_by_computation.h"
#include "run/partition_days.h"

namespace gnomon::run {

namespace {

constexpr std::int64_t kPollMs = 1000;
constexpr std::int64_t kTellEveryMs = 30'000;

// What a user types for a config: the command of the mode that fills its table.
std::string CommandFor(const std::string& conf, const std::vector<Day>& days) {
  std::string command = fmt::format("run.py --mode=staging-query-backfill --conf={}", conf);
  if (!days.empty()) {
    command += fmt::format(" --start-date={} --end-date={}", FormatDay(days.front()),
                           FormatDay(days.back()));
  }
  return command;
}

}  // namespace

Error GroupByComputation::MissingTable(const Error& error, const SourceView& view) const {
  if (error.code != ErrorCode::kNotFound) return error;
  const std::string where = side_->Where(view.table_path);
  for (const config::Dependency& dependency : side_->dependencies) {
    if (dependency.table == view.table && !dependency.conf.empty()) {
      // From its first day on: windows look back further than the range that was asked for.
      std::string command = CommandFor(dependency.conf, {});
      if (context_->request.last)
        command += fmt::format(" --end-date={}", FormatDay(*context_->request.last));
      return NotFound("table {} does not exist yet: {} - first run: {}", view.table, where,
                      command);
    }
  }
  return PlacedAt(where, error);
}

Result<std::optional<std::set<Day>>> GroupByComputation::DaysOfSource(std::size_t index) const {
  iceberg::Table table = scans_[index].table();
  GNOMON_RETURN_IF_ERROR(table.Refresh());
  return PlacedAt(
      side_->Where(views_[index].table_path),
      run::SourceDays(table, scans_[index].partition_column(), views_[index].sub_partitions));
}

Result<std::optional<std::set<Day>>> GroupByComputation::SourceDays() {
  std::set<Day> all;
  for (std::size_t i = 0; i < scans_.size(); ++i) {
    // The last partition of a cumulative source tells of all days before (SPEC 6, point 4).
    if (views_[i].is_cumulative) return std::optional<std::set<Day>>();
    GNOMON_ASSIGN_OR_RETURN(auto days, DaysOfSource(i));
    if (!days) return std::optional<std::set<Day>>();
    all.merge(*days);
  }
  return std::optional<std::set<Day>>(std::move(all));
}

// Calls `missing` until it says nothing any more, or the time of the request is up.
Status GroupByComputation::WaitUntil(const std::function<Result<std::string>()>& missing) {
  const std::int64_t wait_ms = *context_->request.wait_ms;
  const std::int64_t begin_ms = context_->clock.NowMs();
  std::int64_t told_ms = begin_ms - kTellEveryMs;
  while (true) {
    GNOMON_ASSIGN_OR_RETURN(const std::string what, missing());
    if (what.empty()) return Ok();
    const std::int64_t now_ms = context_->clock.NowMs();
    const std::int64_t waited_s = (now_ms - begin_ms) / 1000;
    if (now_ms - begin_ms >= wait_ms) return Unavailable("waited {} s in vain: {}", waited_s, what);
    if (now_ms - told_ms >= kTellEveryMs) {
      LogInfo("waiting, {} s so far: {}", waited_s, what);
      told_ms = now_ms;
    }
    SleepUnlessCancelled(std::chrono::milliseconds(std::min(kPollMs, wait_ms)));
    GNOMON_RETURN_IF_ERROR(CheckCancelled());
  }
}

Status GroupByComputation::WaitForTables() {
  return WaitUntil([this]() -> Result<std::string> {
    for (const SourceView& view : views_) {
      GNOMON_ASSIGN_OR_RETURN(const auto name, catalog::ParseTableName(view.table));
      const auto table = context_->catalog.LoadTable(name);
      if (!table) return MissingTable(table.error(), view).message;
    }
    return std::string();
  });
}

Status GroupByComputation::WaitForSources(const DayRange& wanted) {
  if (!context_->request.wait_ms) return Ok();
  GNOMON_RETURN_IF_ERROR(WaitUntil([&]() -> Result<std::string> {
    GNOMON_ASSIGN_OR_RETURN(const auto days, SourceDays());
    std::vector<Day> missing;
    for (Day day = wanted.begin; days && day < wanted.end; day = day + 1) {
      if (!days->contains(day)) missing.push_back(day);
    }
    if (missing.empty()) return std::string();
    return fmt::format("{} of {} days are missing ({} ...): {}", missing.size(), wanted.day_count(),
                       FormatDay(missing.front()), MissingSourceRemedy(missing));
  }));
  return BindSources();  // Again, to read the rows that arrived meanwhile.
}

std::string GroupByComputation::MissingSourceRemedy(const std::vector<Day>& days) const {
  std::string tables, command;
  for (std::size_t i = 0; i < views_.size(); ++i) {
    tables += (tables.empty() ? "" : ", ") + views_[i].table;
    for (const config::Dependency& dependency : side_->dependencies) {
      if (dependency.table != views_[i].table || dependency.conf.empty()) continue;
      command = CommandFor(dependency.conf, days);
      const auto there = DaysOfSource(i);
      const bool begins_later =
          there && *there && !(*there)->empty() && days.front() < *(*there)->begin();
      if (begins_later) command += " --run-first-hole";
    }
  }
  return fmt::format("{} has no partitions for them{} - {}", tables, DaysThere(),
                     command.empty() ? "fill the source table first" : "run: " + command);
}

// " (it has 2023-12-01..2023-12-07)", of a single source that has days.
std::string GroupByComputation::DaysThere() const {
  if (scans_.size() != 1) return "";
  const auto there = DaysOfSource(0);
  if (!there || !*there || (*there)->empty()) return "";
  return fmt::format(" (it has {}..{})", FormatDay(*(*there)->begin()),
                     FormatDay(*(*there)->rbegin()));
}

}  // namespace gnomon::run
