// SPDX-License-Identifier: Apache-2.0
// The structs' members by name: one list per struct (Fields) serves reading and writing. Shape and
// types are checked before (conf_schema.h), so that reading here cannot fail.
#include "config/conf_json.h"

#include <type_traits>

#include "config/conf_schema.h"

namespace gnomon::config {
namespace {

template <typename T>
struct IsVector : std::false_type {};
template <typename T>
struct IsVector<std::vector<T>> : std::true_type {};
template <typename T>
struct IsOptional : std::false_type {};
template <typename T>
struct IsOptional<std::optional<T>> : std::true_type {};
template <typename T>
struct IsOrderedMap : std::false_type {};
template <typename T>
struct IsOrderedMap<OrderedMap<T>> : std::true_type {};

template <typename V, typename S>
requires std::is_same_v<std::remove_const_t<S>, Query>
void Fields(V& visit, S& query) {
  visit("selects", query.selects);
  visit("wheres", query.wheres);
  visit("startPartition", query.start_partition);
  visit("endPartition", query.end_partition);
  visit("timeColumn", query.time_column);
  visit("setups", query.setups);
  visit("mutationTimeColumn", query.mutation_time_column);
  visit("reversalColumn", query.reversal_column);
  visit("partitionColumn", query.partition_column);
}

template <typename V, typename S>
requires std::is_same_v<std::remove_const_t<S>, MetaData>
void Fields(V& visit, S& meta) {
  visit("name", meta.name);
  visit("online", meta.online);
  visit("production", meta.production);
  visit("customJson", meta.custom_json);
  visit("dependencies", meta.dependencies);
  visit("tableProperties", meta.table_properties);
  visit("outputNamespace", meta.output_namespace);
  visit("team", meta.team);
  visit("modeToEnvMap", meta.mode_to_env_map);
  visit("consistencyCheck", meta.consistency_check);
  visit("samplePercent", meta.sample_percent);
  visit("offlineSchedule", meta.offline_schedule);
  visit("consistencySamplePercent", meta.consistency_sample_percent);
  visit("historicalBackfill", meta.historical_backfill);
  visit("deprecationDate", meta.deprecation_date);
  visit("description", meta.description);
}

template <typename V, typename S>
requires std::is_same_v<std::remove_const_t<S>, StagingQuery>
void Fields(V& visit, S& staging_query) {
  visit("metaData", staging_query.meta_data);
  visit("query", staging_query.query);
  visit("startPartition", staging_query.start_partition);
  visit("setups", staging_query.setups);
  visit("createView", staging_query.create_view);
}

template <typename V, typename S>
requires std::is_same_v<std::remove_const_t<S>, EventSource>
void Fields(V& visit, S& source) {
  visit("table", source.table);
  visit("topic", source.topic);
  visit("query", source.query);
  visit("isCumulative", source.is_cumulative);
}

template <typename V, typename S>
requires std::is_same_v<std::remove_const_t<S>, EntitySource>
void Fields(V& visit, S& source) {
  visit("snapshotTable", source.snapshot_table);
  visit("mutationTable", source.mutation_table);
  visit("mutationTopic", source.mutation_topic);
  visit("query", source.query);
}

template <typename V, typename S>
requires std::is_same_v<std::remove_const_t<S>, Window>
void Fields(V& visit, S& window) {
  visit("length", window.length);
  visit("timeUnit", window.unit);
}

template <typename V, typename S>
requires std::is_same_v<std::remove_const_t<S>, Aggregation>
void Fields(V& visit, S& aggregation) {
  visit("inputColumn", aggregation.input_column);
  visit("operation", aggregation.operation);
  visit("argMap", aggregation.arg_map);
  visit("windows", aggregation.windows);
  visit("buckets", aggregation.buckets);
  visit("elementWise", aggregation.element_wise);
}

template <typename V, typename S>
requires std::is_same_v<std::remove_const_t<S>, Derivation>
void Fields(V& visit, S& derivation) {
  visit("name", derivation.name);
  visit("expression", derivation.expression);
  visit("metaData", derivation.meta_data);
}

template <typename V, typename S>
requires std::is_same_v<std::remove_const_t<S>, GroupBy>
void Fields(V& visit, S& group_by) {
  visit("metaData", group_by.meta_data);
  visit("sources", group_by.sources);
  visit("keyColumns", group_by.key_columns);
  visit("aggregations", group_by.aggregations);
  visit("accuracy", group_by.accuracy);
  visit("backfillStartDate", group_by.backfill_start_date);
  visit("derivations", group_by.derivations);
  visit("isIncremental", group_by.is_incremental);
}

template <typename V, typename S>
requires std::is_same_v<std::remove_const_t<S>, JoinPart>
void Fields(V& visit, S& part) {
  visit("groupBy", part.group_by);
  visit("keyMapping", part.key_mapping);
  visit("prefix", part.prefix);
}

template <typename V, typename S>
requires std::is_same_v<std::remove_const_t<S>, ThriftType>
void Fields(V& visit, S& type) {
  visit("kind", type.kind);
  visit("params", type.params);
  visit("name", type.name);
}

template <typename V, typename S>
requires std::is_same_v<std::remove_const_t<S>, DataField>
void Fields(V& visit, S& field) {
  visit("name", field.name);
  visit("dataType", field.data_type);
}

template <typename V, typename S>
requires std::is_same_v<std::remove_const_t<S>, ExternalSourceFactoryConfig>
void Fields(V& visit, S& config) {
  visit("factoryName", config.factory_name);
  visit("factoryParams", config.factory_params);
}

template <typename V, typename S>
requires std::is_same_v<std::remove_const_t<S>, ExternalSource>
void Fields(V& visit, S& source) {
  visit("metadata", source.metadata);
  visit("keySchema", source.key_schema);
  visit("valueSchema", source.value_schema);
  visit("factoryConfig", source.factory_config);
  visit("offlineGroupBy", source.offline_group_by);
}

template <typename V, typename S>
requires std::is_same_v<std::remove_const_t<S>, ExternalPart>
void Fields(V& visit, S& part) {
  visit("source", part.source);
  visit("keyMapping", part.key_mapping);
  visit("prefix", part.prefix);
}

template <typename V, typename S>
requires std::is_same_v<std::remove_const_t<S>, LabelPart>
void Fields(V& visit, S& part) {
  visit("labels", part.labels);
  visit("leftStartOffset", part.left_start_offset);
  visit("leftEndOffset", part.left_end_offset);
  visit("metaData", part.meta_data);
}

template <typename V, typename S>
requires std::is_same_v<std::remove_const_t<S>, BootstrapPart>
void Fields(V& visit, S& part) {
  visit("metaData", part.meta_data);
  visit("table", part.table);
  visit("query", part.query);
  visit("keyColumns", part.key_columns);
}

template <typename V, typename S>
requires std::is_same_v<std::remove_const_t<S>, Join>
void Fields(V& visit, S& join) {
  visit("metaData", join.meta_data);
  visit("left", join.left);
  visit("joinParts", join.join_parts);
  visit("skewKeys", join.skew_keys);
  visit("onlineExternalParts", join.online_external_parts);
  visit("labelPart", join.label_part);
  visit("bootstrapParts", join.bootstrap_parts);
  visit("rowIds", join.row_ids);
  visit("derivations", join.derivations);
  visit("modelTransforms", join.model_transforms);
}

// Reads a checked value into a member.
template <typename T>
void Read(const Json& json, T& out);

struct FieldReader {
  const Json& json;

