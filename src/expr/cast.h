// SPDX-License-Identifier: Apache-2.0
// Spark's casts (ansi.enabled=false, UTC), pair by pair; a pair that is not in the list is refused
// by name.
#pragma once

#include "expr/function.h"

namespace gnomon::expr {

// Whether the pair is in the list. Equal types count.
bool HasCast(const DataType& from, const DataType& to);

// The kernel of a cast with one operand of type `from`. Unimplemented: the pair is not proven equal
// to Spark's.
Result<Kernel> FindCast(const DataType& from, const DataType& to);

// The parts of the list; an empty kernel where the pair is in none.
Kernel CastToNumberOrBoolean(const DataType& from, const DataType& to);
Kernel CastFromText(const DataType& to);
Kernel CastToText(const DataType& from);
Kernel CastToDecimal(const DataType& from, const DataType& to);
// To strings, booleans and timestamps; CastToNumberOrBoolean has the numbers.
Kernel CastFromDecimal(const DataType& from, const DataType& to);
// Between arrays, maps and structs of the same shape, and their texts.
Kernel CastNested(const DataType& from, const DataType& to);
Kernel CastNestedToText(const DataType& from);
Kernel CastToDateTime(const DataType& from, const DataType& to);

}  // namespace gnomon::expr
