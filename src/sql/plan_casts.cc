// SPDX-License-Identifier: Apache-2.0
#include "sql/plan_casts.h"

#include <duckdb/planner/expression/bound_cast_expression.hpp>
#include <duckdb/planner/expression/bound_constant_expression.hpp>

#include "expr/coercion.h"
#include "sql/duckdb_errors.h"
#include "sql/duckdb_types.h"
#include "types/type_names.h"

namespace gnomon::sql {

namespace {

using duckdb::Expression;
using duckdb::LogicalOperator;
using duckdb::LogicalOperatorType;
using duckdb::LogicalType;
using duckdb::LogicalTypeId;

DataType TypeOf(const LogicalType& type) { return ValueOrThrow(FromDuckDb(type)); }

std::optional<DataType> CommonType(const DataType& left, const DataType& right, bool to_string) {
  const std::array<expr::Argument, 2> both = {{{.type = left}, {.type = right}}};
  return expr::WiderType(both, to_string);
}

[[noreturn]] void RefuseColumn(std::string_view of, std::size_t column, const DataType& left,
                               const DataType& right) {
  ThrowThroughDuckDb(Unimplemented(
      "column {} of {} is {} in one place and {} in another, of which no common type is proven "
      "equal to Spark's - cast it in both to the same type",
      column + 1, of, SparkTypeName(left), SparkTypeName(right)));
}

const char* NameOf(LogicalOperatorType type) {
  if (type == LogicalOperatorType::LOGICAL_UNION) return "UNION";
  return type == LogicalOperatorType::LOGICAL_EXCEPT ? "EXCEPT" : "INTERSECT";
}

// The expression of a side's column, under a cast of DuckDB's: only a projection holds casts.
Expression* CastColumn(LogicalOperator& side, std::size_t column) {
  if (side.type != LogicalOperatorType::LOGICAL_PROJECTION) return nullptr;
  return ImplicitlyCast(*side.expressions[column]);
}

// Takes the cast away and puts one of Spark's there for each type in turn. A bare NULL keeps
// DuckDB's.
void CastThrough(duckdb::ClientContext& context, ExpressionPointer& expression,
                 const std::vector<DataType>& types) {
  const std::string alias = expression->GetAlias();
  ExpressionPointer cast = std::move(expression->Cast<duckdb::BoundCastExpression>().child);
  for (const DataType& type : types) cast = SparkCast(context, std::move(cast), type);
  cast->SetAlias(alias);
  expression = std::move(cast);
}

void CastColumnOfSides(duckdb::ClientContext& context, duckdb::LogicalSetOperation& operation,
                       std::size_t column) {
  std::vector<DataType> given;
  bool cast = false;
  for (const auto& side : operation.children) {
    const Expression* child = CastColumn(*side, column);
    cast = cast || child != nullptr;
    given.push_back(TypeOf(child != nullptr ? child->return_type : side->types[column]));
  }
  if (!cast) return;
  // Spark widens one union after the other: what was cast before is cast again.
  std::vector<DataType> steps = {given[0]};
  for (std::size_t side = 1; side < given.size(); ++side) {
    const auto common = CommonType(steps.back(), given[side], true);
    if (!common) RefuseColumn(NameOf(operation.type), column, steps.back(), given[side]);
    steps.push_back(*common);
  }
  if (ToDuckDb(steps.back()) != operation.children[0]->types[column])
    RefuseColumn(NameOf(operation.type), column, given.front(), given.back());
  for (std::size_t side = 0; side < given.size(); ++side) {
    if (CastColumn(*operation.children[side], column) == nullptr) continue;
    if (given[side].kind == TypeKind::kVoid) continue;
    const auto first = steps.begin() + static_cast<std::ptrdiff_t>(std::max<std::size_t>(side, 1));
    CastThrough(context, operation.children[side]->expressions[column], {first, steps.end()});
  }
}

// Casts of DuckDB's that give what Spark's give, also in what they compare as.
bool ComparesAlike(const LogicalType& from, const LogicalType& to) {
  if (from.id() == LogicalTypeId::SQLNULL) return true;
  if (from.IsIntegral()) {
    return to.IsIntegral() || to.id() == LogicalTypeId::FLOAT || to.id() == LogicalTypeId::DOUBLE ||
           to.id() == LogicalTypeId::DECIMAL;
  }
  switch (from.id()) {
    case LogicalTypeId::FLOAT:
      return to.id() == LogicalTypeId::DOUBLE;
    case LogicalTypeId::DECIMAL:
      return to.id() == LogicalTypeId::DECIMAL;
    case LogicalTypeId::DATE:
      return to.id() == LogicalTypeId::TIMESTAMP || to.id() == LogicalTypeId::TIMESTAMP_TZ;
    case LogicalTypeId::TIMESTAMP:
      return to.id() == LogicalTypeId::TIMESTAMP_TZ || to.id() == LogicalTypeId::DATE;
    default:
      return false;
  }
}

// DuckDB reads true and false as casts of 't' and 'f'.
bool IsWrittenBoolean(const Expression& expression) {
  if (expression.GetExpressionClass() != duckdb::ExpressionClass::BOUND_CONSTANT) return false;
  const auto& value = expression.Cast<duckdb::BoundConstantExpression>().value;
  return value.type().id() == LogicalTypeId::VARCHAR && !value.IsNull() &&
         (value.ToString() == "t" || value.ToString() == "f");
}

// The column of USING may be either side's, which differ if one is 0.0 and the other -0.0.
void RefuseMergedZeros(const duckdb::LogicalComparisonJoin& join,
                       const duckdb::JoinCondition& condition) {
  const bool merged =
      join.join_type == duckdb::JoinType::RIGHT || join.join_type == duckdb::JoinType::OUTER;
  const LogicalTypeId type = condition.left->return_type.id();
  const bool floating = type == LogicalTypeId::FLOAT || type == LogicalTypeId::DOUBLE;
  if (!merged || !floating || condition.comparison != duckdb::ExpressionType::COMPARE_EQUAL) return;
  ThrowThroughDuckDb(Unimplemented(
      "a RIGHT or FULL JOIN by {} is not proven equal to Spark's where a key is -0.0 - write a "
      "LEFT JOIN, or cast the keys to string or decimal before",
      SparkTypeName(TypeOf(condition.left->return_type))));
}

}  // namespace

void CastSides(duckdb::ClientContext& context, duckdb::LogicalSetOperation& operation) {
  for (const auto& side : operation.children) side->ResolveOperatorTypes();
  for (std::size_t column = 0; column < operation.column_count; ++column)
    CastColumnOfSides(context, operation, column);
}

void CastRows(duckdb::ClientContext& context, duckdb::LogicalExpressionGet& values) {
  for (std::size_t column = 0; column < values.expr_types.size(); ++column) {
    std::vector<DataType> given;
    bool cast = false;
    for (const auto& row : values.expressions) {
      const Expression* child = ImplicitlyCast(*row[column]);
      cast = cast || child != nullptr;
      given.push_back(TypeOf(child != nullptr ? child->return_type : row[column]->return_type));
    }
    if (!cast) continue;
    DataType common = given[0];
    for (const DataType& type : given) {
      const auto wider = CommonType(common, type, false);
      if (!wider) RefuseColumn("VALUES", column, common, type);
      common = *wider;
    }
    if (ToDuckDb(common) != values.expr_types[column])
      RefuseColumn("VALUES", column, given.front(), given.back());
    for (std::size_t row = 0; row < given.size(); ++row) {
      if (ImplicitlyCast(*values.expressions[row][column]) == nullptr) continue;
      if (given[row].kind == TypeKind::kVoid) continue;
      CastThrough(context, values.expressions[row][column], {common});
    }
  }
}

void CheckJoinedTypes(const duckdb::LogicalComparisonJoin& join) {
  for (const auto& condition : join.conditions) {
    if (condition.left != nullptr) RefuseMergedZeros(join, condition);
    for (Expression* side : {condition.left.get(), condition.right.get()}) {
      const Expression* child = side == nullptr ? nullptr : ImplicitlyCast(*side);
      if (child == nullptr || ComparesAlike(child->return_type, side->return_type)) continue;
      ThrowThroughDuckDb(Unimplemented(
          "the join compares {} with {}, which is not proven equal to Spark's - cast one to the "
          "other's type before, or join with ON",
          SparkTypeName(TypeOf(child->return_type)), SparkTypeName(TypeOf(side->return_type))));
    }
  }
}

void CheckIsBoolean(Expression* condition) {
  if (condition == nullptr ||
      condition->GetExpressionClass() != duckdb::ExpressionClass::BOUND_CAST)
    return;
  const Expression& child = *condition->Cast<duckdb::BoundCastExpression>().child;
  const LogicalType& type = child.return_type;
  if (type.id() == LogicalTypeId::BOOLEAN || type.id() == LogicalTypeId::SQLNULL) return;
  if (IsWrittenBoolean(child)) return;
  ThrowThroughDuckDb(
      InvalidArgument("a condition is {}, and Spark takes only booleans - write a comparison",
                      SparkTypeName(TypeOf(type))));
}

}  // namespace gnomon::sql
