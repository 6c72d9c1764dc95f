// SPDX-License-Identifier: Apache-2.0
// The nodes of bound trees, and what names mean while a tree is bound. Inside of a lambda its
// parameters come first, then what its body takes from outside (captures).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "expr/expression.h"
#include "expr/function.h"

namespace gnomon::expr {

struct BoundExpression::Node {
  DataType type;
  std::optional<std::size_t> column;  // Of a column node.
  ArrayPtr literal;                   // Of a constant: one value.
  bool written = false;               // Of a constant: it stands so in the text.
  Kernel kernel;                      // Of a call.
  std::vector<std::shared_ptr<const Node>> operands;
  Branches branches = Branches::kNone;
};

using NodePtr = std::shared_ptr<const BoundExpression::Node>;

// A place among the columns that evaluation is given.
struct Slot {
  std::size_t index = 0;
  DataType type;
};

// What names mean at one place of a tree.
class Scope {
 public:
  virtual ~Scope() = default;
  virtual Result<Slot> Column(const std::string& name) = 0;
  virtual Result<Slot> Variable(const std::string& name) = 0;
};

// The columns that the lambdas of one call take from the scope of the call.
using Captures = std::vector<Slot>;

// Evaluates over `columns`, which have `rows` values each.
Result<Operand> EvaluateNode(const BoundExpression::Node& node, std::span<const ArrayPtr> columns,
                             std::int64_t rows);

// Like it, of a call with branches: each operand over the rows that reach it only.
Result<ArrayPtr> EvaluateBranches(const BoundExpression::Node& node,
                                  std::span<const ArrayPtr> columns, std::int64_t rows);

NodePtr ColumnNode(std::size_t index, DataType type);
Result<NodePtr> BindNode(const Expression& expression, Scope& scope);

// The lambda `expression` as an argument; what its body takes from `scope` is added to `captures`.
std::unique_ptr<LambdaArgument> MakeLambdaArgument(const Expression& expression, Scope& scope,
                                                   Captures* captures);

}  // namespace gnomon::expr
