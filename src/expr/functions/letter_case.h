// SPDX-License-Identifier: Apache-2.0
// What other functions of letters need of upper and lower.
#pragma once

#include "expr/function.h"

namespace gnomon::expr::functions {

// A column of texts in small letters. Errors: Unimplemented for letters that depend on their
// neighbours.
Result<ArrayPtr> LowerCase(std::span<const Operand> operands, std::int64_t rows);

// Whether Java upper-cases the letter that begins the text to several, so that it has no capital of
// its own.
bool ExpandsInUpperCase(std::string_view text);
// Whether the capital of the letter that begins the text is not proven equal to Java's.
bool IsUnprovenInUpperCase(std::string_view text);

}  // namespace gnomon::expr::functions
