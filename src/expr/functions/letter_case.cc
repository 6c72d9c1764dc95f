// SPDX-License-Identifier: Apache-2.0
// upper and lower, as Java's root locale has them. One letter to one letter is Arrow's Unicode
// table; the few letters that Java turns into several are written out here, and those that depend
// on their neighbours stop the evaluation.
#include <algorithm>
#include <array>

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
using Failure = std::optional<Error>;

struct Expansion {
  Text letter;
  Text written;
};

// Unicode's SpecialCasing, the unconditional upper-case mappings outside Greek Extended.
constexpr std::array<Expansion, 22> kUpperExpansions = {{
    {"\u00df", "SS"},
    {"\u0149", "\u02bcN"},
    {"\u01f0", "J\u030c"},
    {"\u0390", "\u0399\u0308\u0301"},
    {"\u03b0", "\u03a5\u0308\u0301"},
    {"\u0587", "\u0535\u0552"},
    {"\u1e96", "H\u0331"},
    {"\u1e97", "T\u0308"},
    {"\u1e98", "W\u030a"},
    {"\u1e99", "Y\u030a"},
    {"\u1e9a", "A\u02be"},
    {"\ufb00", "FF"},
    {"\ufb01", "FI"},
    {"\ufb02", "FL"},
    {"\ufb03", "FFI"},
    {"\ufb04", "FFL"},
    {"\ufb05", "ST"},
    {"\ufb06", "ST"},
    {"\ufb13", "\u0544\u0546"},
    {"\ufb14", "\u0544\u0535"},
    {"\ufb15", "\u0544\u053b"},
    {"\ufb16", "\u054e\u0546"},
}};
constexpr std::array<Expansion, 1> kLowerExpansions = {{{"\u0130", "i\u0307"}}};

// Greek Extended (U+1F50 to U+1FFC) and U+FB17 upper-case to several letters; a capital sigma
// lower-cases by its place.
Text FindUnsupported(Text text, bool upper) {
  for (std::size_t at = 0; at + 1 < text.size(); ++at) {
    const Text letter = text.substr(at, 3);
    if (upper && IsUnprovenInUpperCase(letter)) return letter;
    if (!upper && letter.starts_with("\u03a3")) return letter.substr(0, 2);
  }
  return {};
}

// Replaces each letter that has an expansion; what it writes is already in the target case.
bool Expand(Text text, bool upper, std::string* out, Failure* failure) {
  if (const Text letter = FindUnsupported(text, upper); !letter.empty()) {
    *failure =
        Unimplemented("{} of the letter '{}' is not proven equal to Spark's - remove it first",
                      upper ? "upper" : "lower", letter);
    return false;
  }
  const std::span<const Expansion> expansions = upper
                                                    ? std::span<const Expansion>(kUpperExpansions)
                                                    : std::span<const Expansion>(kLowerExpansions);
  while (!text.empty()) {
    const auto found = std::find_if(expansions.begin(), expansions.end(),
                                    [&](const Expansion& e) { return text.starts_with(e.letter); });
    const bool expands = found != expansions.end();
    out->append(expands ? found->written : text.substr(0, 1));
    text.remove_prefix(expands ? found->letter.size() : 1);
  }
  return true;
}

template <bool kToUpper>
Result<ArrayPtr> ChangeCase(std::span<const Operand> operands, std::int64_t rows) {
  const Values<Text> texts(operands[0]);
  bool ascii = true;
  for (std::int64_t row = 0; row < rows && ascii; ++row) ascii = IsAscii(texts[row]);
  if (ascii) {
    static const Kernel kAscii = ElementwiseText<Text>([](std::string* out, Failure*, Text text) {
      for (const char c : text) out->push_back(kToUpper ? AsciiUpper(c) : AsciiLower(c));
      return true;
    });
    return kAscii(operands, rows);
  }
  static const Kernel kExpand =
      ElementwiseText<Text>([](std::string* out, Failure* failure, Text text) {
        return Expand(text, kToUpper, out, failure);
      });
  GNOMON_ASSIGN_OR_RETURN(ArrayPtr expanded, kExpand(operands, rows));
  const Operand all{std::move(expanded), false};
  return CallCompute(kToUpper ? "utf8_upper" : "utf8_lower", std::span(&all, 1), rows);
}

template <bool kToUpper>
Result<BoundFunction> BindCase(std::string_view name, std::span<const Argument> arguments) {
  const DataType text(TypeKind::kString);
  return BindFixed(name, arguments, {text}, text, &ChangeCase<kToUpper>);
}

}  // namespace

Result<ArrayPtr> LowerCase(std::span<const Operand> operands, std::int64_t rows) {
  return ChangeCase<false>(operands, rows);
}

bool ExpandsInUpperCase(std::string_view text) {
  return std::ranges::any_of(kUpperExpansions,
                             [&](const Expansion& e) { return text.starts_with(e.letter); });
}

bool IsUnprovenInUpperCase(std::string_view text) {
  const Text letter = text.substr(0, 3);
  return letter == "\ufb17" || (letter >= "\u1f50" && letter <= "\u1ffc");
}

const ScalarFunction kUpper{"upper", "in capital letters", &BindCase<true>};
const ScalarFunction kLower{"lower", "in small letters", &BindCase<false>};

}  // namespace gnomon::expr::functions
