// SPDX-License-Identifier: Apache-2.0
// Casts to numbers and booleans from everything but strings. Integers wrap, floating point
// saturates (Java's rules).
#include <arrow/util/decimal.h>

#include <charconv>

#include "expr/cast.h"
#include "expr/elementwise.h"
#include "expr/scalar_kinds.h"
#include "types/java_number_text.h"

namespace gnomon::expr {

namespace {

constexpr std::int64_t kMicrosPerSecond = 1'000'000;

std::int64_t FloorSeconds(std::int64_t micros) {
  const std::int64_t seconds = micros / kMicrosPerSecond;
  return micros % kMicrosPerSecond < 0 ? seconds - 1 : seconds;
}

// A decimal as float or double (the nearest one) or as an integer (truncated, wrapped as Java's
// longValue).
template <typename To>
Kernel FromDecimal(const DataType& from, const DataType& to) {
  return [scale = from.scale, to](std::span<const Operand> operands,
                                  std::int64_t rows) -> Result<ArrayPtr> {
    GNOMON_ASSIGN_OR_RETURN(auto validity, CombineValidity(operands, rows));
    GNOMON_ASSIGN_OR_RETURN(auto buffer,
                            AllocateBuffer(rows * static_cast<std::int64_t>(sizeof(To)), true));
    auto* out = reinterpret_cast<To*>(buffer->mutable_data());
    const auto& decimals = static_cast<const arrow::Decimal128Array&>(*operands[0].array);
    for (std::int64_t row = 0; row < rows; ++row) {
      if (!IsValidRow(validity.get(), row)) continue;
      const arrow::Decimal128 value(decimals.GetValue(row & operands[0].index_mask()));
      if constexpr (std::is_floating_point_v<To>) {
        const std::string text = value.ToIntegerString() + "e" + std::to_string(-scale);
        std::from_chars(text.data(), text.data() + text.size(), out[row]);
      } else {
        out[row] = static_cast<To>(
            static_cast<std::int64_t>(value.ReduceScaleBy(scale, false).low_bits()));
      }
    }
    return MakeFixedArray(to, rows, std::move(validity), std::move(buffer));
  };
}

Kernel NumberFromTimestamp(const DataType& to) {
  return WithNumber(to.kind, [&]<typename To>(Tag<To>) {
    return Elementwise<To, std::int64_t>(to, [](std::int64_t micros) {
      if constexpr (std::is_floating_point_v<To>) {
        return static_cast<To>(static_cast<double>(micros) / static_cast<double>(kMicrosPerSecond));
      } else {
        return static_cast<To>(FloorSeconds(micros));
      }
    });
  });
}

Kernel ToNumber(const DataType& from, const DataType& to) {
  if (from.kind == TypeKind::kTimestamp) return NumberFromTimestamp(to);
  return WithNumber(to.kind, [&]<typename To>(Tag<To>) -> Kernel {
    if (from.kind == TypeKind::kDecimal) return FromDecimal<To>(from, to);
    if (from.kind == TypeKind::kBoolean) {
      return Elementwise<To, bool>(to, [](bool value) { return static_cast<To>(value ? 1 : 0); });
    }
    return WithNumber(from.kind, [&]<typename From>(Tag<From>) {
      return Elementwise<To, From>(to, [](From value) { return JavaNarrow<To>(value); });
    });
  });
}

}  // namespace

Kernel CastToNumberOrBoolean(const DataType& from, const DataType& to) {
  if (to.kind != TypeKind::kBoolean) return ToNumber(from, to);
  // Of a timestamp too: any instant but the epoch is true.
  if (from.kind == TypeKind::kTimestamp) {
    return Elementwise<bool, std::int64_t>(to, [](std::int64_t micros) { return micros != 0; });
  }
  return WithNumber(from.kind, [&]<typename From>(Tag<From>) {
    return Elementwise<bool, From>(to, [](From value) { return value != From{0}; });
  });
}

}  // namespace gnomon::expr
