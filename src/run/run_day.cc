// SPDX-License-Identifier: Apache-2.0
#include "run/run_day.h"

#include <arrow/api.h>

#include <optional>
#include <string>
#include <string_view>

namespace gnomon::run {

namespace {

constexpr std::string_view kName = "CHRONON_RUN_DS";

struct Span {
  std::size_t begin = 0;
  std::size_t end = 0;
};

// The next `{{ CHRONON_RUN_DS }}` of a text, with any spacing.
std::optional<Span> FindMacro(std::string_view text, std::size_t from) {
  for (std::size_t begin = text.find("{{", from); begin != std::string_view::npos;
       begin = text.find("{{", begin + 1)) {
    std::size_t at = std::min(text.find_first_not_of(' ', begin + 2), text.size());
    if (!text.substr(at).starts_with(kName)) continue;
    at = std::min(text.find_first_not_of(' ', at + kName.size()), text.size());
    if (text.substr(at).starts_with("}}")) return Span{begin, at + 2};
  }
  return std::nullopt;
}

// The text of a string literal; nullopt for anything else.
std::optional<std::string> TextOf(const expr::Expression& tree) {
  if (tree.op != expr::Expression::Op::kLiteral || tree.type.kind != TypeKind::kString ||
      tree.value == nullptr || !tree.value->is_valid) {
    return std::nullopt;
  }
  return static_cast<const arrow::StringScalar&>(*tree.value).value->ToString();
}

}  // namespace

bool AsksForRunDay(const expr::Expression& tree) {
  if (const auto text = TextOf(tree)) return FindMacro(*text, 0).has_value();
  for (const expr::Expression& argument : tree.args) {
    if (AsksForRunDay(argument)) return true;
  }
  return false;
}

expr::Expression WithRunDay(expr::Expression tree, Day day) {
  if (auto text = TextOf(tree)) {
    const std::string value = FormatDay(day);
    for (auto span = FindMacro(*text, 0); span; span = FindMacro(*text, span->begin)) {
      text->replace(span->begin, span->end - span->begin, value);
    }
    tree.value = std::make_shared<arrow::StringScalar>(*text);
  }
  for (expr::Expression& argument : tree.args) argument = WithRunDay(std::move(argument), day);
  return tree;
}

}  // namespace gnomon::run
