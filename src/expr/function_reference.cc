// SPDX-License-Identifier: Apache-2.0
// Types are tried one place at a time, with a sample of types and constants at the other places.
#include "expr/function_reference.h"

#include <arrow/api.h>

#include <algorithm>

#include "expr/function.h"
#include "types/type_names.h"

namespace gnomon::expr {

namespace {

constexpr auto kScalar = SparkFunction::Kind::kScalar;
constexpr auto kAggregate = SparkFunction::Kind::kAggregate;
constexpr auto kWindow = SparkFunction::Kind::kWindow;
constexpr auto kGenerator = SparkFunction::Kind::kGenerator;

struct Probe {
  Argument argument;
  std::string shown;
};

template <typename Scalar>
Probe Constant(TypeKind kind, Scalar value, std::string shown) {
  auto array = arrow::MakeArrayFromScalar(value, 1);
  return {{.type = kind, .literal = array.ok() ? *array : nullptr, .written = true},
          std::move(shown)};
}

const std::vector<Probe>& Probes() {
  static const std::vector<Probe> kProbes = [] {
    std::vector<Probe> probes;
    for (const TypeKind kind :
         {TypeKind::kBoolean, TypeKind::kByte, TypeKind::kShort, TypeKind::kInt, TypeKind::kLong,
          TypeKind::kFloat, TypeKind::kDouble, TypeKind::kString, TypeKind::kBinary,
          TypeKind::kDate, TypeKind::kTimestamp, TypeKind::kTimestampNtz}) {
      probes.push_back({{.type = kind}, SparkTypeName(kind)});
    }
    probes.push_back({{.type = DataType::Decimal(10, 2)}, "decimal"});
    probes.push_back({{.type = DataType::List(TypeKind::kInt)}, "array"});
    probes.push_back({{.type = DataType::Map(TypeKind::kString, TypeKind::kInt)}, "map"});
    probes.push_back(
        {{.type = DataType::Struct({Field{.name = "a", .type = TypeKind::kInt}})}, "struct"});
    probes.push_back(Constant(TypeKind::kString, arrow::StringScalar("a"), "'constant'"));
    probes.push_back(Constant(TypeKind::kString, arrow::StringScalar("yyyy-MM-dd"), "'constant'"));
    probes.push_back(Constant(TypeKind::kString, arrow::StringScalar("DAY"), "'constant'"));
    probes.push_back(Constant(TypeKind::kString, arrow::StringScalar("utf-8"), "'constant'"));
    // A format of numbers, and JSON.
    probes.push_back(Constant(TypeKind::kString, arrow::StringScalar("999"), "'constant'"));
    probes.push_back(Constant(TypeKind::kInt, arrow::Int32Scalar(0), "constant int"));
    return probes;
  }();
  return kProbes;
}

bool Binds(const ScalarFunction& function, const std::vector<const Probe*>& places) {
  std::vector<Argument> arguments;
  arguments.reserve(places.size());
  for (const Probe* probe : places) arguments.push_back(probe->argument);
  return function.bind(function.name, arguments).has_value();
}

// Of three arguments only the common types are tried together, which is enough to find one that
// binds.
bool IsCommon(const Probe& probe) {
  switch (probe.argument.type.kind) {
    case TypeKind::kInt:
    case TypeKind::kDouble:
    case TypeKind::kString:
    case TypeKind::kTimestamp:
    case TypeKind::kList:
      return true;
    default:
      return false;
  }
}

// The first combination that binds; empty: none does.
std::vector<const Probe*> FirstThatBinds(const ScalarFunction& function, std::size_t count) {
  std::vector<const Probe*> candidates;
  for (const Probe& probe : Probes()) {
    if (count < 3 || IsCommon(probe)) candidates.push_back(&probe);
  }
  std::vector<std::size_t> at(count, 0);
  while (true) {
    std::vector<const Probe*> places;
    places.reserve(count);
    for (const std::size_t i : at) places.push_back(candidates[i]);
    if (Binds(function, places)) return places;
    std::size_t place = 0;
    while (place < count && ++at[place] == candidates.size()) at[place++] = 0;
    if (place == count) return {};
  }
}

std::string AcceptedAt(const ScalarFunction& function, std::vector<const Probe*> places,
                       std::size_t place) {
  std::vector<std::string> accepted;
  bool column = false;
  for (const Probe& probe : Probes()) {
    places[place] = &probe;
    const bool constant = probe.argument.literal != nullptr;
    if ((constant && column) || !Binds(function, places)) continue;
    column = column || !constant;
    if (std::find(accepted.begin(), accepted.end(), probe.shown) == accepted.end())
      accepted.push_back(probe.shown);
  }
  return fmt::format("{}", fmt::join(accepted, " | "));
}

}  // namespace

const std::vector<SparkFunction>& SparkFunctions() {
  static const std::vector<SparkFunction> kFunctions = {
#define SPARK_NAME(name, kind, evaluator, why) {name, kind, evaluator, why},
#include "expr/spark_functions.inc"
#undef SPARK_NAME
  };
  return kFunctions;
}

std::vector<std::string> ProvenSignatures(const std::string& evaluator) {
  const ScalarFunction* function = FindFunction(evaluator);
  if (function == nullptr || function->takes_lambda) return {};
  std::vector<std::string> signatures;
  // More arguments than three are tried for few functions only: the doc line says what they are.
  for (std::size_t count = 0; count <= 3; ++count) {
    const auto places = FirstThatBinds(*function, count);
    if (places.empty() && (count > 0 || !Binds(*function, {}))) continue;
    std::vector<std::string> texts;
    for (std::size_t place = 0; place < count; ++place)
      texts.push_back(AcceptedAt(*function, places, place));
    signatures.push_back(fmt::format("({})", fmt::join(texts, ", ")));
  }
  return signatures;
}

}  // namespace gnomon::expr
