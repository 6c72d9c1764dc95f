// SPDX-License-Identifier: Apache-2.0
// One small function per rule; each gives its sentence with the place in the user's file.
#include "config/validate.h"

#include <array>
#include <map>
#include <set>

#include "base/calendar.h"
#include "base/error_place.h"
#include "config/names.h"

namespace gnomon::config {
namespace {

// SPEC 1.1: a window of the largest length or none at all is unbounded.
constexpr std::int32_t kUnboundedLength = 2'147'483'647;

Status CheckEventSource(const EventSource& source, const std::string& path, const SideFile& side) {
  if (source.table.value_or("").empty()) {
    return InvalidArgument("a source has no table: {} - set table", side.Where(path));
  }
  if (source.is_cumulative.value_or(false)) {
    return Unimplemented("cumulative sources are not supported yet: {} - drop is_cumulative",
                         side.Where(path + ".isCumulative"));
  }
  if (!source.query) {
    return InvalidArgument("a source has no query: {} - set query=Query(...)", side.Where(path));
  }
  for (const auto& partition : {source.query->start_partition, source.query->end_partition}) {
    if (partition) {
      GNOMON_RETURN_IF_ERROR(PlacedAt(side.Where(path + ".query"), ParseDay(*partition)));
    }
  }
  if (source.query->time_column.value_or("").empty()) {
    return InvalidArgument("an event source has no time column: {} - set time_column in its Query",
                           side.Where(path + ".query"));
  }
  return Ok();
}

Status CheckSource(const Source& source, std::size_t index, const SideFile& side) {
  const std::string path = fmt::format("sources[{}]", index);
  if (const auto* events = std::get_if<EventSource>(&source)) {
    return CheckEventSource(*events, path + ".events", side);
  }
  if (std::holds_alternative<EntitySource>(source)) {
    return Unimplemented("entity sources are not supported yet: {} - use an EventSource",
                         side.Where(path + ".entities"));
  }
  return Unimplemented(
      "a Join as a source is not supported yet: {} - write the join into a table first",
      side.Where(path + ".joinSource"));
}

Status CheckWindows(const Aggregation& aggregation, const std::string& path, const SideFile& side) {
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
    if (window.unit == TimeUnit::kHours && window.length != kUnboundedLength) {
      return InvalidArgument(
          "a window in hours needs TEMPORAL accuracy: {} - use TimeUnit.DAYS: {} hours", where,
          window.length);
    }
  }
  return Ok();
}

Status CheckAggregation(const Aggregation& aggregation, std::size_t index, const SideFile& side) {
  const std::string path = fmt::format("aggregations[{}]", index);
  if (aggregation.input_column.value_or("").empty()) {
    return InvalidArgument("an aggregation has no input column: {} - set input_column",
                           side.Where(path));
  }
  if (!aggregation.operation) {
    return InvalidArgument("an aggregation has no operation: {} - set operation", side.Where(path));
  }
  if (aggregation.buckets && !aggregation.buckets->empty()) {
    return Unimplemented("buckets are not supported yet: {} - drop buckets",
                         side.Where(path + ".buckets"));
  }
  if (aggregation.element_wise.value_or(false)) {
    return Unimplemented("element-wise aggregation is not supported yet: {} - drop element_wise",
                         side.Where(path + ".elementWise"));
  }
  return CheckWindows(aggregation, path, side);
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

std::string LowerCase(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

// The names of an aggregation's columns, one for each window; none for an unknown operation, which
// the engine refuses. REQUIRES: CheckAggregation.
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
  if (!aggregation.windows || aggregation.windows->empty()) return {base};
  std::vector<std::string> names;
  for (const Window& window : *aggregation.windows) {
    names.push_back(window.length == kUnboundedLength ? base
                                                      : fmt::format("{}_{}d", base, window.length));
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
    if (LowerCase(key) == "ds") {
      return InvalidArgument("a key has the name of {}: {} - select it under another name: {}",
                             taken["ds"], side.Where(fmt::format("keyColumns[{}]", i)), key);
    }
    taken.emplace(LowerCase(key), "a key");
  }
  for (std::size_t i = 0; i < group_by.aggregations->size(); ++i) {
    const std::string path = fmt::format("aggregations[{}]", i);
    for (const std::string& name : OutputNames((*group_by.aggregations)[i])) {
      const auto [holder, is_new] = taken.emplace(LowerCase(name), "the output column of " + path);
      if (is_new) continue;
      return InvalidArgument(
          "an output column has the name of {}: {} - remove one of them, or select the input under "
          "another name: {}",
          holder->second, side.Where(path), name);
    }
  }
  return Ok();
}

// What backfill and upload ask alike.
Status CheckGroupBy(const GroupBy& group_by, const SideFile& side) {
  GNOMON_RETURN_IF_ERROR(PlacedAt(side.Where(""), OutputTable(group_by.meta_data)));
  GNOMON_RETURN_IF_ERROR(CheckKeys(group_by, side));
  if (group_by.sources.empty()) {
    return InvalidArgument("a GroupBy needs a source: {} - set sources", side.Where("sources"));
  }
  for (std::size_t i = 0; i < group_by.sources.size(); ++i) {
    GNOMON_RETURN_IF_ERROR(CheckSource(group_by.sources[i], i, side));
  }
  if (!group_by.aggregations || group_by.aggregations->empty()) {
    return Unimplemented("a GroupBy over events needs aggregations: {} - set aggregations",
                         side.Where("aggregations"));
  }
  for (std::size_t i = 0; i < group_by.aggregations->size(); ++i) {
    GNOMON_RETURN_IF_ERROR(CheckAggregation((*group_by.aggregations)[i], i, side));
  }
  GNOMON_RETURN_IF_ERROR(CheckOutputColumns(group_by, side));
  if (group_by.derivations && !group_by.derivations->empty()) {
    return Unimplemented("derivations are not supported yet: {} - drop derivations",
                         side.Where("derivations"));
  }
  if (group_by.is_incremental.value_or(false)) {
    return Unimplemented("incremental GroupBys are not supported yet: {} - drop is_incremental",
                         side.Where("isIncremental"));
  }
  return Ok();
}

}  // namespace

Status ValidateForBackfill(const GroupBy& group_by, const SideFile& side) {
  const std::string start = group_by.backfill_start_date.value_or("");
  if (start.empty()) {
    return InvalidArgument(
        "a backfill needs a first day: {} - set backfill_start_date in the GroupBy",
        side.Where("backfillStartDate"));
  }
  GNOMON_RETURN_IF_ERROR(PlacedAt(side.Where("backfillStartDate"), ParseDay(start)));
  return CheckGroupBy(group_by, side);
}

Status ValidateForUpload(const GroupBy& group_by, const SideFile& side) {
  if (AccuracyOf(group_by) == Accuracy::kTemporal) {
    return Unimplemented(
        "uploads of TEMPORAL accuracy are not supported yet: {} - set accuracy=Accuracy.SNAPSHOT",
        side.Where("accuracy"));
  }
  return CheckGroupBy(group_by, side);
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
