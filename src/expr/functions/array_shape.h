// SPDX-License-Identifier: Apache-2.0
// The forms for arrays of functions that texts have too.
#pragma once

#include "expr/function.h"

namespace gnomon::expr::functions {

// REQUIRES: arguments[0] is an array.
Result<BoundFunction> BindReverseList(std::string_view name, std::span<const Argument> arguments);
Result<BoundFunction> BindConcatLists(std::string_view name, std::span<const Argument> arguments);

}  // namespace gnomon::expr::functions
