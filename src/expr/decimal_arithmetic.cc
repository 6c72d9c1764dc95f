// SPDX-License-Identifier: Apache-2.0
// The type of a result is DecimalPrecision's; its value is computed exactly in 256 bits, rounded
// half up, and null where it does not fit or the divisor is 0.
#include "expr/decimal_arithmetic.h"

#include <algorithm>

#include "expr/decimal.h"
#include "expr/elementwise.h"

namespace gnomon::expr {

namespace {

using Wide = arrow::Decimal256;
using Failure = std::optional<Error>;

// Java divides to this many decimals before Spark rounds to the type's.
constexpr int kQuotientScale = 39;
constexpr int kWideDigits = 76;

// The decimal that an operand counts as; a written integer has as many digits as it shows.
std::optional<DataType> OperandType(const Argument& argument) {
  const DataType type = DecimalOf(argument.type);
  if (type.kind == TypeKind::kVoid || argument.type.kind == TypeKind::kDecimal) return type;
  const bool narrow =
      argument.type.kind == TypeKind::kByte || argument.type.kind == TypeKind::kShort;
  // Whether `1Y` was written or computed is lost.
  if (argument.literal != nullptr && narrow) return std::nullopt;
  if (!argument.written || argument.literal->IsNull(0)) return type;
  const Operand constant{argument.literal, true};
  const std::int64_t value = argument.type.kind == TypeKind::kInt
                                 ? Values<std::int32_t>(constant)[0]
                                 : Values<std::int64_t>(constant)[0];
  std::string digits = std::to_string(value);
  if (digits[0] == '-') digits.erase(0, 1);
  return DataType::Decimal(static_cast<int>(digits.size()), 0);
}

DataType ResultType(std::string_view name, const DataType& a, const DataType& b) {
  const int whole_a = a.precision - a.scale;
  const int whole_b = b.precision - b.scale;
  const int scale = std::max(a.scale, b.scale);
  if (name == "add" || name == "subtract")
    return AdjustedDecimal(std::max(whole_a, whole_b) + scale + 1, scale);
  if (name == "multiply") return AdjustedDecimal(a.precision + b.precision + 1, a.scale + b.scale);
  if (name == "divide") {
    const int quotient_scale = std::max(6, a.scale + b.precision + 1);
    return AdjustedDecimal(whole_a + b.scale + quotient_scale, quotient_scale);
  }
  if (name == "div") return DataType(TypeKind::kLong);
  return AdjustedDecimal(std::min(whole_a, whole_b) + scale, scale);
}

bool Sum(const Wide& a, const Wide& b, const DataType& x, const DataType& y, const DataType& type,
         DecimalBits* out) {
  const int scale = std::max(x.scale, y.scale);
  return Rescale(a.IncreaseScaleBy(scale - x.scale) + b.IncreaseScaleBy(scale - y.scale), scale,
                 type, Rounding::kHalfUp, out);
}

// a / b to kQuotientScale decimals: digit by digit beyond what 256 bits hold at once.
bool Quotient(const Wide& a, const Wide& b, const DataType& x, const DataType& y,
              const DataType& type, DecimalBits* out) {
  const int up = kQuotientScale - x.scale + y.scale;
  Wide remainder = a;
  Wide quotient(0);
  int scale = 0;
  const bool negative = (a < Wide(0)) != (b < Wide(0));
  remainder.Abs();
  Wide divisor = b;
  divisor.Abs();
  if (up < 0) divisor = divisor.IncreaseScaleBy(-up);
  const auto first = DivideWide(remainder, divisor);
  if (!first) return false;
  quotient = first->quotient;
  remainder = first->remainder;
  for (; scale < up; ++scale) {
    if (!quotient.FitsInPrecision(kWideDigits - 2)) return false;
    const auto next = DivideWide(remainder * Wide(10), divisor);
    if (!next) return false;
    quotient = quotient * Wide(10) + next->quotient;
    remainder = next->remainder;
  }
  if (!(remainder + remainder < divisor)) quotient += Wide(1);
  if (negative) quotient.Negate();
  return Rescale(quotient, kQuotientScale, type, Rounding::kHalfUp, out);
}

// The remainder with the sign of a; pmod brings it to that of b.
bool Remainder(const Wide& a, const Wide& b, const DataType& x, const DataType& y, bool positive,
               const DataType& type, DecimalBits* out) {
  const int scale = std::max(x.scale, y.scale);
  const Wide divisor = b.IncreaseScaleBy(scale - y.scale);
  auto divided = DivideWide(a.IncreaseScaleBy(scale - x.scale), divisor);
  if (!divided) return false;
  Wide remainder = divided->remainder;
  if (positive && remainder < Wide(0)) {
    divided = DivideWide(remainder + divisor, divisor);
    if (!divided) return false;
    remainder = divided->remainder;
  }
  return Rescale(remainder, scale, type, Rounding::kHalfUp, out);
}

Kernel WholeQuotient(const DataType& x, const DataType& y) {
  return ElementwiseNullable<std::int64_t, DecimalBits, DecimalBits>(
      TypeKind::kLong, [x, y](std::int64_t* out, Failure*, DecimalBits a, DecimalBits b) {
        const int scale = std::max(x.scale, y.scale);
        const auto divided = DivideWide(Widen(a).IncreaseScaleBy(scale - x.scale),
                                        Widen(b).IncreaseScaleBy(scale - y.scale));
        if (!divided) return false;
        *out = static_cast<std::int64_t>(divided->quotient.little_endian_array()[0]);
        return true;
      });
}

template <typename Compute>
Kernel DecimalKernel(const DataType& type, Compute compute) {
  return ElementwiseNullable<DecimalBits, DecimalBits, DecimalBits>(
      type, [compute](DecimalBits* out, Failure*, DecimalBits a, DecimalBits b) {
        return compute(Widen(a), Widen(b), out);
      });
}

Kernel KernelOf(std::string_view name, const DataType& x, const DataType& y, const DataType& type) {
  if (name == "add") {
    return DecimalKernel(type, [=](const Wide& a, const Wide& b, DecimalBits* out) {
      return Sum(a, b, x, y, type, out);
    });
  }
  if (name == "subtract") {
    return DecimalKernel(type, [=](const Wide& a, Wide b, DecimalBits* out) {
      b.Negate();
      return Sum(a, b, x, y, type, out);
    });
  }
  if (name == "multiply") {
    return DecimalKernel(type, [=](const Wide& a, const Wide& b, DecimalBits* out) {
      return Rescale(a * b, x.scale + y.scale, type, Rounding::kHalfUp, out);
    });
  }
  if (name == "divide") {
    return DecimalKernel(type, [=](const Wide& a, const Wide& b, DecimalBits* out) {
      return b != Wide(0) && Quotient(a, b, x, y, type, out);
    });
  }
  if (name == "div") return WholeQuotient(x, y);
  return DecimalKernel(
      type, [=, positive = name == "pmod"](const Wide& a, const Wide& b, DecimalBits* out) {
        return b != Wide(0) && Remainder(a, b, x, y, positive, type, out);
      });
}

}  // namespace

bool IsDecimalArithmetic(std::span<const Argument> arguments) {
  if (arguments.size() != 2) return false;
  bool decimal = false;
  for (const Argument& argument : arguments) {
    decimal = decimal || argument.type.kind == TypeKind::kDecimal;
    if (argument.type.kind != TypeKind::kVoid && DecimalOf(argument.type).kind == TypeKind::kVoid) {
      return false;
    }
  }
  return decimal;
}

Result<BoundFunction> BindDecimalArithmetic(std::string_view name,
                                            std::span<const Argument> arguments) {
  auto x = OperandType(arguments[0]);
  auto y = OperandType(arguments[1]);
  if (!x || !y) return RefuseTypes(name, arguments);
  // A bare NULL takes the other side's type.
  if (x->kind == TypeKind::kVoid) x = y;
  if (y->kind == TypeKind::kVoid) y = x;
  const DataType type = ResultType(name, *x, *y);
  return BoundFunction{{*x, *y}, type, KernelOf(name, *x, *y, type), {}};
}

}  // namespace gnomon::expr
