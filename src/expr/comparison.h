// SPDX-License-Identifier: Apache-2.0
// Spark's order of values: NaN equals NaN and is greater than all, -0.0 equals 0.0, strings compare
// by bytes.
#pragma once

#include <string_view>
#include <type_traits>

#include "expr/function.h"

namespace gnomon::expr {

template <typename T>
bool SparkEqual(T a, T b) {
  if constexpr (std::is_floating_point_v<T>) return a == b || (a != a && b != b);
  return a == b;
}

template <typename T>
bool SparkLess(T a, T b) {
  if constexpr (std::is_floating_point_v<T>) return b != b ? a == a : a < b;
  return a < b;
}

// A kernel of two operands of `type` for eq, ne, lt, le, gt or ge; empty when the type has no order
// here.
Kernel ComparisonKernel(std::string_view name, const DataType& type);

// Binds two operands to their comparison type, or refuses.
Result<BoundFunction> BindComparison(std::string_view name, std::span<const Argument> arguments);

}  // namespace gnomon::expr
