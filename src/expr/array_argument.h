// SPDX-License-Identifier: Apache-2.0
// The types of array functions: an array and a value, or arrays alone, brought to one element type
// as Spark does (a wider number; strings stay strings).
#pragma once

#include <vector>

#include "expr/function.h"
#include "expr/value_order.h"

namespace gnomon::expr {

struct ArrayAndValue {
  DataType list;
  ValueOrder order;
};

// Of (array, value). Refused: a bare NULL on either side, types without a common one or an order.
Result<ArrayAndValue> BindArrayAndValue(std::string_view name, std::span<const Argument> arguments);

// The common type of arguments that are all arrays.
Result<DataType> CommonList(std::string_view name, std::span<const Argument> arguments);

}  // namespace gnomon::expr
