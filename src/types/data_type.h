// SPDX-License-Identifier: Apache-2.0
// The one type system. A column's type is one of these kinds everywhere in gnomon; every other
// system's types (Spark, Iceberg, Parquet, Arrow, DuckDB, Chronon, Avro) are mapped from and to it,
// in one place each.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gnomon {

enum class TypeKind : std::uint8_t {
  kVoid,  // The type of a bare NULL.
  kBoolean,
  kByte,   // 8-bit signed.
  kShort,  // 16-bit signed.
  kInt,    // 32-bit signed.
  kLong,   // 64-bit signed.
  kFloat,
  kDouble,
  kString,  // UTF-8.
  kBinary,
  kDate,          // Days since the epoch, 32 bits.
  kTimestamp,     // Microseconds since the epoch, an instant (UTC).
  kTimestampNtz,  // Microseconds of a wall clock without zone.
  kDecimal,       // precision <= 38.
  kList,          // One child, the element.
  kMap,           // Two children: key (never null) and value.
  kStruct,        // Any number of named children.
};

struct Field;

struct DataType {
  TypeKind kind = TypeKind::kVoid;
  int precision = 0;            // Of kDecimal.
  int scale = 0;                // Of kDecimal.
  std::vector<Field> children;  // Of kList, kMap, kStruct.

  static DataType List(DataType element);
  static DataType Map(DataType key, DataType value);
  static DataType Struct(std::vector<Field> fields);
  static DataType Decimal(int precision, int scale);

  // Implicit: a scalar type is its kind. Defined below, where Field is complete.
  DataType();
  DataType(TypeKind scalar_kind);

  // Equal kinds, parameters, child names and types; ids and nullability of children do not count.
  bool operator==(const DataType& other) const;
  // REQUIRES: kList. The element's type.
  const DataType& element() const;
  // REQUIRES: kMap.
  const DataType& key() const;
  const DataType& value() const;
};

// A named column or child. `id` is Iceberg's field id, -1 where there is none (yet).
struct Field {
  std::string name;
  DataType type;
  bool nullable = true;
  std::int32_t id = -1;
  std::string doc;

  bool operator==(const Field& other) const { return name == other.name && type == other.type; }
};

inline DataType::DataType() = default;
inline DataType::DataType(TypeKind scalar_kind) : kind(scalar_kind) {}

struct Schema {
  std::vector<Field> fields;

  bool operator==(const Schema&) const = default;
  // The index of the field of that exact name.
  std::optional<std::size_t> IndexOf(std::string_view name) const;
  const Field* Find(std::string_view name) const;
  std::vector<std::string> names() const;
};

// True for kByte, kShort, kInt, kLong.
bool IsInteger(TypeKind kind);
// True for the integers, kFloat and kDouble; decimals are not included.
bool IsNumeric(TypeKind kind);

}  // namespace gnomon
