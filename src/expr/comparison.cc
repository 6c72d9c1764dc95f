// SPDX-License-Identifier: Apache-2.0
#include "expr/comparison.h"

#include "expr/coercion.h"
#include "expr/elementwise.h"
#include "expr/scalar_kinds.h"

namespace gnomon::expr {

namespace {

// A 128-bit integer of Arrow's layout, without its wish for alignment: two decimals of one scale
// compare as such.
struct Decimal {
  std::uint64_t low;
  std::int64_t high;
  bool operator==(const Decimal&) const = default;
  bool operator<(const Decimal& other) const {
    return high != other.high ? high < other.high : low < other.low;
  }
};

template <typename T>
Kernel KernelOf(std::string_view name) {
  const DataType boolean(TypeKind::kBoolean);
  if (name == "eq")
    return Elementwise<bool, T, T>(boolean, [](T a, T b) { return SparkEqual(a, b); });
  if (name == "ne")
    return Elementwise<bool, T, T>(boolean, [](T a, T b) { return !SparkEqual(a, b); });
  if (name == "lt")
    return Elementwise<bool, T, T>(boolean, [](T a, T b) { return SparkLess(a, b); });
  if (name == "gt")
    return Elementwise<bool, T, T>(boolean, [](T a, T b) { return SparkLess(b, a); });
  if (name == "le")
    return Elementwise<bool, T, T>(boolean, [](T a, T b) { return !SparkLess(b, a); });
  if (name == "ge")
    return Elementwise<bool, T, T>(boolean, [](T a, T b) { return !SparkLess(a, b); });
  GNOMON_CHECK(false);
}

}  // namespace

Kernel ComparisonKernel(std::string_view name, const DataType& type) {
  if (type.kind == TypeKind::kDecimal) return KernelOf<Decimal>(name);
  return WithOrdered(type.kind, [&]<typename T>(Tag<T>) { return KernelOf<T>(name); });
}

Result<BoundFunction> BindComparison(std::string_view name, std::span<const Argument> arguments) {
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 2, 2));
  const auto type = name == "eq" || name == "ne"
                        ? EqualityType(arguments[0].type, arguments[1].type)
                        : ComparisonType(arguments[0].type, arguments[1].type);
  if (!type) return RefuseTypes(name, arguments);
  Kernel kernel = ComparisonKernel(name, *type);
  if (!kernel) return RefuseTypes(name, arguments);
  return BoundFunction{{*type, *type}, DataType(TypeKind::kBoolean), std::move(kernel), {}};
}

}  // namespace gnomon::expr
