// SPDX-License-Identifier: Apache-2.0
// Comparison of single rows of any Arrow type, by recursion over nested ones.
#include "aggregate/value_order.h"

#include <arrow/api.h>

#include <algorithm>

#include "base/check.h"

namespace gnomon::aggregate {

namespace {

template <typename ArrayType>
int CompareAs(const arrow::Array& a, std::int64_t a_row, const arrow::Array& b,
              std::int64_t b_row) {
  const auto left = static_cast<const ArrayType&>(a).GetView(a_row);
  const auto right = static_cast<const ArrayType&>(b).GetView(b_row);
  if constexpr (std::is_arithmetic_v<std::decay_t<decltype(left)>>) {
    return CompareNumbers(left, right);
  } else if constexpr (std::is_same_v<ArrayType, arrow::StringArray>) {
    return CompareTexts(left, right);
  } else {
    return left.compare(right);
  }
}

// Maps are lists of entries to Arrow.
int CompareLists(const arrow::ListArray& a, std::int64_t a_row, const arrow::ListArray& b,
                 std::int64_t b_row) {
  const std::int32_t a_length = a.value_length(a_row);
  const std::int32_t b_length = b.value_length(b_row);
  for (std::int32_t i = 0; i < std::min(a_length, b_length); ++i) {
    const int order =
        CompareRows(*a.values(), a.value_offset(a_row) + i, *b.values(), b.value_offset(b_row) + i);
    if (order != 0) return order;
  }
  return CompareNumbers(a_length, b_length);
}

int CompareStructs(const arrow::StructArray& a, std::int64_t a_row, const arrow::StructArray& b,
                   std::int64_t b_row) {
  for (int i = 0; i < a.num_fields(); ++i) {
    const int order = CompareRows(*a.field(i), a_row, *b.field(i), b_row);
    if (order != 0) return order;
  }
  return 0;
}

int CompareNonNull(const arrow::Array& a, std::int64_t a_row, const arrow::Array& b,
                   std::int64_t b_row) {
  switch (a.type_id()) {
    case arrow::Type::BOOL:
      return CompareAs<arrow::BooleanArray>(a, a_row, b, b_row);
    case arrow::Type::INT8:
      return CompareAs<arrow::Int8Array>(a, a_row, b, b_row);
    case arrow::Type::INT16:
      return CompareAs<arrow::Int16Array>(a, a_row, b, b_row);
    case arrow::Type::INT32:
      return CompareAs<arrow::Int32Array>(a, a_row, b, b_row);
    case arrow::Type::INT64:
      return CompareAs<arrow::Int64Array>(a, a_row, b, b_row);
    case arrow::Type::FLOAT:
      return CompareAs<arrow::FloatArray>(a, a_row, b, b_row);
    case arrow::Type::DOUBLE:
      return CompareAs<arrow::DoubleArray>(a, a_row, b, b_row);
    case arrow::Type::DATE32:
      return CompareAs<arrow::Date32Array>(a, a_row, b, b_row);
    case arrow::Type::TIMESTAMP:
      return CompareAs<arrow::TimestampArray>(a, a_row, b, b_row);
    case arrow::Type::STRING:
      return CompareAs<arrow::StringArray>(a, a_row, b, b_row);
    case arrow::Type::BINARY:
      return CompareAs<arrow::BinaryArray>(a, a_row, b, b_row);
    case arrow::Type::DECIMAL128: {
      const arrow::Decimal128 left(static_cast<const arrow::Decimal128Array&>(a).GetValue(a_row));
      const arrow::Decimal128 right(static_cast<const arrow::Decimal128Array&>(b).GetValue(b_row));
      return int{left > right} - int{left < right};
    }
    case arrow::Type::LIST:
    case arrow::Type::MAP:
      return CompareLists(static_cast<const arrow::ListArray&>(a), a_row,
                          static_cast<const arrow::ListArray&>(b), b_row);
    case arrow::Type::STRUCT:
      return CompareStructs(static_cast<const arrow::StructArray&>(a), a_row,
                            static_cast<const arrow::StructArray&>(b), b_row);
    // The null type has no values, and no other type has a counterpart among ours
    // (types/arrow_mapping).
    default:
      return 0;
  }
}

}  // namespace

int CompareTexts(std::string_view a, std::string_view b) {
  const auto [in_a, in_b] = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
  if (in_a == a.end() || in_b == b.end()) return CompareNumbers(a.size(), b.size());
  const auto left = static_cast<unsigned char>(*in_a);
  const auto right = static_cast<unsigned char>(*in_b);
  // First bytes of characters: from U+E000 on, and of four bytes.
  constexpr unsigned char kFromE000 = 0xEE, kFourBytes = 0xF0;
  const bool is_reversed =
      left >= kFromE000 && right >= kFromE000 && (left >= kFourBytes) != (right >= kFourBytes);
  return is_reversed ? CompareNumbers(right, left) : CompareNumbers(left, right);
}

int CompareRows(const arrow::Array& a, std::int64_t a_row, const arrow::Array& b,
                std::int64_t b_row) {
  GNOMON_DCHECK(a.type_id() == b.type_id());
  const bool a_valid = a.IsValid(a_row);
  const bool b_valid = b.IsValid(b_row);
  if (!a_valid || !b_valid) return int{a_valid} - int{b_valid};
  return CompareNonNull(a, a_row, b, b_row);
}

}  // namespace gnomon::aggregate
