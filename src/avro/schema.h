// SPDX-License-Identifier: Apache-2.0
// Avro schemas as immutable trees. Attributes that Avro itself does not define (field-id,
// logicalType, element-id) are kept, because Iceberg and Chronon store meaning in them.
#pragma once

#include <cstdint>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace gnomon::avro {

enum class Type : std::uint8_t {
  kNull,
  kBoolean,
  kInt,
  kLong,
  kFloat,
  kDouble,
  kBytes,
  kString,
  kRecord,
  kEnum,
  kArray,
  kMap,
  kUnion,
  kFixed
};

struct Schema;
using SchemaPtr = std::shared_ptr<const Schema>;

struct RecordField {
  std::string name;
  SchemaPtr schema;
  std::optional<std::string> doc;           // Written when set, also when empty.
  std::optional<std::string> default_json;  // The default's JSON text: "null", "0".
  // Name -> JSON text, in order: {"field-id", "1000"}.
  std::vector<std::pair<std::string, std::string>> attributes;
};

struct Schema {
  Type type = Type::kNull;
  std::string name;  // Of records, enums and fixed, without the namespace.
  std::string name_space;
  std::optional<std::string> doc;    // Of records.
  std::vector<RecordField> fields;   // kRecord
  std::vector<SchemaPtr> branches;   // kUnion
  SchemaPtr items;                   // kArray; values of kMap
  std::vector<std::string> symbols;  // kEnum
  std::size_t fixed_size = 0;        // kFixed
  // As above: {"logicalType", "\"map\""}.
  std::vector<std::pair<std::string, std::string>> attributes;
};

// Parses a schema's JSON, names resolved (also recursive ones are refused: no stored format here
// has them). Errors: Corruption.
Result<SchemaPtr> ParseSchema(std::string_view json);

// Prints the schema as JSON: compact, or indented as the Java library's pretty printer does (SPEC
// appendix B: two spaces,
// `"name" : "Value"`). A named type that occurs twice is printed whole once and by its full name
// after.
std::string ToJson(const Schema& schema, bool pretty = false);

SchemaPtr Primitive(Type type);
SchemaPtr Nullable(SchemaPtr schema);  // ["null", schema]
SchemaPtr ArrayOf(SchemaPtr items);
SchemaPtr MapOf(SchemaPtr values);

}  // namespace gnomon::avro
