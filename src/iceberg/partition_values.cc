// SPDX-License-Identifier: Apache-2.0
// Partition values: their type under a transform, their Avro form in manifests, their text in
// paths.
#include <arrow/api.h>
#include <arrow/util/decimal.h>

#include "base/calendar.h"
#include "iceberg/values.h"
#include "types/arrow_mapping.h"

namespace gnomon::iceberg {

namespace {

// A source column may be gone from the current schema; its last known type still describes old
// partitions.
const Field* FindSource(const TableMetadata& metadata, std::int32_t id) {
  if (const Field* field = FindFieldById(metadata.schema().fields, id)) return field;
  for (auto schema = metadata.schemas.rbegin(); schema != metadata.schemas.rend(); ++schema) {
    if (const Field* field = FindFieldById(schema->schema.fields, id)) return field;
  }
  return nullptr;
}

std::string DecimalToFixed(const arrow::Decimal128Scalar& scalar) {
  const auto& type = static_cast<const arrow::Decimal128Type&>(*scalar.type);
  const auto little = scalar.value.ToBytes();
  const std::string bytes(little.rbegin(), little.rend());
  return bytes.substr(bytes.size() - DecimalSizeBytes(type.precision()));
}

std::string TimestampText(std::int64_t micros) {
  std::int64_t seconds = micros / 1'000'000;
  std::int64_t rest = micros % 1'000'000;
  if (rest < 0) {
    rest += 1'000'000;
    --seconds;
  }
  const Day day = DayOf(seconds * 1000);
  const std::int64_t second_of_day = seconds - day.begin_ms() / 1000;
  std::string text = fmt::format("{}T{:02}:{:02}:{:02}", FormatDay(day), second_of_day / 3600,
                                 second_of_day / 60 % 60, second_of_day % 60);
  if (rest != 0) text += fmt::format(".{:06}", rest);
  return text;
}

}  // namespace

DataType PartitionType(const PartitionField& field, const TableMetadata& metadata) {
  const std::string& transform = field.transform;
  if (transform == "day") return TypeKind::kDate;
  if (transform == "year" || transform == "month" || transform == "hour" ||
      transform.starts_with("bucket[")) {
    return TypeKind::kInt;
  }
  const Field* source = FindSource(metadata, field.source_id);
  return source == nullptr ? DataType(TypeKind::kVoid) : source->type;
}

avro::Value PartitionValueToAvro(const ScalarPtr& value) {
  if (IsNullScalar(value)) return avro::Value();
  if (const auto integer = IntegerOf(value)) return avro::Value(*integer);
  switch (value->type->id()) {
    case arrow::Type::BOOL:
      return avro::Value(static_cast<const arrow::BooleanScalar&>(*value).value);
    case arrow::Type::FLOAT:
      return avro::Value(static_cast<const arrow::FloatScalar&>(*value).value);
    case arrow::Type::DOUBLE:
      return avro::Value(static_cast<const arrow::DoubleScalar&>(*value).value);
    case arrow::Type::DECIMAL128:
      return avro::Value(DecimalToFixed(static_cast<const arrow::Decimal128Scalar&>(*value)));
    default:
      return avro::Value(std::string(static_cast<const arrow::BaseBinaryScalar&>(*value).view()));
  }
}

Result<ScalarPtr> PartitionValueFromAvro(const avro::Value& value, const DataType& type) {
  if (value.is_null() || type.kind == TypeKind::kVoid) return ScalarPtr();
  const Error mismatch = Corruption("a partition value does not have its column's type");
  if (const auto* text = std::get_if<std::string>(&value.data)) {
    if (type.kind != TypeKind::kString && type.kind != TypeKind::kBinary &&
        type.kind != TypeKind::kDecimal) {
      return mismatch;
    }
    return FromSingleValue(*text, type);
  }
  if (const auto* integer = std::get_if<std::int64_t>(&value.data)) {
    const bool fits = type.kind == TypeKind::kInt || type.kind == TypeKind::kLong ||
                      type.kind == TypeKind::kDate || type.kind == TypeKind::kTimestamp ||
                      type.kind == TypeKind::kTimestampNtz;
    if (!fits) return mismatch;
    return MakeIntegerScalar(type, *integer);
  }
  if (const auto* boolean = std::get_if<bool>(&value.data)) {
    if (type.kind != TypeKind::kBoolean) return mismatch;
    return ScalarPtr(std::make_shared<arrow::BooleanScalar>(*boolean));
  }
  std::optional<double> number;
  if (const auto* single = std::get_if<float>(&value.data)) number = *single;
  if (const auto* wide = std::get_if<double>(&value.data)) number = *wide;
  if (number && type.kind == TypeKind::kDouble) {
    return ScalarPtr(std::make_shared<arrow::DoubleScalar>(*number));
  }
  if (number && type.kind == TypeKind::kFloat) {
    return ScalarPtr(std::make_shared<arrow::FloatScalar>(static_cast<float>(*number)));
  }
  return mismatch;
}

std::string PartitionText(const ScalarPtr& value) {
  if (IsNullScalar(value)) return "null";
  if (value->type->id() == arrow::Type::DATE32) {
    return FormatDay(Day{static_cast<const arrow::Date32Scalar&>(*value).value});
  }
  if (value->type->id() == arrow::Type::TIMESTAMP) {
    const auto& type = static_cast<const arrow::TimestampType&>(*value->type);
    return TimestampText(*IntegerOf(value)) + (type.timezone().empty() ? "" : "+00:00");
  }
  return value->ToString();
}

}  // namespace gnomon::iceberg
