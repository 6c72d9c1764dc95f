// SPDX-License-Identifier: Apache-2.0
#include "run/macros.h"

#include "base/edit_distance.h"

namespace gnomon::run {

namespace {

std::string_view Trim(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t\n");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\n") - begin + 1);
}

// The value of `key` in `k=v, k=v`.
std::string_view ArgumentOf(std::string_view arguments, std::string_view key) {
  while (!arguments.empty()) {
    const std::size_t comma = std::min(arguments.find(','), arguments.size());
    const std::string_view piece = arguments.substr(0, comma);
    arguments.remove_prefix(std::min(comma + 1, arguments.size()));
    const std::size_t equals = piece.find('=');
    if (equals != std::string_view::npos && Trim(piece.substr(0, equals)) == key)
      return Trim(piece.substr(equals + 1));
  }
  return {};
}

Result<std::string> ValueOf(std::string_view macro, const MacroValues& values) {
  const std::size_t parenthesis = macro.find('(');
  const std::string_view name = Trim(macro.substr(0, parenthesis));
  std::string_view arguments;
  if (parenthesis != std::string_view::npos) {
    if (macro.back() != ')')
      return InvalidArgument("the macro {{{{ {} }}}} has no closing parenthesis", macro);
    arguments = macro.substr(parenthesis + 1, macro.size() - parenthesis - 2);
  }
  if (name == "start_date" || name == "end_date") {
    if (!values.step) {
      return InvalidArgument("the macro {} needs a startPartition in the staging query - set it",
                             name);
    }
    return FormatDay(name == "start_date" ? values.step->begin : values.step->last());
  }
  if (name == "latest_date") return FormatDay(values.latest);
  if (name == "max_date") {
    const std::string table(ArgumentOf(arguments, "table"));
    if (table.empty())
      return InvalidArgument("the macro max_date needs a table - write max_date(table=db.table)");
    GNOMON_ASSIGN_OR_RETURN(const Day day, values.max_date(table));
    return FormatDay(day);
  }
  return InvalidArgument("unknown macro '{}'{}", name,
                         DidYouMean(name, {"start_date", "end_date", "latest_date", "max_date"}));
}

}  // namespace

Result<std::string> RenderMacros(std::string_view text, const MacroValues& values) {
  std::string rendered;
  while (true) {
    const std::size_t begin = text.find("{{");
    rendered += text.substr(0, begin);
    if (begin == std::string_view::npos) return rendered;
    const std::size_t end = text.find("}}", begin);
    if (end == std::string_view::npos)
      return InvalidArgument("a macro is not closed: {}", text.substr(begin, 40));
    GNOMON_ASSIGN_OR_RETURN(const std::string value,
                            ValueOf(Trim(text.substr(begin + 2, end - begin - 2)), values));
    rendered += value;
    text.remove_prefix(end + 2);
  }
}

}  // namespace gnomon::run
