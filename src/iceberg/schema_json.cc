// SPDX-License-Identifier: Apache-2.0
// Iceberg's JSON form of schemas.
#include "iceberg/schema_json.h"

#include <nlohmann/json.hpp>

#include "base/json_integer.h"
#include "types/type_names.h"

namespace gnomon::iceberg {

namespace {

using nlohmann::json;
using nlohmann::ordered_json;

constexpr int kNestingMax = 64;

Result<DataType> ParseType(const json& value, int depth);

Result<DataType> ParseScalarType(const std::string& name) {
  if (name == "uuid" || name.starts_with("fixed[")) return DataType(TypeKind::kBinary);
  for (int kind = 0; kind <= static_cast<int>(TypeKind::kTimestampNtz); ++kind) {
    const auto* names = FindScalarTypeNames(static_cast<TypeKind>(kind));
    if (names == nullptr || names->iceberg != name) continue;
    // Bytes and shorts share Iceberg's name with int.
    const bool small = names->kind == TypeKind::kByte || names->kind == TypeKind::kShort;
    return DataType(small ? TypeKind::kInt : names->kind);
  }
  if (name.starts_with("decimal(")) {
    GNOMON_ASSIGN_OR_RETURN(DataType type, ParseSparkTypeName(name));
    return type;
  }
  return Unimplemented(
      "the Iceberg type {} has no counterpart in Spark 3.5 - drop the column to read the rest",
      name);
}

Result<Field> ParseChild(const json& owner, const char* what, int depth) {
  const std::string prefix = what;
  GNOMON_ASSIGN_OR_RETURN(DataType type, ParseType(owner.at(prefix), depth + 1));
  Field field{.name = prefix, .type = std::move(type)};
  field.id = JsonInteger<std::int32_t>(owner.at(prefix + "-id"));
  field.nullable = prefix != "key" && !owner.at(prefix + "-required").get<bool>();
  return field;
}

Result<std::vector<Field>> ParseFields(const json& fields, int depth) {
  std::vector<Field> result;
  for (const json& item : fields) {
    GNOMON_ASSIGN_OR_RETURN(DataType type, ParseType(item.at("type"), depth + 1));
    Field field{.name = item.at("name").get<std::string>(), .type = std::move(type)};
    field.id = JsonInteger<std::int32_t>(item.at("id"));
    field.nullable = !item.value("required", false);
    field.doc = item.value("doc", std::string());
    result.push_back(std::move(field));
  }
  return result;
}

Result<DataType> ParseType(const json& value, int depth) {
  if (depth > kNestingMax) return Corruption("a type is nested deeper than {} levels", kNestingMax);
  if (value.is_string()) return ParseScalarType(value.get<std::string>());
  const auto name = value.at("type").get<std::string>();
  DataType type;
  if (name == "struct") {
    GNOMON_ASSIGN_OR_RETURN(auto fields, ParseFields(value.at("fields"), depth));
    return DataType::Struct(std::move(fields));
  }
  if (name == "list") {
    type.kind = TypeKind::kList;
    GNOMON_ASSIGN_OR_RETURN(Field element, ParseChild(value, "element", depth));
    type.children.push_back(std::move(element));
    return type;
  }
  if (name == "map") {
    type.kind = TypeKind::kMap;
    for (const char* child : {"key", "value"}) {
      GNOMON_ASSIGN_OR_RETURN(Field field, ParseChild(value, child, depth));
      type.children.push_back(std::move(field));
    }
    return type;
  }
  return Unimplemented("the Iceberg type {} is not supported", name);
}

ordered_json FieldsToJson(const std::vector<Field>& fields);

ordered_json TypeToJson(const DataType& type) {
  const auto child = [&](std::size_t index) -> const Field& { return type.children[index]; };
  switch (type.kind) {
    case TypeKind::kDecimal:
      return fmt::format("decimal({}, {})", type.precision, type.scale);
    case TypeKind::kStruct:
      return {{"type", "struct"}, {"fields", FieldsToJson(type.children)}};
    case TypeKind::kList:
      return {{"type", "list"},
              {"element-id", child(0).id},
              {"element", TypeToJson(child(0).type)},
              {"element-required", !child(0).nullable}};
    case TypeKind::kMap:
      return {{"type", "map"},
              {"key-id", child(0).id},
              {"key", TypeToJson(child(0).type)},
              {"value-id", child(1).id},
              {"value", TypeToJson(child(1).type)},
              {"value-required", !child(1).nullable}};
    default: {
      const auto* names = FindScalarTypeNames(type.kind);
      GNOMON_CHECK(names != nullptr);
      return std::string(names->iceberg);
    }
  }
}

ordered_json FieldsToJson(const std::vector<Field>& fields) {
  ordered_json result = ordered_json::array();
  for (const Field& field : fields) {
    ordered_json item = {{"id", field.id},
                         {"name", field.name},
                         {"required", !field.nullable},
                         {"type", TypeToJson(field.type)}};
    if (!field.doc.empty()) item["doc"] = field.doc;
    result.push_back(std::move(item));
  }
  return result;
}

}  // namespace

Result<TableSchema> ParseTableSchema(const json& value) {
  try {
    GNOMON_ASSIGN_OR_RETURN(auto fields, ParseFields(value.at("fields"), 0));
    return TableSchema{.id = JsonInteger<std::int32_t>(value, "schema-id", 0),
                       .schema = Schema{std::move(fields)},
                       .json = value.dump()};
  } catch (const json::exception& error) {
    return Corruption("malformed schema: {}", error.what());
  }
}

ordered_json SchemaToJson(const Schema& schema, std::int32_t schema_id) {
  return {{"type", "struct"}, {"schema-id", schema_id}, {"fields", FieldsToJson(schema.fields)}};
}

TableSchema WithMoreFields(const TableSchema& base, const std::vector<Field>& fields,
                           std::int32_t schema_id) {
  TableSchema result = base;
  result.id = schema_id;
  result.schema.fields.insert(result.schema.fields.end(), fields.begin(), fields.end());
  if (base.json.empty()) return result;
  ordered_json json = ordered_json::parse(base.json);
  json["schema-id"] = schema_id;
  for (ordered_json& item : FieldsToJson(fields)) json["fields"].push_back(std::move(item));
  result.json = json.dump();
  return result;
}

void AssignFieldIds(std::vector<Field>& fields, std::int32_t& last_id) {
  for (Field& field : fields) field.id = ++last_id;
  for (Field& field : fields) AssignFieldIds(field.type.children, last_id);
}

Status MakeIcebergTypes(std::vector<Field>& fields) {
  for (Field& field : fields) {
    const TypeKind kind = field.type.kind;
    if (kind == TypeKind::kByte || kind == TypeKind::kShort) field.type.kind = TypeKind::kInt;
    if (kind == TypeKind::kVoid) {
      return InvalidArgument("column {} has no type - cast its NULL to the wanted type",
                             field.name);
    }
    GNOMON_RETURN_IF_ERROR(MakeIcebergTypes(field.type.children));
  }
  return Ok();
}

}  // namespace gnomon::iceberg
