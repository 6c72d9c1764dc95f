// SPDX-License-Identifier: Apache-2.0
// One small function per rule; each gives its sentence with the place in the user's file.
#include "config/validate.h"

#include <array>
#include <map>
#include <set>

#include "base/ascii_case.h"
#include "base/calendar.h"
#include "base/error_place.h"
#include "config/names.h"

namespace gnomon::config {
namespace {

// SPEC 1.1: a window of the largest length or none at all is unbounded.
constexpr std::int32_t kUnboundedLength = 2'147'483'647;

Status CheckTable(const std::optional<std::string>& table, const std::string& path,
                  std::string_view field, const SideFile& side) {
  if (!table.value_or("").empty()) return Ok();
  return InvalidArgument("a source has no table: {} - set {}", side.Where(path), field);
}

Status CheckPartitions(const Query& query, const std::string& path, const SideFile& side) {
  for (const auto& partition : {query.start_partition, query.end_partition}) {
    if (partition) {
      GNOMON_RETURN_IF_ERROR(PlacedAt(side.Where(path + ".query"), ParseDay(*partition)));
    }
  }
  return Ok();
}

// SPEC 2.2, point 7.
Status CheckEventSource(const EventSource& source, const std::string& path, const SideFile& side) {
  GNOMON_RETURN_IF_ERROR(CheckTable(source.table, path, "table", side));
  if (!source.query) {
    return InvalidArgument("a source has no query: {} - set query=Query(...)", side.Where(path));
  }
  GNOMON_RETURN_IF_ERROR(CheckPartitions(*source.query, path, side));
  for (const auto& [column, field] :
       {std::pair{&source.query->mutation_time_column, "mutation_time_column"},
        std::pair{&source.query->reversal_column, "reversal_column"}}) {
    if (column->has_value()) {
      return InvalidArgument("events have no mutations: {} - drop {}", side.Where(path + ".query"),
                             field);
    }
  }
  if (source.is_cumulative.value_or(false) && source.query->time_column.value_or("").empty()) {
    return InvalidArgument(
        "a cumulative source has no time column: {} - set time_column in its Query",
        side.Where(path + ".query"));
  }
  return Ok();
}

Status CheckEntitySource(const EntitySource& source, const std::string& path,
                         const SideFile& side) {
  GNOMON_RETURN_IF_ERROR(CheckTable(source.snapshot_table, path, "snapshotTable", side));
  if (!source.query) {
    return InvalidArgument("a source has no query: {} - set query=Query(...)", side.Where(path));
  }
  return CheckPartitions(*source.query, path, side);
}

Status CheckSource(const Source& source, std::size_t index, const SideFile& side) {
  const std::string path = fmt::format("sources[{}]", index);
  if (const auto* events = std::get_if<EventSource>(&source))
    return CheckEventSource(*events, path + ".events", side);
  if (const auto* entities = std::get_if<EntitySource>(&source))
    return CheckEntitySource(*entities, path + ".entities", side);
  const auto& join = std::get<JoinSource>(source);
  if (join.join == nullptr) {
    return InvalidArgument("a source has no join: {} - set join", side.Where(path + ".joinSource"));
  }
  return CheckPartitions(join.query.value_or(Query()), path + ".joinSource", side);
}

// Windows of hours need the time of day: TEMPORAL accuracy, or the rows of a snapshot as they are.
Status CheckWindows(const Aggregation& aggregation, bool allows_hours, const std::string& path,
                    const SideFile& side) {
  if (!aggregation.windows) return Ok();
  for (std::size_t i = 0; i < aggregation.windows->size(); ++i) {
    const Window& window = (*aggregation.windows)[i];
    const std::string where = side.Where(fmt::format("{}.windows[{}]", path, i));
    // Chronon reads a length that is not positive as unbounded; its own API never writes one.
    if (window.length <= 0) {
      return InvalidArgument(
          "a window's length must be positive: {} - leave windows out for all of time: {}", where,
          window.length);
    }
    const bool in_hours = window.unit == TimeUnit::kHours && window.length != kUnboundedLength;
    if (in_hours && !allows_hours) {
      return InvalidArgument(
          "a window in hours needs TEMPORAL accuracy: {} - use TimeUnit.DAYS: {} hours", where,
          window.length);
    }
  }
  return Ok();
}

Status CheckAggregation(const Aggregation& aggregation, std::size_t index, bool allows_hours,
                        const SideFile& side) {
  const std::string path = fmt::format("aggregations[{}]", index);
  if (aggregation.input_column.value_or("").empty()) {
    return InvalidArgument("an aggregation has no input column: {} - set input_column",
                           side.Where(path));
  }
  if (!aggregation.operation) {
    return InvalidArgument("an aggregation has no operation: {} - set operation", side.Where(path));
  }
  return CheckWindows(aggregation, allows_hours, path, side);
}

Status CheckKeys(const GroupBy& group_by, const SideFile& side) {
  if (group_by.key_columns.empty()) {
    return InvalidArgument("a GroupBy needs a key: {} - set keys", side.Where("keyColumns"));
  }
  std::set<std::string> seen;
  for (std::size_t i = 0; i < group_by.key_columns.size(); ++i) {
    if (!seen.insert(group_by.key_columns[i]).second) {
      return InvalidArgument("a key stands twice: {} - name it once: {}",
                             side.Where(fmt::format("keyColumns[{}]", i)), group_by.key_columns[i]);
    }
  }
  return Ok();
}

// As in aggregate/builtins.cc, which this module must not know; the index is Chronon's number.
constexpr std::array<std::string_view, 20> kOperationSuffixes = {"min",
                                                                 "max",
                                                                 "first",
                                                                 "last",
                                                                 "unique_count",
                                                                 "approx_unique_count",
                                                                 "count",
                                                                 "sum",
                                                                 "average",
                                                                 "variance",
                                                                 "skew",
                                                                 "kurtosis",
                                                                 "approx_percentile",
                                                                 "last_k",
                                                                 "first_k",
                                                                 "top_k",
                                                                 "bottom_k",
                                                                 "histogram",
                                                                 "approx_histogram_k",
                                                                 "bounded_unique_count"};

// The names of an aggregation's columns, one for each bucket and window; none for an unknown
// operation, which the engine refuses. REQUIRES: CheckAggregation.
std::vector<std::string> OutputNames(const Aggregation& aggregation) {
  const int operation = *aggregation.operation;
  if (operation < 0 || operation >= static_cast<int>(kOperationSuffixes.size())) return {};
  std::string suffix(kOperationSuffixes[static_cast<std::size_t>(operation)]);
  for (const std::string_view with_k : {"last_k", "first_k", "top_k", "bottom_k"}) {
    if (suffix != with_k) continue;
    suffix.pop_back();
    suffix.pop_back();
    for (const auto& [name, value] : aggregation.arg_map.value_or(OrderedMap<std::string>())) {
      if (name == "k") suffix += value;
    }
  }
  const std::string base = fmt::format("{}_{}", *aggregation.input_column, suffix);
  std::vector<std::string> windows;
  for (const Window& window : aggregation.windows.value_or(std::vector<Window>())) {
    const char unit = window.unit == TimeUnit::kHours ? 'h' : 'd';
    windows.push_back(
        window.length == kUnboundedLength ? "" : fmt::format("_{}{}", window.length, unit));
  }
  if (windows.empty()) windows.emplace_back();
  std::vector<std::string> buckets;
  for (const std::string& bucket : aggregation.buckets.value_or(std::vector<std::string>()))
    buckets.push_back("_by_" + bucket);
  if (buckets.empty()) buckets.emplace_back();
  std::vector<std::string> names;
  for (const std::string& bucket : buckets) {
    for (const std::string& window : windows) names.push_back(base + window + bucket);
  }
  return names;
}

// Columns of one name would overwrite one another in the table or in the store. Case does not tell
// columns apart in SQL.
Status CheckOutputColumns(const GroupBy& group_by, const SideFile& side) {
  std::map<std::string, std::string> taken = {
      {"ds", "the column of the day, which every output has"}};
  for (std::size_t i = 0; i < group_by.key_columns.size(); ++i) {
    const std::string& key = group_by.key_columns[i];
    if (AsciiLower(key) == "ds") {
      return InvalidArgument("a key has the name of {}: {} - select it under another name: {}",
                             taken["ds"], side.Where(fmt::format("keyColumns[{}]", i)), key);
    }
    taken.emplace(AsciiLower(key), "a key");
  }
  if (!group_by.aggregations) return Ok();
  for (std::size_t i = 0; i < group_by.aggregations->size(); ++i) {
    const std::string path = fmt::format("aggregations[{}]", i);
    for (const std::string& name : OutputNames((*group_by.aggregations)[i])) {
      const auto [holder, is_new] = taken.emplace(AsciiLower(name), "the output column of " + path);
      if (is_new) continue;
      return InvalidArgument(
          "an output column has the name of {}: {} - remove one of them, or select the input under "
          "another name: {}",
          holder->second, side.Where(path), name);
    }
  }
  return Ok();
}

bool IsEntities(const Source& source) {
  if (const auto* join = std::get_if<JoinSource>(&source))
    return join->join != nullptr && IsEntities(join->join->left);
  return std::holds_alternative<EntitySource>(source);
}

const Query& QueryOf(const Source& source) {
  static const Query kNone;
  const std::optional<Query>& query =
      std::visit([](const auto& one) -> const std::optional<Query>& { return one.query; }, source);
  return query ? *query : kNone;
}

bool HasTime(const Query& query) {
  if (!query.time_column.value_or("").empty()) return true;
  for (const auto& [column, text] : query.selects.value_or(OrderedMap<std::string>())) {
    if (column == "ts") return true;
  }
  return false;
}

Status CheckSources(const GroupBy& group_by, const SideFile& side) {
  if (group_by.sources.empty()) {
    return InvalidArgument("a GroupBy needs a source: {} - set sources", side.Where("sources"));
  }
  for (std::size_t i = 0; i < group_by.sources.size(); ++i) {
    GNOMON_RETURN_IF_ERROR(CheckSource(group_by.sources[i], i, side));
  }
  for (std::size_t i = 1; i < group_by.sources.size(); ++i) {
    if (IsEntities(group_by.sources[i]) == IsEntities(group_by.sources[0])) continue;
    return InvalidArgument(
        "the sources of a GroupBy are all events or all entities: {} - make two GroupBys",
        side.Where(fmt::format("sources[{}]", i)));
  }
  return Ok();
}

bool HasWindows(const GroupBy& group_by) {
  for (const Aggregation& aggregation :
       group_by.aggregations.value_or(std::vector<Aggregation>())) {
    if (aggregation.windows && !aggregation.windows->empty()) return true;
  }
  return false;
}

// SPEC 2.2, point 7. Events without a time column belong to the end of their partition, which is a
// time for SNAPSHOT accuracy alone.
Status CheckTimes(const GroupBy& group_by, const SideFile& side) {
  const bool is_snapshot = group_by.accuracy == Accuracy::kSnapshot;
  for (std::size_t i = 0; i < group_by.sources.size(); ++i) {
    const Source& source = group_by.sources[i];
    if (HasTime(QueryOf(source))) continue;
    const std::string where = side.Where(fmt::format("sources[{}]", i));
    if (IsEntities(source)) {
      if (!HasWindows(group_by)) continue;
      return InvalidArgument(
          "an entity source that is aggregated over windows has no time column: {} - set "
          "time_column in its Query",
          where);
    }
    if (is_snapshot) continue;
    return InvalidArgument(
        "an event source has no time column: {} - set time_column in its Query, or "
        "accuracy=Accuracy.SNAPSHOT, for which a row's day is its time",
        where);
  }
  return Ok();
}

// Without aggregations the columns of a snapshot pass through.
Status CheckPassesThrough(const GroupBy& group_by, const SideFile& side) {
  for (std::size_t i = 0; i < group_by.sources.size(); ++i) {
    const std::string path = fmt::format("sources[{}]", i);
    if (!IsEntities(group_by.sources[i])) {
      return InvalidArgument("a GroupBy over events needs aggregations: {} - set aggregations",
                             side.Where("aggregations"));
    }
    const auto* entities = std::get_if<EntitySource>(&group_by.sources[i]);
    if (entities != nullptr && (entities->mutation_table || entities->mutation_topic)) {
      return InvalidArgument(
          "a GroupBy over mutations needs aggregations: {} - set aggregations, or drop the "
          "mutations",
          side.Where(path + ".entities"));
    }
  }
  return Ok();
}

Status CheckDerivations(const GroupBy& group_by, const SideFile& side) {
  for (std::size_t i = 0; i < group_by.derivations.value_or(std::vector<Derivation>()).size();
       ++i) {
    const Derivation& derivation = (*group_by.derivations)[i];
    const std::string path = fmt::format("derivations[{}]", i);
    if (derivation.name.value_or("").empty() || derivation.expression.value_or("").empty()) {
      return InvalidArgument("a derivation needs a name and an expression: {} - set both",
                             side.Where(path));
    }
    if (AsciiLower(*derivation.name) == "ds") {
      return InvalidArgument(
          "a derivation has the name of the column of the day: {} - give it another name: {}",
          side.Where(path), *derivation.name);
    }
  }
  return Ok();
}

// SPEC 6.2: intermediate results of days are kept, of which windows are put together.
Status CheckIncremental(const GroupBy& group_by, const SideFile& side) {
  if (!group_by.is_incremental.value_or(false)) return Ok();
  const std::string where = side.Where("isIncremental");
  for (const Source& source : group_by.sources) {
    if (IsEntities(source))
      return InvalidArgument("an incremental GroupBy reads events: {} - drop is_incremental",
                             where);
    const auto* events = std::get_if<EventSource>(&source);
    if (events != nullptr && events->is_cumulative.value_or(false)) {
      return InvalidArgument(
          "an incremental GroupBy reads day by day, which a cumulative source does not have: {} - "
          "drop is_incremental",
          where);
    }
  }
  if (AccuracyOf(group_by) != Accuracy::kSnapshot) {
    return InvalidArgument(
        "an incremental GroupBy has SNAPSHOT accuracy: {} - set accuracy=Accuracy.SNAPSHOT", where);
  }
  if (HasWindows(group_by)) return Ok();
  return InvalidArgument("an incremental GroupBy needs a window: {} - drop is_incremental", where);
}

Status CheckGroupBy(const GroupBy& group_by, bool allows_hours, const SideFile& side) {
  GNOMON_RETURN_IF_ERROR(PlacedAt(side.Where(""), OutputTable(group_by.meta_data)));
  return CheckComputable(group_by, allows_hours, side);
}

}  // namespace

Status CheckComputable(const GroupBy& group_by, bool allows_hours, const SideFile& side) {
  GNOMON_RETURN_IF_ERROR(CheckKeys(group_by, side));
  GNOMON_RETURN_IF_ERROR(CheckSources(group_by, side));
  GNOMON_RETURN_IF_ERROR(CheckTimes(group_by, side));
  const std::size_t count = group_by.aggregations ? group_by.aggregations->size() : 0;
  if (count == 0) GNOMON_RETURN_IF_ERROR(CheckPassesThrough(group_by, side));
  for (std::size_t i = 0; i < count; ++i) {
    GNOMON_RETURN_IF_ERROR(CheckAggregation((*group_by.aggregations)[i], i, allows_hours, side));
  }
  GNOMON_RETURN_IF_ERROR(CheckOutputColumns(group_by, side));
  GNOMON_RETURN_IF_ERROR(CheckDerivations(group_by, side));
  return CheckIncremental(group_by, side);
}

Status ValidateForBackfill(const GroupBy& group_by, const SideFile& side) {
  const std::string start = group_by.backfill_start_date.value_or("");
  if (start.empty()) {
    return InvalidArgument(
        "a backfill needs a first day: {} - set backfill_start_date in the GroupBy",
        side.Where("backfillStartDate"));
  }
  GNOMON_RETURN_IF_ERROR(PlacedAt(side.Where("backfillStartDate"), ParseDay(start)));
  // Backfills are always SNAPSHOT (SPEC 6, point 1).
  const bool is_entities = !group_by.sources.empty() && IsEntities(group_by.sources[0]);
  return CheckGroupBy(group_by, is_entities, side);
}

Status ValidateForUpload(const GroupBy& group_by, const SideFile& side) {
  const bool is_entities = !group_by.sources.empty() && IsEntities(group_by.sources[0]);
  return CheckGroupBy(group_by, is_entities || AccuracyOf(group_by) == Accuracy::kTemporal, side);
}

Status Validate(const StagingQuery& staging_query, const SideFile& side) {
  GNOMON_RETURN_IF_ERROR(PlacedAt(side.Where(""), OutputTable(staging_query.meta_data)));
  if (staging_query.query.value_or("").empty()) {
    return InvalidArgument("a staging query has no query: {} - set query", side.Where("query"));
  }
  if (staging_query.start_partition) {
    GNOMON_RETURN_IF_ERROR(
        PlacedAt(side.Where("startPartition"), ParseDay(*staging_query.start_partition)));
  }
  return Ok();
}

}  // namespace gnomon::config
