// SPDX-License-Identifier: Apache-2.0
// The bind callback maps DuckDB's types to ours and calls expr::BoundCall; execution goes through
// Arrow.
#include "sql/functions.h"

#include <arrow/api.h>
#include <arrow/device.h>

#include <duckdb/execution/expression_executor.hpp>
#include <duckdb/function/scalar_function.hpp>
#include <duckdb/main/extension/extension_loader.hpp>
#include <duckdb/planner/expression/bound_function_expression.hpp>

#include "expr/expression.h"
#include "sql/arrow_bridge.h"
#include "sql/bound_call_data.h"
#include "sql/duckdb_errors.h"
#include "sql/duckdb_types.h"
#include "sql/native_operators.h"
#include "types/arrow_mapping.h"
#include "types/type_names.h"

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
// The function that turns DuckDB's sum into Spark's: the only one that meets a HUGEINT.
constexpr std::string_view kSumResult = "sum_result";

DataType ArgumentType(const LogicalType& type, std::string_view function) {
  if (type.id() == LogicalTypeId::HUGEINT && function == kSumResult) {
    return DataType::Decimal(38, 0);
  }
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

duckdb::unique_ptr<FunctionData> BindCall(ClientContext& context, ScalarFunction& function,
                                          Arguments& arguments) {
  const std::string name = function.name.substr(kPrefix.size());
  std::vector<DataType> types;
  std::vector<std::shared_ptr<arrow::Scalar>> literals;
  for (const auto& argument : arguments) {
    types.push_back(ArgumentType(argument->return_type, name));
    literals.push_back(LiteralOf(context, *argument, types.back()));
  }
  BoundCallData data(name, ValueOrThrow(expr::BoundCall::Bind(name, types, literals)));
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
  const DataType to = ValueOrThrow(ParseSparkTypeName(text));
  arguments.pop_back();
  BoundCallData data("cast", ValueOrThrow(expr::BoundCall::BindCast(from, to)));
  data.argument_types = {from};
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
    loader.RegisterFunction(std::move(function));
  }
  loader.RegisterFunction(MakeFunction("cast", {LogicalType::ANY, LogicalType::VARCHAR}, BindCast,
                                       LogicalType(LogicalTypeId::INVALID)));
}

}  // namespace gnomon::sql
