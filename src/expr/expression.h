// SPDX-License-Identifier: Apache-2.0
// Spark expressions on columns: the untyped tree that the compiler writes
// (docs/formats/compiled.md), bound to the columns that it meets, evaluated batch by batch. The
// same functions serve selects, wheres, derivations, and DuckDB.
#pragma once

#include <arrow/type_fwd.h>

#include <cstdint>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "types/data_type.h"

namespace gnomon::expr {

// An untyped tree node.
struct Expression {
  enum class Op : std::uint8_t { kColumn, kLiteral, kCall, kCast, kLambda, kVariable };
  Op op = Op::kLiteral;
  std::string name;                      // Column, function, or variable of a lambda.
  DataType type;                         // Of a literal; the target of a cast.
  std::shared_ptr<arrow::Scalar> value;  // Of a literal, of type ToArrow(type).
  std::vector<Expression> args;          // Of calls and casts; the body of a lambda.
  std::vector<std::string> parameters;   // Of a lambda.

  static Expression Column(std::string name);
};

// Errors: Corruption when the JSON is not such a tree; depth is bounded.
Result<Expression> ParseExpression(const nlohmann::json& json);

// The names of all columns in the tree.
std::set<std::string> ReferencedColumns(const Expression& expression);

// A tree bound to input types: every call resolved to one function and one result type, Spark's
// implicit coercions made explicit. Immutable, thread safe.
class BoundExpression {
 public:
  // Errors: InvalidArgument: unknown column (did you mean); Unimplemented: a function, cast or
  // combination of types that is not proven equal to Spark's, by name.
  static Result<BoundExpression> Bind(const Expression& expression, const Schema& input);

  const DataType& type() const;
  // Evaluates over the columns of `batch`, whose schema is ToArrow(input). The array has
  // batch.num_rows() values.
  Result<std::shared_ptr<arrow::Array>> Evaluate(const arrow::RecordBatch& batch) const;

  struct Node;

 private:
  explicit BoundExpression(std::shared_ptr<const Node> root) : root_(std::move(root)) {}
  std::shared_ptr<const Node> root_;
};

// For DuckDB: one call on argument types alone. `literals[i]` is the value of argument i if it is a
// constant, else nullptr (formats, patterns and the type of a cast must be constants); `written[i]`
// whether it stands so in the text.
class BoundCall {
 public:
  static Result<BoundCall> Bind(const std::string& name,
                                const std::vector<DataType>& argument_types,
                                const std::vector<std::shared_ptr<arrow::Scalar>>& literals,
                                const std::vector<bool>& written = {});
  // A tree whose columns are named by the position of an argument: `0`, `1`, ...
  static Result<BoundCall> BindTree(const Expression& tree,
                                    const std::vector<DataType>& argument_types);
  // A cast: `spark_cast(x, 'int')`.
  static Result<BoundCall> BindCast(const DataType& from, const DataType& to);

  const DataType& type() const;
  // `arguments` are arrays of the bound types, all of `row_count` values.
  Result<std::shared_ptr<arrow::Array>> Evaluate(
      const std::vector<std::shared_ptr<arrow::Array>>& arguments, std::int64_t row_count) const;

  struct State;

 private:
  explicit BoundCall(std::shared_ptr<const State> state) : state_(std::move(state)) {}
  std::shared_ptr<const State> state_;
};

// The one line about a function for the reference; empty if there is none of that name.
std::string_view FunctionDoc(const std::string& name);

// False for functions that give other values each time (rand). REQUIRES: a name of FunctionNames().
bool IsRepeatable(const std::string& name);

// Spark's names of all functions, sorted: `abs`, `add`, ...
std::vector<std::string> FunctionNames();

}  // namespace gnomon::expr
