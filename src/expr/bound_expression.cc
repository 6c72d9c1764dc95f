// SPDX-License-Identifier: Apache-2.0
// Binding inserts Spark's implicit casts as nodes, and computes what is constant once; evaluating
// walks the nodes, one call of a kernel per node and batch.
#include <arrow/api.h>

#include "base/edit_distance.h"
#include "expr/bound_node.h"
#include "expr/cast.h"
#include "expr/compute_call.h"
#include "types/arrow_mapping.h"
#include "types/type_names.h"

namespace gnomon::expr {

struct BoundCall::State {
  std::shared_ptr<const BoundExpression::Node> root;
  std::vector<DataType> argument_types;
};

using Node = BoundExpression::Node;

NodePtr ColumnNode(std::size_t index, DataType type) {
  Node node;
  node.column = index;
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
    auto operand = EvaluateNode(*child, columns, rows);
    if (!operand && node.branches != Branches::kNone) {
      // Whole columns are the fast way; perhaps the row that fails is one that never gets here.
      GNOMON_ASSIGN_OR_RETURN(ArrayPtr array, EvaluateBranches(node, columns, rows));
      return Operand{std::move(array), false};
    }
    if (!operand) return std::move(operand).error();
    operands.push_back(*std::move(operand));
  }
  GNOMON_ASSIGN_OR_RETURN(ArrayPtr array, node.kernel(operands, rows));
  GNOMON_DCHECK(array->length() == rows && array->type()->Equals(*ToArrow(node.type)));
  return Operand{std::move(array), false};
}

namespace {

NodePtr ConstantNode(ArrayPtr value, DataType type, bool written) {
  Node node;
  node.literal = std::move(value);
  node.type = std::move(type);
  node.written = written;
  return std::make_shared<const Node>(std::move(node));
}

Result<ArrayPtr> EvaluateRoot(const Node& root, std::span<const ArrayPtr> columns,
                              std::int64_t rows) {
  GNOMON_ASSIGN_OR_RETURN(Operand result, EvaluateNode(root, columns, rows));
  return ExpandRows(result, rows);
}

// A call node, or its value when all operands are constants.
Result<NodePtr> CallNode(DataType type, Kernel kernel, std::vector<NodePtr> operands,
                         bool repeatable = true, Branches branches = Branches::kNone) {
  Node node;
  node.branches = branches;
  node.type = std::move(type);
  node.kernel = std::move(kernel);
  node.operands = std::move(operands);
  if (!repeatable) return NodePtr(std::make_shared<const Node>(std::move(node)));
  for (const NodePtr& operand : node.operands) {
    if (operand->literal == nullptr) return NodePtr(std::make_shared<const Node>(std::move(node)));
  }
  GNOMON_ASSIGN_OR_RETURN(Operand value, EvaluateNode(node, {}, 1));
  return ConstantNode(std::move(value.array), std::move(node.type), false);
}

Result<NodePtr> CastNode(NodePtr from, const DataType& to) {
  if (from->type == to) return from;
  GNOMON_ASSIGN_OR_RETURN(Kernel kernel, FindCast(from->type, to));
  return CallNode(to, std::move(kernel), {std::move(from)});
}

// The operands of a bound call: its arguments, cast where the function asks for it, then what the
// lambdas captured.
Result<std::vector<NodePtr>> Operands(const BoundFunction& bound,
                                      std::span<const NodePtr> arguments,
                                      const Captures& captures) {
  std::vector<NodePtr> operands;
  for (std::size_t i = 0; i < bound.operand_types.size(); ++i) {
    const std::size_t source = bound.sources.empty() ? i : bound.sources[i];
    GNOMON_CHECK(source < arguments.size() && arguments[source] != nullptr);
    GNOMON_ASSIGN_OR_RETURN(NodePtr operand, CastNode(arguments[source], bound.operand_types[i]));
    operands.push_back(std::move(operand));
  }
  for (const Slot& capture : captures) operands.push_back(ColumnNode(capture.index, capture.type));
  return operands;
}

// `arguments[i]` is null where argument i is the lambda `lambdas[i]`.
Result<NodePtr> BindCallNode(const std::string& name, std::span<const NodePtr> arguments,
                             std::span<const LambdaArgument* const> lambdas,
                             const Captures* captures) {
  const ScalarFunction* function = FindFunction(name);
  if (function == nullptr) {
    return Unimplemented("the function {} is not proven equal to Spark's{}", name,
                         DidYouMean(name, FunctionNames()));
  }
  std::vector<Argument> described;
  bool has_lambda = false;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    if (arguments[i] == nullptr) {
      has_lambda = true;
      described.push_back({.type = TypeKind::kVoid, .lambda = lambdas[i]});
    } else {
      described.push_back({arguments[i]->type, arguments[i]->literal, arguments[i]->written});
    }
  }
  if (has_lambda && !function->takes_lambda)
    return InvalidArgument("{} takes no lambda - write a value instead of x -> ...", name);
  GNOMON_ASSIGN_OR_RETURN(BoundFunction bound, function->bind(function->name, described));
  GNOMON_ASSIGN_OR_RETURN(auto operands,
                          Operands(bound, arguments, captures == nullptr ? Captures{} : *captures));
  return CallNode(std::move(bound.result), std::move(bound.kernel), std::move(operands),
                  function->repeatable, function->branches);
}

