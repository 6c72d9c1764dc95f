// SPDX-License-Identifier: Apache-2.0
// regexp_extract_all, regexp_substr, regexp_instr: what a regular expression matches, and where.
#include <arrow/compute/api.h>

#include "expr/code_points.h"
#include "expr/coercion.h"
#include "expr/elementwise.h"
#include "expr/functions/all.h"
#include "expr/nested.h"
#include "expr/regex_matching.h"
#include "types/arrow_mapping.h"

namespace gnomon::expr::functions {

namespace {

using Text = std::string_view;

const DataType kText(TypeKind::kString);

// The first match in each text.
struct Matches {
  ArrayPtr starts;  // In bytes, -1 where nothing matches.
  std::shared_ptr<arrow::StructArray> groups;

  bool Found(std::int64_t row) const {
    return starts->IsValid(row) && Start(row) >= 0 && groups->IsValid(row);
  }
  std::int32_t Start(std::int64_t row) const {
    return static_cast<const arrow::Int32Array&>(*starts).Value(row);
  }
  // Empty where the group took no part.
  Text Group(int group, std::int64_t row) const {
    const auto& texts = static_cast<const arrow::StringArray&>(*groups->field(group));
    return texts.IsNull(row) ? Text() : texts.GetView(row);
  }
};

Result<Matches> FindFirst(const JavaRegex& regex, const ArrayPtr& texts) {
  Matches matches;
  GNOMON_ASSIGN_OR_RETURN(matches.starts,
                          CallWithOptions("find_substring_regex", texts,
                                          arrow::compute::MatchSubstringOptions(regex.pattern)));
  GNOMON_ASSIGN_OR_RETURN(
      ArrayPtr groups,
      CallWithOptions("extract_regex", texts, arrow::compute::ExtractRegexOptions(regex.pattern)));
  matches.groups = std::static_pointer_cast<arrow::StructArray>(groups);
  return matches;
}

// Round by round the first match of what is left of every text.
Result<ArrayPtr> AllMatches(const JavaRegex& regex, int group, const ArrayPtr& texts) {
  const std::int64_t rows = texts->length();
  std::vector<std::vector<std::string>> found(static_cast<std::size_t>(rows));
  ArrayPtr rest = texts;
  for (bool more = true; more;) {
    GNOMON_ASSIGN_OR_RETURN(const Matches matches, FindFirst(regex, rest));
    const auto& given = static_cast<const arrow::StringArray&>(*rest);
    arrow::StringBuilder next;
    more = false;
    for (std::int64_t row = 0; row < rows; ++row) {
      Text left;
      if (rest->IsValid(row) && matches.Found(row)) {
        more = true;
        found[static_cast<std::size_t>(row)].emplace_back(matches.Group(group, row));
        left = given.GetView(row).substr(static_cast<std::size_t>(matches.Start(row)) +
                                         matches.Group(0, row).size());
      }
      GNOMON_ARROW_RETURN_NOT_OK(next.Append(left), "collecting matches");
    }
    GNOMON_ARROW_ASSIGN(rest, next.Finish(), "collecting matches");
  }
  IndexLists lists(rows);
  arrow::StringBuilder all;
  for (std::int64_t row = 0; row < rows; ++row) {
    for (const std::string& match : found[static_cast<std::size_t>(row)]) {
      lists.Append(all.length());
      GNOMON_ARROW_RETURN_NOT_OK(all.Append(match), "collecting matches");
    }
    texts->IsNull(row) ? lists.CloseNull() : lists.CloseRow();
  }
  GNOMON_ARROW_ASSIGN(ArrayPtr values, all.Finish(), "collecting matches");
  return lists.Wrap(DataType::List(kText), values);
}

// The texts, once they are known to be such that Java agrees.
Result<ArrayPtr> CheckedTexts(const JavaRegex& regex, std::span<const Operand> operands,
                              std::int64_t rows) {
  GNOMON_ASSIGN_OR_RETURN(ArrayPtr texts, ExpandRows(operands[0], rows));
  GNOMON_RETURN_IF_ERROR(CheckTexts(regex, *texts));
  return texts;
}

Result<BoundFunction> BindExtractAll(std::string_view name, std::span<const Argument> arguments) {
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 2, 3));
  const DataType list = DataType::List(kText);
  if (IsNullLiteral(arguments[1])) return AllNull(list);
  if (arguments[1].literal == nullptr)
    return BindPatternColumn(name, arguments, list, &BindExtractAll);
  GNOMON_ASSIGN_OR_RETURN(JavaRegex regex, ConstantRegex(name, arguments[1], true));
  GNOMON_RETURN_IF_ERROR(CheckWidth(regex, name));
  GNOMON_RETURN_IF_ERROR(CheckNoAnchor(regex, name));
  GNOMON_ASSIGN_OR_RETURN(const int group, ConstantGroup(name, arguments, regex));
  return BindFixed(
      name, arguments.first(1), {kText}, list,
      [regex, group](std::span<const Operand> operands, std::int64_t rows) -> Result<ArrayPtr> {
        GNOMON_ASSIGN_OR_RETURN(ArrayPtr texts, CheckedTexts(regex, operands, rows));
        return AllMatches(regex, group, texts);
      });
}

