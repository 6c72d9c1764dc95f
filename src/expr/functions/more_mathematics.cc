// SPDX-License-Identifier: Apache-2.0
// Trigonometry, logarithms of other bases, rint, cbrt, hypot, degrees, radians, sign, factorial,
// nanvl, width_bucket, pi and e. cbrt is Java's to the bit; the transcendental ones are Java's
// StrictMath to within one unit in the last place, csc and log(base, x) two.
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numbers>

#include "expr/coercion.h"
#include "expr/compute_call.h"
#include "expr/elementwise.h"
#include "expr/functions/all.h"
#include "expr/scalar_kinds.h"

namespace gnomon::expr::functions {

namespace {

using Failure = std::optional<Error>;

const DataType kDoubleType(TypeKind::kDouble);

template <typename F>
Result<BoundFunction> BindDouble(std::string_view name, std::span<const Argument> arguments) {
  return BindFixed(name, arguments, {kDoubleType}, kDoubleType,
                   Elementwise<double, double>(kDoubleType, F{}));
}

template <typename F>
Result<BoundFunction> BindTwoDoubles(std::string_view name, std::span<const Argument> arguments) {
  return BindFixed(name, arguments, {kDoubleType, kDoubleType}, kDoubleType,
                   Elementwise<double, double, double>(kDoubleType, F{}));
}

// NULL where x is not above kBound.
template <typename F, int kBound>
Result<BoundFunction> BindLogarithm(std::string_view name, std::span<const Argument> arguments) {
  return BindFixed(
      name, arguments, {kDoubleType}, kDoubleType,
      ElementwiseNullable<double, double>(kDoubleType, [](double* out, Failure*, double x) {
        *out = F{}(x);
        return !(x <= kBound);
      }));
}

std::uint64_t UpperHalf(double x) { return std::bit_cast<std::uint64_t>(x) >> 32; }
double OfHalves(std::uint64_t upper, std::uint64_t lower) {
  return std::bit_cast<double>(upper << 32 | (lower & 0xffffffff));
}

// FDLIBM's cube root, which Java's StrictMath is: the C library's makes 3.0000000000000004 of 27.
double CubeRoot(double x) {
  constexpr std::uint64_t kThirdOfBias = 715094163;
  constexpr std::uint64_t kThirdOfBiasSubnormal = 696219795;
  if (!std::isfinite(x) || x == 0) return x;
  const double a = std::abs(x);
  // To 5 bits, then 23 by a rational function, cut to 20 bits and made larger, then 53 by Newton.
  double t = OfHalves(UpperHalf(a) / 3 + kThirdOfBias, 0);
  if (a < 0x1.0p-1022) {
    const double scaled = a * 0x1.0p54;
    t = OfHalves(UpperHalf(scaled) / 3 + kThirdOfBiasSubnormal,
                 std::bit_cast<std::uint64_t>(scaled));
  }
  double r = t * t / a;
  double s = 19.0 / 35 + r * t;
  t *= 5.0 / 14 + 45.0 / 28 / (s + 99.0 / 70 + -864.0 / 1225 / s);
  t = OfHalves(UpperHalf(t) + 1, 0);
  s = t * t;
  r = a / s;
  r = (r - t) / (t + t + r);
  t += t * r;
  return std::copysign(t, x);
}

#define GNOMON_MATH(type, expression)                        \
  struct type {                                              \
    double operator()(double x) const { return expression; } \
  }
GNOMON_MATH(Sin, std::sin(x));
GNOMON_MATH(Cos, std::cos(x));
GNOMON_MATH(Tan, std::tan(x));
GNOMON_MATH(Cot, 1 / std::tan(x));
GNOMON_MATH(Sec, 1 / std::cos(x));
GNOMON_MATH(Csc, 1 / std::sin(x));
GNOMON_MATH(Asin, std::asin(x));
GNOMON_MATH(Acos, std::acos(x));
GNOMON_MATH(Atan, std::atan(x));
GNOMON_MATH(Sinh, std::sinh(x));
GNOMON_MATH(Cosh, std::cosh(x));
GNOMON_MATH(Tanh, std::tanh(x));
GNOMON_MATH(Cbrt, CubeRoot(x));
GNOMON_MATH(Expm1, std::expm1(x));
GNOMON_MATH(Rint, std::nearbyint(x));
GNOMON_MATH(Degrees, x*(180.0 / std::numbers::pi));
GNOMON_MATH(Radians, x*(std::numbers::pi / 180.0));
GNOMON_MATH(Sign, std::isnan(x) || x == 0 ? x : (x > 0 ? 1.0 : -1.0));
GNOMON_MATH(Log10, std::log10(x));
GNOMON_MATH(Log2, std::log(x) / std::numbers::ln2);
GNOMON_MATH(Log1p, std::log1p(x));
GNOMON_MATH(NaturalLog, std::log(x));
#undef GNOMON_MATH

struct Atan2 {
  // Spark adds 0.0, so that no argument is -0.0.
  double operator()(double y, double x) const { return std::atan2(y + 0.0, x + 0.0); }
};
struct Hypot {
  double operator()(double x, double y) const { return std::hypot(x, y); }
};

// log(x) or log(base, x).
Result<BoundFunction> BindLog(std::string_view name, std::span<const Argument> arguments) {
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 1, 2));
  if (arguments.size() == 1) return BindLogarithm<NaturalLog, 0>(name, arguments);
  return BindFixed(name, arguments, {kDoubleType, kDoubleType}, kDoubleType,
                   ElementwiseNullable<double, double, double>(
                       kDoubleType, [](double* out, Failure*, double base, double x) {
                         *out = std::log(x) / std::log(base);
                         return !(base <= 0) && !(x <= 0);
                       }));
}

