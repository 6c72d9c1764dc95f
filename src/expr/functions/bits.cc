// SPDX-License-Identifier: Apache-2.0
// & | ^ ~, shifts, bit_count, bit_get: on integers in their own width.
#include <bit>

#include "expr/coercion.h"
#include "expr/elementwise.h"
#include "expr/functions/all.h"
#include "expr/scalar_kinds.h"

namespace gnomon::expr::functions {

namespace {

using Int = std::int32_t;

template <typename F>
Kernel IntegerKernel(TypeKind kind, F f) {
  return WithNumber(kind, [&]<typename T>(Tag<T> tag) -> Kernel {
    if constexpr (std::is_integral_v<T>) return f(tag);
    return {};
  });
}

template <typename F>
Result<BoundFunction> BindTwo(std::string_view name, std::span<const Argument> arguments) {
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 2, 2));
  const auto type = TightestCommonType(arguments[0].type, arguments[1].type);
  if (!type || !IsInteger(type->kind)) return RefuseTypes(name, arguments);
  Kernel kernel = IntegerKernel(type->kind, [&]<typename T>(Tag<T>) -> Kernel {
    return Elementwise<T, T, T>(*type, [](T a, T b) {
      return static_cast<T>(F{}(static_cast<std::int64_t>(a), static_cast<std::int64_t>(b)));
    });
  });
  return BoundFunction{{*type, *type}, *type, std::move(kernel), {}};
}

Result<BoundFunction> BindNot(std::string_view name, std::span<const Argument> arguments) {
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 1, 1));
  const DataType& type = arguments[0].type;
  Kernel kernel = IntegerKernel(type.kind, [&]<typename T>(Tag<T>) -> Kernel {
    return Elementwise<T, T>(type, [](T a) { return static_cast<T>(~a); });
  });
  if (!kernel) return RefuseTypes(name, arguments);
  return BoundFunction{{type}, type, std::move(kernel), {}};
}

// As Java shifts: the count modulo the width, bytes and shorts as ints.
struct ShiftLeft {
  template <typename T>
  T operator()(T value, Int count) const {
    using Unsigned = std::make_unsigned_t<T>;
    return static_cast<T>(static_cast<Unsigned>(value)
                          << (count & static_cast<Int>(sizeof(T) * 8 - 1)));
  }
};
struct ShiftRight {
  template <typename T>
  T operator()(T value, Int count) const {
    return static_cast<T>(value >> (count & static_cast<Int>(sizeof(T) * 8 - 1)));
  }
};
struct ShiftRightUnsigned {
  template <typename T>
  T operator()(T value, Int count) const {
    using Unsigned = std::make_unsigned_t<T>;
    return static_cast<T>(static_cast<Unsigned>(value) >>
                          (count & static_cast<Int>(sizeof(T) * 8 - 1)));
  }
};

template <typename F>
Result<BoundFunction> BindShift(std::string_view name, std::span<const Argument> arguments) {
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 2, 2));
  const TypeKind kind = arguments[0].type.kind;
  const bool counted =
      IsInteger(arguments[1].type.kind) || arguments[1].type.kind == TypeKind::kVoid;
  if (!IsInteger(kind) || !counted) return RefuseTypes(name, arguments);
  const DataType count(TypeKind::kInt);
  if (kind == TypeKind::kLong) {
    return BindFixed(name, arguments, {kind, count}, kind,
                     Elementwise<std::int64_t, std::int64_t, Int>(kind, F{}));
  }
  return BindFixed(name, arguments, {count, count}, count, Elementwise<Int, Int, Int>(count, F{}));
}

Result<BoundFunction> BindCount(std::string_view name, std::span<const Argument> arguments) {
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 1, 1));
  const DataType& type = arguments[0].type;
  const DataType count(TypeKind::kInt);
  if (type.kind == TypeKind::kBoolean) {
    return BoundFunction{
        {type}, count, Elementwise<Int, bool>(count, [](bool set) { return set ? 1 : 0; }), {}};
  }
  if (!IsInteger(type.kind)) return RefuseTypes(name, arguments);
  // Narrow integers count as a bigint of the same value.
  return BoundFunction{
      {TypeKind::kLong},
      count,
      Elementwise<Int, std::int64_t>(
          count,
          [](std::int64_t value) { return std::popcount(static_cast<std::uint64_t>(value)); }),
      {}};
}

template <typename T>
Kernel GetKernel(const DataType& bit) {
  return ElementwiseNullable<std::int8_t, T, Int>(
      bit, [](std::int8_t* out, std::optional<Error>* failure, T value, Int at) {
        if (at < 0 || at >= static_cast<Int>(sizeof(T) * 8)) {
          *failure =
              InvalidArgument("bit_get asks for a bit that the integer does not have: {}", at);
          return false;
        }
        *out = static_cast<std::int8_t>((value >> at) & 1);
        return true;
      });
}

Result<BoundFunction> BindGet(std::string_view name, std::span<const Argument> arguments) {
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 2, 2));
  const DataType& type = arguments[0].type;
  const DataType bit(TypeKind::kByte);
  Kernel kernel =
      IntegerKernel(type.kind, [&]<typename T>(Tag<T>) -> Kernel { return GetKernel<T>(bit); });
  if (!kernel || !IsInteger(arguments[1].type.kind)) return RefuseTypes(name, arguments);
  return BindFixed(name, arguments, {type, TypeKind::kInt}, bit, std::move(kernel));
}

}  // namespace

const ScalarFunction kBitAnd{"bit_and", "a & b", &BindTwo<std::bit_and<std::int64_t>>};
const ScalarFunction kBitOr{"bit_or", "a | b", &BindTwo<std::bit_or<std::int64_t>>};
const ScalarFunction kBitXor{"bit_xor", "a ^ b", &BindTwo<std::bit_xor<std::int64_t>>};
const ScalarFunction kBitNot{"bit_not", "~a", &BindNot};
const ScalarFunction kShiftleft{"shiftleft", "shiftleft(a, bits)", &BindShift<ShiftLeft>};
const ScalarFunction kShiftright{"shiftright", "shiftright(a, bits), keeping the sign",
                                 &BindShift<ShiftRight>};
const ScalarFunction kShiftrightunsigned{"shiftrightunsigned", "shiftrightunsigned(a, bits)",
                                         &BindShift<ShiftRightUnsigned>};
const ScalarFunction kBitCount{"bit_count", "the bits that are set", &BindCount};
const ScalarFunction kBitGet{"bit_get", "bit_get(a, place from 0)", &BindGet};

}  // namespace gnomon::expr::functions
