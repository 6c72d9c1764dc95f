// SPDX-License-Identifier: Apache-2.0
// rlike, regexp_extract, regexp_replace, regexp_count, split: patterns are constants. Matching is
// Arrow's (RE2), on the constructs in which RE2 and Java agree.
#include <arrow/compute/api.h>

#include "expr/code_points.h"
#include "expr/coercion.h"
#include "expr/compute_call.h"
#include "expr/elementwise.h"
#include "expr/functions/all.h"
#include "expr/java_regex.h"
#include "expr/nested.h"
#include "types/arrow_mapping.h"

namespace gnomon::expr::functions {

namespace {

using Text = std::string_view;

const DataType kText(TypeKind::kString);

// Where the rewritten pattern is only equal to Java's on some texts, others stop the evaluation.
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

// Whether RE2 takes the pattern: asked once, when binding.
Status CheckCompiles(const JavaRegex& regex) {
  GNOMON_ARROW_ASSIGN(ArrayPtr empty, arrow::MakeArrayFromScalar(arrow::StringScalar(""), 1),
                      "making a text");
  const arrow::compute::MatchSubstringOptions options(regex.pattern);
  if (CallWithOptions("match_substring_regex", empty, options)) return Ok();
  return Unimplemented("the regular expression is not one that RE2 takes - rewrite it: {}",
                       regex.pattern);
}

Result<JavaRegex> ConstantRegex(std::string_view name, const Argument& argument, bool name_groups) {
  GNOMON_ASSIGN_OR_RETURN(const std::string pattern, ConstantText(name, argument, "pattern"));
  GNOMON_ASSIGN_OR_RETURN(JavaRegex regex, TranslateJavaRegex(pattern, name_groups));
  GNOMON_RETURN_IF_ERROR(CheckCompiles(regex));
  return regex;
}

bool IsNullLiteral(const Argument& argument) {
  return argument.literal != nullptr && argument.literal->IsNull(0);
}

// A NULL pattern makes all NULL.
BoundFunction AllNull(const DataType& result) {
  return BoundFunction{{},
                       result,
                       [result](std::span<const Operand>, std::int64_t rows) -> Result<ArrayPtr> {
                         GNOMON_ARROW_ASSIGN(ArrayPtr nulls,
                                             arrow::MakeArrayOfNull(ToArrow(result), rows),
                                             "making NULL");
                         return nulls;
                       },
                       {}};
}

// BindFixed of the first argument alone.
Result<BoundFunction> BindText(std::string_view name, std::span<const Argument> arguments,
                               DataType result, Kernel kernel) {
  return BindFixed(name, arguments.first(1), {kText}, std::move(result), std::move(kernel));
}

Result<BoundFunction> BindRlike(std::string_view name, std::span<const Argument> arguments) {
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 2, 2));
  const DataType boolean(TypeKind::kBoolean);
  if (IsNullLiteral(arguments[1])) return AllNull(boolean);
  GNOMON_ASSIGN_OR_RETURN(JavaRegex regex, ConstantRegex(name, arguments[1], false));
  return BindText(
      name, arguments, boolean,
      [regex](std::span<const Operand> operands, std::int64_t rows) -> Result<ArrayPtr> {
        GNOMON_ASSIGN_OR_RETURN(ArrayPtr texts, ExpandRows(operands[0], rows));
        GNOMON_RETURN_IF_ERROR(CheckTexts(regex, *texts));
        return CallWithOptions("match_substring_regex", texts,
                               arrow::compute::MatchSubstringOptions(regex.pattern));
      });
}

// '' where nothing matches or the group took no part.
Result<ArrayPtr> ExtractRows(const JavaRegex& regex, int group, const ArrayPtr& texts) {
  GNOMON_RETURN_IF_ERROR(CheckTexts(regex, *texts));
  GNOMON_ASSIGN_OR_RETURN(
      ArrayPtr found,
      CallWithOptions("extract_regex", texts, arrow::compute::ExtractRegexOptions(regex.pattern)));
  const auto& structs = static_cast<const arrow::StructArray&>(*found);
  const ArrayPtr field = structs.field(group);
  const auto& values = static_cast<const arrow::StringArray&>(*field);
  arrow::StringBuilder builder;
  for (std::int64_t row = 0; row < texts->length(); ++row) {
    const bool matched = structs.IsValid(row) && values.IsValid(row);
    GNOMON_ARROW_RETURN_NOT_OK(texts->IsNull(row)
                                   ? builder.AppendNull()
                                   : builder.Append(matched ? values.GetView(row) : Text()),
                               "extracting a group");
  }
  GNOMON_ARROW_ASSIGN(ArrayPtr array, builder.Finish(), "extracting a group");
  return array;
}

Result<BoundFunction> BindExtract(std::string_view name, std::span<const Argument> arguments) {
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 2, 3));
  if (IsNullLiteral(arguments[1])) return AllNull(kText);
  GNOMON_ASSIGN_OR_RETURN(JavaRegex regex, ConstantRegex(name, arguments[1], true));
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
  return BindText(
      name, arguments, kText,
      [regex, group](std::span<const Operand> operands, std::int64_t rows) -> Result<ArrayPtr> {
        GNOMON_ASSIGN_OR_RETURN(ArrayPtr texts, ExpandRows(operands[0], rows));
        return ExtractRows(regex, static_cast<int>(group), texts);
      });
}

