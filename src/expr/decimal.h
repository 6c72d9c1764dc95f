// SPDX-License-Identifier: Apache-2.0
// Spark's decimals: up to 38 digits, results of arithmetic bounded by DecimalPrecision's rules
// (spark.sql.decimalOperations.allowPrecisionLoss = true), rounded half up, null where they do not
// fit.
#pragma once

#include <arrow/util/decimal.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "expr/scalar_kinds.h"
#include "types/data_type.h"

namespace gnomon::expr {

inline constexpr int kDecimalDigitsMax = 38;

enum class Rounding : std::uint8_t { kHalfUp, kHalfEven, kDown, kFloor, kCeiling };

inline arrow::Decimal128 ToArrowDecimal(DecimalBits bits) {
  return arrow::Decimal128(bits.high, bits.low);
}
inline arrow::Decimal256 Widen(DecimalBits bits) { return arrow::Decimal256(ToArrowDecimal(bits)); }

struct WideQuotient {
  arrow::Decimal256 quotient;  // Cut towards zero.
  arrow::Decimal256 remainder;
};
// nullopt: the divisor is 0.
std::optional<WideQuotient> DivideWide(const arrow::Decimal256& a, const arrow::Decimal256& b);

// Brings a value of scale `scale` to `type`. False: it does not fit (null in Spark).
bool Rescale(const arrow::Decimal256& value, int scale, const DataType& type, Rounding rounding,
             DecimalBits* out);
// The value of scale `scale` rounded to `to_scale`, which may be negative.
arrow::Decimal256 RoundTo(const arrow::Decimal256& value, int scale, int to_scale,
                          Rounding rounding);

// `12.50`, in Java's BigDecimal.toString: `1E-7`, `0E-10`.
void AppendJavaDecimal(DecimalBits value, int scale, std::string* out);

// Cast of a string: new BigDecimal(trimmed), rounded half up into `type`. False where Spark gives
// null.
bool ParseSparkDecimal(std::string_view text, const DataType& type, DecimalBits* out);

// The decimal that holds every value of an integer type; of a decimal itself. kVoid for others.
DataType DecimalOf(const DataType& type);
// DecimalType.bounded and DecimalPrecision.adjustPrecisionScale.
DataType BoundedDecimal(int precision, int scale);
DataType AdjustedDecimal(int precision, int scale);
// The decimal that both fit in without loss, bounded (widerDecimalType).
DataType WiderDecimal(const DataType& a, const DataType& b);

}  // namespace gnomon::expr
