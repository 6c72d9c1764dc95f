// SPDX-License-Identifier: Apache-2.0
#include "run/source_table.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>

#include "base/cancellation.h"
#include "base/error_place.h"
#include "base/log.h"
#include "catalog/catalog.h"
#include "config/table_writer.h"
#include "run/view_table.h"

namespace gnomon::run {

namespace {

constexpr std::int64_t kPollMs = 1000;
constexpr std::int64_t kTellEveryMs = 30'000;

// The config that writes the table; empty when none is known.
std::string WriterOf(const config::SideFile& side, const std::string& table) {
  for (const config::Dependency& dependency : side.dependencies) {
    if (dependency.table == table) return dependency.conf;
  }
  return "";
}

Error MissingTable(const RunContext& context, const config::SideFile& side,
                   const std::string& table, const std::string& path, Error error) {
  const std::string where = side.Where(path);
  const std::string conf = WriterOf(side, table);
  if (error.code != ErrorCode::kNotFound || conf.empty()) return PlacedAt(where, std::move(error));
  // From its first day on: windows look back further than the range that was asked for.
  std::string command = config::CommandThatRuns(conf);
  if (context.request.last)
    command += fmt::format(" --end-date={}", FormatDay(*context.request.last));
  return NotFound("table {} does not exist yet: {} - first run: {}", table, where, command);
}

}  // namespace

Status WaitUntil(const RunContext& context, const std::function<Result<std::string>()>& missing) {
  // A process is one run, and its time is one for all that it waits for.
  static const std::int64_t begin_ms = context.clock.NowMs();
  const std::int64_t end_ms = begin_ms + *context.request.wait_ms;
  std::optional<std::int64_t> told_ms;
  while (true) {
    GNOMON_ASSIGN_OR_RETURN(const std::string what, missing());
    if (what.empty()) return Ok();
    const std::int64_t now_ms = context.clock.NowMs();
    const std::int64_t waited_s = (now_ms - begin_ms) / 1000;
    if (now_ms >= end_ms) return Unavailable("waited {} s in vain: {}", waited_s, what);
    if (!told_ms || now_ms - *told_ms >= kTellEveryMs) {
      LogInfo("waiting, {} s so far: {}", waited_s, what);
      told_ms = now_ms;
    }
    SleepUnlessCancelled(std::chrono::milliseconds(std::min(kPollMs, end_ms - now_ms)));
    GNOMON_RETURN_IF_ERROR(CheckCancelled());
  }
}

Result<iceberg::Table> LoadSourceTable(RunContext& context, const config::SideFile& side,
                                       const std::string& table, const std::string& path,
                                       const std::string& day_column) {
  auto name = PlacedAt(side.Where(path), catalog::ParseTableName(table));
  if (!name) return std::move(name).error();
  if (context.request.wait_ms) {
    GNOMON_RETURN_IF_ERROR(WaitUntil(context, [&]() -> Result<std::string> {
      const auto loaded = context.catalog.LoadTable(*name);
      if (loaded || loaded.error().code != ErrorCode::kNotFound) return std::string();
      return MissingTable(context, side, table, path, loaded.error()).message;
    }));
  }
  auto loaded = LoadTableOrView(context, *name, day_column);
  if (loaded) return loaded;
  if (context.catalog.HasView(*name).value_or(false))
    return PlacedAt(side.Where(path), std::move(loaded).error());
  return MissingTable(context, side, table, path, std::move(loaded).error());
}

std::string MissingDaysRemedy(const config::SideFile& side, const std::vector<LackingTable>& tables,
                              const std::vector<Day>& days) {
  // Two sources of a config may read one table.
  std::vector<std::string> names;
  for (const LackingTable& table : tables) {
    if (std::find(names.begin(), names.end(), table.name) == names.end())
      names.push_back(table.name);
  }
  std::string command, there;
  for (const LackingTable& table : tables) {
    const bool has_days = table.days && !table.days->empty();
    if (has_days && names.size() == 1) {
      there = fmt::format(" (it has {}..{})", FormatDay(*table.days->begin()),
                          FormatDay(*table.days->rbegin()));
    }
    const std::string conf = WriterOf(side, table.name);
    if (conf.empty() || days.empty()) continue;
    command = fmt::format("{} --start-date={} --end-date={}", config::CommandThatRuns(conf),
                          FormatDay(days.front()), FormatDay(days.back()));
    if (has_days && days.front() < *table.days->begin()) command += " --run-first-hole";
  }
  return fmt::format("{} {} no partitions for them{} - {}", fmt::join(names, ", "),
                     names.size() == 1 ? "has" : "have", there,
                     command.empty() ? "fill it first" : "run: " + command);
}

}  // namespace gnomon::run