Result<NodePtr> BindLiteral(const std::shared_ptr<arrow::Scalar>& value, const DataType& type,
                            bool written) {
  GNOMON_CHECK(value != nullptr);
  GNOMON_ARROW_ASSIGN(ArrayPtr array, arrow::MakeArrayFromScalar(*value, 1), "binding a literal");
  return ConstantNode(std::move(array), type, written);
}

class SchemaScope final : public Scope {
 public:
  explicit SchemaScope(const Schema& schema) : schema_(schema) {}

  Result<Slot> Column(const std::string& name) override {
    const auto index = schema_.IndexOf(name);
    if (!index) {
      return InvalidArgument("the column {} does not exist{}", name,
                             DidYouMean(name, schema_.names()));
    }
    return Slot{*index, schema_.fields[*index].type};
  }
  Result<Slot> Variable(const std::string& name) override {
    return Corruption(
        "the compiled expression is malformed: no lambda has the parameter {} - run "
        "compile again",
        name);
  }

 private:
  const Schema& schema_;
};

Result<NodePtr> BindCallOf(const Expression& call, Scope& scope) {
  std::vector<NodePtr> arguments;
  std::vector<std::unique_ptr<LambdaArgument>> lambdas;
  std::vector<const LambdaArgument*> views;
  Captures captures;
  for (const Expression& argument : call.args) {
    lambdas.emplace_back();
    arguments.emplace_back();
    if (argument.op == Expression::Op::kLambda) {
      lambdas.back() = MakeLambdaArgument(argument, scope, &captures);
    } else {
      GNOMON_ASSIGN_OR_RETURN(arguments.back(), BindNode(argument, scope));
    }
    views.push_back(lambdas.back().get());
  }
  return BindCallNode(call.name, arguments, views, &captures);
}

}  // namespace

Result<NodePtr> BindNode(const Expression& expression, Scope& scope) {
  switch (expression.op) {
    case Expression::Op::kLiteral:
      return BindLiteral(expression.value, expression.type, true);
    case Expression::Op::kColumn: {
      GNOMON_ASSIGN_OR_RETURN(Slot slot, scope.Column(expression.name));
      return ColumnNode(slot.index, std::move(slot.type));
    }
    case Expression::Op::kVariable: {
      GNOMON_ASSIGN_OR_RETURN(Slot slot, scope.Variable(expression.name));
      return ColumnNode(slot.index, std::move(slot.type));
    }
    case Expression::Op::kCall:
      return BindCallOf(expression, scope);
    case Expression::Op::kCast: {
      GNOMON_ASSIGN_OR_RETURN(NodePtr argument, BindNode(expression.args[0], scope));
      return CastNode(std::move(argument), expression.type);
    }
    case Expression::Op::kLambda:
      return InvalidArgument(
          "a lambda x -> ... stands where a value should - give it to transform, "
          "filter or the like");
  }
  GNOMON_CHECK(false);
}

namespace {

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
  SchemaScope scope(input);
  GNOMON_ASSIGN_OR_RETURN(NodePtr root, BindNode(expression, scope));
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
                                  const std::vector<std::shared_ptr<arrow::Scalar>>& literals,
                                  const std::vector<bool>& written) {
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
    GNOMON_ASSIGN_OR_RETURN(NodePtr literal, BindLiteral(literals[i], argument_types[i],
                                                         i < written.size() && written[i]));
    arguments.push_back(std::move(literal));
  }
  GNOMON_ASSIGN_OR_RETURN(NodePtr root, BindCallNode(name, arguments, {}, nullptr));
  return BoundCall(std::make_shared<const State>(State{std::move(root), argument_types}));
}

Result<BoundCall> BoundCall::BindTree(const Expression& tree,
                                      const std::vector<DataType>& argument_types) {
  Schema schema;
  for (std::size_t i = 0; i < argument_types.size(); ++i)
    schema.fields.push_back(Field{.name = std::to_string(i), .type = argument_types[i]});
  SchemaScope scope(schema);
  GNOMON_ASSIGN_OR_RETURN(NodePtr root, BindNode(tree, scope));
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