  template <typename T>
  void operator()(const char* name, T& member) {
    const auto found = json.find(name);
    if (found != json.end()) Read(*found, member);
  }
};

void ReadSource(const Json& json, Source& out) {
  if (json.contains("events")) {
    Read(json["events"], out.emplace<EventSource>());
  } else if (json.contains("entities")) {
    Read(json["entities"], out.emplace<EntitySource>());
  } else {
    const Json& source = json["joinSource"];
    auto& join_source = out.emplace<JoinSource>();
    auto join = std::make_shared<Join>();
    Read(source["join"], *join);
    join_source.join = std::move(join);
    if (source.contains("query")) Read(source["query"], join_source.query);
  }
}

template <typename T>
void Read(const Json& json, T& out) {
  if constexpr (IsOptional<T>::value) {
    Read(json, out.emplace());
  } else if constexpr (IsOrderedMap<T>::value) {
    for (const auto& [key, item] : json.items()) {
      out.emplace_back(key, typename T::value_type::second_type{});
      Read(item, out.back().second);
    }
  } else if constexpr (IsVector<T>::value) {
    for (const Json& item : json) Read(item, out.emplace_back());
  } else if constexpr (std::is_same_v<T, Source>) {
    ReadSource(json, out);
  } else if constexpr (std::is_same_v<T, CheckedJson>) {
    out.text = json.dump();
  } else if constexpr (std::is_same_v<T, bool>) {
    out = json == 1;
  } else if constexpr (std::is_enum_v<T>) {
    out = static_cast<T>(json.get<int>());
  } else if constexpr (std::is_arithmetic_v<T> || std::is_same_v<T, std::string>) {
    out = json.get<T>();
  } else {
    FieldReader reader{json};
    Fields(reader, out);
  }
}

// Writes a member; unset ones are left out by FieldWriter.
template <typename T>
Json Write(const T& value);

struct FieldWriter {
  Json json = Json::object();

