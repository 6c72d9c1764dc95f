// SPDX-License-Identifier: Apache-2.0
// The table of structs, and the one walk over it. Types are written as text: `string`, `bool`,
// `i32`, `double`, `enum:N` (0 to N - 1), `list<T>`, `map<T>` (string keys), else the name of a
// struct. Unions are structs of which one member is set.
#include "config/conf_schema.h"

#include <array>
#include <cmath>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "base/edit_distance.h"
#include "base/parse.h"

namespace gnomon::config {
namespace {

// Deeper nesting than this (joins of joins, nested data types) is not a config but an attack on the
// stack.
constexpr int kDepthMax = 100;

struct FieldSchema {
  std::string_view name;
  std::string_view type;
  bool required = false;
};

constexpr FieldSchema kQuery[] = {
    {"selects", "map<string>"},       {"wheres", "list<string>"},   {"startPartition", "string"},
    {"endPartition", "string"},       {"timeColumn", "string"},     {"setups", "list<string>"},
    {"mutationTimeColumn", "string"}, {"reversalColumn", "string"}, {"partitionColumn", "string"}};
constexpr FieldSchema kStagingQuery[] = {{"metaData", "MetaData", true},
                                         {"query", "string"},
                                         {"startPartition", "string"},
                                         {"setups", "list<string>"},
                                         {"createView", "bool"}};
constexpr FieldSchema kEventSource[] = {
    {"table", "string"}, {"topic", "string"}, {"query", "Query"}, {"isCumulative", "bool"}};
constexpr FieldSchema kEntitySource[] = {{"snapshotTable", "string"},
                                         {"mutationTable", "string"},
                                         {"mutationTopic", "string"},
                                         {"query", "Query"}};
constexpr FieldSchema kFactoryConfig[] = {{"factoryName", "string"},
                                          {"factoryParams", "map<string>"}};
constexpr FieldSchema kExternalSource[] = {{"metadata", "MetaData"},
                                           {"keySchema", "TDataType"},
                                           {"valueSchema", "TDataType"},
                                           {"factoryConfig", "ExternalSourceFactoryConfig"},
                                           {"offlineGroupBy", "GroupBy"}};
constexpr FieldSchema kJoinSource[] = {{"join", "Join", true}, {"query", "Query"}};
constexpr FieldSchema kSource[] = {
    {"events", "EventSource"}, {"entities", "EntitySource"}, {"joinSource", "JoinSource"}};
constexpr FieldSchema kWindow[] = {{"length", "i32", true}, {"timeUnit", "enum:2", true}};
constexpr FieldSchema kAggregation[] = {{"inputColumn", "string"},   {"operation", "enum:20"},
                                        {"argMap", "map<string>"},   {"windows", "list<Window>"},
                                        {"buckets", "list<string>"}, {"elementWise", "bool"}};
constexpr FieldSchema kMetaData[] = {{"name", "string"},
                                     {"online", "bool"},
                                     {"production", "bool"},
                                     {"customJson", "string"},
                                     {"dependencies", "list<string>"},
                                     {"tableProperties", "map<string>"},
                                     {"outputNamespace", "string"},
                                     {"team", "string"},
                                     {"modeToEnvMap", "map<map<string>>"},
                                     {"consistencyCheck", "bool"},
                                     {"samplePercent", "double"},
                                     {"offlineSchedule", "string"},
                                     {"consistencySamplePercent", "double"},
                                     {"historicalBackfill", "bool"},
                                     {"deprecationDate", "string"},
                                     {"description", "string"}};
constexpr FieldSchema kGroupBy[] = {{"metaData", "MetaData", true},
                                    {"sources", "list<Source>", true},
                                    {"keyColumns", "list<string>", true},
                                    {"aggregations", "list<Aggregation>"},
                                    {"accuracy", "enum:2"},
                                    {"backfillStartDate", "string"},
                                    {"derivations", "list<Derivation>"},
                                    {"isIncremental", "bool"}};
constexpr FieldSchema kJoinPart[] = {
    {"groupBy", "GroupBy", true}, {"keyMapping", "map<string>"}, {"prefix", "string"}};
constexpr FieldSchema kExternalPart[] = {
    {"source", "ExternalSource", true}, {"keyMapping", "map<string>"}, {"prefix", "string"}};
constexpr FieldSchema kDerivation[] = {
    {"name", "string"}, {"expression", "string"}, {"metaData", "MetaData"}};
constexpr FieldSchema kJoin[] = {{"metaData", "MetaData", true},
                                 {"left", "Source", true},
                                 {"joinParts", "list<JoinPart>", true},
                                 {"skewKeys", "map<list<string>>"},
                                 {"onlineExternalParts", "list<ExternalPart>"},
                                 {"labelPart", "LabelPart"},
                                 {"bootstrapParts", "list<BootstrapPart>"},
                                 {"rowIds", "list<string>"},
                                 {"derivations", "list<Derivation>"},
                                 {"modelTransforms", "ModelTransforms"}};
constexpr FieldSchema kBootstrapPart[] = {{"metaData", "MetaData"},
                                          {"table", "string"},
                                          {"query", "Query"},
                                          {"keyColumns", "list<string>"}};
constexpr FieldSchema kLabelPart[] = {{"labels", "list<JoinPart>"},
                                      {"leftStartOffset", "i32"},
                                      {"leftEndOffset", "i32"},
                                      {"metaData", "MetaData"}};
constexpr FieldSchema kDataField[] = {{"name", "string"}, {"dataType", "TDataType"}};
constexpr FieldSchema kDataType[] = {
    {"kind", "enum:14", true}, {"params", "list<DataField>"}, {"name", "string"}};
constexpr FieldSchema kInferenceSpec[] = {{"modelBackend", "string"},
                                          {"modelBackendParams", "map<string>"}};
constexpr FieldSchema kModel[] = {{"metaData", "MetaData"},
                                  {"inferenceSpec", "InferenceSpec"},
                                  {"inputSchema", "TDataType"},
                                  {"outputSchema", "TDataType"}};
constexpr FieldSchema kModelTransform[] = {{"model", "Model"},
                                           {"inputMappings", "map<string>"},
                                           {"outputMappings", "map<string>"},
                                           {"prefix", "string"}};
constexpr FieldSchema kModelTransforms[] = {{"transforms", "list<ModelTransform>"},
                                            {"passthroughFields", "list<string>"}};

struct StructSchema {
  std::string_view name;
  std::span<const FieldSchema> fields;
  bool is_union = false;
};

constexpr StructSchema kStructs[] = {{"Query", kQuery},
                                     {"StagingQuery", kStagingQuery},
                                     {"EventSource", kEventSource},
                                     {"EntitySource", kEntitySource},
                                     {"ExternalSourceFactoryConfig", kFactoryConfig},
                                     {"ExternalSource", kExternalSource},
                                     {"JoinSource", kJoinSource},
                                     {"Source", kSource, true},
                                     {"Window", kWindow},
                                     {"Aggregation", kAggregation},
                                     {"MetaData", kMetaData},
                                     {"GroupBy", kGroupBy},
                                     {"JoinPart", kJoinPart},
                                     {"ExternalPart", kExternalPart},
                                     {"Derivation", kDerivation},
                                     {"Join", kJoin},
                                     {"BootstrapPart", kBootstrapPart},
                                     {"LabelPart", kLabelPart},
                                     {"DataField", kDataField},
                                     {"TDataType", kDataType},
                                     {"InferenceSpec", kInferenceSpec},
                                     {"Model", kModel},
                                     {"ModelTransform", kModelTransform},
                                     {"ModelTransforms", kModelTransforms}};

// Where the walk is: the path as the user would write it, and how deep.
struct Place {
  std::string path;
  int depth = 0;

