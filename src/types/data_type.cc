// SPDX-License-Identifier: Apache-2.0
#include "types/data_type.h"

#include "base/check.h"

namespace gnomon {

DataType DataType::List(DataType element) {
  DataType type(TypeKind::kList);
  type.children.push_back(Field{.name = "element", .type = std::move(element)});
  return type;
}

DataType DataType::Map(DataType key, DataType value) {
  DataType type(TypeKind::kMap);
  type.children.push_back(Field{.name = "key", .type = std::move(key), .nullable = false});
  type.children.push_back(Field{.name = "value", .type = std::move(value)});
  return type;
}

DataType DataType::Struct(std::vector<Field> fields) {
  DataType type(TypeKind::kStruct);
  type.children = std::move(fields);
  return type;
}

DataType DataType::Decimal(int precision, int scale) {
  DataType type(TypeKind::kDecimal);
  type.precision = precision;
  type.scale = scale;
  return type;
}

bool DataType::operator==(const DataType& other) const {
  if (kind != other.kind || precision != other.precision || scale != other.scale ||
      children.size() != other.children.size()) {
    return false;
  }
  for (std::size_t i = 0; i < children.size(); ++i) {
    // The names of list elements and map entries carry no meaning; those of struct fields do.
    if (kind == TypeKind::kStruct && children[i].name != other.children[i].name) return false;
    if (!(children[i].type == other.children[i].type)) return false;
  }
  return true;
}

const DataType& DataType::element() const {
  GNOMON_CHECK(kind == TypeKind::kList);
  return children[0].type;
}

const DataType& DataType::key() const {
  GNOMON_CHECK(kind == TypeKind::kMap);
  return children[0].type;
}

const DataType& DataType::value() const {
  GNOMON_CHECK(kind == TypeKind::kMap);
  return children[1].type;
}

std::optional<std::size_t> Schema::IndexOf(std::string_view name) const {
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (fields[i].name == name) return i;
  }
  return std::nullopt;
}

const Field* Schema::Find(std::string_view name) const {
  const auto index = IndexOf(name);
  return index ? &fields[*index] : nullptr;
}

std::vector<std::string> Schema::names() const {
  std::vector<std::string> names;
  for (const Field& field : fields) names.push_back(field.name);
  return names;
}

bool IsInteger(TypeKind kind) {
  return kind == TypeKind::kByte || kind == TypeKind::kShort || kind == TypeKind::kInt ||
         kind == TypeKind::kLong;
}

bool IsNumeric(TypeKind kind) {
  return IsInteger(kind) || kind == TypeKind::kFloat || kind == TypeKind::kDouble;
}

}  // namespace gnomon
