// SPDX-License-Identifier: Apache-2.0
// Where Spark's rule and DuckDB's agree: equal types (NaN equals NaN and is greatest on both
// sides), integers of two widths, and a date against a constant string that is a date. Logic is
// three-valued on both sides.
#include "sql/native_operators.h"

#include <arrow/api.h>

#include <algorithm>
#include <array>
#include <duckdb/execution/expression_executor.hpp>
#include <duckdb/planner/expression/bound_cast_expression.hpp>
#include <duckdb/planner/expression/bound_comparison_expression.hpp>
#include <duckdb/planner/expression/bound_conjunction_expression.hpp>
#include <duckdb/planner/expression/bound_constant_expression.hpp>
#include <duckdb/planner/expression/bound_operator_expression.hpp>
#include <optional>

#include "base/calendar.h"
#include "sql/bound_call_data.h"
#include "sql/duckdb_types.h"

namespace gnomon::sql {

namespace {

using duckdb::Expression;
using duckdb::ExpressionType;
using duckdb::LogicalType;
using duckdb::LogicalTypeId;

using ExpressionPointer = duckdb::unique_ptr<Expression>;
using Children = duckdb::vector<ExpressionPointer>;

struct NamedOperator {
  std::string_view name;
  ExpressionType type;
};

constexpr std::array<NamedOperator, 7> kComparisons = {{
    {"eq", ExpressionType::COMPARE_EQUAL},
    {"ne", ExpressionType::COMPARE_NOTEQUAL},
    {"lt", ExpressionType::COMPARE_LESSTHAN},
    {"le", ExpressionType::COMPARE_LESSTHANOREQUALTO},
    {"gt", ExpressionType::COMPARE_GREATERTHAN},
    {"ge", ExpressionType::COMPARE_GREATERTHANOREQUALTO},
    {"eq_null_safe", ExpressionType::COMPARE_NOT_DISTINCT_FROM},
}};

bool ComparesAlike(const DataType& type) {
  return type.kind == TypeKind::kDecimal || (type.children.empty() && type.kind != TypeKind::kVoid);
}

// The day that a constant string names as `yyyy-MM-dd`.
std::optional<Day> ConstantDay(duckdb::ClientContext& context, const Expression& expression) {
  if (expression.return_type.id() != LogicalTypeId::VARCHAR || !expression.IsFoldable()) {
    return std::nullopt;
  }
  duckdb::Value value;
  if (!duckdb::ExpressionExecutor::TryEvaluateScalar(context, expression, value) ||
      value.IsNull()) {
    return std::nullopt;
  }
  Result<Day> day = ParseDay(duckdb::StringValue::Get(value));
  if (!day.has_value()) return std::nullopt;
  return *day;
}

// The one type in which both sides compare the same way in Spark and DuckDB; kVoid where there is
// none.
DataType CommonType(duckdb::ClientContext& context, const DataType& left_type,
                    const Expression& left, const DataType& right_type, const Expression& right) {
  if (left_type == right_type && ComparesAlike(left_type)) return left_type;
  if (IsInteger(left_type.kind) && IsInteger(right_type.kind)) {
    return left_type.kind > right_type.kind ? left_type : right_type;
  }
  const bool left_is_date = left_type.kind == TypeKind::kDate;
  const bool right_is_date = right_type.kind == TypeKind::kDate;
  if (left_is_date && ConstantDay(context, right)) return left_type;
  if (right_is_date && ConstantDay(context, left)) return right_type;
  return DataType(TypeKind::kVoid);
}

ExpressionPointer Convert(duckdb::ClientContext& context, ExpressionPointer expression,
                          const DataType& type) {
  if (type.kind == TypeKind::kDate) {
    if (const std::optional<Day> day = ConstantDay(context, *expression)) {
      return duckdb::make_uniq<duckdb::BoundConstantExpression>(
          duckdb::Value::DATE(duckdb::date_t(day->days_since_epoch)));
    }
  }
  return duckdb::BoundCastExpression::AddCastToType(context, std::move(expression), ToDuckDb(type));
}

ExpressionPointer Comparison(duckdb::ClientContext& context, const BoundCallData& data,
                             ExpressionType type, Children& children) {
  const DataType common = CommonType(context, data.argument_types[0], *children[0],
                                     data.argument_types[1], *children[1]);
  if (common.kind == TypeKind::kVoid) return nullptr;
  return duckdb::make_uniq<duckdb::BoundComparisonExpression>(
      type, Convert(context, std::move(children[0]), common),
      Convert(context, std::move(children[1]), common));
}

bool AllBoolean(const BoundCallData& data) {
  return std::all_of(data.argument_types.begin(), data.argument_types.end(),
                     [](const DataType& type) { return type.kind == TypeKind::kBoolean; });
}

ExpressionPointer Operator(ExpressionType type, const LogicalType& result, Children& children) {
  auto expression = duckdb::make_uniq<duckdb::BoundOperatorExpression>(type, result);
  for (ExpressionPointer& child : children) expression->children.push_back(std::move(child));
  return expression;
}

ExpressionPointer Logic(const BoundCallData& data, Children& children) {
  if (data.name == "is_null") {
    return Operator(ExpressionType::OPERATOR_IS_NULL, LogicalType::BOOLEAN, children);
  }
  if (data.name == "is_not_null") {
    return Operator(ExpressionType::OPERATOR_IS_NOT_NULL, LogicalType::BOOLEAN, children);
  }
  if (!AllBoolean(data)) return nullptr;
  if (data.name == "not") {
    return Operator(ExpressionType::OPERATOR_NOT, LogicalType::BOOLEAN, children);
  }
  if ((data.name != "and" && data.name != "or") || children.size() < 2) return nullptr;
  auto expression = duckdb::make_uniq<duckdb::BoundConjunctionExpression>(
      data.name == "and" ? ExpressionType::CONJUNCTION_AND : ExpressionType::CONJUNCTION_OR);
  for (ExpressionPointer& child : children) expression->children.push_back(std::move(child));
  return expression;
}

// `x IN (a, b)` when every element compares with x in x's own type.
ExpressionPointer In(duckdb::ClientContext& context, const BoundCallData& data,
                     Children& children) {
  const DataType& type = data.argument_types[0];
  if (children.size() < 2) return nullptr;
  for (std::size_t i = 1; i < children.size(); ++i) {
    const DataType common =
        CommonType(context, type, *children[0], data.argument_types[i], *children[i]);
    if (common.kind == TypeKind::kVoid || !(common == type)) return nullptr;
  }
  for (std::size_t i = 1; i < children.size(); ++i) {
    children[i] = Convert(context, std::move(children[i]), type);
  }
  // Joins know what to do with an equality.
  if (children.size() == 2) {
    return duckdb::make_uniq<duckdb::BoundComparisonExpression>(
        ExpressionType::COMPARE_EQUAL, std::move(children[0]), std::move(children[1]));
  }
  return Operator(ExpressionType::COMPARE_IN, LogicalType::BOOLEAN, children);
}

}  // namespace

duckdb::unique_ptr<Expression> BindNativeOperator(duckdb::FunctionBindExpressionInput& input) {
  const auto& data = input.bind_data->Cast<BoundCallData>();
  // Values that are their own keys.
  if (data.name == "sort_key" && data.argument_types[0].children.empty())
    return std::move(input.children[0]);
  // A function that is no predicate stays ours.
  if (data.call.type().kind != TypeKind::kBoolean) return nullptr;
  for (const NamedOperator& comparison : kComparisons) {
    if (comparison.name == data.name && input.children.size() == 2) {
      return Comparison(input.context, data, comparison.type, input.children);
    }
  }
  if (data.name == "in") return In(input.context, data, input.children);
  return Logic(data, input.children);
}

}  // namespace gnomon::sql
