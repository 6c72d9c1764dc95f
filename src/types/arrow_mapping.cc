// SPDX-License-Identifier: Apache-2.0
#include "types/arrow_mapping.h"

#include <arrow/api.h>

#include "base/parse.h"
#include "types/type_names.h"

namespace gnomon {

namespace {

constexpr char kFieldIdKey[] = "PARQUET:field_id";

std::shared_ptr<arrow::DataType> ScalarToArrow(TypeKind kind) {
  switch (kind) {
    case TypeKind::kVoid:
      return arrow::null();
    case TypeKind::kBoolean:
      return arrow::boolean();
    case TypeKind::kByte:
      return arrow::int8();
    case TypeKind::kShort:
      return arrow::int16();
    case TypeKind::kInt:
      return arrow::int32();
    case TypeKind::kLong:
      return arrow::int64();
    case TypeKind::kFloat:
      return arrow::float32();
    case TypeKind::kDouble:
      return arrow::float64();
    case TypeKind::kString:
      return arrow::utf8();
    case TypeKind::kBinary:
      return arrow::binary();
    case TypeKind::kDate:
      return arrow::date32();
    case TypeKind::kTimestamp:
      return arrow::timestamp(arrow::TimeUnit::MICRO, "UTC");
    case TypeKind::kTimestampNtz:
      return arrow::timestamp(arrow::TimeUnit::MICRO);
    default:
      GNOMON_CHECK(false);
      return nullptr;
  }
}

Result<DataType> ListFromArrow(const arrow::Field& element) {
  GNOMON_ASSIGN_OR_RETURN(Field child, FromArrow(element));
  child.name = "element";
  DataType type(TypeKind::kList);
  type.children.push_back(std::move(child));
  return type;
}

Result<DataType> MapFromArrow(const arrow::MapType& map) {
  GNOMON_ASSIGN_OR_RETURN(Field key, FromArrow(*map.key_field()));
  GNOMON_ASSIGN_OR_RETURN(Field value, FromArrow(*map.item_field()));
  key.name = "key";
  key.nullable = false;
  value.name = "value";
  DataType type(TypeKind::kMap);
  type.children = {std::move(key), std::move(value)};
  return type;
}

Result<DataType> StructFromArrow(const arrow::DataType& arrow_type) {
  DataType type(TypeKind::kStruct);
  for (const auto& field : arrow_type.fields()) {
    GNOMON_ASSIGN_OR_RETURN(Field child, FromArrow(*field));
    type.children.push_back(std::move(child));
  }
  return type;
}

}  // namespace

std::shared_ptr<arrow::DataType> ToArrow(const DataType& type) {
  switch (type.kind) {
    case TypeKind::kDecimal:
      return arrow::decimal128(type.precision, type.scale);
    case TypeKind::kList:
      return arrow::list(ToArrow(type.children[0]));
    case TypeKind::kMap:
      return std::make_shared<arrow::MapType>(ToArrow(type.children[0]), ToArrow(type.children[1]));
    case TypeKind::kStruct: {
      arrow::FieldVector fields;
      for (const Field& child : type.children) fields.push_back(ToArrow(child));
      return arrow::struct_(std::move(fields));
    }
    default:
      return ScalarToArrow(type.kind);
  }
}

std::shared_ptr<arrow::Field> ToArrow(const Field& field) {
  std::shared_ptr<const arrow::KeyValueMetadata> metadata;
  if (field.id >= 0)
    metadata = arrow::KeyValueMetadata::Make({kFieldIdKey}, {std::to_string(field.id)});
  return arrow::field(field.name, ToArrow(field.type), field.nullable, std::move(metadata));
}

std::shared_ptr<arrow::Schema> ToArrow(const Schema& schema) {
  arrow::FieldVector fields;
  for (const Field& field : schema.fields) fields.push_back(ToArrow(field));
  return arrow::schema(std::move(fields));
}

Result<DataType> FromArrow(const arrow::DataType& type) {
  switch (type.id()) {
    case arrow::Type::NA:
      return DataType(TypeKind::kVoid);
    case arrow::Type::BOOL:
      return DataType(TypeKind::kBoolean);
    case arrow::Type::INT8:
      return DataType(TypeKind::kByte);
    case arrow::Type::UINT8:
    case arrow::Type::INT16:
      return DataType(TypeKind::kShort);
    case arrow::Type::UINT16:
    case arrow::Type::INT32:
      return DataType(TypeKind::kInt);
    case arrow::Type::UINT32:
    case arrow::Type::INT64:
      return DataType(TypeKind::kLong);
    case arrow::Type::FLOAT:
      return DataType(TypeKind::kFloat);
    case arrow::Type::DOUBLE:
      return DataType(TypeKind::kDouble);
    case arrow::Type::STRING:
    case arrow::Type::LARGE_STRING:
    case arrow::Type::STRING_VIEW:
      return DataType(TypeKind::kString);
    case arrow::Type::BINARY:
    case arrow::Type::LARGE_BINARY:
    case arrow::Type::BINARY_VIEW:
    case arrow::Type::FIXED_SIZE_BINARY:
      return DataType(TypeKind::kBinary);
    case arrow::Type::DATE32:
      return DataType(TypeKind::kDate);
    case arrow::Type::TIMESTAMP:
      return DataType(static_cast<const arrow::TimestampType&>(type).timezone().empty()
                          ? TypeKind::kTimestampNtz
                          : TypeKind::kTimestamp);
    case arrow::Type::DECIMAL128: {
      const auto& decimal = static_cast<const arrow::Decimal128Type&>(type);
      return DataType::Decimal(decimal.precision(), decimal.scale());
    }
    case arrow::Type::DICTIONARY:
      return FromArrow(*static_cast<const arrow::DictionaryType&>(type).value_type());
    case arrow::Type::LIST:
    case arrow::Type::LARGE_LIST:
    case arrow::Type::FIXED_SIZE_LIST:
      return ListFromArrow(*type.field(0));
    case arrow::Type::MAP:
      return MapFromArrow(static_cast<const arrow::MapType&>(type));
    case arrow::Type::STRUCT:
      return StructFromArrow(type);
    default:
      return Unimplemented("the type {} has no counterpart in Spark", type.ToString());
  }
}

Result<Field> FromArrow(const arrow::Field& field) {
  auto type = FromArrow(*field.type());
  if (!type) return std::move(type).Annotate(fmt::format("column {}", field.name())).error();
  Field result{.name = field.name(), .type = *std::move(type), .nullable = field.nullable()};
  if (field.metadata() != nullptr) {
    if (const auto id = field.metadata()->Get(kFieldIdKey); id.ok()) {
      result.id = static_cast<std::int32_t>(ParseInt(*id).value_or(-1));
    }
  }
  return result;
}

Result<Schema> FromArrow(const arrow::Schema& schema) {
  Schema result;
  for (const auto& field : schema.fields()) {
    GNOMON_ASSIGN_OR_RETURN(Field mapped, FromArrow(*field));
    result.fields.push_back(std::move(mapped));
  }
  return result;
}

Error FromArrowStatus(const arrow::Status& status, std::string_view what) {
  if (status.IsCancelled()) return Cancelled("{}", status.message());
  const ErrorCode code = status.IsNotImplemented()                      ? ErrorCode::kUnimplemented
                         : status.IsIOError() || status.IsOutOfMemory() ? ErrorCode::kUnavailable
                         : status.IsInvalid()                           ? ErrorCode::kCorruption
                                                                        : ErrorCode::kInternal;
  return Error{code, fmt::format("{}: {}", what, status.message())};
}

}  // namespace gnomon