Result<BoundFunction> BindFactorial(std::string_view name, std::span<const Argument> arguments) {
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 1, 1));
  const TypeKind kind = arguments[0].type.kind;
  if (!IsInteger(kind) && kind != TypeKind::kVoid) return RefuseTypes(name, arguments);
  const DataType whole(TypeKind::kLong);
  return BindFixed(name, arguments, {TypeKind::kInt}, whole,
                   ElementwiseNullable<std::int64_t, std::int32_t>(
                       whole, [](std::int64_t* out, Failure*, std::int32_t n) {
                         if (n < 0 || n > 20) return false;
                         *out = 1;
                         for (std::int32_t i = 2; i <= n; ++i) *out *= i;
                         return true;
                       }));
}

// b where a is NaN, else a; a NULL b only counts where it is asked for.
template <typename T>
Kernel NanvlKernel(const DataType& type) {
  return [type](std::span<const Operand> operands, std::int64_t rows) -> Result<ArrayPtr> {
    const Values<T> a(operands[0]);
    const Values<T> b(operands[1]);
    typename arrow::CTypeTraits<T>::BuilderType builder;
    GNOMON_ARROW_RETURN_NOT_OK(builder.Reserve(rows), "replacing NaN");
    for (std::int64_t row = 0; row < rows; ++row) {
      const bool first_null = operands[0].array->IsNull(row & operands[0].index_mask());
      const bool replaced = !first_null && std::isnan(a[row]);
      if (first_null || (replaced && operands[1].array->IsNull(row & operands[1].index_mask()))) {
        builder.UnsafeAppendNull();
      } else {
        builder.UnsafeAppend(replaced ? b[row] : a[row]);
      }
    }
    GNOMON_ARROW_ASSIGN(ArrayPtr array, builder.Finish(), "replacing NaN");
    return array;
  };
}

Result<BoundFunction> BindNanvl(std::string_view name, std::span<const Argument> arguments) {
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 2, 2));
  const bool floats =
      arguments[0].type.kind == TypeKind::kFloat && arguments[1].type.kind == TypeKind::kFloat;
  const DataType type(floats ? TypeKind::kFloat : TypeKind::kDouble);
  for (const Argument& argument : arguments) {
    if (!IsImplicitCast(argument.type, type)) return RefuseTypes(name, arguments);
  }
  return BindFixed(name, arguments, {type, type}, type,
                   floats ? NanvlKernel<float>(type) : NanvlKernel<double>(type));
}

// The bucket of a value among `count` of equal width between two bounds; 0 below, count + 1 above.
bool WidthBucket(std::int64_t* out, double value, double low, double high, std::int64_t count) {
  if (count <= 0 || count == std::numeric_limits<std::int64_t>::max() || std::isnan(value) ||
      low == high || !std::isfinite(low) || !std::isfinite(high)) {
    return false;
  }
  const double lower = std::min(low, high);
  const double upper = std::max(low, high);
  const bool ascending = low < high;
  if (ascending ? value < lower : value > upper) {
    *out = 0;
  } else if (ascending ? value >= upper : value <= lower) {
    *out = count + 1;
  } else {
    const double share = ascending ? value - lower : upper - value;
    // Java's cast: NaN (of bounds whose distance is infinite) is 0; and its addition wraps.
    const auto steps =
        JavaNarrow<std::int64_t>(static_cast<double>(count) * share / (upper - lower));
    *out = static_cast<std::int64_t>(static_cast<std::uint64_t>(steps) + 1);
  }
  return true;
}

Result<BoundFunction> BindWidthBucket(std::string_view name, std::span<const Argument> arguments) {
  const DataType whole(TypeKind::kLong);
  return BindFixed(
      name, arguments, {kDoubleType, kDoubleType, kDoubleType, whole}, whole,
      ElementwiseNullable<std::int64_t, double, double, double, std::int64_t>(
          whole, [](std::int64_t* out, Failure*, double value, double low, double high,
                    std::int64_t count) { return WidthBucket(out, value, low, high, count); }));
}

