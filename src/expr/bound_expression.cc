// SPDX-License-Identifier: Apache-2.0
// Binding inserts Spark's implicit casts as nodes, and computes what is constant once; evaluating
// walks the nodes, one call of a kernel per node and batch.
#include <arrow/api.h>

#include "base/edit_distance.h"
#include "expr/cast.h"
#include "expr/expression.h"
#include "expr/function.h"
#include "types/arrow_mapping.h"
#include "types/type_names.h"

namespace gnomon::expr {

struct BoundExpression::Node {
  DataType type;
  std::optional<std::size_t> column;  // Of a column node.
  ArrayPtr literal;                   // Of a constant: one value.
  Kernel kernel;                      // Of a call.
  std::vector<std::shared_ptr<const Node>> operands;
};

struct BoundCall::State {
  std::shared_ptr<const BoundExpression::Node> root;
  std::vector<DataType> argument_types;
};

namespace {

using Node = BoundExpression::Node;
using NodePtr = std::shared_ptr<const Node>;

NodePtr ColumnNode(std::size_t index, DataType type) {
  Node node;
  node.column = index;
  node.type = std::move(type);
  return std::make_shared<const Node>(std::move(node));
}

NodePtr ConstantNode(ArrayPtr value, DataType type) {
  Node node;
  node.literal = std::move(value);
  node.type = std::move(type);
  return std::make_shared<const Node>(std::move(node));
}

Result<Operand> EvaluateNode(const Node& node, std::span<const ArrayPtr> columns,
                             std::int64_t rows) {
  if (node.literal != nullptr) return Operand{node.literal, true};
  if (node.column) return Operand{columns[*node.column], false};
  std::vector<Operand> operands;
  operands.reserve(node.operands.size());
  for (const NodePtr& child : node.operands) {
    GNOMON_ASSIGN_OR_RETURN(Operand operand, EvaluateNode(*child, columns, rows));
    operands.push_back(std::move(operand));
  }
  GNOMON_ASSIGN_OR_RETURN(ArrayPtr array, node.kernel(operands, rows));
  GNOMON_DCHECK(array->length() == rows && array->type()->Equals(*ToArrow(node.type)));
  return Operand{std::move(array), false};
}

Result<ArrayPtr> EvaluateRoot(const Node& root, std::span<const ArrayPtr> columns,
                              std::int64_t rows) {
  GNOMON_ASSIGN_OR_RETURN(Operand result, EvaluateNode(root, columns, rows));
  if (!result.constant) return std::move(result.array);
  GNOMON_ARROW_ASSIGN(auto value, result.array->GetScalar(0), "reading a constant");
  GNOMON_ARROW_ASSIGN(ArrayPtr repeated, arrow::MakeArrayFromScalar(*value, rows),
                      "repeating a constant");
  return repeated;
}

// A call node, or its value when all operands are constants.
Result<NodePtr> CallNode(DataType type, Kernel kernel, std::vector<NodePtr> operands) {
  Node node;
  node.type = std::move(type);
  node.kernel = std::move(kernel);
  node.operands = std::move(operands);
  for (const NodePtr& operand : node.operands) {
    if (operand->literal == nullptr) return NodePtr(std::make_shared<const Node>(std::move(node)));
  }
  GNOMON_ASSIGN_OR_RETURN(Operand value, EvaluateNode(node, {}, 1));
  return ConstantNode(std::move(value.array), std::move(node.type));
}

Result<NodePtr> CastNode(NodePtr from, const DataType& to) {
  if (from->type == to) return from;
  GNOMON_ASSIGN_OR_RETURN(Kernel kernel, FindCast(from->type, to));
  return CallNode(to, std::move(kernel), {std::move(from)});
}

Result<NodePtr> BindCallNode(const std::string& name, const std::vector<NodePtr>& arguments) {
  const ScalarFunction* function = FindFunction(name);
  if (function == nullptr) {
    return Unimplemented("the function {} is not proven equal to Spark's{}", name,
                         DidYouMean(name, FunctionNames()));
  }
  std::vector<Argument> described;
  for (const NodePtr& argument : arguments)
    described.push_back({argument->type, argument->literal});
  GNOMON_ASSIGN_OR_RETURN(BoundFunction bound, function->bind(function->name, described));
  std::vector<NodePtr> operands;
  for (std::size_t i = 0; i < bound.operand_types.size(); ++i) {
    const std::size_t source = bound.sources.empty() ? i : bound.sources[i];
    GNOMON_CHECK(source < arguments.size());
    GNOMON_ASSIGN_OR_RETURN(NodePtr operand, CastNode(arguments[source], bound.operand_types[i]));
    operands.push_back(std::move(operand));
  }
  return CallNode(std::move(bound.result), std::move(bound.kernel), std::move(operands));
}

Result<NodePtr> BindLiteral(const std::shared_ptr<arrow::Scalar>& value, const DataType& type) {
  GNOMON_CHECK(value != nullptr);
  GNOMON_ARROW_ASSIGN(ArrayPtr array, arrow::MakeArrayFromScalar(*value, 1), "binding a literal");
  return ConstantNode(std::move(array), type);
}

Result<NodePtr> BindNode(const Expression& expression, const Schema& input) {
  if (expression.op == Expression::Op::kLiteral)
    return BindLiteral(expression.value, expression.type);
  if (expression.op == Expression::Op::kColumn) {
    const auto index = input.IndexOf(expression.name);
    if (!index) {
      return InvalidArgument("the column {} does not exist{}", expression.name,
                             DidYouMean(expression.name, input.names()));
    }
    return ColumnNode(*index, input.fields[*index].type);
  }
  std::vector<NodePtr> arguments;
  for (const Expression& argument : expression.args) {
    GNOMON_ASSIGN_OR_RETURN(NodePtr bound, BindNode(argument, input));
    arguments.push_back(std::move(bound));
  }
  if (expression.op == Expression::Op::kCall) return BindCallNode(expression.name, arguments);
  GNOMON_CHECK(arguments.size() == 1);
  return CastNode(std::move(arguments[0]), expression.type);
}

// Kernels read raw buffers, so a column of another layout (large strings, other units) must not
// reach them.
Status CheckColumn(const arrow::Array& column, const DataType& type, std::int64_t rows) {
  if (column.length() == rows && column.type()->Equals(*ToArrow(type))) return Ok();
  return Internal(
      "a column does not have the type that the expression was bound to: {} rows of {} - {} rows "
      "of {}",
      column.length(), column.type()->ToString(), rows, SparkTypeName(type));
}

Status CheckColumns(const Node& node, std::span<const ArrayPtr> columns, std::int64_t rows) {
  if (node.column) {
    if (*node.column >= columns.size())
      return Internal("a column is missing: index {}", *node.column);
    return CheckColumn(*columns[*node.column], node.type, rows);
  }
  for (const NodePtr& operand : node.operands) {
    GNOMON_RETURN_IF_ERROR(CheckColumns(*operand, columns, rows));
  }
  return Ok();
}

}  // namespace

Result<BoundExpression> BoundExpression::Bind(const Expression& expression, const Schema& input) {
  GNOMON_ASSIGN_OR_RETURN(NodePtr root, BindNode(expression, input));
  return BoundExpression(std::move(root));
}

const DataType& BoundExpression::type() const { return root_->type; }

Result<std::shared_ptr<arrow::Array>> BoundExpression::Evaluate(
    const arrow::RecordBatch& batch) const {
  GNOMON_RETURN_IF_ERROR(CheckColumns(*root_, batch.columns(), batch.num_rows()));
  return EvaluateRoot(*root_, batch.columns(), batch.num_rows());
}

Result<BoundCall> BoundCall::Bind(const std::string& name,
                                  const std::vector<DataType>& argument_types,
                                  const std::vector<std::shared_ptr<arrow::Scalar>>& literals) {
  GNOMON_CHECK(literals.empty() || literals.size() == argument_types.size());
  std::vector<NodePtr> arguments;
  for (std::size_t i = 0; i < argument_types.size(); ++i) {
    if (literals.empty() || literals[i] == nullptr) {
      arguments.push_back(ColumnNode(i, argument_types[i]));
      continue;
    }
    if (!literals[i]->type->Equals(*ToArrow(argument_types[i]))) {
      return Internal("a constant of {} does not have its argument's type: {}", name,
                      literals[i]->type->ToString());
    }
    GNOMON_ASSIGN_OR_RETURN(NodePtr literal, BindLiteral(literals[i], argument_types[i]));
    arguments.push_back(std::move(literal));
  }
  GNOMON_ASSIGN_OR_RETURN(NodePtr root, BindCallNode(name, arguments));
  return BoundCall(std::make_shared<const State>(State{std::move(root), argument_types}));
}

Result<BoundCall> BoundCall::BindCast(const DataType& from, const DataType& to) {
  GNOMON_ASSIGN_OR_RETURN(NodePtr root, CastNode(ColumnNode(0, from), to));
  return BoundCall(std::make_shared<const State>(State{std::move(root), {from}}));
}

const DataType& BoundCall::type() const { return state_->root->type; }

Result<std::shared_ptr<arrow::Array>> BoundCall::Evaluate(
    const std::vector<std::shared_ptr<arrow::Array>>& arguments, std::int64_t row_count) const {
  GNOMON_RETURN_IF_ERROR(CheckColumns(*state_->root, arguments, row_count));
  return EvaluateRoot(*state_->root, arguments, row_count);
}

}  // namespace gnomon::expr
