// SPDX-License-Identifier: Apache-2.0
// The bind callback maps DuckDB's types to ours and calls expr::BoundCall; execution goes through
// Arrow.
#include "sql/functions.h"

#include <arrow/api.h>
#include <arrow/device.h>

#include <algorithm>
#include <duckdb/execution/expression_executor.hpp>
#include <duckdb/function/scalar_function.hpp>
#include <duckdb/main/extension/extension_loader.hpp>
#include <duckdb/planner/expression/bound_cast_expression.hpp>
#include <duckdb/planner/expression/bound_function_expression.hpp>
#include <nlohmann/json.hpp>

#include "expr/expression.h"
#include "sql/arrow_bridge.h"
#include "sql/bound_call_data.h"
#include "sql/duckdb_errors.h"
#include "sql/duckdb_types.h"
#include "sql/native_operators.h"
#include "types/arrow_mapping.h"
#include "types/interval_type.h"

namespace gnomon::sql {

namespace {

using duckdb::ClientContext;
using duckdb::Expression;
using duckdb::FunctionData;
using duckdb::idx_t;
using duckdb::LogicalType;
using duckdb::LogicalTypeId;
using duckdb::ScalarFunction;

using Arguments = duckdb::vector<duckdb::unique_ptr<Expression>>;

constexpr std::string_view kPrefix = "spark_";
// The functions that turn DuckDB's sum into Spark's: the only ones that meet a HUGEINT.
constexpr std::string_view kSumResults[] = {"sum_result", "try_sum_result"};

DataType ArgumentType(const LogicalType& type, std::string_view function) {
  const bool is_sum = std::ranges::find(kSumResults, function) != std::end(kSumResults);
  if (type.id() == LogicalTypeId::HUGEINT && is_sum) return DataType::Decimal(38, 0);
  return ValueOrThrow(FromDuckDb(type).Annotate(function));
}

// The value of a constant argument, nullptr for others.
std::shared_ptr<arrow::Scalar> LiteralOf(ClientContext& context, const Expression& argument,
                                         const DataType& type) {
  if (!argument.IsFoldable()) return nullptr;
  duckdb::Value value;
  if (!duckdb::ExpressionExecutor::TryEvaluateScalar(context, argument, value)) return nullptr;
  return ValueToArrow(context, value, type);
}

duckdb::unique_ptr<FunctionData> Finish(ClientContext& context, ScalarFunction& function,
                                        const Arguments& arguments, BoundCallData data) {
  function.arguments.clear();
  for (const auto& argument : arguments) function.arguments.push_back(argument->return_type);
  function.varargs = LogicalType(LogicalTypeId::INVALID);
  function.SetReturnType(ToDuckDb(data.call.type()));
  data.result_type = ArrowTypeOf(context, data.call.type());
  return duckdb::make_uniq<BoundCallData>(std::move(data));
}

// Whether the translator wrote a literal here: numbers out of DuckDB's own range of literals are
// casts of text.
bool IsWritten(const Expression& argument) {
  if (argument.GetExpressionClass() == duckdb::ExpressionClass::BOUND_CONSTANT) return true;
  if (argument.GetExpressionClass() != duckdb::ExpressionClass::BOUND_CAST) return false;
  const Expression& child = *argument.Cast<duckdb::BoundCastExpression>().child;
  return child.GetExpressionClass() == duckdb::ExpressionClass::BOUND_CONSTANT &&
         child.return_type.id() == LogicalTypeId::VARCHAR;
}

duckdb::unique_ptr<FunctionData> BindCall(ClientContext& context, ScalarFunction& function,
                                          Arguments& arguments) {
  const std::string name = function.name.substr(kPrefix.size());
  std::vector<DataType> types;
  std::vector<std::shared_ptr<arrow::Scalar>> literals;
  std::vector<bool> written;
  for (const auto& argument : arguments) {
    types.push_back(ArgumentType(argument->return_type, name));
    literals.push_back(LiteralOf(context, *argument, types.back()));
    written.push_back(IsWritten(*argument));
  }
  BoundCallData data(name, ValueOrThrow(expr::BoundCall::Bind(name, types, literals, written)));
  data.argument_types = std::move(types);
  return Finish(context, function, arguments, std::move(data));
}

duckdb::unique_ptr<FunctionData> BindCast(ClientContext& context, ScalarFunction& function,
                                          Arguments& arguments) {
  const DataType from = ArgumentType(arguments[0]->return_type, "cast");
  const auto target =
      LiteralOf(context, *arguments[1], ArgumentType(arguments[1]->return_type, "cast"));
  if (target == nullptr || target->type->id() != arrow::Type::STRING || !target->is_valid) {
    ThrowThroughDuckDb(InvalidArgument("cast: the target type must be a constant"));
  }
  const auto text = static_cast<const arrow::StringScalar&>(*target).view();
  const DataType to = ValueOrThrow(ParseTypeInQuery(text));
  arguments.pop_back();
  BoundCallData data("cast", ValueOrThrow(expr::BoundCall::BindCast(from, to)));
  data.argument_types = {from};
  return Finish(context, function, arguments, std::move(data));
}

// spark_evaluate('<tree>', a, b, ...): what cannot be a call of DuckDB's, such as a lambda, is
// evaluated as the tree that a select of a GroupBy would be; its columns `0`, `1`, ... are the
// arguments.
duckdb::unique_ptr<FunctionData> BindTree(ClientContext& context, ScalarFunction& function,
                                          Arguments& arguments) {
  if (arguments.empty()) ThrowThroughDuckDb(InvalidArgument("evaluate: the tree is missing"));
  const auto tree =
      LiteralOf(context, *arguments[0], ArgumentType(arguments[0]->return_type, "evaluate"));
  if (tree == nullptr || tree->type->id() != arrow::Type::STRING || !tree->is_valid) {
    ThrowThroughDuckDb(InvalidArgument("evaluate: the tree must be a constant"));
  }
  const auto json =
      nlohmann::json::parse(static_cast<const arrow::StringScalar&>(*tree).view(), nullptr, false);
  const expr::Expression expression = ValueOrThrow(expr::ParseExpression(json));
  arguments.erase(arguments.begin());
  std::vector<DataType> types;
  for (const auto& argument : arguments)
    types.push_back(ArgumentType(argument->return_type, "evaluate"));
  BoundCallData data("evaluate " + json.dump(),
                     ValueOrThrow(expr::BoundCall::BindTree(expression, types)));
  data.argument_types = std::move(types);
  return Finish(context, function, arguments, std::move(data));
}

// A function may hand back its argument itself; that memory is DuckDB's and will be written again.
std::shared_ptr<arrow::Array> Detach(std::shared_ptr<arrow::Array> array,
                                     const WrappedBuffers& wrapped) {
  for (const auto& buffer : wrapped) {
    if (buffer.use_count() == 1) continue;
    auto copy = array->CopyTo(arrow::default_cpu_memory_manager());
    if (!copy.ok()) ThrowThroughDuckDb(FromArrowStatus(copy.status(), "copying a column"));
    return std::move(copy).ValueUnsafe();
  }
  return array;
}

void Execute(duckdb::DataChunk& arguments, duckdb::ExpressionState& state, duckdb::Vector& result) {
  const auto& call = state.expr.Cast<duckdb::BoundFunctionExpression>();
  const auto& data = call.bind_info->Cast<BoundCallData>();
  ClientContext& context = state.GetContext();
  // Constants in, a constant out: one evaluation instead of thousands.
  const bool constant = arguments.ColumnCount() > 0 && arguments.AllConstant();
  const idx_t count = constant ? 1 : arguments.size();
  WrappedBuffers wrapped;
  std::vector<std::shared_ptr<arrow::Array>> arrays;
  for (idx_t i = 0; i < arguments.ColumnCount(); ++i) {
    arrays.push_back(
        VectorToArrow(context, arguments.data[i], count, data.argument_types[i], wrapped));
  }
  auto answer = ValueOrThrow(data.call.Evaluate(arrays, static_cast<std::int64_t>(count)));
  arrays.clear();
  answer = Detach(std::move(answer), wrapped);
  const auto exported = ExportToDuckDb(*answer);
  ArrowToVector(context, exported, exported->arrow_array, *data.result_type, 0, count, result);
  if (constant && result.GetVectorType() == duckdb::VectorType::FLAT_VECTOR) {
    result.SetVectorType(duckdb::VectorType::CONSTANT_VECTOR);
  }
}

ScalarFunction MakeFunction(const std::string& name, duckdb::vector<LogicalType> arguments,
                            duckdb::bind_scalar_function_t bind, const LogicalType& varargs) {
  ScalarFunction function(std::string(kPrefix) + name, std::move(arguments), LogicalType::ANY,
                          Execute, bind);
  function.varargs = varargs;
  function.SetNullHandling(duckdb::FunctionNullHandling::SPECIAL_HANDLING);
  function.SetFallible();
  return function;
}

}  // namespace

void RegisterFunctions(duckdb::DatabaseInstance& database) {
  duckdb::ExtensionLoader loader(database, "gnomon");
  for (const std::string& name : expr::FunctionNames()) {
    ScalarFunction function = MakeFunction(name, {}, BindCall, LogicalType::ANY);
    function.SetBindExpressionCallback(BindNativeOperator);
    if (!expr::IsRepeatable(name)) function.SetVolatile();
    loader.RegisterFunction(std::move(function));
  }
  loader.RegisterFunction(MakeFunction("evaluate", {}, BindTree, LogicalType::ANY));
  loader.RegisterFunction(MakeFunction("cast", {LogicalType::ANY, LogicalType::VARCHAR}, BindCast,
                                       LogicalType(LogicalTypeId::INVALID)));
}

}  // namespace gnomon::sql
