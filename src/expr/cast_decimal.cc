// SPDX-License-Identifier: Apache-2.0
// Casts to and from decimals. What does not fit the target is null; digits beyond the scale are
// rounded half up; a double counts as the shortest text that stands for it, as Java's
// BigDecimal.valueOf has it.
#include <cmath>

#include "expr/cast.h"
#include "expr/datetime_text.h"
#include "expr/decimal.h"
#include "expr/elementwise.h"
#include "types/java_number_text.h"

namespace gnomon::expr {

namespace {

using Failure = std::optional<Error>;

bool FromDouble(double value, const DataType& to, DecimalBits* out) {
  if (!std::isfinite(value)) return false;
  std::string text;
  AppendJavaNumber(value, &text);
  return ParseSparkDecimal(text, to, out);
}

Kernel FromNumber(const DataType& from, const DataType& to) {
  return WithNumber(from.kind, [&]<typename From>(Tag<From>) {
    return ElementwiseNullable<DecimalBits, From>(to, [to](DecimalBits* out, Failure*, From value) {
      if constexpr (std::is_floating_point_v<From>) {
        return FromDouble(static_cast<double>(value), to, out);
      } else {
        return Rescale(arrow::Decimal256(value), 0, to, Rounding::kHalfUp, out);
      }
    });
  });
}

}  // namespace

Kernel CastToDecimal(const DataType& from, const DataType& to) {
  switch (from.kind) {
    case TypeKind::kDecimal:
      return ElementwiseNullable<DecimalBits, DecimalBits>(
          to, [to, scale = from.scale](DecimalBits* out, Failure*, DecimalBits value) {
            return Rescale(Widen(value), scale, to, Rounding::kHalfUp, out);
          });
    case TypeKind::kBoolean:
      return ElementwiseNullable<DecimalBits, bool>(
          to, [to](DecimalBits* out, Failure*, bool value) {
            return Rescale(arrow::Decimal256(value ? 1 : 0), 0, to, Rounding::kHalfUp, out);
          });
    case TypeKind::kTimestamp:
      return ElementwiseNullable<DecimalBits, std::int64_t>(
          to, [to](DecimalBits* out, Failure*, std::int64_t micros) {
            return FromDouble(static_cast<double>(micros) / static_cast<double>(kMicrosInSecond),
                              to, out);
          });
    case TypeKind::kString:
      return ElementwiseNullable<DecimalBits, std::string_view>(
          to, [to](DecimalBits* out, Failure*, std::string_view text) {
            return ParseSparkDecimal(text, to, out);
          });
    default:
      return FromNumber(from, to);
  }
}

Kernel CastFromDecimal(const DataType& from, const DataType& to) {
  switch (to.kind) {
    case TypeKind::kString:
      return ElementwiseText<DecimalBits>(
          [scale = from.scale](std::string* out, Failure*, DecimalBits value) {
            AppendJavaDecimal(value, scale, out);
            return true;
          });
    case TypeKind::kBoolean:
      return Elementwise<bool, DecimalBits>(
          to, [](DecimalBits value) { return value != DecimalBits{}; });
    case TypeKind::kTimestamp:
      // In microseconds, cut, with the low 64 bits kept as Java's longValue does.
      return Elementwise<std::int64_t, DecimalBits>(to, [scale = from.scale](DecimalBits value) {
        const arrow::Decimal256 micros =
            RoundTo(Widen(value) * arrow::Decimal256(kMicrosInSecond), scale, 0, Rounding::kDown);
        return static_cast<std::int64_t>(micros.little_endian_array()[0]);
      });
    default:
      return {};
  }
}

}  // namespace gnomon::expr
