// SPDX-License-Identifier: Apache-2.0
// The mapping table between our scalar types and DuckDB's, and the recursion over nested ones.
#include "sql/duckdb_types.h"

#include <array>

#include "base/check.h"

namespace gnomon::sql {

namespace {

using duckdb::LogicalType;
using duckdb::LogicalTypeId;

struct ScalarRow {
  TypeKind kind;
  LogicalTypeId id;
};

constexpr std::array<ScalarRow, 13> kScalars = {{
    {TypeKind::kVoid, LogicalTypeId::SQLNULL},
    {TypeKind::kBoolean, LogicalTypeId::BOOLEAN},
    {TypeKind::kByte, LogicalTypeId::TINYINT},
    {TypeKind::kShort, LogicalTypeId::SMALLINT},
    {TypeKind::kInt, LogicalTypeId::INTEGER},
    {TypeKind::kLong, LogicalTypeId::BIGINT},
    {TypeKind::kFloat, LogicalTypeId::FLOAT},
    {TypeKind::kDouble, LogicalTypeId::DOUBLE},
    {TypeKind::kString, LogicalTypeId::VARCHAR},
    {TypeKind::kBinary, LogicalTypeId::BLOB},
    {TypeKind::kDate, LogicalTypeId::DATE},
    {TypeKind::kTimestamp, LogicalTypeId::TIMESTAMP_TZ},
    {TypeKind::kTimestampNtz, LogicalTypeId::TIMESTAMP},
}};

Result<DataType> StructFromDuckDb(const LogicalType& type) {
  std::vector<Field> fields;
  for (const auto& [name, child] : duckdb::StructType::GetChildTypes(type)) {
    GNOMON_ASSIGN_OR_RETURN(DataType child_type, FromDuckDb(child));
    Field field;
    field.name = name;
    field.type = std::move(child_type);
    fields.push_back(std::move(field));
  }
  return DataType::Struct(std::move(fields));
}

}  // namespace

LogicalType ToDuckDb(const DataType& type) {
  switch (type.kind) {
    case TypeKind::kDecimal:
      return LogicalType::DECIMAL(static_cast<std::uint8_t>(type.precision),
                                  static_cast<std::uint8_t>(type.scale));
    case TypeKind::kList:
      return LogicalType::LIST(ToDuckDb(type.element()));
    case TypeKind::kMap:
      return LogicalType::MAP(ToDuckDb(type.key()), ToDuckDb(type.value()));
    case TypeKind::kStruct: {
      duckdb::child_list_t<LogicalType> children;
      for (const Field& child : type.children) {
        children.emplace_back(child.name, ToDuckDb(child.type));
      }
      return LogicalType::STRUCT(std::move(children));
    }
    default:
      break;
  }
  for (const ScalarRow& row : kScalars) {
    if (row.kind == type.kind) return LogicalType(row.id);
  }
  GNOMON_CHECK(false);
}

Result<DataType> FromDuckDb(const LogicalType& type) {
  switch (type.id()) {
    case LogicalTypeId::DECIMAL:
      return DataType::Decimal(duckdb::DecimalType::GetWidth(type),
                               duckdb::DecimalType::GetScale(type));
    case LogicalTypeId::LIST: {
      GNOMON_ASSIGN_OR_RETURN(DataType element, FromDuckDb(duckdb::ListType::GetChildType(type)));
      return DataType::List(std::move(element));
    }
    case LogicalTypeId::MAP: {
      GNOMON_ASSIGN_OR_RETURN(DataType key, FromDuckDb(duckdb::MapType::KeyType(type)));
      GNOMON_ASSIGN_OR_RETURN(DataType value, FromDuckDb(duckdb::MapType::ValueType(type)));
      return DataType::Map(std::move(key), std::move(value));
    }
    case LogicalTypeId::STRUCT:
      return StructFromDuckDb(type);
    default:
      break;
  }
  for (const ScalarRow& row : kScalars) {
    if (row.id == type.id()) return DataType(row.kind);
  }
  return Unimplemented("the type {} has no counterpart in Spark - cast the column to another type",
                       type.ToString());
}

}  // namespace gnomon::sql
