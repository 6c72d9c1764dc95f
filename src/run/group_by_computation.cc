// SPDX-License-Identifier: Apache-2.0
#include "run/group_by_computation.h"

#include <algorithm>
#include <chrono>

#include "base/cancellation.h"
#include "base/error_place.h"
#include "base/log.h"
#include "base/pause_point.h"
#include "base/progress.h"
#include "base/progress_line.h"
#include "codec/aggregation_specs.h"
#include "config/names.h"
#include "plan/scan_range.h"
#include "run/partition_days.h"
#include "storage/scratch_folder.h"
#include "types/type_names.h"

namespace gnomon::run {

namespace {

const config::EventSource& EventsOf(const config::Source& source) {
  // Validation lets nothing else through.
  GNOMON_CHECK(std::holds_alternative<config::EventSource>(source));
  return std::get<config::EventSource>(source);
}

// `db.table/k=v` names sub-partitions for sensors; the scan reads the table (SPEC 6.1).
std::string TableOf(const config::EventSource& source) {
  const std::string& table = *source.table;
  return table.substr(0, table.find('/'));
}

// What a user types for a config: the command of the mode that fills its table.
std::string CommandFor(const std::string& conf, const std::vector<Day>& days) {
  std::string command = fmt::format("run.py --mode=staging-query-backfill --conf={}", conf);
  if (!days.empty()) {
    command += fmt::format(" --start-date={} --end-date={}", FormatDay(days.front()),
                           FormatDay(days.back()));
  }
  return command;
}

constexpr std::int64_t kPollMs = 1000;
constexpr std::int64_t kTellEveryMs = 30'000;

}  // namespace

Result<GroupByComputation> GroupByComputation::Make(RunContext& context,
                                                    const config::GroupBy& group_by,
                                                    const config::SideFile& side) {
  GroupByComputation computation(context, group_by, side);
  if (context.request.wait_ms) GNOMON_RETURN_IF_ERROR(computation.WaitForTables());
  GNOMON_RETURN_IF_ERROR(computation.BindSources());
  auto outputs = aggregate::OutputColumnsOf(codec::AggregationSpecsOf(*computation.group_by_),
                                            computation.inputs_);
  if (!outputs) return PlacedAt(computation.PlaceOfRefused(), std::move(outputs).error());
  computation.outputs_ = *std::move(outputs);
  return computation;
}

// Where the first aggregation stands that is refused by itself.
std::string GroupByComputation::PlaceOfRefused() const {
  const auto specs = codec::AggregationSpecsOf(*group_by_);
  for (std::size_t i = 0; i < specs.size(); ++i) {
    if (!aggregate::OutputColumnsOf({specs[i]}, inputs_))
      return side_->Where(fmt::format("aggregations[{}]", i));
  }
  return side_->Where("aggregations");
}

Status GroupByComputation::BindSources() {
  scans_.clear();
  keys_ = {};
  inputs_ = {};
  for (std::size_t i = 0; i < group_by_->sources.size(); ++i) {
    GNOMON_RETURN_IF_ERROR(BindSource(i));
  }
  return Ok();
}

Status GroupByComputation::BindSource(std::size_t index) {
  const config::EventSource& source = EventsOf(group_by_->sources[index]);
  GNOMON_ASSIGN_OR_RETURN(const catalog::TableName name, catalog::ParseTableName(TableOf(source)));
  auto table = context_->catalog.LoadTable(name);
  if (!table) return MissingTable(table.error(), name.ToString(), index);

  std::vector<std::string> columns = group_by_->key_columns;
  for (const config::Aggregation& aggregation : *group_by_->aggregations) {
    if (std::find(columns.begin(), columns.end(), *aggregation.input_column) == columns.end()) {
      columns.push_back(*aggregation.input_column);
    }
  }
  const config::Query query = source.query.value_or(config::Query());
  GNOMON_ASSIGN_OR_RETURN(SourceScan scan, SourceScan::Bind(*side_, index, query, *table, columns));
  if (index == 0) {
    for (const std::string& key : group_by_->key_columns)
      keys_.fields.push_back(*scan.selected().Find(key));
    for (const config::Aggregation& aggregation : *group_by_->aggregations) {
      const Field& input = *scan.selected().Find(*aggregation.input_column);
      if (inputs_.Find(input.name) == nullptr) inputs_.fields.push_back(input);
    }
  } else if (!(scan.selected() == scans_[0].selected())) {
    for (std::size_t i = 0; i < columns.size(); ++i) {
      const Field& first = scans_[0].selected().fields[i];
      const Field& here = scan.selected().fields[i];
      if (first == here) continue;
      return InvalidArgument(
          "the sources disagree on the type of {}: {} in sources[0], {} in sources[{}]: {} - cast "
          "one of them",
          here.name, SparkTypeName(first.type), SparkTypeName(here.type), index,
          side_->Where(fmt::format("sources[{}]", index)));
    }
  }
  scans_.push_back(std::move(scan));
  return Ok();
}

Error GroupByComputation::MissingTable(const Error& error, const std::string& table,
                                       std::size_t index) const {
  if (error.code != ErrorCode::kNotFound) return error;
  const std::string where = side_->Where(fmt::format("sources[{}].events.table", index));
  for (const config::Dependency& dependency : side_->dependencies) {
    if (dependency.table == table && !dependency.conf.empty()) {
      // From its first day on: windows look back further than the range that was asked for.
      std::string command = CommandFor(dependency.conf, {});
      if (context_->request.last)
        command += fmt::format(" --end-date={}", FormatDay(*context_->request.last));
      return NotFound("table {} does not exist yet: {} - first run: {}", table, where, command);
    }
  }
  return PlacedAt(where, error);
}

Result<std::optional<std::set<Day>>> GroupByComputation::SourceDays() {
  std::set<Day> all;
  for (const SourceScan& scan : scans_) {
    iceberg::Table table = scan.table();
    GNOMON_RETURN_IF_ERROR(table.Refresh());
    GNOMON_ASSIGN_OR_RETURN(auto days, run::SourceDays(table, scan.partition_column()));
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
    for (std::size_t i = 0; i < group_by_->sources.size(); ++i) {
      GNOMON_ASSIGN_OR_RETURN(const auto name,
                              catalog::ParseTableName(TableOf(EventsOf(group_by_->sources[i]))));
      const auto table = context_->catalog.LoadTable(name);
      if (!table) return MissingTable(table.error(), name.ToString(), i).message;
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
  for (std::size_t i = 0; i < group_by_->sources.size(); ++i) {
    const std::string table = TableOf(EventsOf(group_by_->sources[i]));
    tables += (tables.empty() ? "" : ", ") + table;
    for (const config::Dependency& dependency : side_->dependencies) {
      if (dependency.table != table || dependency.conf.empty()) continue;
      command = CommandFor(dependency.conf, days);
      const auto there = run::SourceDays(scans_[i].table(), scans_[i].partition_column());
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
  const auto there = run::SourceDays(scans_[0].table(), scans_[0].partition_column());
  if (!there || !*there || (*there)->empty()) return "";
  return fmt::format(" (it has {}..{})", FormatDay(*(*there)->begin()),
                     FormatDay(*(*there)->rbegin()));
}

Status GroupByComputation::Compute(const DayRange& days,
                                   const aggregate::SnapshotKernel::Emit& emit) {
  GNOMON_ASSIGN_OR_RETURN(const ScratchFolder scratch,
                          ScratchFolder::Make(context_->workspace.tmp_dir().string()));
  aggregate::SnapshotKernelOptions options{.keys = keys_,
                                           .inputs = inputs_,
                                           .aggregations = codec::AggregationSpecsOf(*group_by_),
                                           .days = days,
                                           .threads = context_->threads,
                                           .memory_bytes = context_->memory_bytes / 4 * 3,
                                           .tmp_dir = scratch.path()};
  GNOMON_ASSIGN_OR_RETURN(const auto kernel, aggregate::SnapshotKernel::Make(std::move(options)));
  const auto longest_window_days = plan::LongestWindowDays(*group_by_);
  for (std::size_t i = 0; i < scans_.size(); ++i) {
    const config::Query query = EventsOf(group_by_->sources[i]).query.value_or(config::Query());
    GNOMON_ASSIGN_OR_RETURN(const plan::ScanRange range,
                            plan::EventsScanRange(query, days, longest_window_days));
    const auto consume = [&](const arrow::RecordBatch& batch) { return kernel->Consume(batch); };
    GNOMON_RETURN_IF_ERROR(scans_[i].Read(range, context_->threads, consume));
  }
  PausePoint("backfill.computed");
  const aggregate::SnapshotKernel::Counters counters = kernel->counters();
  LogVerbose("  {} rows aggregated, {} of them without key, {} without time; {} spilled to disk",
             counters.rows_read, counters.rows_null_key, counters.rows_null_ts,
             ShortBytes(counters.bytes_spilled));
  const ProgressStep progress("computing " + FormatDayRange(days), WorkWritten(),
                              {.parts = aggregate::SnapshotKernel::kFinishParts});
  return kernel->Finish(emit);
}

}  // namespace gnomon::run
