// SPDX-License-Identifier: Apache-2.0
// url_encode and url_decode, as Java's URLEncoder and URLDecoder do in UTF-8.
#include "expr/code_points.h"
#include "expr/coercion.h"
#include "expr/elementwise.h"
#include "expr/functions/all.h"

namespace gnomon::expr::functions {

namespace {

using Text = std::string_view;
using Failure = std::optional<Error>;

const DataType kText(TypeKind::kString);

bool StaysAsItIs(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         Text("-_.*").find(c) != Text::npos;
}

Result<BoundFunction> BindEncode(std::string_view name, std::span<const Argument> arguments) {
  return BindFixed(name, arguments, {kText}, kText,
                   ElementwiseText<Text>([](std::string* out, Failure*, Text text) {
                     for (const char c : text) {
                       if (StaysAsItIs(c)) {
                         out->push_back(c);
                       } else if (c == ' ') {
                         out->push_back('+');
                       } else {
                         fmt::format_to(std::back_inserter(*out), "%{:02X}",
                                        static_cast<unsigned char>(c));
                       }
                     }
                     return true;
                   }));
}

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool Decode(std::string* out, Failure* failure, Text text) {
  std::string decoded;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '%') {
      decoded.push_back(text[at] == '+' ? ' ' : text[at]);
      continue;
    }
    const int high = at + 2 <= text.size() - 1 ? HexDigit(text[at + 1]) : -1;
    const int low = at + 2 <= text.size() - 1 ? HexDigit(text[at + 2]) : -1;
    if (high < 0 || low < 0) {
      *failure = InvalidArgument("a text of url_decode has a % without two digits - filter it out");
      return false;
    }
    decoded.push_back(static_cast<char>(high * 16 + low));
    at += 2;
  }
  if (!IsUtf8(decoded)) {
    *failure = Unimplemented("a text of url_decode does not decode to UTF-8 - filter it out");
    return false;
  }
  out->append(decoded);
  return true;
}

Result<BoundFunction> BindDecode(std::string_view name, std::span<const Argument> arguments) {
  return BindFixed(name, arguments, {kText}, kText, ElementwiseText<Text>(&Decode));
}

}  // namespace

const ScalarFunction kUrlEncode{"url_encode", "a text as part of a URL", &BindEncode};
const ScalarFunction kUrlDecode{"url_decode", "the text of a part of a URL", &BindDecode};

}  // namespace gnomon::expr::functions
