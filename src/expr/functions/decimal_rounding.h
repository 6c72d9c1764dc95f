// SPDX-License-Identifier: Apache-2.0
// round, bround, ceil and floor to a number of decimals.
#pragma once

#include "expr/decimal.h"
#include "expr/function.h"

namespace gnomon::expr::functions {

// Of a decimal: to `decimals` digits behind the point, in Spark's type for it.
BoundFunction BindRoundDecimal(const DataType& type, int decimals, Rounding rounding);

// Of an integer type, to tens, hundreds...: decimals are -1, -2... An empty kernel: not proven.
Kernel RoundIntegerKernel(const DataType& type, int decimals, Rounding rounding);

// ceil(x) and floor(x) of a decimal.
BoundFunction BindWholeDecimal(const DataType& type, Rounding rounding);

// The number of decimals of round(x, n): a constant integer, 0 where it is left out; nullopt is
// refused.
std::optional<int> ConstantDecimals(std::span<const Argument> arguments);

}  // namespace gnomon::expr::functions
