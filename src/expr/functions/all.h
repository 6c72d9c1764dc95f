// SPDX-License-Identifier: Apache-2.0
// Declares every function of list.inc; each file of this folder includes it, so that an entry has
// one spelling.
#pragma once

#include "expr/function.h"

namespace gnomon::expr::functions {

#define SPARK_FUNCTION(name) extern const ScalarFunction k##name;
#include "expr/functions/list.inc"
#undef SPARK_FUNCTION

}  // namespace gnomon::expr::functions
