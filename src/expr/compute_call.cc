// SPDX-License-Identifier: Apache-2.0
// Calls into Arrow's compute registry.
#include "expr/compute_call.h"

#include <arrow/compute/api.h>
#include <arrow/compute/initialize.h>

#include "types/arrow_mapping.h"

namespace gnomon::expr {

namespace {

// Since Arrow 21 most functions live in a library of their own that must be asked to register them.
Status EnsureInitialized() {
  static const arrow::Status kStatus = arrow::compute::Initialize();
  GNOMON_ARROW_RETURN_NOT_OK(kStatus, "registering Arrow's compute functions");
  return Ok();
}

Result<ArrayPtr> Call(const std::string& function, const std::vector<arrow::Datum>& arguments,
                      std::int64_t rows) {
  GNOMON_RETURN_IF_ERROR(EnsureInitialized());
  GNOMON_ARROW_ASSIGN(arrow::Datum result, arrow::compute::CallFunction(function, arguments),
                      "evaluating " + function);
  if (result.is_array()) return result.make_array();
  GNOMON_CHECK(result.is_scalar());
  GNOMON_ARROW_ASSIGN(ArrayPtr array, arrow::MakeArrayFromScalar(*result.scalar(), rows),
                      "repeating a constant");
  return array;
}

Result<arrow::Datum> ToDatum(const Operand& operand) {
  if (!operand.constant) return arrow::Datum(operand.array);
  GNOMON_ARROW_ASSIGN(auto scalar, operand.array->GetScalar(0), "reading a constant");
  return arrow::Datum(std::move(scalar));
}

}  // namespace

Status PrepareCompute() { return EnsureInitialized(); }

Result<ArrayPtr> CallCompute(const std::string& function, std::span<const Operand> operands,
                             std::int64_t rows) {
  std::vector<arrow::Datum> arguments;
  for (const Operand& operand : operands) {
    GNOMON_ASSIGN_OR_RETURN(arrow::Datum datum, ToDatum(operand));
    arguments.push_back(std::move(datum));
  }
  return Call(function, arguments, rows);
}

Result<ArrayPtr> TakeRows(const ArrayPtr& values, std::span<const std::int64_t> rows) {
  GNOMON_RETURN_IF_ERROR(EnsureInitialized());
  arrow::Int64Builder builder;
  GNOMON_ARROW_RETURN_NOT_OK(builder.Reserve(static_cast<std::int64_t>(rows.size())),
                             "choosing rows");
  for (const std::int64_t row : rows) {
    if (row < 0) {
      builder.UnsafeAppendNull();
    } else {
      builder.UnsafeAppend(row);
    }
  }
  GNOMON_ARROW_ASSIGN(ArrayPtr indices, builder.Finish(), "choosing rows");
  GNOMON_ARROW_ASSIGN(
      ArrayPtr taken,
      arrow::compute::Take(*values, *indices, arrow::compute::TakeOptions::NoBoundsCheck()),
      "choosing rows");
  return taken;
}

Result<ArrayPtr> ExpandRows(const Operand& operand, std::int64_t rows) {
  if (!operand.constant) return operand.array;
  GNOMON_ARROW_ASSIGN(auto value, operand.array->GetScalar(0), "reading a constant");
  GNOMON_ARROW_ASSIGN(ArrayPtr array, arrow::MakeArrayFromScalar(*value, rows),
                      "repeating a constant");
  return array;
}

Kernel ComputeKernel(std::string function) {
  return [function = std::move(function)](std::span<const Operand> operands, std::int64_t rows) {
    return CallCompute(function, operands, rows);
  };
}

Result<ArrayPtr> Choose(std::span<const Operand> condition_a_b, std::int64_t rows) {
  GNOMON_CHECK(condition_a_b.size() == 3);
  std::vector<arrow::Datum> arguments;
  for (const Operand& operand : condition_a_b) {
    GNOMON_ASSIGN_OR_RETURN(arrow::Datum datum, ToDatum(operand));
    arguments.push_back(std::move(datum));
  }
  GNOMON_RETURN_IF_ERROR(EnsureInitialized());
  if (condition_a_b[0].array->null_count() > 0) {
    GNOMON_ARROW_ASSIGN(
        arguments[0], arrow::compute::CallFunction("coalesce", {arguments[0], arrow::Datum(false)}),
        "evaluating a condition");
  }
  return Call("if_else", arguments, rows);
}

BoundFunction Constant(const DataType& type, std::shared_ptr<arrow::Scalar> value) {
  return BoundFunction{
      {},
      type,
      [value = std::move(value)](std::span<const Operand>, std::int64_t rows) -> Result<ArrayPtr> {
        GNOMON_ARROW_ASSIGN(ArrayPtr array, arrow::MakeArrayFromScalar(*value, rows),
                            "making a constant");
        return array;
      },
      {}};
}

BoundFunction AllNull(const DataType& result) {
  return BoundFunction{{},
                       result,
                       [result](std::span<const Operand>, std::int64_t rows) -> Result<ArrayPtr> {
                         GNOMON_ARROW_ASSIGN(ArrayPtr nulls,
                                             arrow::MakeArrayOfNull(ToArrow(result), rows),
                                             "making NULL");
                         return nulls;
                       },
                       {}};
}

}  // namespace gnomon::expr
