// SPDX-License-Identifier: Apache-2.0
// text LIKE 'pattern' [ESCAPE 'c']: % any characters, _ one character, the escape (\ by default)
// makes one of these ordinary. The escape is a constant.
#include "expr/coercion.h"
#include "expr/compute_call.h"
#include "expr/elementwise.h"
#include "expr/functions/all.h"

namespace gnomon::expr::functions {

namespace {

using Text = std::string_view;

// A run between two %: bytes to find, with `_` as any one code point.
struct Token {
  bool any_one = false;
  char byte = 0;
};
using Run = std::vector<Token>;

struct LikePattern {
  std::vector<Run> runs;  // Separated by %; one run means no % at all.
};

Result<LikePattern> ParseLike(Text pattern, char escape) {
  LikePattern parsed;
  parsed.runs.emplace_back();
  for (std::size_t at = 0; at < pattern.size(); ++at) {
    const char c = pattern[at];
    // The escape comes first: it may be % itself.
    if (c == escape) {
      ++at;
      const bool known = at < pattern.size() &&
                         (Text("%_").find(pattern[at]) != Text::npos || pattern[at] == escape);
      if (!known) {
        return InvalidArgument(
            "the escape character of a LIKE pattern must stand before %, _ or itself - write it "
            "twice for itself: '{}'",
            pattern);
      }
      parsed.runs.back().push_back({.byte = pattern[at]});
    } else if (c == '%') {
      parsed.runs.emplace_back();
    } else if (c == '_') {
      parsed.runs.back().push_back({.any_one = true});
    } else {
      parsed.runs.back().push_back({.byte = c});
    }
  }
  return parsed;
}

// Matches `run` at the start of the text; returns the bytes it took, or npos.
std::size_t MatchRun(const Run& run, Text text) {
  std::size_t at = 0;
  for (const Token& token : run) {
    if (at == text.size()) return Text::npos;
    if (!token.any_one) {
      if (text[at] != token.byte) return Text::npos;
      ++at;
      continue;
    }
    ++at;
    while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xc0) == 0x80) ++at;
  }
  return at;
}

bool Matches(const LikePattern& pattern, Text text) {
  const auto& runs = pattern.runs;
  const std::size_t head = MatchRun(runs.front(), text);
  if (head == Text::npos) return false;
  if (runs.size() == 1) return head == text.size();
  text.remove_prefix(head);
  // Between two % the earliest place is as good as any.
  for (std::size_t i = 1; i + 1 < runs.size(); ++i) {
    std::size_t taken = MatchRun(runs[i], text);
    while (taken == Text::npos && !text.empty()) {
      text.remove_prefix(1);
      taken = MatchRun(runs[i], text);
    }
    if (taken == Text::npos) return false;
    text.remove_prefix(taken);
  }
  // The last run must end with the text.
  for (; !text.empty(); text.remove_prefix(1)) {
    if (MatchRun(runs.back(), text) == text.size()) return true;
  }
  return runs.back().empty();
}

Result<BoundFunction> BindLike(std::string_view name, std::span<const Argument> arguments) {
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 2, 3));
  const DataType text(TypeKind::kString);
  if (!IsImplicitCast(arguments[0].type, text)) return RefuseTypes(name, arguments);
  if (arguments[1].type.kind == TypeKind::kVoid) return AllNull(DataType(TypeKind::kBoolean));
  std::string escape = "\\";
  if (arguments.size() == 3) {
    GNOMON_ASSIGN_OR_RETURN(escape, ConstantText(name, arguments[2], "escape"));
    if (escape.size() != 1)
      return Unimplemented("the escape of LIKE is not one ASCII character: '{}'", escape);
  }
  const DataType boolean(TypeKind::kBoolean);
  if (arguments[1].literal == nullptr) {
    return BindFixed(name, arguments.first(2), {text, text}, boolean,
                     ElementwiseNullable<bool, Text, Text>(
                         boolean, [escape = escape[0]](bool* out, std::optional<Error>* failure,
                                                       Text value, Text source) {
                           const auto pattern = ParseLike(source, escape);
                           if (!pattern) {
                             *failure = pattern.error();
                             return false;
                           }
                           *out = Matches(*pattern, value);
                           return true;
                         }));
  }
  GNOMON_ASSIGN_OR_RETURN(const std::string source, ConstantText(name, arguments[1], "pattern"));
  GNOMON_ASSIGN_OR_RETURN(LikePattern pattern, ParseLike(source, escape[0]));
  return BoundFunction{
      {text},
      boolean,
      Elementwise<bool, Text>(boolean, [pattern](Text value) { return Matches(pattern, value); }),
      {}};
}

}  // namespace

const ScalarFunction kLike{"like", "text LIKE 'pattern' with % and _", &BindLike};

}  // namespace gnomon::expr::functions
