// SPDX-License-Identifier: Apache-2.0
// Lambdas: the body is bound like any tree, in a scope of its own; evaluated once for all elements
// of a batch, with the outer columns gathered to the elements.
#include <arrow/api.h>

#include "base/edit_distance.h"
#include "expr/bound_node.h"
#include "expr/compute_call.h"
#include "types/arrow_mapping.h"

namespace gnomon::expr {

namespace {

class LambdaScope final : public Scope {
 public:
  LambdaScope(std::span<const std::string> names, std::span<const DataType> types, Scope& outer,
              Captures* captures)
      : names_(names), types_(types), outer_(outer), captures_(captures) {}

  Result<Slot> Column(const std::string& name) override {
    GNOMON_ASSIGN_OR_RETURN(Slot slot, outer_.Column(name));
    return Capture(std::move(slot));
  }

  Result<Slot> Variable(const std::string& name) override {
    for (std::size_t i = 0; i < names_.size(); ++i) {
      if (names_[i] == name) return Slot{i, types_[i]};
    }
    GNOMON_ASSIGN_OR_RETURN(Slot slot, outer_.Variable(name));
    return Capture(std::move(slot));
  }

 private:
  Slot Capture(Slot outer) {
    std::size_t at = 0;
    while (at < captures_->size() && (*captures_)[at].index != outer.index) ++at;
    if (at == captures_->size()) captures_->push_back(outer);
    return Slot{names_.size() + at, std::move(outer.type)};
  }

  std::span<const std::string> names_;
  std::span<const DataType> types_;
  Scope& outer_;
  Captures* captures_;
};

void MarkColumns(const BoundExpression::Node& node, std::vector<bool>* used) {
  if (node.column) {
    if (*node.column >= used->size()) used->resize(*node.column + 1);
    (*used)[*node.column] = true;
  }
  for (const NodePtr& operand : node.operands) MarkColumns(*operand, used);
}

Result<ArrayPtr> GatherCapture(const Operand& capture, std::span<const std::int64_t> call_rows) {
  std::vector<std::int64_t> rows(call_rows.begin(), call_rows.end());
  if (capture.constant) std::fill(rows.begin(), rows.end(), 0);
  return TakeRows(capture.array, rows);
}

Result<ArrayPtr> EvaluateBody(const BoundExpression::Node& body, const std::vector<bool>& used,
                              std::vector<ArrayPtr> parameters,
                              std::span<const std::int64_t> call_rows,
                              std::span<const Operand> captures) {
  const auto rows = static_cast<std::int64_t>(call_rows.size());
  std::vector<ArrayPtr> columns = std::move(parameters);
  const std::size_t parameter_count = columns.size();
  columns.resize(std::max(used.size(), parameter_count));
  for (std::size_t i = parameter_count; i < used.size(); ++i) {
    if (!used[i]) continue;
    GNOMON_ASSIGN_OR_RETURN(columns[i], GatherCapture(captures[i - parameter_count], call_rows));
  }
  GNOMON_ASSIGN_OR_RETURN(Operand result, EvaluateNode(body, columns, rows));
  return ExpandRows(result, rows);
}

class BindableLambda final : public LambdaArgument {
 public:
  BindableLambda(const Expression& expression, Scope& scope, Captures* captures)
      : expression_(expression), scope_(scope), captures_(captures) {}

  std::size_t parameter_count() const override { return expression_.parameters.size(); }

  Result<BoundLambda> Bind(std::span<const DataType> parameters) const override {
    GNOMON_CHECK(parameters.size() >= expression_.parameters.size());
    LambdaScope scope(expression_.parameters, parameters, scope_, captures_);
    GNOMON_ASSIGN_OR_RETURN(NodePtr body, BindNode(expression_.args[0], scope));
    std::vector<bool> used;
    MarkColumns(*body, &used);
    const std::size_t count = expression_.parameters.size();
    return BoundLambda{body->type, [body, used, count](std::vector<ArrayPtr> values,
                                                       std::span<const std::int64_t> call_rows,
                                                       std::span<const Operand> captures) {
                         values.resize(count);
                         return EvaluateBody(*body, used, std::move(values), call_rows, captures);
                       }};
  }

 private:
  const Expression& expression_;
  Scope& scope_;
  Captures* captures_;
};

}  // namespace

std::unique_ptr<LambdaArgument> MakeLambdaArgument(const Expression& expression, Scope& scope,
                                                   Captures* captures) {
  return std::make_unique<BindableLambda>(expression, scope, captures);
}

}  // namespace gnomon::expr
