// SPDX-License-Identifier: Apache-2.0
// Table metadata as JSON. The one file that catches nlohmann's exceptions for metadata.
#include "iceberg/metadata_json.h"

#include <zlib.h>

#include <array>
#include <nlohmann/json.hpp>

#include "base/json_depth.h"
#include "base/json_integer.h"
#include "iceberg/location.h"
#include "iceberg/schema_json.h"
#include "storage/file_io.h"

namespace gnomon::iceberg {

namespace {

using nlohmann::json;
using nlohmann::ordered_json;

constexpr std::array kKnownKeys = {"format-version",
                                   "table-uuid",
                                   "location",
                                   "last-sequence-number",
                                   "last-updated-ms",
                                   "last-column-id",
                                   "schemas",
                                   "current-schema-id",
                                   "schema",
                                   "partition-specs",
                                   "partition-spec",
                                   "default-spec-id",
                                   "properties",
                                   "sort-orders",
                                   "last-partition-id",
                                   "default-sort-order-id",
                                   "snapshots",
                                   "snapshot-log",
                                   "metadata-log",
                                   "current-snapshot-id",
                                   "refs"};

Status ParseSchemas(const json& value, TableMetadata& metadata) {
  if (value.contains("schemas")) {
    for (const json& item : value.at("schemas")) {
      GNOMON_ASSIGN_OR_RETURN(TableSchema schema, ParseTableSchema(item));
      metadata.schemas.push_back(std::move(schema));
    }
    metadata.current_schema_id = JsonInteger<std::int32_t>(value.at("current-schema-id"));
  } else {
    GNOMON_ASSIGN_OR_RETURN(TableSchema schema, ParseTableSchema(value.at("schema")));
    metadata.current_schema_id = schema.id;
    metadata.schemas.push_back(std::move(schema));
  }
  return Ok();
}

// v1 fields may lack their ids: they are numbered from 1000 by position.
std::vector<PartitionField> ParseSpecFields(const json& fields) {
  std::vector<PartitionField> result;
  for (const json& item : fields) {
    const auto position = static_cast<std::int32_t>(result.size());
    result.push_back(
        PartitionField{.source_id = JsonInteger<std::int32_t>(item.at("source-id")),
                       .field_id = JsonInteger<std::int32_t>(item, "field-id", 1000 + position),
                       .name = item.at("name").get<std::string>(),
                       .transform = item.at("transform").get<std::string>()});
  }
  return result;
}

void ParseSpecs(const json& value, TableMetadata& metadata) {
  if (value.contains("partition-specs")) {
    for (const json& item : value.at("partition-specs")) {
      metadata.partition_specs.push_back(
          PartitionSpec{.id = JsonInteger<std::int32_t>(item.at("spec-id")),
                        .fields = ParseSpecFields(item.at("fields"))});
    }
    metadata.default_spec_id = JsonInteger<std::int32_t>(value.at("default-spec-id"));
  } else {
    metadata.partition_specs.push_back(
        PartitionSpec{.id = 0, .fields = ParseSpecFields(value.at("partition-spec"))});
  }
  metadata.last_partition_id = 999;
  for (const PartitionSpec& spec : metadata.partition_specs) {
    for (const PartitionField& field : spec.fields) {
      metadata.last_partition_id = std::max(metadata.last_partition_id, field.field_id);
    }
  }
  metadata.last_partition_id = JsonInteger(value, "last-partition-id", metadata.last_partition_id);
}

void ParseSortOrders(const json& value, TableMetadata& metadata) {
  if (value.contains("sort-orders")) {
    for (const json& item : value.at("sort-orders")) {
      metadata.sort_orders.push_back(
          SortOrder{.id = JsonInteger<std::int32_t>(item.at("order-id")), .json = item.dump()});
    }
  }
  if (metadata.sort_orders.empty()) metadata.sort_orders.push_back(SortOrder{});
  metadata.default_sort_order_id = JsonInteger<std::int32_t>(value, "default-sort-order-id", 0);
}

template <typename T>
std::optional<T> OptionalOf(const json& value, const char* key) {
  const auto found = value.find(key);
  if (found == value.end() || found->is_null()) return std::nullopt;
  return JsonInteger<T>(*found);
}

Snapshot ParseSnapshot(const json& value) {
  Snapshot snapshot;
  snapshot.id = JsonInteger<std::int64_t>(value.at("snapshot-id"));
  snapshot.parent_id = OptionalOf<std::int64_t>(value, "parent-snapshot-id");
  snapshot.sequence_number = JsonInteger<std::int64_t>(value, "sequence-number", 0);
  snapshot.timestamp_ms = JsonInteger<std::int64_t>(value.at("timestamp-ms"));
  snapshot.manifest_list = value.value("manifest-list", std::string());
  if (value.contains("manifests")) snapshot.manifests = value.at("manifests");
  if (value.contains("summary")) snapshot.summary = value.at("summary");
  snapshot.schema_id = OptionalOf<std::int32_t>(value, "schema-id");
  return snapshot;
}

void ParseHistory(const json& value, TableMetadata& metadata) {
  for (const json& item : value.value("snapshots", json::array())) {
    metadata.snapshots.push_back(ParseSnapshot(item));
  }
  metadata.current_snapshot_id = OptionalOf<std::int64_t>(value, "current-snapshot-id");
  if (metadata.current_snapshot_id == -1) metadata.current_snapshot_id.reset();
  const json refs = value.value("refs", json::object());  // items() does not own what it walks.
  for (const auto& [name, ref] : refs.items()) {
    const auto id = JsonInteger<std::int64_t>(ref.at("snapshot-id"));
    if (name == "main" && !metadata.current_snapshot_id) metadata.current_snapshot_id = id;
    metadata.refs[name] = SnapshotRef{.snapshot_id = id, .json = ref.dump()};
  }
  for (const json& item : value.value("snapshot-log", json::array())) {
    metadata.snapshot_log.push_back(
        {.timestamp_ms = JsonInteger<std::int64_t>(item.at("timestamp-ms")),
         .snapshot_id = JsonInteger<std::int64_t>(item.at("snapshot-id"))});
  }
  for (const json& item : value.value("metadata-log", json::array())) {
    metadata.metadata_log.push_back(
        {.timestamp_ms = JsonInteger<std::int64_t>(item.at("timestamp-ms")),
         .metadata_file = item.at("metadata-file").get<std::string>()});
  }
}

// What the rest of the library relies on.
Status Validate(const TableMetadata& metadata) {
  if (metadata.FindSchema(metadata.current_schema_id) == nullptr) {
    return Corruption("the current schema {} is not among the schemas", metadata.current_schema_id);
  }
  if (metadata.FindSpec(metadata.default_spec_id) == nullptr) {
    return Corruption("the default partition spec {} is not among the specs",
                      metadata.default_spec_id);
  }
  if (metadata.current_snapshot_id && metadata.current_snapshot() == nullptr) {
    return Corruption("the current snapshot {} is not among the snapshots",
                      *metadata.current_snapshot_id);
  }
  return Ok();
}

Result<TableMetadata> ParseObject(const json& value) {
  TableMetadata metadata;
  metadata.format_version = JsonInteger<std::int32_t>(value.at("format-version"));
  if (metadata.format_version < 1) {
    return Corruption("format-version is {}", metadata.format_version);
  }
  if (metadata.format_version > 2) {
    return Unimplemented(
        "Iceberg format version {} is not supported - write the table with format-version 2",
        metadata.format_version);
  }
  metadata.table_uuid = value.value("table-uuid", std::string());
  metadata.location = value.at("location").get<std::string>();
  metadata.last_sequence_number = JsonInteger<std::int64_t>(value, "last-sequence-number", 0);
  metadata.last_updated_ms = JsonInteger<std::int64_t>(value.at("last-updated-ms"));
  metadata.last_column_id = JsonInteger<std::int32_t>(value.at("last-column-id"));
  GNOMON_RETURN_IF_ERROR(ParseSchemas(value, metadata));
  ParseSpecs(value, metadata);
  ParseSortOrders(value, metadata);
  if (value.contains("properties")) metadata.properties = value.at("properties");
  ParseHistory(value, metadata);
  json other = value;
  for (const char* key : kKnownKeys) other.erase(key);
  if (!other.empty()) metadata.other_json = other.dump();
  GNOMON_RETURN_IF_ERROR(Validate(metadata));
  return metadata;
}

ordered_json SpecToJson(const PartitionSpec& spec) {
  ordered_json fields = ordered_json::array();
  for (const PartitionField& field : spec.fields) {
    fields.push_back({{"name", field.name},
                      {"transform", field.transform},
                      {"source-id", field.source_id},
                      {"field-id", field.field_id}});
  }
  return {{"spec-id", spec.id}, {"fields", std::move(fields)}};
}

ordered_json SnapshotToJson(const Snapshot& snapshot) {
  ordered_json result = {{"sequence-number", snapshot.sequence_number},
                         {"snapshot-id", snapshot.id}};
  if (snapshot.parent_id) result["parent-snapshot-id"] = *snapshot.parent_id;
  result["timestamp-ms"] = snapshot.timestamp_ms;
  result["summary"] = snapshot.summary;
  if (!snapshot.manifest_list.empty()) {
    result["manifest-list"] = snapshot.manifest_list;
  } else {
    result["manifests"] = snapshot.manifests;
  }
  if (snapshot.schema_id) result["schema-id"] = *snapshot.schema_id;
  return result;
}

ordered_json RefsToJson(const TableMetadata& metadata) {
  ordered_json result = ordered_json::object();
  if (metadata.current_snapshot_id) {
    result["main"] = {{"snapshot-id", *metadata.current_snapshot_id}, {"type", "branch"}};
  }
  for (const auto& [name, ref] : metadata.refs) {
    ordered_json item = ordered_json::parse(ref.json);
    // The retention settings of main survive; its head is the current snapshot.
    if (name == "main" && metadata.current_snapshot_id) {
      item["snapshot-id"] = *metadata.current_snapshot_id;
    }
    result[name] = std::move(item);
  }
  return result;
}

void AddHistory(const TableMetadata& metadata, ordered_json& result) {
  result["snapshots"] = ordered_json::array();
  for (const Snapshot& snapshot : metadata.snapshots) {
    result["snapshots"].push_back(SnapshotToJson(snapshot));
  }
  result["snapshot-log"] = ordered_json::array();
  for (const auto& entry : metadata.snapshot_log) {
    result["snapshot-log"].push_back(
        {{"timestamp-ms", entry.timestamp_ms}, {"snapshot-id", entry.snapshot_id}});
  }
  result["metadata-log"] = ordered_json::array();
  for (const auto& entry : metadata.metadata_log) {
    result["metadata-log"].push_back(
        {{"timestamp-ms", entry.timestamp_ms}, {"metadata-file", entry.metadata_file}});
  }
}

Result<std::string> Gunzip(const std::string& bytes) {
  z_stream stream{};
  if (inflateInit2(&stream, 16 + MAX_WBITS) != Z_OK) return Internal("zlib cannot start");
  std::string input = bytes;
  stream.next_in = reinterpret_cast<Bytef*>(input.data());
  stream.avail_in = static_cast<uInt>(input.size());
  std::string result;
  std::vector<char> buffer(1 << 16);
  int state = Z_OK;
  while (state == Z_OK) {
    stream.next_out = reinterpret_cast<Bytef*>(buffer.data());
    stream.avail_out = static_cast<uInt>(buffer.size());
    state = inflate(&stream, Z_NO_FLUSH);
    result.append(buffer.data(), buffer.size() - stream.avail_out);
  }
  inflateEnd(&stream);
  if (state != Z_STREAM_END) return Corruption("the gzip stream is damaged");
  return result;
}

}  // namespace

Result<TableMetadata> ParseTableMetadata(std::string_view text) {
  if (IsTooDeepJson(text)) {
    return Corruption("malformed table metadata: it nests deeper than {} levels", kJsonDepthMax);
  }
  try {
    return ParseObject(json::parse(text));
  } catch (const json::exception& error) {
    return Corruption("malformed table metadata: {}", error.what());
  }
}

std::string TableMetadataToJson(const TableMetadata& metadata) {
  GNOMON_CHECK(metadata.format_version == 2);
  ordered_json result = {{"format-version", metadata.format_version},
                         {"table-uuid", metadata.table_uuid},
                         {"location", metadata.location},
                         {"last-sequence-number", metadata.last_sequence_number},
                         {"last-updated-ms", metadata.last_updated_ms},
                         {"last-column-id", metadata.last_column_id},
                         {"current-schema-id", metadata.current_schema_id}};
  result["schemas"] = ordered_json::array();
  for (const TableSchema& schema : metadata.schemas) {
    result["schemas"].push_back(schema.json.empty() ? SchemaToJson(schema.schema, schema.id)
                                                    : ordered_json::parse(schema.json));
  }
  result["default-spec-id"] = metadata.default_spec_id;
  result["partition-specs"] = ordered_json::array();
  for (const PartitionSpec& spec : metadata.partition_specs) {
    result["partition-specs"].push_back(SpecToJson(spec));
  }
  result["last-partition-id"] = metadata.last_partition_id;
  result["default-sort-order-id"] = metadata.default_sort_order_id;
  result["sort-orders"] = ordered_json::array();
  for (const SortOrder& order : metadata.sort_orders) {
    result["sort-orders"].push_back(
        order.json.empty() ? ordered_json{{"order-id", order.id}, {"fields", ordered_json::array()}}
                           : ordered_json::parse(order.json));
  }
  result["properties"] = metadata.properties;
  // Readers of the JVM before 1.0 want -1 for an empty table, and all of them accept it.
  result["current-snapshot-id"] = metadata.current_snapshot_id.value_or(-1);
  result["refs"] = RefsToJson(metadata);
  AddHistory(metadata, result);
  if (!metadata.other_json.empty()) result.update(ordered_json::parse(metadata.other_json));
  return result.dump(2, ' ', false, ordered_json::error_handler_t::replace);
}

Result<TableMetadata> ReadTableMetadata(const std::string& location) {
  GNOMON_ASSIGN_OR_RETURN(const std::string path, LocalPathOfLocation(location));
  GNOMON_ASSIGN_OR_RETURN(std::string bytes, ReadFile(path));
  if (bytes.starts_with("\x1f\x8b")) {
    auto plain = Gunzip(bytes);
    if (!plain) return std::move(plain).Annotate(fmt::format("reading {}", location)).error();
    bytes = *std::move(plain);
  }
  return ParseTableMetadata(bytes).Annotate(fmt::format("reading {}", location));
}

}  // namespace gnomon::iceberg
