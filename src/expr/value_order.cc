// SPDX-License-Identifier: Apache-2.0
#include "expr/value_order.h"

#include <arrow/api.h>
#include <arrow/util/decimal.h>

#include <bit>
#include <limits>
#include <type_traits>

#include "expr/comparison.h"

namespace gnomon::expr {

namespace {

template <typename T>
int ThreeWay(T a, T b) {
  if (SparkLess(a, b)) return -1;
  return SparkLess(b, a) ? 1 : 0;
}

template <typename Unsigned>
void AppendBigEndian(Unsigned bits, std::string* out) {
  for (int shift = 8 * static_cast<int>(sizeof(bits)) - 8; shift >= 0; shift -= 8)
    out->push_back(static_cast<char>(bits >> shift));
}

// Ends with a byte that no text has inside: those that would be 0 or 1 are written as two.
void AppendText(std::string_view text, std::string* out) {
  for (const char c : text) {
    if (c == '\0' || c == '\1') {
      out->push_back('\1');
      out->push_back(static_cast<char>(c + 1));
    } else {
      out->push_back(c);
    }
  }
  out->push_back('\0');
}

template <typename Array>
auto ValueAt(const arrow::Array& array, std::int64_t row) {
  const auto& typed = static_cast<const Array&>(array);
  if constexpr (std::is_same_v<Array, arrow::Decimal128Array>) {
    return arrow::Decimal128(typed.GetValue(row));
  } else {
    return typed.GetView(row);
  }
}

template <typename T>
void AppendPlain(T value, [[maybe_unused]] bool zeros_differ, std::string* out) {
  if constexpr (std::is_floating_point_v<T>) {
    using Bits = std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>;
    if (value != value) value = std::numeric_limits<T>::quiet_NaN();
    if (value == 0 && !zeros_differ) value = 0;
    constexpr Bits kSign = Bits{1} << (8 * sizeof(T) - 1);
    const Bits bits = std::bit_cast<Bits>(value);
    // Of negative numbers the greater magnitude is the lesser one.
    AppendBigEndian(
        (bits & kSign) != 0 ? static_cast<Bits>(~bits) : static_cast<Bits>(bits | kSign), out);
  } else if constexpr (std::is_same_v<T, std::string_view>) {
    AppendText(value, out);
  } else if constexpr (std::is_same_v<T, arrow::Decimal128>) {
    AppendPlain(value.high_bits(), zeros_differ, out);
    AppendBigEndian(value.low_bits(), out);
  } else if constexpr (std::is_same_v<T, bool>) {
    out->push_back(value ? '\1' : '\0');
  } else {
    using Bits = std::make_unsigned_t<T>;
    AppendBigEndian(static_cast<Bits>(static_cast<Bits>(value) ^ Bits{1} << (8 * sizeof(T) - 1)),
                    out);
  }
}

}  // namespace

template <typename Array>
ValueOrder ValueOrder::Leaf() {
  ValueOrder order;
  order.compare_ = [](const ValueOrder&, const arrow::Array& a, std::int64_t i,
                      const arrow::Array& b, std::int64_t j) {
    return ThreeWay(ValueAt<Array>(a, i), ValueAt<Array>(b, j));
  };
  order.append_ = [](const ValueOrder& self, const arrow::Array& array, std::int64_t row,
                     std::string* out) {
    AppendPlain(ValueAt<Array>(array, row), self.zeros_differ_, out);
  };
  return order;
}

int ValueOrder::CompareLists(const ValueOrder& order, const arrow::Array& a, std::int64_t i,
                             const arrow::Array& b, std::int64_t j) {
  const auto& left = static_cast<const arrow::ListArray&>(a);
  const auto& right = static_cast<const arrow::ListArray&>(b);
  const std::int64_t shared = std::min(left.value_length(i), right.value_length(j));
  for (std::int64_t k = 0; k < shared; ++k) {
    const int result = order.children_[0].Compare(*left.values(), left.value_offset(i) + k,
                                                  *right.values(), right.value_offset(j) + k);
    if (result != 0) return result;
  }
  return ThreeWay(left.value_length(i), right.value_length(j));
}

void ValueOrder::AppendList(const ValueOrder& order, const arrow::Array& array, std::int64_t row,
                            std::string* out) {
  const auto& list = static_cast<const arrow::ListArray&>(array);
  for (std::int64_t k = list.value_offset(row); k < list.value_offset(row + 1); ++k) {
    out->push_back('\1');
    order.children_[0].AppendKey(*list.values(), k, out);
  }
  out->push_back('\0');
}

int ValueOrder::CompareStructs(const ValueOrder& order, const arrow::Array& a, std::int64_t i,
                               const arrow::Array& b, std::int64_t j) {
  const auto& left = static_cast<const arrow::StructArray&>(a);
  const auto& right = static_cast<const arrow::StructArray&>(b);
  for (std::size_t k = 0; k < order.children_.size(); ++k) {
    const int field = static_cast<int>(k);
    const int result = order.children_[k].Compare(*left.field(field), i, *right.field(field), j);
    if (result != 0) return result;
  }
  return 0;
}

void ValueOrder::AppendStruct(const ValueOrder& order, const arrow::Array& array, std::int64_t row,
                              std::string* out) {
  const auto& structs = static_cast<const arrow::StructArray&>(array);
  for (std::size_t k = 0; k < order.children_.size(); ++k)
    order.children_[k].AppendKey(*structs.field(static_cast<int>(k)), row, out);
}

int ValueOrder::Compare(const arrow::Array& a, std::int64_t i, const arrow::Array& b,
                        std::int64_t j) const {
  const bool left_null = a.IsNull(i);
  const bool right_null = b.IsNull(j);
  if (left_null || right_null) return static_cast<int>(right_null) - static_cast<int>(left_null);
  return compare_(*this, a, i, b, j);
}

void ValueOrder::AppendKey(const arrow::Array& array, std::int64_t row, std::string* out) const {
  const bool null = array.IsNull(row);
  out->push_back(null ? '\0' : '\1');
  if (!null) append_(*this, array, row, out);
}

std::optional<ValueOrder> ValueOrder::Of(const DataType& type) {
  switch (type.kind) {
    case TypeKind::kVoid:
      return Leaf<arrow::BooleanArray>();  // Never read: every value is null.
    case TypeKind::kBoolean:
      return Leaf<arrow::BooleanArray>();
    case TypeKind::kByte:
      return Leaf<arrow::Int8Array>();
    case TypeKind::kShort:
      return Leaf<arrow::Int16Array>();
    case TypeKind::kInt:
      return Leaf<arrow::Int32Array>();
    case TypeKind::kLong:
      return Leaf<arrow::Int64Array>();
    case TypeKind::kFloat:
      return Leaf<arrow::FloatArray>();
    case TypeKind::kDouble:
      return Leaf<arrow::DoubleArray>();
    case TypeKind::kString:
    case TypeKind::kBinary:
      return Leaf<arrow::BinaryArray>();
    case TypeKind::kDate:
      return Leaf<arrow::Date32Array>();
    case TypeKind::kTimestamp:
    case TypeKind::kTimestampNtz:
      return Leaf<arrow::TimestampArray>();
    case TypeKind::kDecimal:
      return Leaf<arrow::Decimal128Array>();
    case TypeKind::kMap:
      return std::nullopt;
    case TypeKind::kList:
    case TypeKind::kStruct:
      break;
  }
  ValueOrder order;
  const bool list = type.kind == TypeKind::kList;
  order.compare_ = list ? &CompareLists : &CompareStructs;
  order.append_ = list ? &AppendList : &AppendStruct;
  for (const Field& child : type.children) {
    auto of_child = Of(child.type);
    if (!of_child) return std::nullopt;
    order.children_.push_back(*std::move(of_child));
  }
  return order;
}

}  // namespace gnomon::expr
