// SPDX-License-Identifier: Apache-2.0
#include "sql/plan_calls.h"

#include <duckdb/function/function_binder.hpp>
#include <duckdb/planner/expression/bound_cast_expression.hpp>
#include <duckdb/planner/expression/bound_constant_expression.hpp>

#include "sql/duckdb_types.h"
#include "types/type_names.h"

namespace gnomon::sql {

namespace {

ExpressionPointer Call(duckdb::ClientContext& context, const char* function,
                       duckdb::vector<ExpressionPointer> arguments) {
  duckdb::FunctionBinder binder(context);
  duckdb::ErrorData error;
  auto call = binder.BindScalarFunction(DEFAULT_SCHEMA, function, std::move(arguments), error);
  if (call == nullptr) error.Throw();
  return call;
}

}  // namespace

void Wrap(duckdb::ClientContext& context, const char* function, ExpressionPointer& expression) {
  const std::string alias = expression->GetAlias();
  duckdb::vector<ExpressionPointer> arguments;
  arguments.push_back(std::move(expression));
  expression = Call(context, function, std::move(arguments));
  expression->SetAlias(alias);
}

ExpressionPointer SparkCast(duckdb::ClientContext& context, ExpressionPointer expression,
                            const DataType& type) {
  if (expression->return_type == ToDuckDb(type)) return expression;
  duckdb::vector<ExpressionPointer> arguments;
  arguments.push_back(std::move(expression));
  arguments.push_back(
      duckdb::make_uniq<duckdb::BoundConstantExpression>(duckdb::Value(SparkTypeName(type))));
  return Call(context, "spark_cast", std::move(arguments));
}

duckdb::Expression* ImplicitlyCast(duckdb::Expression& expression) {
  if (expression.GetExpressionClass() != duckdb::ExpressionClass::BOUND_CAST) return nullptr;
  duckdb::Expression& child = *expression.Cast<duckdb::BoundCastExpression>().child;
  const bool is_literal = child.GetExpressionClass() == duckdb::ExpressionClass::BOUND_CONSTANT &&
                          child.return_type.id() == duckdb::LogicalTypeId::VARCHAR;
  return is_literal ? nullptr : &child;
}

}  // namespace gnomon::sql
