// SPDX-License-Identifier: Apache-2.0
// Spark 3.5's implicit casts (ansi.enabled=false, TypeCoercion): which common type two operands
// get. nullopt means that the combination is refused: unknown to Spark, or not proven equal here.
#pragma once

#include <optional>
#include <span>

#include "expr/function.h"

namespace gnomon::expr {

// The common type of two numerics (the wider; bigint with float is float), of a date with a
// timestamp, of anything with a bare NULL, of equal types.
std::optional<DataType> TightestCommonType(const DataType& a, const DataType& b);

// Of + - * %: strings become double, as does a decimal beside a float or double.
std::optional<DataType> ArithmeticType(const DataType& a, const DataType& b);

// Of = < > and kin: a string takes the other side's type.
std::optional<DataType> ComparisonType(const DataType& a, const DataType& b);

// Of = and <=>: like ComparisonType, and a boolean beside a number becomes 1 or 0.
std::optional<DataType> EqualityType(const DataType& a, const DataType& b);

// Of coalesce, if and in: like TightestCommonType, and a decimal beside a double is double. Strings
// promote the other side to string only if `promote_to_string`.
std::optional<DataType> WiderType(std::span<const Argument> arguments, bool promote_to_string);

// Whether Spark casts `from` implicitly for a parameter of type `to`, and we have that cast.
bool IsImplicitCast(const DataType& from, const DataType& to);

// Binds `arguments` to fixed parameter types by implicit casts, or refuses.
Result<BoundFunction> BindFixed(std::string_view name, std::span<const Argument> arguments,
                                std::vector<DataType> parameters, DataType result, Kernel kernel);

}  // namespace gnomon::expr
