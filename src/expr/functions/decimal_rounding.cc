// SPDX-License-Identifier: Apache-2.0
// The types are those of Spark's RoundBase and RoundCeil. bround is half even, ceil and floor with
// decimals work on integers and decimals.
#include "expr/functions/decimal_rounding.h"

#include <algorithm>
#include <cmath>

#include "expr/elementwise.h"
#include "expr/functions/all.h"
#include "expr/nested.h"
#include "types/java_number_text.h"

namespace gnomon::expr::functions {

namespace {

using Failure = std::optional<Error>;

Kernel RoundKernel(const DataType& from, const DataType& to, int decimals, Rounding rounding) {
  return ElementwiseNullable<DecimalBits, DecimalBits>(
      to, [from, to, decimals, rounding](DecimalBits* out, Failure*, DecimalBits value) {
        const int kept = std::min(decimals, from.scale);
        const arrow::Decimal256 rounded = RoundTo(Widen(value), from.scale, kept, rounding);
        return Rescale(rounded, kept, to, Rounding::kHalfUp, out);
      });
}

// Of an integer, to tens, hundreds...: wraps as Java's longValue and intValue do.
template <typename T>
Kernel RoundInteger(const DataType& type, int decimals, Rounding rounding) {
  return Elementwise<T, T>(type, [decimals, rounding](T value) {
    const arrow::Decimal256 rounded =
        RoundTo(arrow::Decimal256(value), 0, decimals, rounding).IncreaseScaleBy(-decimals);
    return static_cast<T>(rounded.little_endian_array()[0]);
  });
}

// By way of the text, as BigDecimal.valueOf does.
double RoundHalfEven(double value, int decimals) {
  if (!std::isfinite(value)) return value;
  std::string text;
  AppendJavaNumber(value, &text);
  DecimalBits bits;
  const DataType wide = DataType::Decimal(kDecimalDigitsMax, std::clamp(decimals + 20, 0, 37));
  const bool exact = std::fabs(value) < 1e17 && std::fabs(value) > 1e-15;
  if (!exact || decimals > 15 || !ParseSparkDecimal(text, wide, &bits)) return std::nan("");
  const arrow::Decimal256 rounded = RoundTo(Widen(bits), wide.scale, decimals, Rounding::kHalfEven);
  const std::string digits = rounded.ToIntegerString() + "e" + std::to_string(-decimals);
  return std::strtod(digits.c_str(), nullptr);
}

// Doubles are refused where the way over 38 digits could not hold them.
Kernel RoundEvenDouble(const DataType& type, int decimals) {
  return ElementwiseNullable<double, double>(
      type, [decimals](double* out, Failure* failure, double value) {
        if (value == 0 || !std::isfinite(value)) {
          *out = value == 0 ? 0 : value;
          return true;
        }
        *out = RoundHalfEven(value, decimals);
        if (!std::isnan(*out)) return true;
        *failure = Unimplemented(
            "bround of a very large or small double is not proven equal to Spark's - use round: {}",
            value);
        return false;
      });
}

Result<BoundFunction> BindBround(std::string_view name, std::span<const Argument> arguments) {
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 1, 2));
  const auto decimals = ConstantDecimals(arguments);
  const DataType& type = arguments[0].type;
  if (!decimals)
    return Unimplemented(
        "the decimals of bround are not a constant integer - write a number like 2");
  if (type.kind == TypeKind::kDecimal)
    return BindRoundDecimal(type, *decimals, Rounding::kHalfEven);
  if (type.kind == TypeKind::kDouble)
    return BoundFunction{{type}, type, RoundEvenDouble(type, *decimals), {}};
  if (!IsInteger(type.kind)) return RefuseTypes(name, arguments);
  Kernel kernel = RoundIntegerKernel(type, *decimals, Rounding::kHalfEven);
  if (!kernel) return RefuseTypes(name, arguments);
  return BoundFunction{{type}, type, std::move(kernel), {}};
}

}  // namespace

Kernel RoundIntegerKernel(const DataType& type, int decimals, Rounding rounding) {
  return WithNumber(type.kind, [&]<typename T>(Tag<T>) -> Kernel {
    if constexpr (std::is_integral_v<T>) {
      if (decimals >= 0) return Elementwise<T, T>(type, [](T value) { return value; });
      if (decimals >= -20) return RoundInteger<T>(type, decimals, rounding);
    }
    return {};
  });
}

BoundFunction BindRoundDecimal(const DataType& type, int decimals, Rounding rounding) {
  const int whole = type.precision - type.scale + 1;
  const DataType result =
      decimals < 0
          ? DataType::Decimal(std::min(std::max(whole, -decimals + 1), kDecimalDigitsMax), 0)
          : DataType::Decimal(std::min(whole + std::min(type.scale, decimals), kDecimalDigitsMax),
                              std::min(type.scale, decimals));
  return BoundFunction{{type}, result, RoundKernel(type, result, decimals, rounding), {}};
}

BoundFunction BindWholeDecimal(const DataType& type, Rounding rounding) {
  const DataType result =
      type.scale == 0 ? type : BoundedDecimal(type.precision - type.scale + 1, 0);
  return BoundFunction{{type}, result, RoundKernel(type, result, 0, rounding), {}};
}

std::optional<int> ConstantDecimals(std::span<const Argument> arguments) {
  if (arguments.size() == 1) return 0;
  if (arguments[1].type.kind != TypeKind::kInt) return std::nullopt;
  const auto decimals = ConstantInteger(arguments[1]);
  if (!decimals || *decimals < -400 || *decimals > 400) return std::nullopt;
  return static_cast<int>(*decimals);
}

const ScalarFunction kBround{"bround", "bround(x, decimals), half to even", &BindBround};

}  // namespace gnomon::expr::functions
