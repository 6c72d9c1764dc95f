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

// A lambda that is bound to the types of its parameters: `x -> x + i`.
struct BoundLambda {
  DataType type;  // Of the body.
  // Evaluates the body on as many rows as `parameters` have. Row i belongs to row `call_rows[i]` of
  // the call, whose outer columns the body may name: `captures`, the operands behind the function's
  // own.
  std::function<Result<ArrayPtr>(std::vector<ArrayPtr> parameters,
                                 std::span<const std::int64_t> call_rows,
                                 std::span<const Operand> captures)>
      evaluate;
};

// A lambda as binding sees it. REQUIRES: used only while the call is bound.
class LambdaArgument {
 public:
  virtual ~LambdaArgument() = default;
  virtual std::size_t parameter_count() const = 0;
  virtual Result<BoundLambda> Bind(std::span<const DataType> parameters) const = 0;
};

// An argument as binding sees it: its type, and its value (an array of one) where it is a constant.
struct Argument {
  DataType type;
  ArrayPtr literal;
  // A constant that stands so in the text: Spark gives `2` other decimal digits than `1 + 1`.
  bool written = false;
  const LambdaArgument* lambda = nullptr;  // Then the type is void and nothing casts to it.
};

struct BoundFunction {
  // The types the kernel works on: Spark's implicit casts are inserted where an argument differs.
  std::vector<DataType> operand_types;
  DataType result;
  Kernel kernel;
  // Which argument becomes operand i; empty: the i-th. Lets nullif read its first argument twice.
  std::vector<std::size_t> sources;
};

// Which operands Spark computes only for the rows that reach them, so that an error in others stops
// nothing.
enum class Branches : std::uint8_t {
  kNone,
  kConditions,  // if, case_when: condition, value, condition, value, ..., else.
  kFirstValid,  // coalesce: each where all before it are NULL.
  kAllTrue,     // and: the right one where the left one is not false.
  kAnyTrue      // or: the right one where the left one is not true.
};

struct ScalarFunction {
  std::string_view name;  // Spark's, lower case.
  std::string_view doc;   // One line for the reference.
  Result<BoundFunction> (*bind)(std::string_view name, std::span<const Argument> arguments);
  bool takes_lambda = false;
  bool repeatable = true;  // False: it must not be computed beforehand.
  Branches branches = Branches::kNone;
};

// Returns the function of that name, or nullptr.
const ScalarFunction* FindFunction(std::string_view name);

// Unimplemented: "multiply of decimal(10,2) and int is not proven equal to Spark's - cast the
// operands first".
Error RefuseTypes(std::string_view name, std::span<const Argument> arguments);

// InvalidArgument unless the number of arguments is within [least, most].
Status CheckArgumentCount(std::string_view name, std::span<const Argument> arguments,
                          std::size_t least, std::size_t most);

// Whether any argument is binary: some functions of texts have another result for bytes.
bool AnyBinary(std::span<const Argument> arguments);

// The text of a constant string argument. InvalidArgument when it is not a constant or null; `what`
// names its role.
Result<std::string> ConstantText(std::string_view name, const Argument& argument,
                                 std::string_view what);

}  // namespace gnomon::expr
