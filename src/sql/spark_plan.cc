// SPDX-License-Identifier: Apache-2.0
// A walk over the bound plan, before any optimization, so that each operator still stands for one
// clause of the query.
#include "sql/spark_plan.h"

#include <duckdb/catalog/catalog.hpp>
#include <duckdb/catalog/catalog_entry/aggregate_function_catalog_entry.hpp>
#include <duckdb/execution/expression_executor.hpp>
#include <duckdb/function/function_binder.hpp>
#include <duckdb/main/config.hpp>
#include <duckdb/optimizer/optimizer.hpp>
#include <duckdb/optimizer/optimizer_extension.hpp>
#include <duckdb/planner/binder.hpp>
#include <duckdb/planner/expression/bound_aggregate_expression.hpp>
#include <duckdb/planner/expression/bound_cast_expression.hpp>
#include <duckdb/planner/expression/bound_columnref_expression.hpp>
#include <duckdb/planner/expression/bound_window_expression.hpp>
#include <duckdb/planner/expression_iterator.hpp>
#include <duckdb/planner/operator/logical_aggregate.hpp>
#include <duckdb/planner/operator/logical_any_join.hpp>
#include <duckdb/planner/operator/logical_distinct.hpp>
#include <duckdb/planner/operator/logical_order.hpp>
#include <duckdb/planner/operator/logical_projection.hpp>

#include "sql/duckdb_errors.h"
#include "sql/duckdb_types.h"
#include "sql/plan_casts.h"

namespace gnomon::sql {

namespace {

using duckdb::Expression;
using duckdb::LogicalOperator;
using duckdb::LogicalOperatorType;
using duckdb::LogicalType;
using duckdb::LogicalTypeId;
using OperatorPointer = duckdb::unique_ptr<LogicalOperator>;

// Whether the type is, or holds inside, one of those.
template <typename Test>
bool Holds(const LogicalType& type, Test test) {
  if (test(type.id())) return true;
  switch (type.id()) {
    case LogicalTypeId::LIST:
      return Holds(duckdb::ListType::GetChildType(type), test);
    case LogicalTypeId::MAP:
      return Holds(duckdb::MapType::KeyType(type), test) ||
             Holds(duckdb::MapType::ValueType(type), test);
    case LogicalTypeId::STRUCT: {
      const auto& fields = duckdb::StructType::GetChildTypes(type);
      return std::any_of(fields.begin(), fields.end(),
                         [&](const auto& field) { return Holds(field.second, test); });
    }
    default:
      return false;
  }
}

// Where a group's key is another value than the one that came in, or the type has no groups.
bool ChangesInGroups(const LogicalType& type) {
  return Holds(type, [](LogicalTypeId id) {
    return id == LogicalTypeId::FLOAT || id == LogicalTypeId::DOUBLE || id == LogicalTypeId::MAP;
  });
}

bool HoldsMap(const LogicalType& type) {
  return Holds(type, [](LogicalTypeId id) { return id == LogicalTypeId::MAP; });
}

class SparkPlan {
 public:
  SparkPlan(duckdb::ClientContext& context, duckdb::Binder& binder)
      : context_(context), binder_(binder) {}

  void Apply(LogicalOperator& plan) {
    ApplyHere(plan);
    for (OperatorPointer& child : plan.children) Apply(*child);
  }

 private:
  void ApplyHere(LogicalOperator& plan) {
    switch (plan.type) {
      case LogicalOperatorType::LOGICAL_ORDER_BY:
        return SortAsSpark(plan.Cast<duckdb::LogicalOrder>().orders);
      case LogicalOperatorType::LOGICAL_WINDOW:
        for (ExpressionPointer& expression : plan.expressions)
          Window(expression->Cast<duckdb::BoundWindowExpression>());
        return;
      case LogicalOperatorType::LOGICAL_AGGREGATE_AND_GROUP_BY:
        return Group(plan.Cast<duckdb::LogicalAggregate>());
      case LogicalOperatorType::LOGICAL_DISTINCT:
        // Those normalize their sides themselves.
        if (plan.children[0]->type == LogicalOperatorType::LOGICAL_EXCEPT ||
            plan.children[0]->type == LogicalOperatorType::LOGICAL_INTERSECT)
          return;
        return NormalizeColumns(plan.children[0]);
      case LogicalOperatorType::LOGICAL_UNION:
        return CastSides(context_, plan.Cast<duckdb::LogicalSetOperation>());
      case LogicalOperatorType::LOGICAL_EXCEPT:
      case LogicalOperatorType::LOGICAL_INTERSECT:
        CastSides(context_, plan.Cast<duckdb::LogicalSetOperation>());
        for (OperatorPointer& side : plan.children) NormalizeColumns(side);
        return;
      case LogicalOperatorType::LOGICAL_EXPRESSION_GET:
        return CastRows(context_, plan.Cast<duckdb::LogicalExpressionGet>());
      case LogicalOperatorType::LOGICAL_FILTER:
        for (const ExpressionPointer& condition : plan.expressions) CheckIsBoolean(condition.get());
        return;
      case LogicalOperatorType::LOGICAL_ANY_JOIN:
        return CheckIsBoolean(plan.Cast<duckdb::LogicalAnyJoin>().condition.get());
      case LogicalOperatorType::LOGICAL_COMPARISON_JOIN:
      case LogicalOperatorType::LOGICAL_DELIM_JOIN:
        return CheckJoinedTypes(plan.Cast<duckdb::LogicalComparisonJoin>());
      default:
        return;
    }
  }

