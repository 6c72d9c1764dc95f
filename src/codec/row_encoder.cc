// SPDX-License-Identifier: Apache-2.0
// Arrow columns to Avro rows. The output goes row by row, so each column is bound once per batch to
// a function that appends one of its values; per value there is one call through a pointer.
#include <arrow/api.h>

#include <limits>

#include "avro/binary.h"
#include "codec/avro_rows.h"
#include "types/arrow_mapping.h"
#include "types/type_names.h"

namespace gnomon::codec {

namespace {

// A column of a batch, or a part of a nested one, bound to the function that appends its values.
struct BoundColumn {
  // Appends the value of a row, which is not null. False when there is a null where none can be.
  bool (*append)(const BoundColumn& column, std::int64_t row, avro::BinaryWriter& writer) = nullptr;
  const arrow::Array* array = nullptr;
  std::vector<BoundColumn> children;
};

template <typename ArrayType>
const ArrayType& As(const BoundColumn& column) {
  return static_cast<const ArrayType&>(*column.array);
}

bool AppendBoolean(const BoundColumn& column, std::int64_t row, avro::BinaryWriter& writer) {
  writer.WriteBoolean(As<arrow::BooleanArray>(column).Value(row));
  return true;
}

template <typename ArrayType>
bool AppendInteger(const BoundColumn& column, std::int64_t row, avro::BinaryWriter& writer) {
  writer.WriteLong(As<ArrayType>(column).Value(row));
  return true;
}

bool AppendFloat(const BoundColumn& column, std::int64_t row, avro::BinaryWriter& writer) {
  writer.WriteFloat(As<arrow::FloatArray>(column).Value(row));
  return true;
}

bool AppendDouble(const BoundColumn& column, std::int64_t row, avro::BinaryWriter& writer) {
  writer.WriteDouble(As<arrow::DoubleArray>(column).Value(row));
  return true;
}

bool AppendBytes(const BoundColumn& column, std::int64_t row, avro::BinaryWriter& writer) {
  writer.WriteBytes(As<arrow::BinaryArray>(column).GetView(row));
  return true;
}

// A field of a record: a union with null.
bool AppendNullable(const BoundColumn& column, std::int64_t row, avro::BinaryWriter& writer) {
  if (column.array->IsNull(row)) {
    writer.WriteLong(0);
    return true;
  }
  writer.WriteLong(1);
  return column.append(column, row, writer);
}

bool AppendStruct(const BoundColumn& column, std::int64_t row, avro::BinaryWriter& writer) {
  for (const BoundColumn& child : column.children) {
    if (!AppendNullable(child, row, writer)) return false;
  }
  return true;
}

bool AppendItem(const BoundColumn& items, std::int64_t row, avro::BinaryWriter& writer) {
  return !items.array->IsNull(row) && items.append(items, row, writer);
}

bool AppendList(const BoundColumn& column, std::int64_t row, avro::BinaryWriter& writer) {
  const auto& list = As<arrow::ListArray>(column);
  const std::int64_t count = list.value_length(row);
  const std::int64_t begin = list.value_offset(row);
  if (count > 0) writer.WriteLong(count);
  for (std::int64_t i = begin; i < begin + count; ++i) {
    if (!AppendItem(column.children[0], i, writer)) return false;
  }
  writer.WriteLong(0);
  return true;
}

bool AppendMap(const BoundColumn& column, std::int64_t row, avro::BinaryWriter& writer) {
  const auto& map = As<arrow::MapArray>(column);
  const std::int64_t count = map.value_length(row);
  const std::int64_t begin = map.value_offset(row);
  if (count > 0) writer.WriteLong(count);
  for (std::int64_t i = begin; i < begin + count; ++i) {
    if (!AppendItem(column.children[0], i, writer) || !AppendItem(column.children[1], i, writer)) {
      return false;
    }
  }
  writer.WriteLong(0);
  return true;
}

// REQUIRES: the array has the type that ToArrow(type) gives, and Avro knows the type.
BoundColumn Bind(const DataType& type, const arrow::Array& array) {
  BoundColumn column{.array = &array};
  switch (type.kind) {
    case TypeKind::kBoolean:
      column.append = AppendBoolean;
      break;
    case TypeKind::kByte:
      column.append = AppendInteger<arrow::Int8Array>;
      break;
    case TypeKind::kShort:
      column.append = AppendInteger<arrow::Int16Array>;
      break;
    case TypeKind::kInt:
      column.append = AppendInteger<arrow::Int32Array>;
      break;
    case TypeKind::kLong:
      column.append = AppendInteger<arrow::Int64Array>;
      break;
    case TypeKind::kFloat:
      column.append = AppendFloat;
      break;
    case TypeKind::kDouble:
      column.append = AppendDouble;
      break;
    case TypeKind::kString:
    case TypeKind::kBinary:
      column.append = AppendBytes;
      break;
    case TypeKind::kList:
      column.append = AppendList;
      column.children.push_back(
          Bind(type.element(), *static_cast<const arrow::ListArray&>(array).values()));
      break;
    case TypeKind::kMap: {
      const auto& map = static_cast<const arrow::MapArray&>(array);
      column.append = AppendMap;
      column.children.push_back(Bind(type.key(), *map.keys()));
      column.children.push_back(Bind(type.value(), *map.items()));
      break;
    }
    case TypeKind::kStruct: {
      const auto& parent = static_cast<const arrow::StructArray&>(array);
      column.append = AppendStruct;
      for (std::size_t i = 0; i < type.children.size(); ++i) {
        // The array keeps its fields alive, with the parent's offset applied.
        column.children.push_back(Bind(type.children[i].type, *parent.field(static_cast<int>(i))));
      }
      break;
    }
    default:
      GNOMON_CHECK(false);
  }
  return column;
}

// Whether the arrays of both types lie alike in memory; nullability and the names in lists do not
// count.
bool HasLayout(const arrow::DataType& type, const arrow::DataType& expected) {
  if (type.id() != expected.id() || type.num_fields() != expected.num_fields()) return false;
  if (type.id() == arrow::Type::MAP) {
    // Not by its entries, a struct whose field names differ between writers.
    const auto& map = static_cast<const arrow::MapType&>(type);
    const auto& expected_map = static_cast<const arrow::MapType&>(expected);
    return HasLayout(*map.key_type(), *expected_map.key_type()) &&
           HasLayout(*map.item_type(), *expected_map.item_type());
  }
  for (int i = 0; i < type.num_fields(); ++i) {
    const bool is_struct = type.id() == arrow::Type::STRUCT;
    if (is_struct && type.field(i)->name() != expected.field(i)->name()) return false;
    if (!HasLayout(*type.field(i)->type(), *expected.field(i)->type())) return false;
  }
  return true;
}

Result<std::vector<BoundColumn>> BindColumns(const Schema& fields,
                                             const arrow::RecordBatch& batch) {
  std::vector<BoundColumn> columns;
  for (const Field& field : fields.fields) {
    const int index = batch.schema()->GetFieldIndex(field.name);
    if (index < 0) return InvalidArgument("encoding rows: the column {} is missing", field.name);
    // The batch keeps the array that it made for the column.
    const arrow::Array& array = *batch.column(index);
    if (!HasLayout(*array.type(), *ToArrow(field.type))) {
      return InvalidArgument("encoding rows: the column {} is {} instead of {}", field.name,
                             array.type()->ToString(), SparkTypeName(field.type));
    }
    columns.push_back(Bind(field.type, array));
  }
  return columns;
}

}  // namespace

Result<RowEncoder> RowEncoder::Make(const std::string& record_name, Schema fields) {
  GNOMON_ASSIGN_OR_RETURN(avro::SchemaPtr schema, RecordSchema(record_name, fields.fields));
  return RowEncoder(std::move(fields), std::move(schema));
}

Result<std::shared_ptr<arrow::BinaryArray>> RowEncoder::Encode(
    const arrow::RecordBatch& batch) const {
  GNOMON_ASSIGN_OR_RETURN(const std::vector<BoundColumn> columns, BindColumns(fields_, batch));
  arrow::TypedBufferBuilder<std::int32_t> offsets;
  GNOMON_ARROW_RETURN_NOT_OK(offsets.Reserve(batch.num_rows() + 1), "encoding rows");
  offsets.UnsafeAppend(0);
  std::string bytes;
  avro::BinaryWriter writer(bytes);
  for (std::int64_t row = 0; row < batch.num_rows(); ++row) {
    for (std::size_t i = 0; i < columns.size(); ++i) {
      if (AppendNullable(columns[i], row, writer)) continue;
      return InvalidArgument(
          "encoding rows: the column {} holds a null inside a list or map, which the online store "
          "can not keep - filter it out",
          fields_.fields[i].name);
    }
    if (bytes.size() > static_cast<std::size_t>(std::numeric_limits<std::int32_t>::max())) {
      return InvalidArgument("encoding rows: a batch of {} rows takes more than 2 GiB",
                             batch.num_rows());
    }
    offsets.UnsafeAppend(static_cast<std::int32_t>(bytes.size()));
  }
  GNOMON_ARROW_ASSIGN(auto offsets_buffer, offsets.Finish(), "encoding rows");
  return std::make_shared<arrow::BinaryArray>(batch.num_rows(), std::move(offsets_buffer),
                                              arrow::Buffer::FromString(std::move(bytes)));
}

}  // namespace gnomon::codec
