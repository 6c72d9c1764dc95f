// SPDX-License-Identifier: Apache-2.0
// if, coalesce and what Spark rewrites to them: nvl, nvl2, ifnull, nullif; and CASE of several
// branches, whose values Spark types as a whole: case_when(condition, value, condition, value, ...,
// else).
#include <array>

#include "expr/coercion.h"
#include "expr/comparison.h"
#include "expr/compute_call.h"
#include "expr/functions/all.h"
#include "types/arrow_mapping.h"

namespace gnomon::expr::functions {

namespace {

Result<BoundFunction> BindIf(std::string_view name, std::span<const Argument> arguments) {
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 3, 3));
  const DataType boolean(TypeKind::kBoolean);
  if (!IsImplicitCast(arguments[0].type, boolean)) return RefuseTypes(name, arguments);
  const auto type = WiderType(arguments.subspan(1), true);
  if (!type) return RefuseTypes(name, arguments);
  return BoundFunction{{boolean, *type, *type}, *type, &Choose, {}};
}

// From the last branch to the first, each choosing over what comes after it.
Result<ArrayPtr> ChooseBranches(std::span<const Operand> operands, std::int64_t rows) {
  GNOMON_ASSIGN_OR_RETURN(ArrayPtr result, ExpandRows(operands.back(), rows));
  for (std::size_t i = operands.size() - 1; i >= 2; i -= 2) {
    const std::array<Operand, 3> choice = {operands[i - 2], operands[i - 1],
                                           Operand{std::move(result), false}};
    GNOMON_ASSIGN_OR_RETURN(result, Choose(choice, rows));
  }
  return result;
}

Result<BoundFunction> BindCaseWhen(std::string_view name, std::span<const Argument> arguments) {
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 3, 10'001));
  if (arguments.size() % 2 == 0) return RefuseTypes(name, arguments);
  const DataType boolean(TypeKind::kBoolean);
  std::vector<Argument> values = {arguments.back()};
  for (std::size_t i = 0; i + 1 < arguments.size(); i += 2) {
    if (arguments[i].type.kind != TypeKind::kBoolean) return RefuseTypes(name, arguments);
    values.push_back(arguments[i + 1]);
  }
  const auto type = WiderType(values, true);
  if (!type) return RefuseTypes(name, arguments);
  std::vector<DataType> types(arguments.size(), *type);
  for (std::size_t i = 0; i + 1 < arguments.size(); i += 2) types[i] = boolean;
  return BoundFunction{std::move(types), *type, &ChooseBranches, {}};
}

// nvl2(a, b, c): b where a is not NULL.
Result<BoundFunction> BindNvl2(std::string_view name, std::span<const Argument> arguments) {
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 3, 3));
  const auto type = WiderType(arguments.subspan(1), true);
  if (!type) return RefuseTypes(name, arguments);
  return BoundFunction{
      {arguments[0].type, *type, *type},
      *type,
      [](std::span<const Operand> operands, std::int64_t rows) -> Result<ArrayPtr> {
        GNOMON_ASSIGN_OR_RETURN(ArrayPtr valid, CallCompute("is_valid", operands.first(1), rows));
        const std::array<Operand, 3> choice = {Operand{std::move(valid), false}, operands[1],
                                               operands[2]};
        return Choose(choice, rows);
      },
      {}};
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

const ScalarFunction kIf{"if",    "if(condition, a, b); a NULL condition chooses b",
                         &BindIf, false,
                         true,    Branches::kConditions};
const ScalarFunction kCaseWhen{"case_when",   "CASE WHEN condition THEN value ... ELSE value END",
                               &BindCaseWhen, false,
                               true,          Branches::kConditions};
const ScalarFunction kNvl2{"nvl2", "nvl2(a, b, c): b where a is not NULL, else c", &BindNvl2};
const ScalarFunction kCoalesce{"coalesce",    "the first argument that is not NULL",
                               &BindCoalesce, false,
                               true,          Branches::kFirstValid};
const ScalarFunction kNvl{"nvl", "coalesce of two", &BindNvl, false, true, Branches::kFirstValid};
const ScalarFunction kIfnull{"ifnull", "coalesce of two",    &BindNvl, false,
                             true,     Branches::kFirstValid};
const ScalarFunction kNullif{"nullif", "NULL if a = b, else a", &BindNullif};

}  // namespace gnomon::expr::functions
