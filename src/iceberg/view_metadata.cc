// SPDX-License-Identifier: Apache-2.0
// The adapter between view definitions and their JSON.
#include "iceberg/view_metadata.h"

#include <nlohmann/json.hpp>

#include "base/clock.h"
#include "base/json_depth.h"
#include "base/json_integer.h"
#include "iceberg/location.h"
#include "iceberg/schema_json.h"
#include "storage/file_io.h"

namespace gnomon::iceberg {

namespace {

using nlohmann::json;
using nlohmann::ordered_json;

Result<ordered_json> ReadJson(const std::string& location) {
  GNOMON_ASSIGN_OR_RETURN(const std::string path, LocalPathOfLocation(location));
  GNOMON_ASSIGN_OR_RETURN(const std::string text, ReadFile(path));
  if (IsTooDeepJson(text)) return Corruption("the view's metadata nests too deep: {}", path);
  auto parsed = ordered_json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (parsed.is_discarded()) return Corruption("the view's metadata is not JSON: {}", path);
  return parsed;
}

const ordered_json& ById(const ordered_json& items, const char* key, const ordered_json& id) {
  for (const ordered_json& item : items) {
    if (item.at(key) == id) return item;
  }
  throw std::out_of_range(fmt::format("there is no {} {}", key, id.dump()));
}

ViewDefinition FromJson(const ordered_json& metadata) {
  ViewDefinition view;
  const ordered_json& version =
      ById(metadata.at("versions"), "version-id", metadata.at("current-version-id"));
  for (const ordered_json& item : version.at("representations")) {
    if (item.value("type", "") != "sql") continue;
    view.representations.push_back({.dialect = item.at("dialect").get<std::string>(),
                                    .sql = item.at("sql").get<std::string>()});
  }
  const ordered_json& levels = version.at("default-namespace");
  if (levels.size() == 1) view.default_namespace = levels.at(0).get<std::string>();
  view.properties = metadata.value("properties", ordered_json::object())
                        .get<std::map<std::string, std::string>>();
  return view;
}

ordered_json VersionJson(const ViewDefinition& view, std::int64_t version_id,
                         std::int64_t schema_id, std::int64_t now_ms) {
  ordered_json version = {
      {"version-id", version_id},
      {"schema-id", schema_id},
      {"timestamp-ms", now_ms},
      {"summary", {{"engine-name", "gnomon"}}},
      {"representations", ordered_json::array()},
      {"default-catalog", "gnomon"},
      {"default-namespace", {view.default_namespace}},
  };
  for (const ViewRepresentation& item : view.representations) {
    version["representations"].push_back(
        {{"type", "sql"}, {"sql", item.sql}, {"dialect", item.dialect}});
  }
  return version;
}

// The metadata with one more version, which becomes the current one.
Status AddVersion(const ViewDefinition& view, ordered_json& metadata) {
  const std::int64_t now_ms = Clock::System().NowMs();
  std::int64_t version_id = 1;
  for (const ordered_json& known : metadata.at("versions")) {
    version_id = std::max(version_id, JsonInteger<std::int64_t>(known.at("version-id")) + 1);
  }
  std::int32_t schema_id = 0;
  for (const ordered_json& known : metadata.at("schemas")) {
    schema_id = std::max(schema_id, JsonInteger<std::int32_t>(known.at("schema-id")) + 1);
  }
  Schema schema = view.schema;
  std::int32_t last_id = 0;
  GNOMON_RETURN_IF_ERROR(MakeIcebergTypes(schema.fields));
  AssignFieldIds(schema.fields, last_id);
  metadata["schemas"].push_back(SchemaToJson(schema, schema_id));
  metadata["versions"].push_back(VersionJson(view, version_id, schema_id, now_ms));
  metadata["version-log"].push_back({{"timestamp-ms", now_ms}, {"version-id", version_id}});
  metadata["current-version-id"] = version_id;
  metadata["properties"] = view.properties;
  return Ok();
}

}  // namespace

const std::string* ViewDefinition::FindSql(std::string_view dialect) const {
  for (const ViewRepresentation& item : representations) {
    if (item.dialect == dialect) return &item.sql;
  }
  return nullptr;
}

Result<ViewDefinition> ReadView(const std::string& location) {
  GNOMON_ASSIGN_OR_RETURN(const ordered_json metadata, ReadJson(location));
  try {
    if (metadata.at("format-version") != 1) {
      return Unimplemented(
          "the view's metadata has format version {} - a newer gnomon reads it: {}",
          metadata.at("format-version").dump(), location);
    }
    ViewDefinition view = FromJson(metadata);
    const ordered_json& version =
        ById(metadata.at("versions"), "version-id", metadata.at("current-version-id"));
    const json schema = ById(metadata.at("schemas"), "schema-id", version.at("schema-id"));
    GNOMON_ASSIGN_OR_RETURN(TableSchema parsed, ParseTableSchema(schema));
    view.schema = std::move(parsed.schema);
    return view;
  } catch (const std::exception& error) {
    return Corruption("the view's metadata is damaged: {}: {}", location, error.what());
  }
}

Result<std::string> WriteView(const ViewDefinition& definition, const std::string& folder,
                              const std::string& previous_location) {
  ordered_json metadata = {{"view-uuid", MakeUuid()},
                           {"format-version", 1},
                           {"location", folder},
                           {"schemas", ordered_json::array()},
                           {"current-version-id", 0},
                           {"versions", ordered_json::array()},
                           {"version-log", ordered_json::array()},
                           {"properties", ordered_json::object()}};
  if (!previous_location.empty()) {
    GNOMON_ASSIGN_OR_RETURN(metadata, ReadJson(previous_location));
  }
  try {
    GNOMON_RETURN_IF_ERROR(AddVersion(definition, metadata));
    const std::string location = fmt::format("{}/metadata/{:05}-{}.metadata.json",
                                             metadata.at("location").get<std::string>(),
                                             metadata.at("versions").size() - 1, MakeUuid());
    GNOMON_ASSIGN_OR_RETURN(const std::string path, LocalPathOfLocation(location));
    GNOMON_RETURN_IF_ERROR(WriteNewFile(path, metadata.dump()));
    return location;
  } catch (const std::exception& error) {
    return Corruption("the view's metadata is damaged: {}: {}", previous_location, error.what());
  }
}

}  // namespace gnomon::iceberg
