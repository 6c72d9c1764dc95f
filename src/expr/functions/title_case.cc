// SPDX-License-Identifier: Apache-2.0
// initcap: the first letter of each word in title case, the others in small letters; words end at
// blanks.
#include "base/ascii_case.h"
#include "expr/code_points.h"
#include "expr/coercion.h"
#include "expr/compute_call.h"
#include "expr/elementwise.h"
#include "expr/functions/all.h"
#include "expr/functions/letter_case.h"

namespace gnomon::expr::functions {

namespace {

using Text = std::string_view;

// Letters whose title case is neither their capital nor themselves.
constexpr std::pair<Text, Text> kTitles[] = {
    {"\u01c6", "\u01c5"}, {"\u01c9", "\u01c8"}, {"\u01cc", "\u01cb"}, {"\u01f3", "\u01f2"}};

bool IsGeorgian(Text letter) { return letter >= "\u10d0" && letter <= "\u10ff"; }

// The letter that is the title case; empty: the capital is.
Text TitleOf(Text letter) {
  for (const auto& [small, title] : kTitles) {
    if (letter == small) return title;
  }
  // Java looks at units of UTF-16, of which letters of four bytes are two.
  const bool stays = letter.size() > 3 || IsGeorgian(letter) || ExpandsInUpperCase(letter);
  return stays ? letter : Text();
}

// f(letter) for the first letter of each word.
template <typename F>
void ForEachWord(Text text, F f) {
  bool first = true;
  while (!text.empty()) {
    const Text letter = text.substr(0, FirstLength(text));
    if (first && letter != " ") f(letter);
    first = letter == " ";
    text.remove_prefix(letter.size());
  }
}

// The capitals of the letters beyond ASCII that begin words and have one, in their order.
Result<ArrayPtr> CapitalsOf(const Operand& lowered, std::int64_t rows) {
  const Values<Text> texts(lowered);
  arrow::StringBuilder letters;
  Status failure;
  for (std::int64_t row = 0; row < rows; ++row) {
    if (lowered.array->IsNull(row)) continue;
    ForEachWord(texts[row], [&](Text letter) {
      if (IsAscii(letter) || !TitleOf(letter).empty()) return;
      if (IsUnprovenInUpperCase(letter)) {
        failure = Unimplemented(
            "initcap of the letter '{}' is not proven equal to Spark's - remove it first", letter);
      } else if (const auto status = letters.Append(letter); !status.ok()) {
        failure = FromArrowStatus(status, "initcap");
      }
    });
    GNOMON_RETURN_IF_ERROR(failure);
  }
  Operand all;
  GNOMON_ARROW_ASSIGN(all.array, letters.Finish(), "initcap");
  return CallCompute("utf8_upper", std::span(&all, 1), all.array->length());
}

Result<ArrayPtr> TitleCase(std::span<const Operand> operands, std::int64_t rows) {
  GNOMON_ASSIGN_OR_RETURN(ArrayPtr lowered, LowerCase(operands, rows));
  const Operand texts{std::move(lowered), false};
  GNOMON_ASSIGN_OR_RETURN(const ArrayPtr capitals, CapitalsOf(texts, rows));
  const auto& capital_texts = static_cast<const arrow::StringArray&>(*capitals);
  std::int64_t next = 0;
  const Kernel write =
      ElementwiseText<Text>([&](std::string* out, std::optional<Error>*, Text text) {
        bool first = true;
        while (!text.empty()) {
          const Text letter = text.substr(0, FirstLength(text));
          if (!first || letter == " ") {
            out->append(letter);
          } else if (IsAscii(letter)) {
            out->push_back(AsciiUpper(letter[0]));
          } else {
            const Text title = TitleOf(letter);
            out->append(title.empty() ? capital_texts.GetView(next++) : title);
          }
          first = letter == " ";
          text.remove_prefix(letter.size());
        }
        return true;
      });
  return write(std::span(&texts, 1), rows);
}

Result<BoundFunction> BindInitcap(std::string_view name, std::span<const Argument> arguments) {
  const DataType text(TypeKind::kString);
  return BindFixed(name, arguments, {text}, text, &TitleCase);
}

}  // namespace

const ScalarFunction kInitcap{"initcap", "Each Word With A Capital", &BindInitcap};

}  // namespace gnomon::expr::functions
