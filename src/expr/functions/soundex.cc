// SPDX-License-Identifier: Apache-2.0
// soundex: a letter and three digits for how an English word sounds. A text that begins with no
// ASCII letter stays as it is.
#include "expr/coercion.h"
#include "expr/elementwise.h"
#include "expr/functions/all.h"

namespace gnomon::expr::functions {

namespace {

using Text = std::string_view;

// Of A to Z; 0 is a vowel, 7 (H, W) does not even part two equal digits.
constexpr Text kCodes = "01230127022455012623017202";

char UpperLetter(char c) {
  if (c >= 'a' && c <= 'z') return static_cast<char>(c - 32);
  return c >= 'A' && c <= 'Z' ? c : '\0';
}

char CodeOf(char letter) { return kCodes[static_cast<std::size_t>(letter - 'A')]; }

void AppendSoundex(Text text, std::string* out) {
  const char first = text.empty() ? '\0' : UpperLetter(text.front());
  if (first == '\0') {
    out->append(text);
    return;
  }
  std::string code(1, first);
  char last = CodeOf(first);
  for (std::size_t i = 1; i < text.size() && code.size() < 4; ++i) {
    const char letter = UpperLetter(text[i]);
    const char digit = letter == '\0' ? '0' : CodeOf(letter);
    if (digit == '7') continue;
    if (digit != '0' && digit != last) code.push_back(digit);
    last = digit;
  }
  code.resize(4, '0');
  out->append(code);
}

Result<BoundFunction> BindSoundex(std::string_view name, std::span<const Argument> arguments) {
  const DataType text(TypeKind::kString);
  return BindFixed(name, arguments, {text}, text,
                   ElementwiseText<Text>([](std::string* out, std::optional<Error>*, Text value) {
                     AppendSoundex(value, out);
                     return true;
                   }));
}

}  // namespace

const ScalarFunction kSoundex{"soundex", "how a word sounds: a letter and three digits",
                              &BindSoundex};

}  // namespace gnomon::expr::functions
