// SPDX-License-Identifier: Apache-2.0
// Columns between DuckDB's vectors and Arrow. Fixed-width columns are not copied in either
// direction; whoever keeps an array that VectorToArrow wrapped beyond the vector's life must copy
// it (see WrappedBuffers). All functions run inside callbacks of DuckDB and throw through it.
#pragma once

#include <arrow/type_fwd.h>

#include <duckdb/common/arrow/arrow_wrapper.hpp>
#include <duckdb/common/types/vector.hpp>
#include <duckdb/function/table/arrow/arrow_duck_schema.hpp>
#include <duckdb/main/client_context.hpp>
#include <memory>
#include <vector>

#include "types/data_type.h"

namespace gnomon::sql {

// Buffers that belong to DuckDB and die with its vectors.
using WrappedBuffers = std::vector<std::shared_ptr<arrow::Buffer>>;

// The first `count` values of `vector`, whose type corresponds to `type` (a HUGEINT to
// decimal(38,0)).
std::shared_ptr<arrow::Array> VectorToArrow(duckdb::ClientContext& context, duckdb::Vector& vector,
                                            duckdb::idx_t count, const DataType& type,
                                            WrappedBuffers& wrapped);

// A constant as a scalar of Arrow.
std::shared_ptr<arrow::Scalar> ValueToArrow(duckdb::ClientContext& context,
                                            const duckdb::Value& value, const DataType& type);

// What DuckDB wants to know of an Arrow column of `type`.
duckdb::shared_ptr<duckdb::ArrowType> ArrowTypeOf(duckdb::ClientContext& context,
                                                  const DataType& type);

// An Arrow array or struct array in the shape of the C data interface, kept alive by those who use
// it.
duckdb::shared_ptr<duckdb::ArrowArrayWrapper> ExportToDuckDb(const arrow::Array& array);
duckdb::shared_ptr<duckdb::ArrowArrayWrapper> ExportToDuckDb(const arrow::RecordBatch& batch);

// Puts the values [offset, offset + count) of `array`, which `owner` keeps alive, into `vector`.
void ArrowToVector(duckdb::ClientContext& context,
                   const duckdb::shared_ptr<duckdb::ArrowArrayWrapper>& owner, ArrowArray& array,
                   const duckdb::ArrowType& type, duckdb::idx_t offset, duckdb::idx_t count,
                   duckdb::Vector& vector);

}  // namespace gnomon::sql
