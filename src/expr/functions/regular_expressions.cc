// SPDX-License-Identifier: Apache-2.0
// rlike, regexp_extract, regexp_replace, regexp_count, split: patterns are constants. Matching is
// Arrow's (RE2), on the constructs in which RE2 and Java agree.
#include <arrow/compute/api.h>

#include <algorithm>

#include "expr/code_points.h"
#include "expr/coercion.h"
#include "expr/compute_call.h"
#include "expr/elementwise.h"
#include "expr/functions/all.h"
#include "expr/nested.h"
#include "expr/regex_matching.h"
#include "types/arrow_mapping.h"

namespace gnomon::expr::functions {

namespace {

using Text = std::string_view;

const DataType kText(TypeKind::kString);

// BindFixed of the first argument alone.
Result<BoundFunction> BindText(std::string_view name, std::span<const Argument> arguments,
                               DataType result, Kernel kernel) {
  return BindFixed(name, arguments.first(1), {kText}, std::move(result), std::move(kernel));
}

Result<BoundFunction> BindRlike(std::string_view name, std::span<const Argument> arguments) {
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 2, 2));
  const DataType boolean(TypeKind::kBoolean);
  if (IsNullLiteral(arguments[1])) return AllNull(boolean);
  if (arguments[1].literal == nullptr)
    return BindPatternColumn(name, arguments, boolean, &BindRlike);
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
  if (arguments[1].literal == nullptr)
    return BindPatternColumn(name, arguments, kText, &BindExtract);
  GNOMON_ASSIGN_OR_RETURN(JavaRegex regex, ConstantRegex(name, arguments[1], true));
  GNOMON_ASSIGN_OR_RETURN(const int group, ConstantGroup(name, arguments, regex));
  return BindText(
      name, arguments, kText,
      [regex, group](std::span<const Operand> operands, std::int64_t rows) -> Result<ArrayPtr> {
        GNOMON_ASSIGN_OR_RETURN(ArrayPtr texts, ExpandRows(operands[0], rows));
        return ExtractRows(regex, group, texts);
      });
}

Result<BoundFunction> BindReplace(std::string_view name, std::span<const Argument> arguments) {
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 3, 3));
  if (IsNullLiteral(arguments[1]) || IsNullLiteral(arguments[2])) return AllNull(kText);
  if (arguments[1].literal == nullptr)
    return BindPatternColumn(name, arguments, kText, &BindReplace);
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
  if (arguments[1].literal == nullptr) return BindPatternColumn(name, arguments, count, &BindCount);
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

// split(text, ''): its characters, at most `limit` of them where that is positive; of an empty text
// the text.
Result<ArrayPtr> SplitCharacters(std::int64_t limit, const ArrayPtr& texts) {
  const Operand operand{texts, false};
  const Values<std::string_view> values(operand);
  arrow::StringBuilder letters;
  IndexLists lists(texts->length());
  for (std::int64_t row = 0; row < texts->length(); ++row) {
    if (texts->IsNull(row)) {
      lists.CloseNull();
      continue;
    }
    std::string_view rest = values[row];
    std::int64_t count = 0;
    do {
      const std::string_view letter =
          rest.substr(0, rest.empty() ? 0 : std::min(FirstLength(rest), rest.size()));
      lists.Append(letters.length());
      GNOMON_ARROW_RETURN_NOT_OK(letters.Append(letter), "splitting a text");
      rest.remove_prefix(letter.size());
      ++count;
    } while (!rest.empty() && (limit <= 0 || count < limit));
    lists.CloseRow();
  }
  GNOMON_ARROW_ASSIGN(ArrayPtr parts, letters.Finish(), "splitting a text");
  return lists.Wrap(DataType::List(kText), std::move(parts));
}

Result<BoundFunction> BindSplit(std::string_view name, std::span<const Argument> arguments) {
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 2, 3));
  const DataType list = DataType::List(kText);
  if (IsNullLiteral(arguments[1])) return AllNull(list);
  if (arguments[1].literal == nullptr) return BindPatternColumn(name, arguments, list, &BindSplit);
  std::int64_t limit = -1;
  if (arguments.size() == 3) {
    const auto constant = ConstantInteger(arguments[2]);
    if (!constant) return Unimplemented("the limit of {} is not a constant - write a number", name);
    limit = *constant;
  }
  GNOMON_ASSIGN_OR_RETURN(const std::string written,
                          ConstantText(name, arguments[1], "the expression"));
  if (written.empty()) {
    return BindText(
        name, arguments, list,
        [limit](std::span<const Operand> operands, std::int64_t rows) -> Result<ArrayPtr> {
          GNOMON_ASSIGN_OR_RETURN(ArrayPtr texts, ExpandRows(operands[0], rows));
          return SplitCharacters(limit, texts);
        });
  }
  GNOMON_ASSIGN_OR_RETURN(JavaRegex regex, ConstantRegex(name, arguments[1], false));
  GNOMON_RETURN_IF_ERROR(CheckWidth(regex, name));
  GNOMON_RETURN_IF_ERROR(CheckNoAnchor(regex, name));
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
