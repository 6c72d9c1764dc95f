// SPDX-License-Identifier: Apache-2.0
// Tests for NULL and NaN; never NULL themselves.
#include "expr/compute_call.h"
#include "expr/elementwise.h"
#include "expr/functions/all.h"

namespace gnomon::expr::functions {

namespace {

Result<BoundFunction> BindTest(std::string_view name, std::span<const Argument> arguments,
                               const char* function) {
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 1, 1));
  return BoundFunction{
      {arguments[0].type}, DataType(TypeKind::kBoolean), ComputeKernel(function), {}};
}

Result<BoundFunction> BindIsNull(std::string_view name, std::span<const Argument> arguments) {
  return BindTest(name, arguments, "is_null");
}

Result<BoundFunction> BindIsNotNull(std::string_view name, std::span<const Argument> arguments) {
  return BindTest(name, arguments, "is_valid");
}

Result<ArrayPtr> IsNanRows(std::span<const Operand> operands, std::int64_t rows) {
  const Values<double> values(operands[0]);
  const arrow::Array& array = *operands[0].array;
  const std::int64_t mask = operands[0].index_mask();
  GNOMON_ASSIGN_OR_RETURN(auto buffer, AllocateValues<bool>(rows));
  FillBits(buffer->mutable_data(), rows, [&](std::int64_t row) {
    return values[row] != values[row] && array.IsValid(row & mask);
  });
  return MakeFixedArray(DataType(TypeKind::kBoolean), rows, nullptr, std::move(buffer));
}

Result<BoundFunction> BindIsNan(std::string_view name, std::span<const Argument> arguments) {
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 1, 1));
  const TypeKind kind = arguments[0].type.kind;
  // Spark casts every number, and a string, to double; a float's NaN stays NaN.
  if (!IsNumeric(kind) && kind != TypeKind::kDecimal && kind != TypeKind::kString &&
      kind != TypeKind::kVoid)
    return RefuseTypes(name, arguments);
  return BoundFunction{{DataType(TypeKind::kDouble)}, DataType(TypeKind::kBoolean), &IsNanRows, {}};
}

}  // namespace

const ScalarFunction kIsNull{"is_null", "a IS NULL", &BindIsNull};
const ScalarFunction kIsNotNull{"is_not_null", "a IS NOT NULL", &BindIsNotNull};
const ScalarFunction kIsnull{"isnull", "a IS NULL", &BindIsNull};
const ScalarFunction kIsnotnull{"isnotnull", "a IS NOT NULL", &BindIsNotNull};
const ScalarFunction kIsNan{"is_nan", "whether a is NaN; false for NULL", &BindIsNan};
const ScalarFunction kIsnan{"isnan", "whether a is NaN; false for NULL", &BindIsNan};

}  // namespace gnomon::expr::functions
