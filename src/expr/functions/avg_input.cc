// SPDX-License-Identifier: Apache-2.0
// avg_input(x): what DuckDB's avg gets, so that it is Spark's: Spark sums the doubles of whole
// numbers. A decimal is refused, because its average is a decimal there and a double here.
#include "expr/cast.h"
#include "expr/functions/all.h"

namespace gnomon::expr::functions {

namespace {

Result<BoundFunction> BindAvgInput(std::string_view name, std::span<const Argument> arguments) {
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 1, 1));
  if (!IsNumeric(arguments[0].type.kind)) return RefuseTypes("avg", arguments);
  const DataType result(TypeKind::kDouble);
  GNOMON_ASSIGN_OR_RETURN(Kernel kernel, FindCast(result, result));
  return BoundFunction{{result}, result, std::move(kernel), {}};
}

}  // namespace

const ScalarFunction kAvgInput{"avg_input", "a number as Spark's avg sums it: double",
                               &BindAvgInput};

}  // namespace gnomon::expr::functions