Result<BoundFunction> BindSubstr(std::string_view name, std::span<const Argument> arguments) {
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 2, 2));
  if (IsNullLiteral(arguments[1])) return AllNull(kText);
  if (arguments[1].literal == nullptr)
    return BindPatternColumn(name, arguments, kText, &BindSubstr);
  GNOMON_ASSIGN_OR_RETURN(JavaRegex regex, ConstantRegex(name, arguments[1], true));
  GNOMON_RETURN_IF_ERROR(CheckWidth(regex, name));
  return BindFixed(
      name, arguments.first(1), {kText}, kText,
      [regex](std::span<const Operand> operands, std::int64_t rows) -> Result<ArrayPtr> {
        GNOMON_ASSIGN_OR_RETURN(ArrayPtr texts, CheckedTexts(regex, operands, rows));
        GNOMON_ASSIGN_OR_RETURN(const Matches matches, FindFirst(regex, texts));
        arrow::StringBuilder found;
        for (std::int64_t row = 0; row < rows; ++row) {
          GNOMON_ARROW_RETURN_NOT_OK(texts->IsValid(row) && matches.Found(row)
                                         ? found.Append(matches.Group(0, row))
                                         : found.AppendNull(),
                                     "finding a match");
        }
        GNOMON_ARROW_ASSIGN(ArrayPtr array, found.Finish(), "finding a match");
        return array;
      });
}

// A third argument, the group, does not count.
Result<BoundFunction> BindInstr(std::string_view name, std::span<const Argument> arguments) {
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 2, 3));
  const DataType place(TypeKind::kInt);
  if (IsNullLiteral(arguments[1])) return AllNull(place);
  if (arguments.size() == 3 && !ConstantInteger(arguments[2]))
    return Unimplemented("the group of {} is not a constant - write a number", name);
  if (arguments[1].literal == nullptr) return BindPatternColumn(name, arguments, place, &BindInstr);
  GNOMON_ASSIGN_OR_RETURN(JavaRegex regex, ConstantRegex(name, arguments[1], false));
  GNOMON_RETURN_IF_ERROR(CheckWidth(regex, name));
  return BindFixed(
      name, arguments.first(1), {kText}, place,
      [regex](std::span<const Operand> operands, std::int64_t rows) -> Result<ArrayPtr> {
        GNOMON_ASSIGN_OR_RETURN(ArrayPtr texts, CheckedTexts(regex, operands, rows));
        GNOMON_ASSIGN_OR_RETURN(
            ArrayPtr starts, CallWithOptions("find_substring_regex", texts,
                                             arrow::compute::MatchSubstringOptions(regex.pattern)));
        const auto& bytes = static_cast<const arrow::Int32Array&>(*starts);
        const auto& given = static_cast<const arrow::StringArray&>(*texts);
        arrow::Int32Builder places;
        GNOMON_ARROW_RETURN_NOT_OK(places.Reserve(rows), "finding a match");
        for (std::int64_t row = 0; row < rows; ++row) {
          if (texts->IsNull(row)) {
            places.UnsafeAppendNull();
          } else if (bytes.Value(row) < 0) {
            places.UnsafeAppend(0);
          } else {
            const auto before = static_cast<std::size_t>(bytes.Value(row));
            places.UnsafeAppend(CountJavaCharacters(given.GetView(row).substr(0, before)) + 1);
          }
        }
        GNOMON_ARROW_ASSIGN(ArrayPtr array, places.Finish(), "finding a match");
        return array;
      });
}

}  // namespace

const ScalarFunction kRegexpExtractAll{
    "regexp_extract_all", "regexp_extract_all(text, 'expression', group)", &BindExtractAll};
const ScalarFunction kRegexpSubstr{"regexp_substr", "the first match of an expression",
                                   &BindSubstr};
const ScalarFunction kRegexpInstr{"regexp_instr", "the place of the first match from 1, or 0",
                                  &BindInstr};

}  // namespace gnomon::expr::functions