  void SortAsSpark(duckdb::vector<duckdb::BoundOrderByNode>& orders) {
    for (duckdb::BoundOrderByNode& order : orders) {
      if (order.expression->return_type.IsNested())
        Wrap(context_, "spark_sort_key", order.expression);
    }
  }

  // Spark has no order of maps and refuses them; joins pick one of several rows by DuckDB's.
  void SortWindow(duckdb::vector<duckdb::BoundOrderByNode>& orders) {
    for (duckdb::BoundOrderByNode& order : orders) {
      const LogicalType& type = order.expression->return_type;
      if (type.IsNested() && !HoldsMap(type)) Wrap(context_, "spark_sort_key", order.expression);
    }
  }

  void Window(duckdb::BoundWindowExpression& window) {
    RefuseDaysOverDates(window);
    if (window.aggregate != nullptr) RefuseModeOfFloats(window.aggregate->name, window.children);
    SortWindow(window.arg_orders);
    SortWindow(window.orders);
    for (ExpressionPointer& partition : window.partitions) NormalizeKey(partition);
    CheckIsBoolean(window.filter_expr.get());
    if (window.default_expr != nullptr) CastDefault(window.default_expr);
    if (window.aggregate == nullptr || !IsNestedExtremum(window.aggregate->name, window.children))
      return;
    auto call = ExtremumByKey(window.aggregate->name, std::move(window.children));
    window.children = std::move(call->children);
    *window.aggregate = std::move(call->function);
    window.bind_info = std::move(call->bind_info);
  }

  // Spark's distance between dates is a number of days, or months.
  void RefuseDaysOverDates(const duckdb::BoundWindowExpression& window) const {
    if (window.orders.size() != 1) return;
    const Expression* key = window.orders[0].expression.get();
    if (const Expression* given = ImplicitlyCast(*window.orders[0].expression)) key = given;
    if (key->return_type.id() != LogicalTypeId::DATE) return;
    for (const Expression* bound : {window.start_expr.get(), window.end_expr.get()}) {
      if (bound == nullptr || !HoldsDays(*bound)) continue;
      ThrowThroughDuckDb(InvalidArgument(
          "the RANGE of a window over a date has an INTERVAL of days - write the number of days"));
    }
  }

  bool HoldsDays(const Expression& expression) const {
    if (expression.return_type.id() == LogicalTypeId::INTERVAL && expression.IsFoldable()) {
      duckdb::Value value;
      return duckdb::ExpressionExecutor::TryEvaluateScalar(context_, expression, value) &&
             !value.IsNull() && value.GetValue<duckdb::interval_t>().months == 0;
    }
    bool holds = false;
    duckdb::ExpressionIterator::EnumerateChildren(
        expression, [&](const Expression& child) { holds = holds || HoldsDays(child); });
    return holds;
  }

  // DuckDB counts each NaN, and 0.0 and -0.0 together, by itself.
  static void RefuseModeOfFloats(const std::string& function,
                                 const duckdb::vector<ExpressionPointer>& arguments) {
    if (function != "mode" || !ChangesInGroups(arguments[0]->return_type)) return;
    ThrowThroughDuckDb(Unimplemented("mode of {} is not proven equal to Spark's - count the values",
                                     arguments[0]->return_type.ToString()));
  }