template <const double& kValue>
Result<BoundFunction> BindConstant(std::string_view name, std::span<const Argument> arguments) {
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 0, 0));
  return Constant(kDoubleType, std::make_shared<arrow::DoubleScalar>(kValue));
}
constexpr double kPiValue = std::numbers::pi;
constexpr double kEValue = std::numbers::e;

struct AcoshOf {
  double operator()(double x) const { return std::acosh(x); }
};
struct AtanhOf {
  double operator()(double x) const { return 0.5 * (std::log1p(x) - std::log1p(-x)); }
};

// Spark's own formula, which loses digits of negative numbers.
Result<BoundFunction> BindAsinh(std::string_view name, std::span<const Argument> arguments) {
  return BindFixed(
      name, arguments, {kDoubleType}, kDoubleType,
      ElementwiseNullable<double, double>(kDoubleType, [](double* out, Failure* failure, double x) {
        const bool infinite = std::isinf(x);
        const bool overflows = std::isinf(x * x) && !infinite;
        if (overflows && x < 0) {
          *failure = Unimplemented(
              "asinh of so small a number is not proven equal to Spark's - filter "
              "it out: {}",
              x);
          return false;
        }
        *out = overflows ? std::log(x) + std::numbers::ln2 : std::log(x + std::sqrt(x * x + 1));
        if (infinite) *out = x;
        return true;
      }));
}

}  // namespace

const ScalarFunction kAcosh{"acosh", "the inverse hyperbolic cosine", &BindDouble<AcoshOf>};
const ScalarFunction kAsinh{"asinh", "the inverse hyperbolic sine", &BindAsinh};
const ScalarFunction kAtanh{"atanh", "the inverse hyperbolic tangent", &BindDouble<AtanhOf>};
const ScalarFunction kSin{"sin", "the sine", &BindDouble<Sin>};
const ScalarFunction kCos{"cos", "the cosine", &BindDouble<Cos>};
const ScalarFunction kTan{"tan", "the tangent", &BindDouble<Tan>};
const ScalarFunction kCot{"cot", "the cotangent", &BindDouble<Cot>};
const ScalarFunction kSec{"sec", "the secant", &BindDouble<Sec>};
const ScalarFunction kCsc{"csc", "the cosecant", &BindDouble<Csc>};
const ScalarFunction kAsin{"asin", "the arc sine", &BindDouble<Asin>};
const ScalarFunction kAcos{"acos", "the arc cosine", &BindDouble<Acos>};
const ScalarFunction kAtan{"atan", "the arc tangent", &BindDouble<Atan>};
const ScalarFunction kAtan2{"atan2", "atan2(y, x), an angle", &BindTwoDoubles<Atan2>};
const ScalarFunction kSinh{"sinh", "the hyperbolic sine", &BindDouble<Sinh>};
const ScalarFunction kCosh{"cosh", "the hyperbolic cosine", &BindDouble<Cosh>};
const ScalarFunction kTanh{"tanh", "the hyperbolic tangent", &BindDouble<Tanh>};
const ScalarFunction kCbrt{"cbrt", "the cube root", &BindDouble<Cbrt>};
const ScalarFunction kHypot{"hypot", "sqrt(x * x + y * y)", &BindTwoDoubles<Hypot>};
const ScalarFunction kExpm1{"expm1", "exp(x) - 1", &BindDouble<Expm1>};
const ScalarFunction kRint{"rint", "the nearest whole double, ties to even", &BindDouble<Rint>};
const ScalarFunction kDegrees{"degrees", "radians as degrees", &BindDouble<Degrees>};
const ScalarFunction kRadians{"radians", "degrees as radians", &BindDouble<Radians>};
const ScalarFunction kSign{"sign", "-1, 0 or 1 as double", &BindDouble<Sign>};
const ScalarFunction kLog{"log", "log(x), or log(base, x); NULL at 0 and below", &BindLog};
const ScalarFunction kLog10{"log10", "the logarithm to base 10; NULL at 0 and below",
                            &BindLogarithm<Log10, 0>};
const ScalarFunction kLog2{"log2", "the logarithm to base 2; NULL at 0 and below",
                           &BindLogarithm<Log2, 0>};
const ScalarFunction kLog1p{"log1p", "ln(1 + x); NULL at -1 and below", &BindLogarithm<Log1p, -1>};
const ScalarFunction kFactorial{"factorial", "n!, NULL outside of 0 to 20", &BindFactorial};
const ScalarFunction kNanvl{"nanvl", "nanvl(a, b): b where a is NaN", &BindNanvl};
const ScalarFunction kWidthBucket{"width_bucket", "width_bucket(value, low, high, count)",
                                  &BindWidthBucket};
const ScalarFunction kPi{"pi", "3.14159...", &BindConstant<kPiValue>};
const ScalarFunction kE{"e", "2.71828...", &BindConstant<kEValue>};

}  // namespace gnomon::expr::functions
