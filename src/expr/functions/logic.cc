// SPDX-License-Identifier: Apache-2.0
// and, or, not: three-valued, as Arrow's Kleene functions are.
#include "expr/coercion.h"
#include "expr/compute_call.h"
#include "expr/functions/all.h"

namespace gnomon::expr::functions {

namespace {

Result<BoundFunction> BindBooleans(std::string_view name, std::span<const Argument> arguments,
                                   std::size_t count, const char* function) {
  const DataType boolean(TypeKind::kBoolean);
  return BindFixed(name, arguments, std::vector<DataType>(count, boolean), boolean,
                   ComputeKernel(function));
}

Result<BoundFunction> BindAnd(std::string_view name, std::span<const Argument> arguments) {
  return BindBooleans(name, arguments, 2, "and_kleene");
}

Result<BoundFunction> BindOr(std::string_view name, std::span<const Argument> arguments) {
  return BindBooleans(name, arguments, 2, "or_kleene");
}

Result<BoundFunction> BindNot(std::string_view name, std::span<const Argument> arguments) {
  return BindBooleans(name, arguments, 1, "invert");
}

}  // namespace

const ScalarFunction kAnd{
    "and", "a AND b; NULL AND false is false", &BindAnd, false, true, Branches::kAllTrue};
const ScalarFunction kOr{
    "or", "a OR b; NULL OR true is true", &BindOr, false, true, Branches::kAnyTrue};
const ScalarFunction kNot{"not", "NOT a", &BindNot};

}  // namespace gnomon::expr::functions
