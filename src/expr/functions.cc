// SPDX-License-Identifier: Apache-2.0
// The list of functions, read twice: to declare each entry, then to collect them in one table
// sorted by name.
#include <algorithm>
#include <array>

#include "base/check.h"
#include "expr/expression.h"
#include "expr/function.h"
#include "expr/functions/all.h"
#include "types/type_names.h"

namespace gnomon::expr {

namespace {

const std::vector<const ScalarFunction*>& SortedFunctions() {
  static const std::vector<const ScalarFunction*> kSorted = [] {
    std::vector<const ScalarFunction*> all = {
#define SPARK_FUNCTION(name) &functions::k##name,
#include "expr/functions/list.inc"
#undef SPARK_FUNCTION
    };
    std::sort(all.begin(), all.end(),
              [](const auto* a, const auto* b) { return a->name < b->name; });
    return all;
  }();
  return kSorted;
}

}  // namespace

const ScalarFunction* FindFunction(std::string_view name) {
  const auto& all = SortedFunctions();
  const auto found =
      std::lower_bound(all.begin(), all.end(), name,
                       [](const ScalarFunction* f, std::string_view key) { return f->name < key; });
  return found != all.end() && (*found)->name == name ? *found : nullptr;
}

std::string_view FunctionDoc(const std::string& name) {
  const ScalarFunction* function = FindFunction(name);
  return function == nullptr ? std::string_view() : function->doc;
}

bool IsRepeatable(const std::string& name) {
  const ScalarFunction* function = FindFunction(name);
  GNOMON_CHECK(function != nullptr);
  return function->repeatable;
}

std::vector<std::string> FunctionNames() {
  std::vector<std::string> names;
  for (const ScalarFunction* function : SortedFunctions()) names.emplace_back(function->name);
  return names;
}

Error RefuseTypes(std::string_view name, std::span<const Argument> arguments) {
  std::string types;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    if (i > 0) types += i + 1 == arguments.size() ? " and " : ", ";
    types += SparkTypeName(arguments[i].type);
  }
  return Unimplemented("{} of {} is not proven equal to Spark's - cast the operands first", name,
                       types);
}

Status CheckArgumentCount(std::string_view name, std::span<const Argument> arguments,
                          std::size_t least, std::size_t most) {
  const std::size_t count = arguments.size();
  if (least <= count && count <= most) return Ok();
  const std::string expected = least == most ? std::to_string(least)
                                             : (most > 1000 ? fmt::format("at least {}", least)
                                                            : fmt::format("{} to {}", least, most));
  return InvalidArgument("{} has the wrong number of arguments - write it with {}: {}", name,
                         expected, count);
}

bool AnyBinary(std::span<const Argument> arguments) {
  return std::any_of(arguments.begin(), arguments.end(), [](const Argument& argument) {
    return argument.type.kind == TypeKind::kBinary;
  });
}

Result<std::string> ConstantText(std::string_view name, const Argument& argument,
                                 std::string_view what) {
  if (argument.literal == nullptr || argument.type.kind != TypeKind::kString ||
      argument.literal->IsNull(0)) {
    return Unimplemented("the {} of {} is not a constant string - write it as 'text'", what, name);
  }
  return std::string(Values<std::string_view>(Operand{argument.literal, true})[0]);
}

}  // namespace gnomon::expr
