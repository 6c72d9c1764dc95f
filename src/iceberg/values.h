// SPDX-License-Identifier: Apache-2.0
// Single values: Iceberg's binary form of bounds, truncation, order, and the values of partitions.
// A value is an Arrow scalar of the type that ToArrow gives for its column; a null scalar or
// nullptr is no value.
#pragma once

#include <arrow/type_fwd.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "avro/value.h"
#include "base/result.h"
#include "iceberg/table_metadata.h"
#include "types/data_type.h"

namespace gnomon::iceberg {

using ScalarPtr = std::shared_ptr<arrow::Scalar>;

// True for nullptr and for null scalars.
bool IsNullScalar(const ScalarPtr& value);

// The binary form of a value (checklist 13, 14); nullopt for null and for types without one.
std::optional<std::string> ToSingleValue(const ScalarPtr& value);

// Reads a bound that may have been written before its column was promoted (int to long, float to
// double, wider decimal). Errors: Corruption when the size does not fit the type.
Result<ScalarPtr> FromSingleValue(std::string_view bytes, const DataType& type);

// Cuts a string or binary bound to 16 code points or bytes (checklist 15). Upper is nullopt when no
// greater value of that length exists. Values of other types pass unchanged.
ScalarPtr TruncateLower(const ScalarPtr& value);
std::optional<ScalarPtr> TruncateUpper(const ScalarPtr& value);

// The sign of a - b; nullopt when one is null or NaN, or when their types differ.
std::optional<int> CompareScalars(const ScalarPtr& a, const ScalarPtr& b);

bool IsNanScalar(const ScalarPtr& value);

// Null equals null and NaN equals NaN, as in partition tuples.
bool SamePartitionValue(const ScalarPtr& a, const ScalarPtr& b);

// Puts whole numbers, days and microseconds into a scalar of `type`. REQUIRES: such a type.
ScalarPtr MakeIntegerScalar(const DataType& type, std::int64_t value);
// The reverse; nullopt for null and other types.
std::optional<std::int64_t> IntegerOf(const ScalarPtr& value);

// The type of a partition field's values; kVoid when the source column is unknown.
DataType PartitionType(const PartitionField& field, const TableMetadata& metadata);

avro::Value PartitionValueToAvro(const ScalarPtr& value);
Result<ScalarPtr> PartitionValueFromAvro(const avro::Value& value, const DataType& type);

// The value as it stands in paths and messages: `2023-12-01`, `null`.
std::string PartitionText(const ScalarPtr& value);

// Bytes that a decimal of this precision takes in Avro and Parquet.
std::size_t DecimalSizeBytes(int precision);

}  // namespace gnomon::iceberg
