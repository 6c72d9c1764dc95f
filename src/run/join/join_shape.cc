// SPDX-License-Identifier: Apache-2.0
#include "run/join/join_shape.h"

#include <map>

#include "base/error_place.h"
#include "config/names.h"
#include "config/validate.h"
#include "run/join/part_time.h"

namespace gnomon::run {

namespace {

constexpr const char* kContextual = "contextual";

// `db.table/k=v` names sub-partitions for sensors; the scan reads the table (SPEC 6.1).
Result<catalog::TableName> NameOf(const std::optional<std::string>& table) {
  const std::string text = table.value_or("");
  return catalog::ParseTableName(text.substr(0, text.find('/')));
}

// SPEC 8.1.
void Dispatch(bool left_is_events, PartShape& shape) {
  shape.match = MatchOf(*shape.group_by, left_is_events);
  if (shape.match != LeftMatch::kTime) return;
  shape.algorithm = config::ReadsEntities(*shape.group_by) ? PartAlgorithm::kTemporalEntities
                                                           : PartAlgorithm::kTemporalEvents;
}

std::string LeftNameOf(const std::optional<config::OrderedMap<std::string>>& key_mapping,
                       const std::string& key) {
  for (const auto& [left, right] : key_mapping.value_or(config::OrderedMap<std::string>())) {
    if (right == key) return left;
  }
  return key;
}

std::string SourceName(const config::ExternalSource& source) {
  return config::Sanitize(source.metadata ? source.metadata->name.value_or("") : "");
}

Status SetLeft(const config::Join& join, const config::SideFile& side, JoinShape& shape) {
  if (const auto* events = std::get_if<config::EventSource>(&join.left)) {
    shape.left_is_events = true;
    shape.left_query = events->query.value_or(config::Query());
    shape.left_path = "left.events.query";
    shape.left_table_path = "left.events.table";
    auto table = PlacedAt(side.Where(shape.left_table_path), NameOf(events->table));
    if (!table) return std::move(table).error();
    shape.left_table = *table;
    return Ok();
  }
  const auto& entities = std::get<config::EntitySource>(join.left);
  shape.left_query = entities.query.value_or(config::Query());
  shape.left_path = "left.entities.query";
  shape.left_table_path = "left.entities.snapshotTable";
  auto table = PlacedAt(side.Where(shape.left_table_path), NameOf(entities.snapshot_table));
  if (!table) return std::move(table).error();
  shape.left_table = *table;
  return Ok();
}

Status AddExternalParts(const config::Join& join, JoinShape& shape) {
  const auto externals = join.online_external_parts ? *join.online_external_parts
                                                    : std::vector<config::ExternalPart>();
  for (std::size_t i = 0; i < externals.size(); ++i) {
    const config::ExternalPart& external = (*join.online_external_parts)[i];
    if (!external.source.offline_group_by) {
      for (ExternalField& field : ExternalFieldsOf(external))
        shape.external_fields.push_back(std::move(field));
      continue;
    }
    config::JoinPart part{*external.source.offline_group_by, external.key_mapping, external.prefix};
    const std::string path = fmt::format("onlineExternalParts[{}]", i);
    GNOMON_ASSIGN_OR_RETURN(PartShape offline, ShapeOfPart(part, path, *shape.side, shape.output,
                                                           shape.left_is_events));
    offline.group_by = &*external.source.offline_group_by;
    offline.group_by_path = path + ".source.offlineGroupBy";
    const std::string prefix = external.prefix ? *external.prefix + "_" : "";
    offline.column_prefix = fmt::format("ext_{}{}_", prefix, SourceName(external.source));
    shape.parts.push_back(std::move(offline));
  }
  return Ok();
}

}  // namespace

std::vector<ExternalField> ExternalFieldsOf(const config::ExternalPart& part) {
  std::vector<ExternalField> fields;
  const auto& schema = part.source.value_schema;
  if (!schema || !schema->params) return fields;
  const bool is_contextual =
      part.source.metadata && part.source.metadata->name.value_or("") == kContextual;
  const std::string prefix = part.prefix ? *part.prefix + "_" : "";
  for (const config::DataField& field : *schema->params) {
    ExternalField external;
    const std::string name = field.name.value_or("");
    external.name = fmt::format("ext_{}{}_{}", prefix, SourceName(part.source), name);
    external.type = field.data_type.value_or(config::ThriftType());
    external.is_contextual = is_contextual;
    if (is_contextual) external.contextual_key = name;
    fields.push_back(std::move(external));
  }
  return fields;
}

std::vector<std::string> JoinShape::part_names() const {
  std::vector<std::string> names;
  names.reserve(parts.size());
  for (const PartShape& part : parts) names.push_back(part.full_prefix);
  return names;
}

Result<PartShape> ShapeOfPart(const config::JoinPart& part, const std::string& path,
                              const config::SideFile& side, const catalog::TableName& output,
                              bool left_is_events) {
  PartShape shape;
  shape.group_by = &part.group_by;
  shape.path = path;
  shape.group_by_path = path + ".groupBy";
  const std::string prefix = part.prefix ? *part.prefix + "_" : "";
  shape.full_prefix = prefix + config::Sanitize(part.group_by.meta_data.name.value_or(""));
  shape.column_prefix = shape.full_prefix + "_";
  auto table = catalog::ParseTableName(fmt::format("{}_{}", output.ToString(), shape.full_prefix));
  if (!table) {  // Only the prefix is the user's own text.
    return InvalidArgument(
        "the prefix of a part cannot begin a table's name: '{}': {} - write it with letters, "
        "digits, "
        "_ and -",
        part.prefix.value_or(""), side.Where(path));
  }
  shape.table = *std::move(table);
  for (const std::string& key : part.group_by.key_columns)
    shape.keys.emplace_back(LeftNameOf(part.key_mapping, key), key);
  Dispatch(left_is_events, shape);
  return shape;
}

Result<JoinShape> ShapeOf(const config::Join& join, const config::SideFile& side) {
  JoinShape shape;
  shape.join = &join;
  shape.side = &side;
  GNOMON_RETURN_IF_ERROR(SetLeft(join, side, shape));
  GNOMON_ASSIGN_OR_RETURN(const std::string output, config::OutputTable(join.meta_data));
  GNOMON_ASSIGN_OR_RETURN(shape.output, catalog::ParseTableName(output));
  GNOMON_ASSIGN_OR_RETURN(shape.bootstrap, catalog::ParseTableName(output + "_bootstrap"));
  for (std::size_t i = 0; i < join.join_parts.size(); ++i) {
    const std::string path = fmt::format("joinParts[{}]", i);
    GNOMON_ASSIGN_OR_RETURN(PartShape part, ShapeOfPart(join.join_parts[i], path, side,
                                                        shape.output, shape.left_is_events));
    shape.parts.push_back(std::move(part));
  }
  GNOMON_RETURN_IF_ERROR(AddExternalParts(join, shape));
  // What a model makes of the rows is T; the rows themselves lie beside it (SPEC 8.9).
  if (join.model_transforms) shape.output.name += "_pre_mt";
  std::map<std::string, std::string> seen = {{shape.bootstrap.name, "the bootstrap table"}};
  for (const PartShape& part : shape.parts) {
    const auto [entry, is_new] = seen.emplace(part.table.name, part.path);
    if (is_new) continue;
    return InvalidArgument(
        "two parts of a join have the same columns and table, {}: {} and {} - give one of them a "
        "prefix",
        part.full_prefix, entry->second, side.Where(part.path));
  }
  return shape;
}

}  // namespace gnomon::run
