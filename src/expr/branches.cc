// SPDX-License-Identifier: Apache-2.0
// The slow way through if, CASE, coalesce, AND and OR, taken when whole columns end in an error.
#include <array>
#include <numeric>

#include "expr/bound_node.h"
#include "expr/compute_call.h"
#include "expr/scattered_rows.h"

namespace gnomon::expr {

namespace {

using Node = BoundExpression::Node;
using Rows = std::vector<std::int64_t>;

// The operand over these rows alone.
Result<ArrayPtr> EvaluateAt(const Node& operand, std::span<const ArrayPtr> columns,
                            const Rows& rows) {
  std::vector<ArrayPtr> taken;
  for (const ArrayPtr& column : columns) {
    GNOMON_ASSIGN_OR_RETURN(ArrayPtr values, TakeRows(column, rows));
    taken.push_back(std::move(values));
  }
  const auto count = static_cast<std::int64_t>(rows.size());
  GNOMON_ASSIGN_OR_RETURN(Operand result, EvaluateNode(operand, taken, count));
  return ExpandRows(result, count);
}

// Splits `rows` by whether keep(i) holds for the i-th of them: those stay, the others are returned.
template <typename Keep>
Rows Split(Rows* rows, Keep keep) {
  Rows kept;
  Rows others;
  for (std::size_t i = 0; i < rows->size(); ++i)
    (keep(static_cast<std::int64_t>(i)) ? kept : others).push_back((*rows)[i]);
  *rows = std::move(kept);
  return others;
}

Result<ArrayPtr> EvaluateConditions(const Node& node, std::span<const ArrayPtr> columns,
                                    Rows waiting, ScatteredRows collected) {
  for (std::size_t i = 0; i + 1 < node.operands.size(); i += 2) {
    GNOMON_ASSIGN_OR_RETURN(ArrayPtr condition, EvaluateAt(*node.operands[i], columns, waiting));
    const auto& flags = static_cast<const arrow::BooleanArray&>(*condition);
    const Rows chosen =
        Split(&waiting, [&](std::int64_t row) { return flags.IsNull(row) || !flags.Value(row); });
    GNOMON_ASSIGN_OR_RETURN(ArrayPtr values, EvaluateAt(*node.operands[i + 1], columns, chosen));
    collected.Add(values, chosen);
  }
  GNOMON_ASSIGN_OR_RETURN(ArrayPtr values, EvaluateAt(*node.operands.back(), columns, waiting));
  collected.Add(values, waiting);
  return collected.InOrder();
}

Result<ArrayPtr> EvaluateFirstValid(const Node& node, std::span<const ArrayPtr> columns,
                                    Rows waiting, ScatteredRows collected) {
  for (const NodePtr& operand : node.operands) {
    GNOMON_ASSIGN_OR_RETURN(ArrayPtr values, EvaluateAt(*operand, columns, waiting));
    collected.Add(values, waiting);
    Split(&waiting, [&](std::int64_t row) { return values->IsNull(row); });
  }
  return collected.InOrder();
}

// `decisive` is the value of the left operand that leaves nothing to the right one.
Result<ArrayPtr> EvaluateLogic(const Node& node, std::span<const ArrayPtr> columns, Rows waiting,
                               bool decisive, ScatteredRows collected) {
  GNOMON_ASSIGN_OR_RETURN(ArrayPtr left, EvaluateAt(*node.operands[0], columns, waiting));
  collected.Add(left, waiting);
  const auto& flags = static_cast<const arrow::BooleanArray&>(*left);
  Split(&waiting,
        [&](std::int64_t row) { return flags.IsNull(row) || flags.Value(row) != decisive; });
  GNOMON_ASSIGN_OR_RETURN(ArrayPtr right, EvaluateAt(*node.operands[1], columns, waiting));
  GNOMON_ASSIGN_OR_RETURN(ArrayPtr undecided, TakeRows(left, waiting));
  const std::array<Operand, 2> both = {Operand{std::move(undecided), false},
                                       Operand{std::move(right), false}};
  GNOMON_ASSIGN_OR_RETURN(ArrayPtr values,
                          node.kernel(both, static_cast<std::int64_t>(waiting.size())));
  collected.Add(std::move(values), waiting);
  return collected.InOrder();
}

}  // namespace

Result<ArrayPtr> EvaluateBranches(const Node& node, std::span<const ArrayPtr> columns,
                                  std::int64_t rows) {
  Rows all(static_cast<std::size_t>(rows));
  std::iota(all.begin(), all.end(), 0);
  ScatteredRows collected(node.type, rows);
  switch (node.branches) {
    case Branches::kNone:
      break;
    case Branches::kConditions:
      return EvaluateConditions(node, columns, std::move(all), std::move(collected));
    case Branches::kFirstValid:
      return EvaluateFirstValid(node, columns, std::move(all), std::move(collected));
    case Branches::kAllTrue:
      return EvaluateLogic(node, columns, std::move(all), false, std::move(collected));
    case Branches::kAnyTrue:
      return EvaluateLogic(node, columns, std::move(all), true, std::move(collected));
  }
  GNOMON_CHECK(false);
}

}  // namespace gnomon::expr
