// SPDX-License-Identifier: Apache-2.0
// raise_error and assert_true, which stop the query with the user's own words. Where they stand
// behind a condition, only the rows that reach them count (bound_expression.cc).
#include "expr/coercion.h"
#include "expr/compute_call.h"
#include "expr/functions/all.h"
#include "types/arrow_mapping.h"

namespace gnomon::expr::functions {

namespace {

const DataType kText(TypeKind::kString);

Result<ArrayPtr> Nothing(std::int64_t rows) {
  GNOMON_ARROW_ASSIGN(ArrayPtr nulls, arrow::MakeArrayOfNull(arrow::null(), rows), "making NULLs");
  return nulls;
}

std::string TextAt(const Operand& operand, std::int64_t row) {
  const auto& texts = static_cast<const arrow::StringArray&>(*operand.array);
  row &= operand.index_mask();
  return texts.IsNull(row) ? "NULL" : texts.GetString(row);
}

Result<BoundFunction> BindRaiseError(std::string_view name, std::span<const Argument> arguments) {
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 1, 1));
  return BindFixed(name, arguments, {kText}, TypeKind::kVoid,
                   [](std::span<const Operand> operands, std::int64_t rows) -> Result<ArrayPtr> {
                     if (rows == 0) return Nothing(0);
                     return InvalidArgument(
                         "a row reaches raise_error: {} - correct the data or the condition before "
                         "it",
                         TextAt(operands[0], 0));
                   });
}

// NULL is not true either.
Result<BoundFunction> BindAssertTrue(std::string_view name, std::span<const Argument> arguments) {
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 1, 2));
  const TypeKind kind = arguments[0].type.kind;
  if (kind != TypeKind::kBoolean && kind != TypeKind::kVoid) return RefuseTypes(name, arguments);
  std::vector<DataType> types = {TypeKind::kBoolean};
  if (arguments.size() == 2) types.push_back(kText);
  return BindFixed(
      name, arguments, std::move(types), TypeKind::kVoid,
      [](std::span<const Operand> operands, std::int64_t rows) -> Result<ArrayPtr> {
        const auto& conditions = static_cast<const arrow::BooleanArray&>(*operands[0].array);
        for (std::int64_t row = 0; row < rows; ++row) {
          const std::int64_t at = row & operands[0].index_mask();
          if (conditions.IsValid(at) && conditions.Value(at)) continue;
          return InvalidArgument(
              "assert_true fails: {} - correct the data or the condition",
              operands.size() > 1 ? TextAt(operands[1], row) : "its condition is not true");
        }
        return Nothing(rows);
      });
}

}  // namespace

const ScalarFunction kRaiseError{"raise_error", "stops the query with a message", &BindRaiseError,
                                 false, false};
const ScalarFunction kAssertTrue{"assert_true", "stops the query where a condition is not true",
                                 &BindAssertTrue, false, false};

}  // namespace gnomon::expr::functions
