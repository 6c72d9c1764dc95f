// SPDX-License-Identifier: Apache-2.0
// The Arrow compute functions whose semantics are Spark's: three-valued logic, selection, null
// tests.
#pragma once

#include <string>

#include "expr/function.h"

namespace gnomon::expr {

// Calls `function` of Arrow's registry on the operands; the result has `rows` values.
Result<ArrayPtr> CallCompute(const std::string& function, std::span<const Operand> operands,
                             std::int64_t rows);

// Before any other call into Arrow's compute library.
Status PrepareCompute();

// The values at `rows` of an array of any type; a negative row gives null.
Result<ArrayPtr> TakeRows(const ArrayPtr& values, std::span<const std::int64_t> rows);

// The operand with `rows` values: a constant is repeated.
Result<ArrayPtr> ExpandRows(const Operand& operand, std::int64_t rows);

// A kernel that is that call.
Kernel ComputeKernel(std::string function);

// condition ? a : b, where a NULL condition counts as false.
Result<ArrayPtr> Choose(std::span<const Operand> condition_a_b, std::int64_t rows);

// A call that is this value whatever its arguments are. REQUIRES: the scalar is of the type.
BoundFunction Constant(const DataType& type, std::shared_ptr<arrow::Scalar> value);
// A call that is NULL whatever its arguments are.
BoundFunction AllNull(const DataType& result);

}  // namespace gnomon::expr