Status CheckWidth(const JavaRegex& regex, std::string_view name) {
  if (regex.least_width > 0) return Ok();
  return Unimplemented(
      "{} with an expression that can match nothing is not proven equal to Spark's - make it match "
      "at least one character",
      name);
}

// Arrow goes on behind a match as if the text began there.
Status CheckNoAnchor(const JavaRegex& regex, std::string_view name) {
  if (!regex.has_anchor) return Ok();
  return Unimplemented(
      "{} with ^, $ or \\b in its expression is not proven equal to Spark's - leave them out",
      name);
}

Result<BoundFunction> BindReplace(std::string_view name, std::span<const Argument> arguments) {
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 3, 3));
  if (IsNullLiteral(arguments[1]) || IsNullLiteral(arguments[2])) return AllNull(kText);
  GNOMON_ASSIGN_OR_RETURN(JavaRegex regex, ConstantRegex(name, arguments[1], false));
  GNOMON_RETURN_IF_ERROR(CheckWidth(regex, name));
  GNOMON_ASSIGN_OR_RETURN(const std::string text, ConstantText(name, arguments[2], "replacement"));
  GNOMON_ASSIGN_OR_RETURN(const std::string replacement,
                          TranslateJavaReplacement(text, regex.groups));
  return BindText(name, arguments, kText,
                  [regex, replacement](std::span<const Operand> operands,
                                       std::int64_t rows) -> Result<ArrayPtr> {
                    GNOMON_ASSIGN_OR_RETURN(ArrayPtr texts, ExpandRows(operands[0], rows));
                    GNOMON_RETURN_IF_ERROR(CheckTexts(regex, *texts));
                    return CallWithOptions(
                        "replace_substring_regex", texts,
                        arrow::compute::ReplaceSubstringOptions(regex.pattern, replacement));
                  });
}

Result<BoundFunction> BindCount(std::string_view name, std::span<const Argument> arguments) {
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 2, 2));
  const DataType count(TypeKind::kInt);
  if (IsNullLiteral(arguments[1])) return AllNull(count);
  GNOMON_ASSIGN_OR_RETURN(JavaRegex regex, ConstantRegex(name, arguments[1], false));
  GNOMON_RETURN_IF_ERROR(CheckWidth(regex, name));
  GNOMON_RETURN_IF_ERROR(CheckNoAnchor(regex, name));
  return BindText(
      name, arguments, count,
      [regex](std::span<const Operand> operands, std::int64_t rows) -> Result<ArrayPtr> {
        GNOMON_ASSIGN_OR_RETURN(ArrayPtr texts, ExpandRows(operands[0], rows));
        GNOMON_RETURN_IF_ERROR(CheckTexts(regex, *texts));
        return CallWithOptions("count_substring_regex", texts,
                               arrow::compute::MatchSubstringOptions(regex.pattern));
      });
}

// Between the matches, at most `limit` parts where it is positive; without a limit all, also empty
// ones.
Result<ArrayPtr> SplitRows(const JavaRegex& regex, std::int64_t limit, const ArrayPtr& texts) {
  GNOMON_RETURN_IF_ERROR(CheckTexts(regex, *texts));
  const std::int64_t splits = limit > 0 ? limit - 1 : -1;
  if (limit == 1) {
    IndexLists whole(texts->length());
    for (std::int64_t row = 0; row < texts->length(); ++row) {
      whole.Append(row);
      texts->IsNull(row) ? whole.CloseNull() : whole.CloseRow();
    }
    return whole.Gather(DataType::List(kText), texts);
  }
  GNOMON_ASSIGN_OR_RETURN(
      ArrayPtr parts,
      CallWithOptions(regex.literal ? "split_pattern" : "split_pattern_regex", texts,
                      arrow::compute::SplitPatternOptions(
                          regex.literal ? regex.literal_text : regex.pattern, splits)));
  return Retype(DataType::List(kText), parts);
}

Result<BoundFunction> BindSplit(std::string_view name, std::span<const Argument> arguments) {
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 2, 3));
  const DataType list = DataType::List(kText);
  if (IsNullLiteral(arguments[1])) return AllNull(list);
  GNOMON_ASSIGN_OR_RETURN(JavaRegex regex, ConstantRegex(name, arguments[1], false));
  GNOMON_RETURN_IF_ERROR(CheckWidth(regex, name));
  GNOMON_RETURN_IF_ERROR(CheckNoAnchor(regex, name));
  std::int64_t limit = -1;
  if (arguments.size() == 3) {
    const auto constant = ConstantInteger(arguments[2]);
    if (!constant) return Unimplemented("the limit of {} is not a constant - write a number", name);
    limit = *constant;
  }
  return BindText(
      name, arguments, list,
      [regex, limit](std::span<const Operand> operands, std::int64_t rows) -> Result<ArrayPtr> {
        GNOMON_ASSIGN_OR_RETURN(ArrayPtr texts, ExpandRows(operands[0], rows));
        return SplitRows(regex, limit, texts);
      });
}

}  // namespace

const ScalarFunction kRlike{"rlike", "whether a regular expression matches in a text", &BindRlike};
const ScalarFunction kRegexpExtract{"regexp_extract", "regexp_extract(text, 'expression', group)",
                                    &BindExtract};
const ScalarFunction kRegexpReplace{"regexp_replace", "regexp_replace(text, 'expression', 'with')",
                                    &BindReplace};
const ScalarFunction kRegexpCount{"regexp_count", "how often an expression matches", &BindCount};
const ScalarFunction kSplit{"split", "split(text, 'expression', limit)", &BindSplit};

}  // namespace gnomon::expr::functions
