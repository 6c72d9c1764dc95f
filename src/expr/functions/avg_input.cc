// SPDX-License-Identifier: Apache-2.0
// avg_input(x): what DuckDB sums for an average, so that it is Spark's: the doubles of whole
// numbers; decimals as they are.
#include "expr/cast.h"
#include "expr/functions/all.h"

namespace gnomon::expr::functions {

namespace {

Result<BoundFunction> BindAvgInput(std::string_view name, std::span<const Argument> arguments) {
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 1, 1));
  const bool decimal = arguments[0].type.kind == TypeKind::kDecimal;
  if (!IsNumeric(arguments[0].type.kind) && !decimal) return RefuseTypes("avg", arguments);
  const DataType result = decimal ? arguments[0].type : DataType(TypeKind::kDouble);
  GNOMON_ASSIGN_OR_RETURN(Kernel kernel, FindCast(result, result));
  return BoundFunction{{result}, result, std::move(kernel), {}};
}

}  // namespace

const ScalarFunction kAvgInput{"avg_input", "a number as Spark's avg sums it", &BindAvgInput};

}  // namespace gnomon::expr::functions
