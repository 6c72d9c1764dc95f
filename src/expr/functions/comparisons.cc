// SPDX-License-Identifier: Apache-2.0
// = != < <= > >= and <=>.
#include "expr/coercion.h"
#include "expr/comparison.h"
#include "expr/elementwise.h"
#include "expr/functions/all.h"
#include "expr/scalar_kinds.h"

namespace gnomon::expr::functions {

namespace {

bool IsValid(const Operand& operand, std::int64_t row) {
  return operand.array->IsValid(row & operand.index_mask());
}

Result<BoundFunction> BindEqNullSafe(std::string_view name, std::span<const Argument> arguments) {
  GNOMON_ASSIGN_OR_RETURN(BoundFunction bound, BindComparison("eq", arguments).Annotate(name));
  bound.kernel = [eq = std::move(bound.kernel)](std::span<const Operand> operands,
                                                std::int64_t rows) -> Result<ArrayPtr> {
    GNOMON_ASSIGN_OR_RETURN(const ArrayPtr equal, eq(operands, rows));
    const Values<bool> values(Operand{equal, false});
    GNOMON_ASSIGN_OR_RETURN(auto buffer, AllocateValues<bool>(rows));
    FillBits(buffer->mutable_data(), rows, [&](std::int64_t row) {
      if (equal->IsValid(row)) return values[row];
      return IsValid(operands[0], row) == IsValid(operands[1], row);
    });
    return MakeFixedArray(DataType(TypeKind::kBoolean), rows, nullptr, std::move(buffer));
  };
  return bound;
}

}  // namespace

const ScalarFunction kEq{"eq", "a = b; NaN equals NaN", &BindComparison};
const ScalarFunction kNe{"ne", "a != b", &BindComparison};
const ScalarFunction kLt{"lt", "a < b; NaN is greater than all", &BindComparison};
const ScalarFunction kLe{"le", "a <= b", &BindComparison};
const ScalarFunction kGt{"gt", "a > b", &BindComparison};
const ScalarFunction kGe{"ge", "a >= b", &BindComparison};
const ScalarFunction kEqNullSafe{"eq_null_safe", "a <=> b: NULL equals NULL", &BindEqNullSafe};

}  // namespace gnomon::expr::functions
