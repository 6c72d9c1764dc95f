// SPDX-License-Identifier: Apache-2.0
// Understands `column <op> constant`, IN lists (as their range), BETWEEN, IS [NOT] NULL and
// conjunctions of them.
#include "sql/pushdown.h"

#include <arrow/api.h>

#include <algorithm>
#include <cmath>
#include <duckdb/planner/expression/bound_between_expression.hpp>
#include <duckdb/planner/expression/bound_columnref_expression.hpp>
#include <duckdb/planner/expression/bound_comparison_expression.hpp>
#include <duckdb/planner/expression/bound_conjunction_expression.hpp>
#include <duckdb/planner/expression/bound_constant_expression.hpp>
#include <duckdb/planner/expression/bound_operator_expression.hpp>
#include <optional>

#include "sql/arrow_bridge.h"
#include "sql/duckdb_types.h"

namespace gnomon::sql {

namespace {

using duckdb::Expression;
using duckdb::ExpressionClass;
using duckdb::ExpressionType;
using Op = iceberg::Comparison::Op;

std::optional<Op> OpOf(ExpressionType type) {
  switch (type) {
    case ExpressionType::COMPARE_EQUAL:
      return Op::kEq;
    case ExpressionType::COMPARE_NOTEQUAL:
      return Op::kNe;
    case ExpressionType::COMPARE_LESSTHAN:
      return Op::kLt;
    case ExpressionType::COMPARE_LESSTHANOREQUALTO:
      return Op::kLe;
    case ExpressionType::COMPARE_GREATERTHAN:
      return Op::kGt;
    case ExpressionType::COMPARE_GREATERTHANOREQUALTO:
      return Op::kGe;
    default:
      return std::nullopt;
  }
}

// NaN is the greatest double in Spark, but no part of a file's bounds: only what NaN cannot satisfy
// may skip files.
bool IsSafe(const DataType& type, Op op, const duckdb::Value& value) {
  if (type.kind != TypeKind::kFloat && type.kind != TypeKind::kDouble) return true;
  const double number = value.GetValue<double>();
  return !std::isnan(number) && (op == Op::kEq || op == Op::kLt || op == Op::kLe);
}

class Collector {
 public:
  Collector(duckdb::ClientContext& context, const duckdb::LogicalGet& get, const Schema& schema,
            iceberg::Filter& comparisons)
      : context_(context), get_(get), schema_(schema), comparisons_(comparisons) {}

  void Collect(const Expression& expression) {
    switch (expression.GetExpressionClass()) {
      case ExpressionClass::BOUND_CONJUNCTION:
        return Conjunction(expression.Cast<duckdb::BoundConjunctionExpression>());
      case ExpressionClass::BOUND_COMPARISON:
        return Comparison(expression.Cast<duckdb::BoundComparisonExpression>());
      case ExpressionClass::BOUND_BETWEEN:
        return Between(expression.Cast<duckdb::BoundBetweenExpression>());
      case ExpressionClass::BOUND_OPERATOR:
        return Operator(expression.Cast<duckdb::BoundOperatorExpression>());
      default:
        return;
    }
  }

 private:
  // The scanned column that `expression` is, nullptr if it is anything else.
  const Field* ColumnOf(const Expression& expression) const {
    if (expression.GetExpressionClass() != ExpressionClass::BOUND_COLUMN_REF) return nullptr;
    const auto& reference = expression.Cast<duckdb::BoundColumnRefExpression>();
    const auto& ids = get_.GetColumnIds();
    if (reference.binding.table_index != get_.table_index ||
        reference.binding.column_index >= ids.size()) {
      return nullptr;
    }
    const duckdb::idx_t index = ids[reference.binding.column_index].GetPrimaryIndex();
    if (index >= schema_.fields.size()) return nullptr;
    const Field& field = schema_.fields[index];
    return field.type.children.empty() ? &field : nullptr;
  }

