// SPDX-License-Identifier: Apache-2.0
// How aggregations see one value of an Arrow column. Each tag names, for one type: `View`, cheap to
// copy and valid as long as what it came from; `Stored`, which owns; the Arrow array and builder.
// States and loops are templates over these tags.
#pragma once

#include <arrow/api.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "aggregate/value_order.h"
#include "types/data_type.h"

namespace gnomon::aggregate {

// Bytes that a string owns outside of itself.
inline std::int64_t HeapBytes(const std::string& text) {
  constexpr std::size_t kInline = 15;
  return text.capacity() > kInline ? static_cast<std::int64_t>(text.capacity()) : 0;
}

template <typename T, TypeKind kTypeKind, typename ArrowType>
struct NumberInput {
  using View = T;
  using Stored = T;
  using Array = typename arrow::TypeTraits<ArrowType>::ArrayType;
  using Builder = typename arrow::TypeTraits<ArrowType>::BuilderType;
  static constexpr TypeKind kKind = kTypeKind;
  static constexpr bool kOwnsHeap = false;

  static View Get(const Array& array, std::int64_t row) { return array.Value(row); }
  static Stored Store(View value) { return value; }
  static View ViewOf(Stored value) { return value; }
  static std::int64_t HeapBytesOf(Stored) { return 0; }
  static int Compare(View a, View b) { return CompareNumbers(a, b); }
  // REQUIRES: the builder has room.
  static arrow::Status Append(Builder* builder, View value) {
    builder->UnsafeAppend(value);
    return arrow::Status::OK();
  }
};

using BooleanInput = NumberInput<bool, TypeKind::kBoolean, arrow::BooleanType>;
using ByteInput = NumberInput<std::int8_t, TypeKind::kByte, arrow::Int8Type>;
using ShortInput = NumberInput<std::int16_t, TypeKind::kShort, arrow::Int16Type>;
using IntInput = NumberInput<std::int32_t, TypeKind::kInt, arrow::Int32Type>;
using LongInput = NumberInput<std::int64_t, TypeKind::kLong, arrow::Int64Type>;
using FloatInput = NumberInput<float, TypeKind::kFloat, arrow::FloatType>;
using DoubleInput = NumberInput<double, TypeKind::kDouble, arrow::DoubleType>;

template <TypeKind kTypeKind, typename ArrowType>
struct BytesInput {
  using View = std::string_view;
  using Stored = std::string;
  using Array = typename arrow::TypeTraits<ArrowType>::ArrayType;
  using Builder = typename arrow::TypeTraits<ArrowType>::BuilderType;
  static constexpr TypeKind kKind = kTypeKind;
  static constexpr bool kOwnsHeap = true;

  static View Get(const Array& array, std::int64_t row) { return array.GetView(row); }
  static Stored Store(View value) { return Stored(value); }
  static View ViewOf(const Stored& value) { return value; }
  static std::int64_t HeapBytesOf(const Stored& value) { return HeapBytes(value); }
  static int Compare(View a, View b) {
    return kTypeKind == TypeKind::kString ? CompareTexts(a, b) : a.compare(b);
  }
  static arrow::Status Append(Builder* builder, View value) { return builder->Append(value); }
};

using StringInput = BytesInput<TypeKind::kString, arrow::StringType>;
using BinaryInput = BytesInput<TypeKind::kBinary, arrow::BinaryType>;

// Lists, maps and structs, as one value. What is kept is an array of one row with buffers of its
// own: a scalar would hold on to the whole batch that it came from.
struct NestedInput {
  struct View {
    const arrow::Array* array = nullptr;
    std::int64_t row = 0;
  };
  using Stored = std::shared_ptr<arrow::Array>;
  using Array = arrow::Array;
  using Builder = arrow::ArrayBuilder;
  static constexpr TypeKind kKind = TypeKind::kStruct;
  static constexpr bool kOwnsHeap = true;

  static View Get(const Array& array, std::int64_t row) { return {&array, row}; }
  static Stored Store(View value);
  static View ViewOf(const Stored& value) { return {value.get(), 0}; }
  static std::int64_t HeapBytesOf(const Stored& value);
  static int Compare(View a, View b) { return CompareRows(*a.array, a.row, *b.array, b.row); }
  static arrow::Status Append(Builder* builder, View value) {
    return builder->AppendArraySlice(*value.array->data(), value.row, 1);
  }
};

}  // namespace gnomon::aggregate