  Place Member(std::string_view name) const {
    return {path.empty() ? std::string(name) : fmt::format("{}.{}", path, name), depth + 1};
  }
  Place Element(std::size_t index) const { return {fmt::format("{}[{}]", path, index), depth + 1}; }
  std::string_view shown() const {
    return path.empty() ? std::string_view("the top level") : std::string_view(path);
  }
};

Error WrongType(const Place& place, std::string_view expected, const Json& found) {
  return InvalidArgument("wrong type in a config: {} - write {} instead of a value of type {}",
                         place.shown(), expected, found.type_name());
}

Result<Json> CheckValue(const Json& value, std::string_view type, const Place& place);

// The T of `list<T>` when `type` begins with `prefix` ("list<").
std::optional<std::string_view> ElementType(std::string_view type, std::string_view prefix) {
  if (!type.starts_with(prefix)) return std::nullopt;
  return type.substr(prefix.size(), type.size() - prefix.size() - 1);
}

Result<Json> CheckList(const Json& value, std::string_view element, const Place& place) {
  if (!value.is_array()) return WrongType(place, "a list", value);
  Json checked = Json::array();
  for (std::size_t i = 0; i < value.size(); ++i) {
    GNOMON_ASSIGN_OR_RETURN(Json item, CheckValue(value[i], element, place.Element(i)));
    checked.push_back(std::move(item));
  }
  return checked;
}

Result<Json> CheckMap(const Json& value, std::string_view element, const Place& place) {
  if (!value.is_object()) return WrongType(place, "an object", value);
  Json checked = Json::object();
  for (const auto& [key, item] : value.items()) {
    GNOMON_ASSIGN_OR_RETURN(checked[key], CheckValue(item, element, place.Member(key)));
  }
  return checked;
}

// Integers may come as 3 only; a boolean as true, false, 1 or 0 (appendix G 11).
Result<Json> CheckNumber(const Json& value, std::string_view type, const Place& place) {
  if (type == "bool") {
    if (value.is_boolean()) return Json(value.get<bool>() ? 1 : 0);
    if (value.is_number_integer() && (value == 0 || value == 1)) return value;
    return WrongType(place, "true, false, 1 or 0", value);
  }
  if (type == "double") {
    if (!value.is_number()) return WrongType(place, "a number", value);
    return Json(value.get<double>());
  }
  if (!value.is_number_integer()) return WrongType(place, "a whole number", value);
  std::int64_t low = std::numeric_limits<std::int32_t>::min();
  std::int64_t high = std::numeric_limits<std::int32_t>::max();
  if (type.starts_with("enum:")) {
    low = 0;
    high = ParseInt(type.substr(5)).value_or(0) - 1;
  }
  const bool too_large =
      value.is_number_unsigned() && value.get<std::uint64_t>() > static_cast<std::uint64_t>(high);
  if (too_large || value.get<std::int64_t>() < low) {
    return InvalidArgument("number out of range in a config: {} - use {} to {}: {}", place.shown(),
                           low, high, value.dump());
  }
  return value;
}

const StructSchema* FindStruct(std::string_view name) {
  for (const StructSchema& schema : kStructs) {
    if (schema.name == name) return &schema;
  }
  return nullptr;
}

Status CheckFieldNames(const Json& value, const StructSchema& schema, const Place& place) {
  std::vector<std::string> known;
  for (const FieldSchema& field : schema.fields) known.emplace_back(field.name);
  for (const auto& [name, member] : value.items()) {
    if (std::find(known.begin(), known.end(), name) == known.end()) {
      return InvalidArgument("unknown field '{}' of {}: {}{}", name, schema.name, place.shown(),
                             DidYouMean(name, known));
    }
  }
  return Ok();
}

Result<Json> CheckFields(const Json& value, const StructSchema& schema, const Place& place) {
  if (!value.is_object()) return WrongType(place, "an object", value);
  GNOMON_RETURN_IF_ERROR(CheckFieldNames(value, schema, place));
  Json checked = Json::object();
  for (const FieldSchema& field : schema.fields) {
    const auto found = value.find(field.name);
    if (found != value.end() && !found->is_null()) {
      GNOMON_ASSIGN_OR_RETURN(checked[std::string(field.name)],
                              CheckValue(*found, field.type, place.Member(field.name)));
    } else if (field.required) {
      return InvalidArgument("missing field '{}' of {}: {} - compile the config again", field.name,
                             schema.name, place.shown());
    } else if (schema.name == "Query" && field.name == "setups") {
      // The one field with a default, which is therefore always printed.
      checked["setups"] = Json::array();
    }
  }
  if (schema.is_union && checked.size() != 1) {
    return InvalidArgument("a {} must set exactly one member: {} - it sets {}", schema.name,
                           place.shown(), checked.size());
  }
  return checked;
}

Result<Json> CheckValue(const Json& value, std::string_view type, const Place& place) {
  if (place.depth > kDepthMax) {
    return InvalidArgument("a config is nested deeper than {} levels: {} - flatten it", kDepthMax,
                           place.path.substr(0, 60));
  }
  if (const auto element = ElementType(type, "list<")) return CheckList(value, *element, place);
  if (const auto element = ElementType(type, "map<")) return CheckMap(value, *element, place);
  if (const StructSchema* schema = FindStruct(type)) return CheckFields(value, *schema, place);
  if (type == "string") {
    if (!value.is_string()) return WrongType(place, "a string", value);
    return value;
  }
  return CheckNumber(value, type, place);
}

}  // namespace

Result<Json> CheckStruct(const Json& value, std::string_view struct_name) {
  GNOMON_CHECK(FindStruct(struct_name) != nullptr);
  return CheckValue(value, struct_name, Place{});
}

}  // namespace gnomon::config
