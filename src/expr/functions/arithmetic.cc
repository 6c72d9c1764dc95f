// SPDX-License-Identifier: Apache-2.0
// + - * / % and the sign. Integers wrap in their own width, as Java's do; division and remainder by
// zero are NULL.
#include <cmath>

#include "expr/coercion.h"
#include "expr/decimal.h"
#include "expr/decimal_arithmetic.h"
#include "expr/elementwise.h"
#include "expr/functions/all.h"
#include "expr/interval.h"
#include "expr/scalar_kinds.h"

namespace gnomon::expr::functions {

namespace {

// Unsigned arithmetic of 64 bits wraps, and its low bits are right for every narrower width.
struct AddOf {
  template <typename T>
  T operator()(T a, T b) const {
    if constexpr (std::is_floating_point_v<T>)
      return a + b;
    else
      return static_cast<T>(static_cast<std::uint64_t>(a) + static_cast<std::uint64_t>(b));
  }
};

struct SubtractOf {
  template <typename T>
  T operator()(T a, T b) const {
    if constexpr (std::is_floating_point_v<T>)
      return a - b;
    else
      return static_cast<T>(static_cast<std::uint64_t>(a) - static_cast<std::uint64_t>(b));
  }
};

struct MultiplyOf {
  template <typename T>
  T operator()(T a, T b) const {
    if constexpr (std::is_floating_point_v<T>)
      return a * b;
    else
      return static_cast<T>(static_cast<std::uint64_t>(a) * static_cast<std::uint64_t>(b));
  }
};

// The common type, or nullopt with the refusal left to the caller.
Result<DataType> CommonNumber(std::string_view name, std::span<const Argument> arguments) {
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 2, 2));
  const auto type = ArithmeticType(arguments[0].type, arguments[1].type);
  if (!type) return RefuseTypes(name, arguments);
  return *type;
}

// date + n, n + date and date - n are days. nullopt: no such pair.
std::optional<BoundFunction> BindDays(std::string_view name, std::span<const Argument> arguments) {
  if (arguments.size() != 2) return std::nullopt;
  const auto is_count = [](const DataType& type) {
    return IsInteger(type.kind) && type.kind != TypeKind::kLong;
  };
  const DataType date(TypeKind::kDate);
  BoundFunction bound;
  if (arguments[0].type == date && is_count(arguments[1].type)) {
    bound.sources = {0, 1};
  } else if (name == "add" && is_count(arguments[0].type) && arguments[1].type == date) {
    bound.sources = {1, 0};
  } else {
    return std::nullopt;
  }
  bound.operand_types = {date, TypeKind::kInt};
  bound.result = date;
  using Days = std::int32_t;
  bound.kernel = name == "add" ? Elementwise<Days, Days, Days>(date, AddOf{})
                               : Elementwise<Days, Days, Days>(date, SubtractOf{});
  return bound;
}

template <typename F>
Result<BoundFunction> BindArithmetic(std::string_view name, std::span<const Argument> arguments) {
  if (MakesInterval(name, arguments)) return BindIntervalArithmetic(name, arguments);
  if (name != "multiply") {
    if (auto days = BindDays(name, arguments)) return *std::move(days);
  }
  if (IsDecimalArithmetic(arguments)) return BindDecimalArithmetic(name, arguments);
  GNOMON_ASSIGN_OR_RETURN(const DataType type, CommonNumber(name, arguments));
  Kernel kernel =
      WithNumber(type.kind, [&]<typename T>(Tag<T>) { return Elementwise<T, T, T>(type, F{}); });
  GNOMON_CHECK(kernel);
  return BoundFunction{{type, type}, type, std::move(kernel), {}};
}

Result<BoundFunction> BindDivide(std::string_view name, std::span<const Argument> arguments) {
  if (MakesInterval(name, arguments)) return BindIntervalArithmetic(name, arguments);
  if (IsDecimalArithmetic(arguments)) return BindDecimalArithmetic(name, arguments);
  GNOMON_RETURN_IF_ERROR(CommonNumber(name, arguments));
  const DataType type(TypeKind::kDouble);
  return BoundFunction{{type, type},
                       type,
                       ElementwiseNullable<double, double, double>(
                           type,
                           [](double* out, std::optional<Error>*, double a, double b) {
                             *out = b == 0 ? 0 : a / b;
                             return b != 0;
                           }),
                       {}};
}

template <typename T>
T Remainder(T a, T b) {
  if constexpr (std::is_floating_point_v<T>) {
    return std::fmod(a, b);
  } else {
    // The least integer by -1 traps on x86; every integer is a multiple of -1.
    return b == -1 ? T{0} : static_cast<T>(a % b);
  }
}

struct RemainderOf {
  template <typename T>
  T operator()(T a, T b) const {
    return Remainder(a, b);
  }
};

