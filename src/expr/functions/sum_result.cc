// SPDX-License-Identifier: Apache-2.0
// sum_result(sum(x)): DuckDB's sum of integers is wider than Spark's, whose bigint wraps; of
// doubles it is the same.
#include "expr/cast.h"
#include "expr/functions/all.h"

namespace gnomon::expr::functions {

namespace {

Result<BoundFunction> BindSumResult(std::string_view name, std::span<const Argument> arguments) {
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 1, 1));
  const DataType& type = arguments[0].type;
  const bool whole = type == DataType::Decimal(38, 0) || IsInteger(type.kind);
  if (!whole && type.kind != TypeKind::kDouble) return RefuseTypes(name, arguments);
  const DataType result(whole ? TypeKind::kLong : TypeKind::kDouble);
  // The cast of a decimal keeps its low 64 bits, which is how a wrapping sum ends.
  GNOMON_ASSIGN_OR_RETURN(Kernel kernel, FindCast(result, result));
  return BoundFunction{{result}, result, std::move(kernel), {}};
}

}  // namespace

const ScalarFunction kSumResult{"sum_result", "the sum of DuckDB as Spark's: bigint or double",
                                &BindSumResult};

}  // namespace gnomon::expr::functions
