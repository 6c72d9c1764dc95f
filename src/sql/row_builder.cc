// SPDX-License-Identifier: Apache-2.0
// Every cell becomes a scalar of its column's type, every column an array.
#include "sql/row_builder.h"

#include <arrow/api.h>

#include "base/check.h"
#include "types/arrow_mapping.h"

namespace gnomon::sql {

namespace {

std::shared_ptr<arrow::Scalar> StringMapScalar(const std::map<std::string, std::string>& map,
                                               const std::shared_ptr<arrow::DataType>& type) {
  arrow::StringBuilder keys;
  arrow::StringBuilder values;
  arrow::Status status = arrow::Status::OK();
  for (const auto& [key, value] : map) {
    status &= keys.Append(key);
    status &= values.Append(value);
  }
  std::shared_ptr<arrow::Array> key_array;
  std::shared_ptr<arrow::Array> value_array;
  status &= keys.Finish(&key_array);
  status &= values.Finish(&value_array);
  if (!status.ok()) return nullptr;
  const auto& map_type = static_cast<const arrow::MapType&>(*type);
  const std::int64_t length = key_array->length();
  auto entries = std::make_shared<arrow::StructArray>(
      map_type.value_type(), length,
      arrow::ArrayVector{std::move(key_array), std::move(value_array)});
  return std::make_shared<arrow::MapScalar>(std::move(entries), type);
}

Result<std::shared_ptr<arrow::Scalar>> ToScalar(const Cell& cell,
                                                const std::shared_ptr<arrow::DataType>& type) {
  if (std::holds_alternative<std::monostate>(cell)) return arrow::MakeNullScalar(type);
  if (const auto* map = std::get_if<std::map<std::string, std::string>>(&cell)) {
    auto scalar = StringMapScalar(*map, type);
    if (scalar == nullptr) return Unavailable("building a row: out of memory");
    return scalar;
  }
  if (const auto* scalar = std::get_if<std::shared_ptr<arrow::Scalar>>(&cell)) {
    return *scalar == nullptr ? arrow::MakeNullScalar(type) : *scalar;
  }
  if (const auto* text = std::get_if<std::string>(&cell)) {
    return std::shared_ptr<arrow::Scalar>(std::make_shared<arrow::StringScalar>(*text));
  }
  if (const auto* flag = std::get_if<bool>(&cell)) {
    return std::shared_ptr<arrow::Scalar>(std::make_shared<arrow::BooleanScalar>(*flag));
  }
  if (const auto* number = std::get_if<std::int32_t>(&cell)) {
    GNOMON_ARROW_ASSIGN(auto scalar, arrow::MakeScalar(type, *number), "building a row");
    return scalar;
  }
  GNOMON_ARROW_ASSIGN(auto scalar, arrow::MakeScalar(type, std::get<std::int64_t>(cell)),
                      "building a row");
  return scalar;
}

}  // namespace

void RowBuilder::Add(std::vector<Cell> row) {
  GNOMON_CHECK(row.size() == schema_.fields.size());
  rows_.push_back(std::move(row));
}

Result<std::shared_ptr<arrow::RecordBatch>> RowBuilder::Finish() const {
  const auto schema = ToArrow(schema_);
  arrow::ArrayVector columns;
  for (int i = 0; i < schema->num_fields(); ++i) {
    GNOMON_ARROW_ASSIGN(auto builder, arrow::MakeBuilder(schema->field(i)->type()),
                        "building rows");
    for (const std::vector<Cell>& row : rows_) {
      GNOMON_ASSIGN_OR_RETURN(auto scalar,
                              ToScalar(row[static_cast<std::size_t>(i)], schema->field(i)->type()));
      GNOMON_ARROW_RETURN_NOT_OK(builder->AppendScalar(*scalar), "building rows");
    }
    GNOMON_ARROW_ASSIGN(auto column, builder->Finish(), "building rows");
    columns.push_back(std::move(column));
  }
  return arrow::RecordBatch::Make(schema, static_cast<std::int64_t>(rows_.size()),
                                  std::move(columns));
}

Field MakeField(std::string name, DataType type) {
  Field field;
  field.name = std::move(name);
  field.type = std::move(type);
  return field;
}

}  // namespace gnomon::sql
