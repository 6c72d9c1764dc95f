// SPDX-License-Identifier: Apache-2.0
// Field ids for Parquet files that were written without them.
#include "iceberg/name_mapping.h"

#include <nlohmann/json.hpp>

#include "base/json_integer.h"

namespace gnomon::iceberg {

namespace {

using nlohmann::json;

bool HasIds(const std::vector<Field>& fields) {
  return std::any_of(fields.begin(), fields.end(), [](const Field& field) {
    return field.id >= 0 || HasIds(field.type.children);
  });
}

void ClearIds(std::vector<Field>& fields) {
  for (Field& field : fields) {
    field.id = -1;
    ClearIds(field.type.children);
  }
}

void ApplyMapping(const json& mapping, std::vector<Field>& fields) {
  for (Field& field : fields) {
    for (const json& item : mapping) {
      const auto names = item.value("names", std::vector<std::string>());
      if (std::find(names.begin(), names.end(), field.name) == names.end()) continue;
      field.id = JsonInteger<std::int32_t>(item, "field-id", -1);
      if (item.contains("fields")) ApplyMapping(item.at("fields"), field.type.children);
      break;
    }
  }
}

void ApplyNames(const std::vector<Field>& table, std::vector<Field>& fields, bool by_position) {
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const Field* match = nullptr;
    for (std::size_t j = 0; j < table.size(); ++j) {
      if (by_position ? i == j : table[j].name == fields[i].name) match = &table[j];
    }
    if (match == nullptr) continue;
    fields[i].id = match->id;
    // List elements and map entries have no names of their own.
    ApplyNames(match->type.children, fields[i].type.children,
               fields[i].type.kind != TypeKind::kStruct);
  }
}

}  // namespace

Schema WithIdsByName(const Schema& file, const TableMetadata& metadata) {
  Schema result = file;
  ClearIds(result.fields);
  ApplyNames(metadata.schema().fields, result.fields, false);
  for (Field& field : result.fields) {
    for (const PartitionField& partition : metadata.spec().fields) {
      if (field.id == partition.source_id) field.id = -1;
    }
  }
  return result;
}

Result<Schema> WithFieldIds(const Schema& file, const TableMetadata& metadata) {
  Schema result = file;
  if (HasIds(file.fields)) return result;
  const auto property = metadata.properties.find("schema.name-mapping.default");
  if (property == metadata.properties.end()) {
    ApplyNames(metadata.schema().fields, result.fields, false);
    return result;
  }
  try {
    ApplyMapping(json::parse(property->second), result.fields);
  } catch (const json::exception& error) {
    return Corruption("the property schema.name-mapping.default is malformed: {}", error.what());
  }
  return result;
}

}  // namespace gnomon::iceberg
