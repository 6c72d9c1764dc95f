// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "expr/function.h"

namespace gnomon::expr {

// sequence(start, stop, interval) of dates or timestamps. REQUIRES: three arguments,
// the last one an interval.
Result<BoundFunction> BindTimeSequence(std::string_view name, std::span<const Argument> arguments);

}  // namespace gnomon::expr