  void Add(const Expression& column, Op op, const Expression& constant) {
    const Field* field = ColumnOf(column);
    if (field == nullptr || constant.GetExpressionClass() != ExpressionClass::BOUND_CONSTANT) {
      return;
    }
    AddValue(*field, op, constant.Cast<duckdb::BoundConstantExpression>().value);
  }

  void AddValue(const Field& field, Op op, const duckdb::Value& value) {
    if (value.IsNull() || value.type() != ToDuckDb(field.type) || !IsSafe(field.type, op, value)) {
      return;
    }
    iceberg::Comparison comparison;
    comparison.column = field.name;
    comparison.op = op;
    comparison.value = ValueToArrow(context_, value, field.type);
    comparisons_.push_back(std::move(comparison));
  }

  void Conjunction(const duckdb::BoundConjunctionExpression& conjunction) {
    if (conjunction.GetExpressionType() != ExpressionType::CONJUNCTION_AND) return;
    for (const auto& child : conjunction.children) Collect(*child);
  }

  void Comparison(const duckdb::BoundComparisonExpression& comparison) {
    const std::optional<Op> op = OpOf(comparison.GetExpressionType());
    if (op) Add(*comparison.left, *op, *comparison.right);
    const std::optional<Op> flipped =
        OpOf(duckdb::FlipComparisonExpression(comparison.GetExpressionType()));
    if (op && flipped) Add(*comparison.right, *flipped, *comparison.left);
  }

  void Between(const duckdb::BoundBetweenExpression& between) {
    Add(*between.input, between.lower_inclusive ? Op::kGe : Op::kGt, *between.lower);
    Add(*between.input, between.upper_inclusive ? Op::kLe : Op::kLt, *between.upper);
  }

  void Operator(const duckdb::BoundOperatorExpression& operation) {
    const ExpressionType type = operation.GetExpressionType();
    if (type == ExpressionType::COMPARE_IN) return In(operation);
    if (type != ExpressionType::OPERATOR_IS_NULL && type != ExpressionType::OPERATOR_IS_NOT_NULL) {
      return;
    }
    const Field* field = ColumnOf(*operation.children[0]);
    if (field == nullptr) return;
    iceberg::Comparison comparison;
    comparison.column = field->name;
    comparison.op = type == ExpressionType::OPERATOR_IS_NULL ? Op::kIsNull : Op::kNotNull;
    comparisons_.push_back(std::move(comparison));
  }

  // A filter is a conjunction, so a list counts as the range from its least to its greatest value.
  void In(const duckdb::BoundOperatorExpression& operation) {
    const Field* field = ColumnOf(*operation.children[0]);
    if (field == nullptr) return;
    std::vector<duckdb::Value> values;
    for (std::size_t i = 1; i < operation.children.size(); ++i) {
      const Expression& child = *operation.children[i];
      if (child.GetExpressionClass() != ExpressionClass::BOUND_CONSTANT) return;
      const duckdb::Value& value = child.Cast<duckdb::BoundConstantExpression>().value;
      if (!value.IsNull()) values.push_back(value);
    }
    if (values.empty()) return;
    const auto [least, greatest] = std::minmax_element(values.begin(), values.end());
    AddValue(*field, Op::kGe, *least);
    AddValue(*field, Op::kLe, *greatest);
  }

  duckdb::ClientContext& context_;
  const duckdb::LogicalGet& get_;
  const Schema& schema_;
  iceberg::Filter& comparisons_;
};

}  // namespace

void CollectComparisons(duckdb::ClientContext& context, const duckdb::LogicalGet& get,
                        const Schema& schema,
                        const duckdb::vector<duckdb::unique_ptr<Expression>>& filters,
                        iceberg::Filter& comparisons) {
  Collector collector(context, get, schema, comparisons);
  for (const auto& filter : filters) collector.Collect(*filter);
}

}  // namespace gnomon::sql
