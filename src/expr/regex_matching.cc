// SPDX-License-Identifier: Apache-2.0
#include "expr/regex_matching.h"

#include <arrow/compute/api.h>

#include <map>

#include "expr/code_points.h"
#include "expr/coercion.h"
#include "expr/nested.h"
#include "expr/scattered_rows.h"
#include "types/arrow_mapping.h"

namespace gnomon::expr {

namespace {

using Text = std::string_view;

// Whether RE2 takes the pattern: asked once, when binding.
Status CheckCompiles(const JavaRegex& regex) {
  GNOMON_ARROW_ASSIGN(ArrayPtr empty, arrow::MakeArrayFromScalar(arrow::StringScalar(""), 1),
                      "making a text");
  const arrow::compute::MatchSubstringOptions options(regex.pattern);
  if (CallWithOptions("match_substring_regex", empty, options)) return Ok();
  return Unimplemented("the regular expression is not one that RE2 takes - rewrite it: {}",
                       regex.pattern);
}

}  // namespace

Status CheckTexts(const JavaRegex& regex, const arrow::Array& array) {
  if (!regex.ascii_only && !regex.has_end_anchor) return Ok();
  const auto& texts = static_cast<const arrow::StringArray&>(array);
  for (std::int64_t row = 0; row < texts.length(); ++row) {
    if (texts.IsNull(row)) continue;
    const Text text = texts.GetView(row);
    if (regex.ascii_only && !IsAscii(text)) {
      return Unimplemented(
          "a regular expression with (?i) or \\b meets a text beyond ASCII, which is not proven "
          "equal "
          "to Spark's - write the letters out");
    }
    const bool line_end = text.ends_with('\n') || text.ends_with('\r') ||
                          text.ends_with("\u0085") || text.ends_with("\u2028") ||
                          text.ends_with("\u2029");
    if (regex.has_end_anchor && line_end) {
      return Unimplemented(
          "a regular expression with $ meets a text that ends in a line end, which is not proven "
          "equal to Spark's - trim the text");
    }
  }
  return Ok();
}

Result<ArrayPtr> CallWithOptions(const std::string& function, const ArrayPtr& texts,
                                 const arrow::compute::FunctionOptions& options) {
  GNOMON_RETURN_IF_ERROR(PrepareCompute());
  GNOMON_ARROW_ASSIGN(arrow::Datum result,
                      arrow::compute::CallFunction(function, {texts}, &options),
                      "matching a regular expression");
  return result.make_array();
}

Result<JavaRegex> ConstantRegex(std::string_view name, const Argument& argument, bool name_groups) {
  GNOMON_ASSIGN_OR_RETURN(const std::string pattern, ConstantText(name, argument, "pattern"));
  GNOMON_ASSIGN_OR_RETURN(JavaRegex regex, TranslateJavaRegex(pattern, name_groups));
  GNOMON_RETURN_IF_ERROR(CheckCompiles(regex));
  return regex;
}

Result<int> ConstantGroup(std::string_view name, std::span<const Argument> arguments,
                          const JavaRegex& regex) {
  std::int64_t group = 1;
  if (arguments.size() == 3) {
    const auto constant = ConstantInteger(arguments[2]);
    if (!constant) return Unimplemented("the group of {} is not a constant - write a number", name);
    group = *constant;
  }
  if (group < 0 || group > regex.groups) {
    return InvalidArgument("{} asks for group {}, and the expression has {} - ask for another",
                           name, group, regex.groups);
  }
  return static_cast<int>(group);
}

bool IsNullLiteral(const Argument& argument) {
  return argument.literal != nullptr && argument.literal->IsNull(0);
}

namespace {

// The rows of each pattern; those where it or the text is NULL have none.
std::map<Text, std::vector<std::int64_t>> RowsOfPatterns(const arrow::Array& texts,
                                                         const arrow::StringArray& patterns) {
  std::map<Text, std::vector<std::int64_t>> groups;
  for (std::int64_t row = 0; row < patterns.length(); ++row) {
    if (texts.IsValid(row) && patterns.IsValid(row)) groups[patterns.GetView(row)].push_back(row);
  }
  return groups;
}

}  // namespace

Result<BoundFunction> BindPatternColumn(std::string_view name, std::span<const Argument> arguments,
                                        const DataType& result,
                                        Result<BoundFunction> (*bind)(std::string_view,
                                                                      std::span<const Argument>)) {
  const DataType text(TypeKind::kString);
  // What stands behind the pattern is a constant to each of these functions.
  for (const Argument& argument : arguments.subspan(2)) {
    if (argument.literal == nullptr) return RefuseTypes(name, arguments);
  }
  std::vector<Argument> constants(arguments.begin(), arguments.end());
  constants[0] = Argument{.type = text};
  return BindFixed(
      name, arguments.first(2), {text, text}, result,
      [name, constants, result, bind](std::span<const Operand> operands,
                                      std::int64_t rows) -> Result<ArrayPtr> {
        GNOMON_ASSIGN_OR_RETURN(ArrayPtr texts, ExpandRows(operands[0], rows));
        GNOMON_ASSIGN_OR_RETURN(ArrayPtr patterns, ExpandRows(operands[1], rows));
        ScatteredRows collected(result, rows);
        for (const auto& [pattern, places] :
             RowsOfPatterns(*texts, static_cast<const arrow::StringArray&>(*patterns))) {
          std::vector<Argument> bound_arguments = constants;
          GNOMON_ARROW_ASSIGN(
              bound_arguments[1].literal,
              arrow::MakeArrayFromScalar(arrow::StringScalar(std::string(pattern)), 1),
              "binding a pattern");
          bound_arguments[1].type = TypeKind::kString;
          const auto bound = bind(name, bound_arguments);
          // Spark minds a group that does not exist only where something matches.
          if (!bound) return Unimplemented("{}", bound.error().message);
          GNOMON_ASSIGN_OR_RETURN(ArrayPtr taken, TakeRows(texts, places));
          const Operand operand{std::move(taken), false};
          GNOMON_ASSIGN_OR_RETURN(
              ArrayPtr values,
              bound->kernel(std::span(&operand, 1), static_cast<std::int64_t>(places.size())));
          collected.Add(std::move(values), places);
        }
        return collected.InOrder();
      });
}

Status CheckWidth(const JavaRegex& regex, std::string_view name) {
  if (regex.least_width > 0) return Ok();
  return Unimplemented(
      "{} with an expression that can match nothing is not proven equal to Spark's - make it match "
      "at least one character",
      name);
}

Status CheckNoAnchor(const JavaRegex& regex, std::string_view name) {
  if (!regex.has_anchor) return Ok();
  return Unimplemented(
      "{} with ^, $ or \\b in its expression is not proven equal to Spark's - leave them out",
      name);
}

}  // namespace gnomon::expr
