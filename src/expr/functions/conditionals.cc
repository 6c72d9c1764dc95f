// SPDX-License-Identifier: Apache-2.0
// if, coalesce and what Spark rewrites to them: nvl, ifnull, nullif. CASE arrives as nested if,
// which Spark types as a whole; so `if` refuses the pairs of types for which pairwise casts could
// differ from one cast.
#include <array>

#include "expr/coercion.h"
#include "expr/comparison.h"
#include "expr/compute_call.h"
#include "expr/functions/all.h"
#include "types/arrow_mapping.h"

namespace gnomon::expr::functions {

namespace {

// int -> float -> double loses what int -> double keeps, and 1 -> 1.0 -> '1.0' is not '1'.
bool CastsInStepsDiffer(const DataType& from, const DataType& to) {
  if (from == to) return false;
  if (to.kind == TypeKind::kString) return from.kind != TypeKind::kVoid;
  return to.kind == TypeKind::kFloat &&
         (from.kind == TypeKind::kInt || from.kind == TypeKind::kLong);
}

Result<BoundFunction> BindIf(std::string_view name, std::span<const Argument> arguments) {
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 3, 3));
  const DataType boolean(TypeKind::kBoolean);
  if (!IsImplicitCast(arguments[0].type, boolean)) return RefuseTypes(name, arguments);
  const auto type = WiderType(arguments.subspan(1), true);
  if (!type) return RefuseTypes(name, arguments);
  for (const Argument& branch : arguments.subspan(1)) {
    if (CastsInStepsDiffer(branch.type, *type)) return RefuseTypes(name, arguments);
  }
  return BoundFunction{{boolean, *type, *type}, *type, &Choose, {}};
}

Result<BoundFunction> BindCoalesce(std::string_view name, std::span<const Argument> arguments) {
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 1, 10'000));
  const auto type = WiderType(arguments, true);
  if (!type) return RefuseTypes(name, arguments);
  return BoundFunction{
      std::vector<DataType>(arguments.size(), *type), *type, ComputeKernel("coalesce"), {}};
}

Result<BoundFunction> BindNvl(std::string_view name, std::span<const Argument> arguments) {
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 2, 2));
  return BindCoalesce(name, arguments);
}

// if(a = b, NULL, a), keeping a's own type.
Result<BoundFunction> BindNullif(std::string_view name, std::span<const Argument> arguments) {
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 2, 2));
  const DataType result = arguments[0].type;
  if (result.kind == TypeKind::kVoid) return RefuseTypes(name, arguments);
  const auto compared = EqualityType(arguments[0].type, arguments[1].type);
  if (!compared) return RefuseTypes(name, arguments);
  Kernel eq = ComparisonKernel("eq", *compared);
  if (!eq) return RefuseTypes(name, arguments);
  BoundFunction bound;
  bound.operand_types = {*compared, *compared, result};
  bound.sources = {0, 1, 0};
  bound.result = result;
  bound.kernel = [eq = std::move(eq), result](std::span<const Operand> operands,
                                              std::int64_t rows) -> Result<ArrayPtr> {
    GNOMON_ASSIGN_OR_RETURN(ArrayPtr equal, eq(operands.first(2), rows));
    GNOMON_ARROW_ASSIGN(ArrayPtr null, arrow::MakeArrayOfNull(ToArrow(result), 1), "making NULL");
    const std::array<Operand, 3> choice = {Operand{std::move(equal), false},
                                           Operand{std::move(null), true}, operands[2]};
    return Choose(choice, rows);
  };
  return bound;
}

}  // namespace

const ScalarFunction kIf{"if", "if(condition, a, b); a NULL condition chooses b", &BindIf};
const ScalarFunction kCoalesce{"coalesce", "the first argument that is not NULL", &BindCoalesce};
const ScalarFunction kNvl{"nvl", "coalesce of two", &BindNvl};
const ScalarFunction kIfnull{"ifnull", "coalesce of two", &BindNvl};
const ScalarFunction kNullif{"nullif", "NULL if a = b, else a", &BindNullif};

}  // namespace gnomon::expr::functions