  // Of lag and lead, cast to the type of the values.
  void CastDefault(ExpressionPointer& expression) {
    const Expression* given = ImplicitlyCast(*expression);
    if (given == nullptr || given->return_type.id() == LogicalTypeId::SQLNULL) return;
    const DataType type = ValueOrThrow(FromDuckDb(expression->return_type));
    expression =
        SparkCast(context_, std::move(expression->Cast<duckdb::BoundCastExpression>().child), type);
  }

  void Group(duckdb::LogicalAggregate& aggregate) {
    for (ExpressionPointer& key : aggregate.groups) NormalizeKey(key);
    for (ExpressionPointer& expression : aggregate.expressions) {
      auto& call = expression->Cast<duckdb::BoundAggregateExpression>();
      CheckIsBoolean(call.filter.get());
      RefuseModeOfFloats(call.function.name, call.children);
      if (call.order_bys != nullptr) SortAsSpark(call.order_bys->orders);
      if (!IsNestedExtremum(call.function.name, call.children)) continue;
      auto filter = std::move(call.filter);
      auto replaced = ExtremumByKey(call.function.name, std::move(call.children));
      replaced->filter = std::move(filter);
      replaced->SetAlias(expression->GetAlias());
      expression = std::move(replaced);
    }
  }

  void NormalizeKey(ExpressionPointer& key) {
    if (ChangesInGroups(key->return_type)) Wrap(context_, "spark_grouping_key", key);
  }

  // The columns of what DISTINCT looks at, or of one side of a set operation.
  void NormalizeColumns(OperatorPointer& plan) {
    plan->ResolveOperatorTypes();
    if (std::none_of(plan->types.begin(), plan->types.end(), ChangesInGroups)) return;
    if (plan->type == LogicalOperatorType::LOGICAL_UNION) {
      for (OperatorPointer& side : plan->children) NormalizeColumns(side);
      return;
    }
    if (plan->type == LogicalOperatorType::LOGICAL_PROJECTION) {
      for (ExpressionPointer& expression : plan->expressions) NormalizeKey(expression);
      return;
    }
    const auto bindings = plan->GetColumnBindings();
    duckdb::vector<ExpressionPointer> columns;
    for (std::size_t i = 0; i < bindings.size(); ++i) {
      columns.push_back(
          duckdb::make_uniq<duckdb::BoundColumnRefExpression>(plan->types[i], bindings[i]));
      NormalizeKey(columns.back());
    }
    auto projection = duckdb::make_uniq<duckdb::LogicalProjection>(binder_.GenerateTableIndex(),
                                                                   std::move(columns));
    projection->children.push_back(std::move(plan));
    plan = std::move(projection);
    plan->ResolveOperatorTypes();
  }

  static bool IsNestedExtremum(const std::string& function,
                               const duckdb::vector<ExpressionPointer>& arguments) {
    return (function == "min" || function == "max") && arguments.size() == 1 &&
           arguments[0]->return_type.IsNested();
  }

  // min(x) as arg_min(x, spark_sort_key(x)).
  duckdb::unique_ptr<duckdb::BoundAggregateExpression> ExtremumByKey(
      const std::string& function, duckdb::vector<ExpressionPointer> arguments) {
    arguments.push_back(arguments[0]->Copy());
    Wrap(context_, "spark_sort_key", arguments[1]);
    auto& entry =
        duckdb::Catalog::GetSystemCatalog(context_).GetEntry<duckdb::AggregateFunctionCatalogEntry>(
            context_, DEFAULT_SCHEMA, "arg_" + function);
    duckdb::FunctionBinder binder(context_);
    duckdb::ErrorData error;
    const auto found = binder.BindFunction(entry.name, entry.functions, arguments, error);
    if (!found.IsValid()) error.Throw();
    return binder.BindAggregateFunction(entry.functions.GetFunctionByOffset(found.GetIndex()),
                                        std::move(arguments));
  }

  duckdb::ClientContext& context_;
  duckdb::Binder& binder_;
};

void Rewrite(duckdb::OptimizerExtensionInput& input, OperatorPointer& plan) {
  SparkPlan(input.context, input.optimizer.binder).Apply(*plan);
}

}  // namespace

void RegisterSparkPlan(duckdb::DatabaseInstance& database) {
  duckdb::OptimizerExtension extension;
  extension.pre_optimize_function = &Rewrite;
  duckdb::OptimizerExtension::Register(duckdb::DBConfig::GetConfig(database), extension);
}

}  // namespace gnomon::sql