// In the sign of b where a is negative.
struct PositiveRemainderOf {
  template <typename T>
  T operator()(T a, T b) const {
    // Bytes and shorts are added as ints, which do not wrap.
    using Sum = std::conditional_t<sizeof(T) < 4, std::int32_t, T>;
    const T remainder = Remainder(a, b);
    if (!(remainder < 0)) return remainder;
    return static_cast<T>(
        Remainder(AddOf{}(static_cast<Sum>(remainder), static_cast<Sum>(b)), static_cast<Sum>(b)));
  }
};

template <typename F>
Result<BoundFunction> BindModulo(std::string_view name, std::span<const Argument> arguments) {
  if (IsDecimalArithmetic(arguments)) return BindDecimalArithmetic(name, arguments);
  GNOMON_ASSIGN_OR_RETURN(const DataType type, CommonNumber(name, arguments));
  Kernel kernel = WithNumber(type.kind, [&]<typename T>(Tag<T>) {
    return ElementwiseNullable<T, T, T>(type, [](T* out, std::optional<Error>*, T a, T b) {
      if (b == 0) return false;
      *out = F{}(a, b);
      return true;
    });
  });
  return BoundFunction{{type, type}, type, std::move(kernel), {}};
}

// Integers only; the quotient is a bigint.
Result<BoundFunction> BindDiv(std::string_view name, std::span<const Argument> arguments) {
  if (IsDecimalArithmetic(arguments)) return BindDecimalArithmetic(name, arguments);
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 2, 2));
  const DataType whole(TypeKind::kLong);
  for (const Argument& argument : arguments) {
    if (!IsInteger(argument.type.kind) && argument.type.kind != TypeKind::kVoid)
      return RefuseTypes(name, arguments);
  }
  return BoundFunction{
      {whole, whole},
      whole,
      ElementwiseNullable<std::int64_t, std::int64_t, std::int64_t>(
          whole,
          [](std::int64_t* out, std::optional<Error>*, std::int64_t a, std::int64_t b) {
            if (b == 0) return false;
            *out = b == -1 ? SubtractOf{}(std::int64_t{0}, a) : a / b;
            return true;
          }),
      {}};
}

// Of one number; a string or a bare NULL becomes a double.
template <typename F>
Result<BoundFunction> BindSign(std::string_view name, std::span<const Argument> arguments) {
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 1, 1));
  DataType type = arguments[0].type;
  if (type.kind == TypeKind::kString || type.kind == TypeKind::kVoid)
    type = DataType(TypeKind::kDouble);
  if (IsInterval(type)) return BindIntervalSign(name, arguments);
  if (type.kind == TypeKind::kDecimal) {
    return BoundFunction{{type}, type, Elementwise<DecimalBits, DecimalBits>(type, F{}), {}};
  }
  Kernel kernel =
      WithNumber(type.kind, [&]<typename T>(Tag<T>) { return Elementwise<T, T>(type, F{}); });
  if (!kernel) return RefuseTypes(name, arguments);
  return BoundFunction{{type}, type, std::move(kernel), {}};
}

struct NegativeOf {
  template <typename T>
  T operator()(T a) const {
    if constexpr (std::is_same_v<T, DecimalBits>) {
      arrow::Decimal128 value = ToArrowDecimal(a);
      value.Negate();
      return DecimalBits{value.low_bits(), value.high_bits()};
    } else if constexpr (std::is_floating_point_v<T>)
      return -a;
    else
      return SubtractOf{}(T{0}, a);
  }
};

struct SameOf {
  template <typename T>
  T operator()(T a) const {
    return a;
  }
};

struct AbsOf {
  template <typename T>
  T operator()(T a) const {
    if constexpr (std::is_same_v<T, DecimalBits>)
      return a.high < 0 ? NegativeOf{}(a) : a;
    else if constexpr (std::is_floating_point_v<T>)
      return std::fabs(a);
    else
      return a < 0 ? NegativeOf{}(a) : a;
  }
};

}  // namespace

const ScalarFunction kAdd{"add", "a + b; integers wrap", &BindArithmetic<AddOf>};
const ScalarFunction kSubtract{"subtract", "a - b; integers wrap", &BindArithmetic<SubtractOf>};
const ScalarFunction kMultiply{"multiply", "a * b; integers wrap", &BindArithmetic<MultiplyOf>};
const ScalarFunction kDivide{"divide", "a / b as double; NULL when b is 0", &BindDivide};
const ScalarFunction kModulo{"modulo", "a % b with the sign of a; NULL when b is 0",
                             &BindModulo<RemainderOf>};
const ScalarFunction kPmod{"pmod", "a % b, not negative where b is positive; NULL when b is 0",
                           &BindModulo<PositiveRemainderOf>};
const ScalarFunction kDiv{"div", "a DIV b as bigint, cut; NULL when b is 0", &BindDiv};
const ScalarFunction kPositive{"positive", "+a", &BindSign<SameOf>};
const ScalarFunction kNegative{"negative", "-a", &BindSign<NegativeOf>};
const ScalarFunction kAbs{"abs", "the absolute value; the least integer stays", &BindSign<AbsOf>};

}  // namespace gnomon::expr::functions
