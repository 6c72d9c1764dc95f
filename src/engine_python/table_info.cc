// SPDX-License-Identifier: Apache-2.0
#include "engine_python/table_info.h"

#include <nlohmann/json.hpp>

#include "sql/secret_properties.h"
#include "types/type_names.h"

namespace gnomon {

namespace {

using Json = nlohmann::ordered_json;

std::string TextOf(const std::map<std::string, std::string>& texts, const std::string& key) {
  const auto found = texts.find(key);
  return found == texts.end() ? std::string() : found->second;
}

Json ColumnsJson(const Schema& schema) {
  Json columns = Json::array();
  for (const Field& field : schema.fields) {
    columns.push_back({{"name", field.name},
                       {"type", SparkTypeName(field.type)},
                       {"nullable", field.nullable},
                       {"comment", field.doc}});
  }
  return columns;
}

Json PartitioningJson(const iceberg::Table& table) {
  Json partitioning = Json::array();
  for (const iceberg::PartitionField& field : table.metadata().spec().fields) {
    const Field* source = iceberg::FindFieldById(table.schema().fields, field.source_id);
    partitioning.push_back({{"column", source == nullptr ? field.name : source->name},
                            {"transform", field.transform}});
  }
  return partitioning;
}

Json SnapshotJson(const iceberg::Snapshot& snapshot) {
  Json json = {{"id", std::to_string(snapshot.id)},
               {"parent_id", nullptr},
               {"timestamp_ms", snapshot.timestamp_ms},
               {"operation", TextOf(snapshot.summary, "operation")},
               {"summary", snapshot.summary}};
  if (snapshot.parent_id) json["parent_id"] = std::to_string(*snapshot.parent_id);
  return json;
}

Json PropertiesJson(const std::map<std::string, std::string>& properties) {
  Json masked = Json::object();
  for (const auto& [key, value] : properties) masked[key] = sql::MaskedProperty(key, value);
  return masked;
}

}  // namespace

std::string TableInfoJson(const iceberg::Table& table) {
  const iceberg::TableMetadata& metadata = table.metadata();
  Json snapshots = Json::array();
  for (auto snapshot = metadata.snapshots.rbegin(); snapshot != metadata.snapshots.rend();
       ++snapshot) {
    snapshots.push_back(SnapshotJson(*snapshot));
  }
  Json json = {{"name", table.name()},
               {"comment", TextOf(metadata.properties, "comment")},
               {"location", metadata.location},
               {"format_version", metadata.format_version},
               {"last_updated_ms", metadata.last_updated_ms},
               {"columns", ColumnsJson(table.schema())},
               {"partitioning", PartitioningJson(table)},
               {"properties", PropertiesJson(metadata.properties)},
               {"current_snapshot_id", nullptr},
               {"snapshots", std::move(snapshots)}};
  if (metadata.current_snapshot_id) {
    json["current_snapshot_id"] = std::to_string(*metadata.current_snapshot_id);
  }
  // Names and comments come from other engines too and need not be UTF-8.
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace gnomon
