// SPDX-License-Identifier: Apache-2.0
// DuckDB has converters to and from the C data interface of Arrow; this file calls them, and wraps
// what needs none.
#include "sql/arrow_bridge.h"

#include <arrow/api.h>
#include <arrow/c/bridge.h>

#include <duckdb/common/arrow/arrow_converter.hpp>
#include <duckdb/function/table/arrow.hpp>

#include "sql/duckdb_errors.h"
#include "types/arrow_mapping.h"

namespace gnomon::sql {

namespace {

using duckdb::idx_t;

template <typename T>
T ArrowValueOrThrow(arrow::Result<T> result, std::string_view what) {
  if (!result.ok()) ThrowThroughDuckDb(FromArrowStatus(result.status(), what));
  return std::move(result).ValueUnsafe();
}

// The width of types whose values lie in memory the same way on both sides; 0 for all others.
idx_t SharedWidth(TypeKind kind) {
  switch (kind) {
    case TypeKind::kByte:
      return 1;
    case TypeKind::kShort:
      return 2;
    case TypeKind::kInt:
    case TypeKind::kFloat:
    case TypeKind::kDate:
      return 4;
    case TypeKind::kLong:
    case TypeKind::kDouble:
    case TypeKind::kTimestamp:
    case TypeKind::kTimestampNtz:
      return 8;
    default:
      return 0;
  }
}

std::shared_ptr<arrow::Buffer> Wrap(const void* data, idx_t size_bytes, WrappedBuffers& wrapped) {
  wrapped.push_back(std::make_shared<arrow::Buffer>(static_cast<const std::uint8_t*>(data),
                                                    static_cast<std::int64_t>(size_bytes)));
  return wrapped.back();
}

std::shared_ptr<arrow::Array> WrapFlat(duckdb::Vector& vector, idx_t count, const DataType& type,
                                       WrappedBuffers& wrapped) {
  std::shared_ptr<arrow::Buffer> validity;
  duckdb::ValidityMask& mask = duckdb::FlatVector::Validity(vector);
  // Both sides keep one bit a value, lowest first, set for valid.
  if (!mask.AllValid()) validity = Wrap(mask.GetData(), (count + 7) / 8, wrapped);
  auto values = Wrap(duckdb::FlatVector::GetData(vector), count * SharedWidth(type.kind), wrapped);
  return arrow::MakeArray(arrow::ArrayData::Make(ToArrow(type), static_cast<std::int64_t>(count),
                                                 {std::move(validity), std::move(values)}));
}

}  // namespace

std::shared_ptr<arrow::Array> VectorToArrow(duckdb::ClientContext& context, duckdb::Vector& vector,
                                            idx_t count, const DataType& type,
                                            WrappedBuffers& wrapped) {
  if (type.kind == TypeKind::kVoid) {
    return std::make_shared<arrow::NullArray>(static_cast<std::int64_t>(count));
  }
  if (SharedWidth(type.kind) > 0 && vector.GetVectorType() == duckdb::VectorType::FLAT_VECTOR) {
    return WrapFlat(vector, count, type, wrapped);
  }
  duckdb::DataChunk chunk;
  chunk.InitializeEmpty({vector.GetType()});
  chunk.data[0].Reference(vector);
  chunk.SetCardinality(count);
  ArrowArray array;
  duckdb::ArrowConverter::ToArrowArray(chunk, &array, context.GetClientProperties(), {});
  const auto schema = arrow::schema({arrow::field("", ToArrow(type))});
  const auto batch =
      ArrowValueOrThrow(arrow::ImportRecordBatch(&array, schema), "reading a column of DuckDB");
  return batch->column(0);
}

std::shared_ptr<arrow::Scalar> ValueToArrow(duckdb::ClientContext& context,
                                            const duckdb::Value& value, const DataType& type) {
  duckdb::Vector vector(value);
  WrappedBuffers wrapped;
  const auto array = VectorToArrow(context, vector, 1, type, wrapped);
  return ArrowValueOrThrow(array->GetScalar(0), "reading a constant of DuckDB");
}

duckdb::shared_ptr<duckdb::ArrowType> ArrowTypeOf(duckdb::ClientContext& context,
                                                  const DataType& type) {
  duckdb::ArrowSchemaWrapper schema;
  const arrow::Status status = arrow::ExportType(*ToArrow(type), &schema.arrow_schema);
  if (!status.ok()) ThrowThroughDuckDb(FromArrowStatus(status, "describing a column to DuckDB"));
  return duckdb::ArrowType::GetTypeFromSchema(context, schema.arrow_schema);
}

duckdb::shared_ptr<duckdb::ArrowArrayWrapper> ExportToDuckDb(const arrow::Array& array) {
  auto wrapper = duckdb::make_shared_ptr<duckdb::ArrowArrayWrapper>();
  const arrow::Status status = arrow::ExportArray(array, &wrapper->arrow_array);
  if (!status.ok()) ThrowThroughDuckDb(FromArrowStatus(status, "handing a column to DuckDB"));
  return wrapper;
}

duckdb::shared_ptr<duckdb::ArrowArrayWrapper> ExportToDuckDb(const arrow::RecordBatch& batch) {
  auto wrapper = duckdb::make_shared_ptr<duckdb::ArrowArrayWrapper>();
  const arrow::Status status = arrow::ExportRecordBatch(batch, &wrapper->arrow_array);
  if (!status.ok()) ThrowThroughDuckDb(FromArrowStatus(status, "handing rows to DuckDB"));
  return wrapper;
}

void ArrowToVector(duckdb::ClientContext& context,
                   const duckdb::shared_ptr<duckdb::ArrowArrayWrapper>& owner, ArrowArray& array,
                   const duckdb::ArrowType& type, idx_t offset, idx_t count,
                   duckdb::Vector& vector) {
  duckdb::ArrowArrayScanState state(context);
  state.owned_data = owner;
  duckdb::ArrowToDuckDBConversion::SetValidityMask(vector, array, offset, count, 0, -1);
  duckdb::ArrowToDuckDBConversion::ColumnArrowToDuckDB(vector, array, offset, state, count, type);
}

}  // namespace gnomon::sql
