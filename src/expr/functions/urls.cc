// SPDX-License-Identifier: Apache-2.0
// url_encode and url_decode, as Java's URLEncoder and URLDecoder do in UTF-8; parse_url, as
// java.net.URI reads.
#include <algorithm>

#include "expr/code_points.h"
#include "expr/coercion.h"
#include "expr/elementwise.h"
#include "expr/functions/all.h"
#include "expr/java_uri.h"

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

using Part = std::optional<Text>;

// The first value of the key, from the start of the query or behind a &.
Part ValueOf(const Part& query, Text key) {
  if (!query) return {};
  for (Text rest = *query;;) {
    const std::size_t end = std::min(rest.find('&'), rest.size());
    const Text pair = rest.substr(0, end);
    if (pair.size() > key.size() && pair.starts_with(key) && pair[key.size()] == '=')
      return pair.substr(key.size() + 1);
    if (end == rest.size()) return {};
    rest.remove_prefix(end + 1);
  }
}

bool AppendPart(Text url, Text part, const Part& key, std::string* out) {
  const auto uri = ParseJavaUri(url);
  if (!uri || (key && part != "QUERY")) return false;
  Part found;
  if (part == "HOST") found = uri->host;
  if (part == "PATH" || part == "FILE") found = uri->path;
  if (part == "QUERY") found = key ? ValueOf(uri->query, *key) : uri->query;
  if (part == "REF") found = uri->fragment;
  if (part == "PROTOCOL") found = uri->scheme;
  if (part == "AUTHORITY") found = uri->authority;
  if (part == "USERINFO") found = uri->user_info;
  if (!found) return false;
  out->append(*found);
  if (part == "FILE" && uri->query) out->append("?").append(*uri->query);
  return true;
}

// Spark puts the key into a regular expression as it is.
bool IsPlainKey(Text key) {
  return !key.empty() && std::all_of(key.begin(), key.end(), [](char c) {
    return (StaysAsItIs(c) && c != '.' && c != '*') || static_cast<unsigned char>(c) >= 0x80;
  });
}

Result<BoundFunction> BindParseUrl(std::string_view name, std::span<const Argument> arguments) {
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 2, 3));
  // Spark casts nothing to its arguments.
  for (const Argument& argument : arguments) {
    if (argument.type.kind != TypeKind::kString && argument.type.kind != TypeKind::kVoid)
      return RefuseTypes(name, arguments);
  }
  if (arguments.size() == 2) {
    return BindFixed(
        name, arguments, {kText, kText}, kText,
        ElementwiseText<Text, Text>([](std::string* out, Failure*, Text url, Text part) {
          return AppendPart(url, part, {}, out);
        }));
  }
  return BindFixed(
      name, arguments, {kText, kText, kText}, kText,
      ElementwiseText<Text, Text, Text>(
          [](std::string* out, Failure* failure, Text url, Text part, Text key) {
            if (!IsPlainKey(key)) {
              *failure = Unimplemented(
                  "a key of parse_url that is no plain name is not proven equal to Spark's - use "
                  "letters, digits, - and _: '{}'",
                  key);
              return false;
            }
            return AppendPart(url, part, key, out);
          }));
}

}  // namespace

const ScalarFunction kParseUrl{"parse_url", "parse_url(url, 'HOST'), also with a key of QUERY",
                               &BindParseUrl};
const ScalarFunction kUrlEncode{"url_encode", "a text as part of a URL", &BindEncode};
const ScalarFunction kUrlDecode{"url_decode", "the text of a part of a URL", &BindDecode};

}  // namespace gnomon::expr::functions
