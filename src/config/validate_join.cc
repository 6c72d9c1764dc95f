// SPDX-License-Identifier: Apache-2.0
#include "config/validate_join.h"

#include <algorithm>
#include <array>
#include <set>

#include "base/calendar.h"
#include "base/edit_distance.h"
#include "base/error_place.h"
#include "config/names.h"
#include "config/validate.h"

namespace gnomon::config {
namespace {

// Columns that the computation makes itself (SPEC 0).
constexpr std::array<std::string_view, 4> kReserved = {"ts_ds", "is_before", "mutation_ts",
                                                       "matched_hashes"};

Status CheckPartitions(const Query& query, const std::string& path, const SideFile& side) {
  for (const auto& [name, day] : {std::pair("startPartition", query.start_partition),
                                  std::pair("endPartition", query.end_partition)}) {
    if (day) {
      GNOMON_RETURN_IF_ERROR(
          PlacedAt(side.Where(fmt::format("{}.{}", path, name)), ParseDay(*day)));
    }
  }
  return Ok();
}

Status CheckSelects(const Query& query, const std::string& path, const SideFile& side) {
  for (const auto& [name, expression] : query.selects.value_or(OrderedMap<std::string>())) {
    if (std::find(kReserved.begin(), kReserved.end(), name) == kReserved.end()) continue;
    return InvalidArgument("the column name {} is reserved: {} - select it by another name", name,
                           side.Where(fmt::format("{}.selects.{}", path, name)));
  }
  return CheckPartitions(query, path, side);
}

Status CheckLeft(const Join& join, const SideFile& side) {
  if (const auto* events = std::get_if<EventSource>(&join.left)) {
    if (events->table.value_or("").empty())
      return InvalidArgument("the left side of the join has no table: {} - set table",
                             side.Where("left.events"));
    if (events->is_cumulative.value_or(false)) {
      return InvalidArgument(
          "the left side of a join cannot be a cumulative source: {} - each of its days holds all "
          "days before; drop is_cumulative, or use an EntitySource",
          side.Where("left.events.isCumulative"));
    }
    const Query query = events->query.value_or(Query());
    const bool selects_time =
        query.selects && std::any_of(query.selects->begin(), query.selects->end(),
                                     [](const auto& select) { return select.first == "ts"; });
    if (query.time_column.value_or("").empty() && !selects_time) {
      return InvalidArgument(
          "the left side of the join has no time column: {} - set time_column in its Query, or use "
          "an EntitySource for rows without a time",
          side.Where("left.events.query"));
    }
    return CheckSelects(query, "left.events.query", side);
  }
  if (const auto* entities = std::get_if<EntitySource>(&join.left)) {
    if (entities->snapshot_table.value_or("").empty())
      return InvalidArgument("the left side of the join has no table: {} - set snapshotTable",
                             side.Where("left.entities"));
    return CheckSelects(entities->query.value_or(Query()), "left.entities.query", side);
  }
  return InvalidArgument(
      "the left side of a join cannot be a Join: {} - read its output table as an EventSource",
      side.Where("left.joinSource"));
}

Status CheckKeyMapping(const JoinPart& part, const std::string& path, const SideFile& side) {
  std::set<std::string> mapped;
  for (const auto& [left, right] : part.key_mapping.value_or(OrderedMap<std::string>())) {
    const std::string where = side.Where(path + ".keyMapping." + left);
    const auto& keys = part.group_by.key_columns;
    if (std::find(keys.begin(), keys.end(), right) == keys.end()) {
      return InvalidArgument("a key mapping names no key of {}: {}{}",
                             part.group_by.meta_data.name.value_or(""), where,
                             DidYouMean(right, keys));
    }
    if (!mapped.insert(right).second) {
      return InvalidArgument("two left columns are mapped to the key {} of {}: {} - drop one",
                             right, part.group_by.meta_data.name.value_or(""), where);
    }
  }
  return Ok();
}

// What the rows of the left side ask of a part: the features at their own times, or at the ends of
// days (SPEC 8.1).
Status CheckFitsLeft(const GroupBy& group_by, bool left_is_events, const SideFile& side) {
  for (std::size_t i = 0; i < group_by.sources.size(); ++i) {
    const auto* entities = std::get_if<EntitySource>(&group_by.sources[i]);
    if (entities == nullptr || !left_is_events || AccuracyOf(group_by) != Accuracy::kTemporal ||
        !entities->mutation_table.value_or("").empty())
      continue;
    return InvalidArgument(
        "features at a row's own time need the changes of its day: {} has no mutation table: {} - "
        "set mutationTable in the EntitySource, or accuracy=Accuracy.SNAPSHOT in the GroupBy",
        entities->snapshot_table.value_or(""), side.Where(fmt::format("sources[{}].entities", i)));
  }
  if (left_is_events || ReadsEntities(group_by) || !group_by.aggregations) return Ok();
  for (std::size_t i = 0; i < group_by.aggregations->size(); ++i) {
    for (const Window& window :
         (*group_by.aggregations)[i].windows.value_or(std::vector<Window>())) {
      if (window.unit != TimeUnit::kHours) continue;
      return InvalidArgument(
          "a window in hours needs a left side of events, whose rows have times: {} - use "
          "TimeUnit.DAYS: {} hours",
          side.Where(fmt::format("aggregations[{}].windows", i)), window.length);
    }
  }
  return Ok();
}

Status CheckPart(const JoinPart& part, bool left_is_events, const std::string& path,
                 const SideFile& side) {
  if (part.group_by.meta_data.name.value_or("").empty()) {
    return InvalidArgument("a GroupBy of the join has no name: {} - compile the config again",
                           side.Where(path));
  }
  if (part.group_by.key_columns.empty())
    return InvalidArgument("a GroupBy has no keys: {} - give it keys", side.Where(path));
  GNOMON_RETURN_IF_ERROR(CheckKeyMapping(part, path, side));
  const GroupBy& group_by = part.group_by;
  const SideFile inner = side.At(path + ".groupBy");
  GNOMON_RETURN_IF_ERROR(CheckFitsLeft(group_by, left_is_events, inner));
  // No output table is asked for: Chronon's compiler gives a namespace to the join alone, whose
  // part tables lie there.
  const bool allows_hours = ReadsEntities(group_by) || AccuracyOf(group_by) == Accuracy::kTemporal;
  return CheckComputable(group_by, allows_hours, inner);
}

Status CheckDerivations(const Join& join, const SideFile& side) {
  if (!join.derivations) return Ok();
  std::set<std::string> names;
  for (std::size_t i = 0; i < join.derivations->size(); ++i) {
    const Derivation& derivation = (*join.derivations)[i];
    const std::string where = side.Where(fmt::format("derivations[{}]", i));
    const std::string name = derivation.name.value_or("");
    if (name.empty() || derivation.expression.value_or("").empty())
      return InvalidArgument("a derivation needs a name and an expression: {} - give both", where);
    if (name == "ds")
      return InvalidArgument("a derivation cannot make the partition column ds: {} - rename it",
                             where);
    if (!names.insert(name).second)
      return InvalidArgument("two derivations are called {}: {} - rename one", name, where);
  }
  return Ok();
}

}  // namespace

Status Validate(const Join& join, const SideFile& side) {
  GNOMON_RETURN_IF_ERROR(CheckLeft(join, side));
  if (join.join_parts.empty() &&
      (!join.online_external_parts || join.online_external_parts->empty()))
    return InvalidArgument("the join has no parts: {} - give it right_parts", side.Where(""));
  const bool left_is_events = std::holds_alternative<EventSource>(join.left);
  for (std::size_t i = 0; i < join.join_parts.size(); ++i)
    GNOMON_RETURN_IF_ERROR(
        CheckPart(join.join_parts[i], left_is_events, fmt::format("joinParts[{}]", i), side));
  const auto bootstraps = join.bootstrap_parts ? join.bootstrap_parts->size() : 0;
  for (std::size_t i = 0; i < bootstraps; ++i) {
    const BootstrapPart& part = (*join.bootstrap_parts)[i];
    const std::string path = fmt::format("bootstrapParts[{}]", i);
    if (part.table.value_or("").empty())
      return InvalidArgument("a bootstrap part has no table: {} - set table", side.Where(path));
    GNOMON_RETURN_IF_ERROR(CheckPartitions(part.query.value_or(Query()), path + ".query", side));
  }
  return CheckDerivations(join, side);
}

Status ValidateLabels(const Join& join, const SideFile& side) {
  if (!join.label_part || !join.label_part->labels || join.label_part->labels->empty()) {
    return InvalidArgument("the join has no labels: {} - give it label_part=LabelPart(...)",
                           side.Where("labelPart"));
  }
  if (!std::holds_alternative<EventSource>(join.left)) {
    return InvalidArgument("a label join needs events on its left side: {} - use an EventSource",
                           side.Where("left"));
  }
  const LabelPart& labels = *join.label_part;
  if (labels.left_start_offset.value_or(0) < labels.left_end_offset.value_or(0)) {
    return InvalidArgument(
        "left_start_offset {} is less than left_end_offset {}: {} - the range of left days begins "
        "at the start offset before the label's day",
        labels.left_start_offset.value_or(0), labels.left_end_offset.value_or(0),
        side.Where("labelPart"));
  }
  for (std::size_t i = 0; i < labels.labels->size(); ++i) {
    const std::string path = fmt::format("labelPart.labels[{}]", i);
    const JoinPart& label = (*labels.labels)[i];
    // Labels are the values at the end of a day.
    GNOMON_RETURN_IF_ERROR(CheckPart(label, false, path, side));
    const GroupBy& group_by = label.group_by;
    const bool is_events = std::holds_alternative<EventSource>(group_by.sources[0]);
    const bool aggregates = group_by.aggregations && !group_by.aggregations->empty();
    const bool has_one_window =
        aggregates && group_by.aggregations->size() == 1 &&
        (*group_by.aggregations)[0].windows.value_or(std::vector<Window>()).size() == 1 &&
        (*(*group_by.aggregations)[0].windows)[0].unit == TimeUnit::kDays;
    if (is_events ? has_one_window : !aggregates) continue;
    return InvalidArgument(
        "a label is {}: {} - use events with exactly one aggregation over one window of days, or "
        "entities without aggregations",
        is_events ? "a GroupBy of events with other windows"
                  : "a GroupBy of entities that aggregates",
        side.Where(path + ".groupBy"));
  }
  return Ok();
}

}  // namespace gnomon::config
