// SPDX-License-Identifier: Apache-2.0
#include "expr/comparison.h"

#include "expr/coercion.h"
#include "expr/elementwise.h"
#include "expr/scalar_kinds.h"
#include "expr/value_order.h"

namespace gnomon::expr {

namespace {

// Arrays and structs, by the order of their parts.
Kernel NestedKernel(std::string_view name, const DataType& type) {
  const auto order = ValueOrder::Of(type);
  if (!order) return {};
  const auto holds = [name = std::string(name)](int compared) {
    if (name == "eq") return compared == 0;
    if (name == "ne") return compared != 0;
    if (name == "lt") return compared < 0;
    if (name == "gt") return compared > 0;
    return name == "le" ? compared <= 0 : compared >= 0;
  };
  return [order = *order, holds](std::span<const Operand> operands,
                                 std::int64_t rows) -> Result<ArrayPtr> {
    GNOMON_ASSIGN_OR_RETURN(auto validity, CombineValidity(operands, rows));
    GNOMON_ASSIGN_OR_RETURN(auto buffer, AllocateValues<bool>(rows));
    FillBits(buffer->mutable_data(), rows, [&](std::int64_t row) {
      return IsValidRow(validity.get(), row) &&
             holds(order.Compare(*operands[0].array, row & operands[0].index_mask(),
                                 *operands[1].array, row & operands[1].index_mask()));
    });
    return MakeFixedArray(TypeKind::kBoolean, rows, std::move(validity), std::move(buffer));
  };
}

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
  if (type.kind == TypeKind::kList || type.kind == TypeKind::kStruct)
    return NestedKernel(name, type);
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