  template <typename T>
  void operator()(const char* name, const T& member) {
    if constexpr (IsOptional<T>::value) {
      if (member.has_value()) json[name] = Write(*member);
    } else {
      json[name] = Write(member);
    }
  }
};

Json WriteSource(const Source& source) {
  Json out = Json::object();
  if (const auto* events = std::get_if<EventSource>(&source)) {
    out["events"] = Write(*events);
  } else if (const auto* entities = std::get_if<EntitySource>(&source)) {
    out["entities"] = Write(*entities);
  } else {
    const auto& join_source = std::get<JoinSource>(source);
    Json& inner = out["joinSource"] = Json::object();
    if (join_source.join != nullptr) inner["join"] = Write(*join_source.join);
    if (join_source.query) inner["query"] = Write(*join_source.query);
  }
  return out;
}

template <typename T>
Json Write(const T& value) {
  if constexpr (IsOrderedMap<T>::value) {
    Json out = Json::object();
    for (const auto& [key, item] : value) out[key] = Write(item);
    return out;
  } else if constexpr (IsVector<T>::value) {
    Json out = Json::array();
    for (const auto& item : value) out.push_back(Write(item));
    return out;
  } else if constexpr (std::is_same_v<T, Source>) {
    return WriteSource(value);
  } else if constexpr (std::is_same_v<T, CheckedJson>) {
    return Json::parse(value.text);  // Printed by us from a checked value.
  } else if constexpr (std::is_same_v<T, bool>) {
    return Json(value ? 1 : 0);
  } else if constexpr (std::is_enum_v<T>) {
    return Json(static_cast<int>(value));
  } else if constexpr (std::is_arithmetic_v<T> || std::is_same_v<T, std::string>) {
    return Json(value);
  } else {
    FieldWriter writer;
    Fields(writer, value);
    return std::move(writer.json);
  }
}

Result<Json> ParseText(std::string_view text) {
  try {
    return Json::parse(text);
  } catch (const nlohmann::json::exception& failure) {
    return InvalidArgument("a config is not JSON: {} - compile it again", failure.what());
  }
}

Result<Json> ParseChecked(std::string_view text, std::string_view struct_name) {
  GNOMON_ASSIGN_OR_RETURN(const Json json, ParseText(text));
  return CheckStruct(json, struct_name);
}

// Invalid UTF-8 cannot come from a parsed config, but from a member that code has set: it is
// replaced, never thrown on.
std::string Dump(const Json& json, int indent, bool ascii) {
  return json.dump(indent, ' ', ascii, Json::error_handler_t::replace);
}

}  // namespace

Result<GroupBy> ParseGroupBy(std::string_view json) {
  GNOMON_ASSIGN_OR_RETURN(const Json checked, ParseChecked(json, "GroupBy"));
  GroupBy group_by;
  Read(checked, group_by);
  return group_by;
}

Result<StagingQuery> ParseStagingQuery(std::string_view json) {
  GNOMON_ASSIGN_OR_RETURN(const Json checked, ParseChecked(json, "StagingQuery"));
  StagingQuery staging_query;
  Read(checked, staging_query);
  return staging_query;
}

Result<Join> ParseJoin(std::string_view json) {
  GNOMON_ASSIGN_OR_RETURN(const Json checked, ParseChecked(json, "Join"));
  Join join;
  Read(checked, join);
  return join;
}

std::string ToJson(const GroupBy& group_by) { return Dump(Write(group_by), 2, true); }

std::string ToJson(const StagingQuery& staging_query) {
  return Dump(Write(staging_query), 2, true);
}

std::string ToJson(const Join& join) { return Dump(Write(join), 2, true); }

std::string ToCompactJson(const GroupBy& group_by) { return Dump(Write(group_by), -1, false); }

std::string ToCompactJson(const Join& join) { return Dump(Write(join), -1, false); }

std::string ToCompactJson(const Source& source) { return Dump(Write(source), -1, false); }

}  // namespace gnomon::config
