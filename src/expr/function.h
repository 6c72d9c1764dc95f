// SPDX-License-Identifier: Apache-2.0
// The contract of one Spark function: a file in functions/ defines `const ScalarFunction
// kUnixTimestamp`, a line SPARK_FUNCTION(UnixTimestamp) in functions/list.inc registers it. Bind
// sees types, never values, and refuses by name each combination that is not explicitly handled;
// the kernel it returns works on whole columns.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "expr/operand.h"
#include "types/data_type.h"

namespace gnomon::expr {

// Computes `rows` values. The operands have the types that the function asked for; some may be
// constant, and when all are, rows is 1. A kernel is immutable and thread safe.
using Kernel =
    std::function<Result<ArrayPtr>(std::span<const Operand> operands, std::int64_t rows)>;

// An argument as binding sees it: its type, and its value (an array of one) where it is a constant.
struct Argument {
  DataType type;
  ArrayPtr literal;
};

struct BoundFunction {
  // The types the kernel works on: Spark's implicit casts are inserted where an argument differs.
  std::vector<DataType> operand_types;
  DataType result;
  Kernel kernel;
  // Which argument becomes operand i; empty: the i-th. Lets nullif read its first argument twice.
  std::vector<std::size_t> sources;
};

struct ScalarFunction {
  std::string_view name;  // Spark's, lower case.
  std::string_view doc;   // One line for the reference.
  Result<BoundFunction> (*bind)(std::string_view name, std::span<const Argument> arguments);
};

// Returns the function of that name, or nullptr.
const ScalarFunction* FindFunction(std::string_view name);

// Unimplemented: "multiply of decimal(10,2) and int is not proven equal to Spark's - cast the
// operands first".
Error RefuseTypes(std::string_view name, std::span<const Argument> arguments);

// InvalidArgument unless the number of arguments is within [least, most].
Status CheckArgumentCount(std::string_view name, std::span<const Argument> arguments,
                          std::size_t least, std::size_t most);

// The text of a constant string argument. InvalidArgument when it is not a constant or null; `what`
// names its role.
Result<std::string> ConstantText(std::string_view name, const Argument& argument,
                                 std::string_view what);

}  // namespace gnomon::expr
