// SPDX-License-Identifier: Apache-2.0
// sqrt, ln, exp, pow, floor, ceil, round. exp, ln and pow are Java's StrictMath to within one unit
// in the last place (that library and the C library differ in a few roundings); the rest is exact.
#include <cmath>

#include "expr/coercion.h"
#include "expr/compute_call.h"
#include "expr/decimal.h"
#include "expr/elementwise.h"
#include "expr/functions/all.h"
#include "expr/functions/decimal_rounding.h"
#include "expr/scalar_kinds.h"
#include "types/java_number_text.h"

namespace gnomon::expr::functions {

namespace {

const DataType kDoubleType(TypeKind::kDouble);

Result<BoundFunction> BindSqrt(std::string_view name, std::span<const Argument> arguments) {
  return BindFixed(name, arguments, {kDoubleType}, kDoubleType,
                   Elementwise<double, double>(kDoubleType, [](double x) { return std::sqrt(x); }));
}

Result<BoundFunction> BindExp(std::string_view name, std::span<const Argument> arguments) {
  return BindFixed(name, arguments, {kDoubleType}, kDoubleType,
                   Elementwise<double, double>(kDoubleType, [](double x) { return std::exp(x); }));
}

Result<BoundFunction> BindLn(std::string_view name, std::span<const Argument> arguments) {
  // Spark gives NULL where the logarithm has no value: at 0 and below.
  return BindFixed(name, arguments, {kDoubleType}, kDoubleType,
                   ElementwiseNullable<double, double>(
                       kDoubleType, [](double* out, std::optional<Error>*, double x) {
                         *out = std::log(x);
                         return !(x <= 0);
                       }));
}

// Java differs from C where the base is 1 or -1 and the exponent is not a number or infinite.
double JavaPow(double base, double exponent) {
  if (exponent != exponent) return exponent;
  if (std::isinf(exponent) && std::fabs(base) == 1) return std::nan("");
  return std::pow(base, exponent);
}

Result<BoundFunction> BindPow(std::string_view name, std::span<const Argument> arguments) {
  return BindFixed(name, arguments, {kDoubleType, kDoubleType}, kDoubleType,
                   Elementwise<double, double, double>(kDoubleType, &JavaPow));
}

// ceil(x, decimals) and floor(x, decimals) are decimals: of a double that of 15 places.
DataType DecimalOfNumber(const DataType& type) {
  if (type.kind == TypeKind::kFloat) return DataType::Decimal(14, 7);
  if (type.kind == TypeKind::kDouble) return DataType::Decimal(30, 15);
  return DecimalOf(type);
}

template <typename Mode>
Result<BoundFunction> BindToDecimals(std::string_view name, std::span<const Argument> arguments) {
  const auto decimals = ConstantDecimals(arguments);
  const DataType type = DecimalOfNumber(arguments[0].type);
  if (!decimals)
    return Unimplemented("the decimals of {} are not a constant integer - write a number like 2",
                         name);
  if (type.kind != TypeKind::kDecimal) return RefuseTypes(name, arguments);
  return BindRoundDecimal(type, *decimals, Mode::kDecimal);
}

// To bigint: of integers unchanged, of floating point saturating.
template <typename Mode>
Result<BoundFunction> BindToWhole(std::string_view name, std::span<const Argument> arguments) {
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 1, 2));
  if (arguments.size() == 2) return BindToDecimals<Mode>(name, arguments);
  const DataType whole(TypeKind::kLong);
  const TypeKind kind = arguments[0].type.kind;
  if (IsInteger(kind)) {
    return BoundFunction{
        {whole},
        whole,
        Elementwise<std::int64_t, std::int64_t>(whole, [](std::int64_t x) { return x; }),
        {}};
  }
  if (kind == TypeKind::kDecimal) return BindWholeDecimal(arguments[0].type, Mode::kDecimal);
  if (!IsNumeric(kind) && kind != TypeKind::kString && kind != TypeKind::kVoid)
    return RefuseTypes(name, arguments);
  return BoundFunction{{kDoubleType},
                       whole,
                       Elementwise<std::int64_t, double>(
                           whole, [](double x) { return JavaNarrow<std::int64_t>(Mode{}(x)); }),
                       {}};
}

struct FloorOf {
  static constexpr Rounding kDecimal = Rounding::kFloor;
  double operator()(double x) const { return std::floor(x); }
};
struct CeilOf {
  static constexpr Rounding kDecimal = Rounding::kCeiling;
  double operator()(double x) const { return std::ceil(x); }
};

Result<BoundFunction> BindRound(std::string_view name, std::span<const Argument> arguments) {
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 1, 2));
  DataType type = arguments[0].type;
  if (type.kind == TypeKind::kString || type.kind == TypeKind::kVoid) type = kDoubleType;
  const bool number = IsNumeric(type.kind);
  if (number && arguments.size() == 2 && arguments[1].type.kind == TypeKind::kVoid)
    return AllNull(type);
  const auto scale = ConstantDecimals(arguments);
  if (!scale)
    return Unimplemented(
        "the decimals of round are not a constant integer - write a number like 2");
  if (type.kind == TypeKind::kDecimal) return BindRoundDecimal(type, *scale, Rounding::kHalfUp);
  BoundFunction bound{{type}, type, {}, {}};
  if (IsInteger(type.kind)) {
    bound.kernel = RoundIntegerKernel(type, *scale, Rounding::kHalfUp);
    if (!bound.kernel) return RefuseTypes(name, arguments);
  } else if (type.kind == TypeKind::kDouble || type.kind == TypeKind::kFloat) {
    bound.kernel = WithNumber(type.kind, [&]<typename T>(Tag<T>) {
      return Elementwise<T, T>(type, [decimals = *scale](T x) {
        return static_cast<T>(RoundHalfUp(static_cast<double>(x), decimals));
      });
    });
  } else {
    return RefuseTypes(name, arguments);
  }
  return bound;
}

}  // namespace

const ScalarFunction kSqrt{"sqrt", "the square root; NaN below 0", &BindSqrt};
const ScalarFunction kExp{"exp", "e to the power of x", &BindExp};
const ScalarFunction kLn{"ln", "the natural logarithm; NULL at 0 and below", &BindLn};
const ScalarFunction kPow{"pow", "base to the power of exponent", &BindPow};
const ScalarFunction kFloor{"floor", "the greatest bigint not above x", &BindToWhole<FloorOf>};
const ScalarFunction kCeil{"ceil", "the least bigint not below x", &BindToWhole<CeilOf>};
const ScalarFunction kRound{"round", "round(x, decimals), half away from zero", &BindRound};

}  // namespace gnomon::expr::functions
