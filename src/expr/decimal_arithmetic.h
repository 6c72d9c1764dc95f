// SPDX-License-Identifier: Apache-2.0
// + - * / % pmod and DIV where a decimal takes part.
#pragma once

#include "expr/function.h"

namespace gnomon::expr {

// Whether one side is a decimal and the other a decimal, an integer or NULL.
bool IsDecimalArithmetic(std::span<const Argument> arguments);

// REQUIRES: IsDecimalArithmetic. `name` is add, subtract, multiply, divide, modulo, pmod or div.
Result<BoundFunction> BindDecimalArithmetic(std::string_view name,
                                            std::span<const Argument> arguments);

}  // namespace gnomon::expr
