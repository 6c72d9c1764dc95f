// SPDX-License-Identifier: Apache-2.0
// try_add, try_subtract, try_multiply, try_divide: the operators, but NULL where integers would
// wrap.
#include "expr/coercion.h"
#include "expr/decimal_arithmetic.h"
#include "expr/elementwise.h"
#include "expr/functions/all.h"
#include "expr/scalar_kinds.h"

namespace gnomon::expr::functions {

namespace {

struct TryAddOf {
  template <typename T>
  bool operator()(T a, T b, T* out) const {
    return !__builtin_add_overflow(a, b, out);
  }
};
struct TrySubtractOf {
  template <typename T>
  bool operator()(T a, T b, T* out) const {
    return !__builtin_sub_overflow(a, b, out);
  }
};
struct TryMultiplyOf {
  template <typename T>
  bool operator()(T a, T b, T* out) const {
    return !__builtin_mul_overflow(a, b, out);
  }
};

// Numbers only: of dates and texts Spark's rules are others.
bool AreNumbers(std::span<const Argument> arguments) {
  for (const Argument& argument : arguments) {
    const TypeKind kind = argument.type.kind;
    if (!IsNumeric(kind) && kind != TypeKind::kDecimal && kind != TypeKind::kVoid) return false;
  }
  return true;
}

template <typename F, const ScalarFunction* kOperator>
Result<BoundFunction> BindTry(std::string_view name, std::span<const Argument> arguments) {
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 2, 2));
  if (!AreNumbers(arguments)) return RefuseTypes(name, arguments);
  const auto type = ArithmeticType(arguments[0].type, arguments[1].type);
  if (IsDecimalArithmetic(arguments) || !type || !IsInteger(type->kind))
    return kOperator->bind(kOperator->name, arguments);
  Kernel kernel = WithNumber(type->kind, [&]<typename T>(Tag<T>) -> Kernel {
    if constexpr (std::is_integral_v<T>) {
      return ElementwiseNullable<T, T, T>(
          *type, [](T* out, std::optional<Error>*, T a, T b) { return F{}(a, b, out); });
    }
    return {};
  });
  return BoundFunction{{*type, *type}, *type, std::move(kernel), {}};
}

Result<BoundFunction> BindTryDivide(std::string_view name, std::span<const Argument> arguments) {
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 2, 2));
  if (!AreNumbers(arguments)) return RefuseTypes(name, arguments);
  return kDivide.bind(kDivide.name, arguments);
}

}  // namespace

const ScalarFunction kTryAdd{"try_add", "a + b; NULL where it does not fit",
                             &BindTry<TryAddOf, &kAdd>};
const ScalarFunction kTrySubtract{"try_subtract", "a - b; NULL where it does not fit",
                                  &BindTry<TrySubtractOf, &kSubtract>};
const ScalarFunction kTryMultiply{"try_multiply", "a * b; NULL where it does not fit",
                                  &BindTry<TryMultiplyOf, &kMultiply>};
const ScalarFunction kTryDivide{"try_divide", "a / b; NULL when b is 0", &BindTryDivide};

}  // namespace gnomon::expr::functions
