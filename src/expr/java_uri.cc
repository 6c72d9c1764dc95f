// SPDX-License-Identifier: Apache-2.0
#include "expr/java_uri.h"

#include <algorithm>
#include <cstdint>

#include "expr/code_points.h"

namespace gnomon::expr {

namespace {

using Text = std::string_view;

// Beside letters and digits.
constexpr Text kUnreserved = "_-!.~'()*";
constexpr Text kPath = ":@&=+$,;/";
constexpr Text kUric = ";/?:@&=+$,[]";
constexpr Text kUserInfo = ";:&=+$,";
constexpr Text kRegistry = "$,;:@&=+";
constexpr Text kServer = ";:&=+$,.@[]";

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsAlpha(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool IsAlphanumeric(char c) { return IsDigit(c) || IsAlpha(c); }
bool IsHexadecimal(char c) {
  return IsDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

// Java takes every other character that is neither a blank nor a control.
bool IsOther(std::uint32_t code) {
  constexpr std::uint32_t kBlanks[] = {0xa0, 0x1680, 0x2028, 0x2029, 0x202f, 0x205f, 0x3000};
  const bool blank = (code >= 0x2000 && code <= 0x200a) ||
                     std::find(std::begin(kBlanks), std::end(kBlanks), code) != std::end(kBlanks);
  return code > 0x9f && !blank;
}

// Letters, digits, what is unreserved, `%` with two digits, and the characters of `more`.
bool Consists(Text text, Text more) {
  while (!text.empty()) {
    const char c = text.front();
    std::size_t length = 1;
    if (c == '%') {
      if (text.size() < 3 || !IsHexadecimal(text[1]) || !IsHexadecimal(text[2])) return false;
      length = 3;
    } else if (static_cast<unsigned char>(c) >= 0x80) {
      if (!IsOther(FirstCodePoint(text))) return false;
      length = FirstLength(text);
    } else if (!IsAlphanumeric(c) && kUnreserved.find(c) == Text::npos &&
               more.find(c) == Text::npos) {
      return false;
    }
    text.remove_prefix(length);
  }
  return true;
}

Text TakeUntil(Text* text, Text ends) {
  const std::size_t end = std::min(text->find_first_of(ends), text->size());
  const Text taken = text->substr(0, end);
  text->remove_prefix(end);
  return taken;
}

// Four numbers up to 255; the bytes it takes, or 0.
std::size_t TakeIpv4(Text text) {
  std::size_t at = 0;
  for (int part = 0; part < 4; ++part) {
    if (part > 0 && (at == text.size() || text[at++] != '.')) return 0;
    int value = 0;
    const std::size_t begin = at;
    for (; at < text.size() && IsDigit(text[at]) && value < 256; ++at)
      value = value * 10 + (text[at] - '0');
    if (at == begin || value > 255) return 0;
  }
  return at == text.size() || text[at] == ':' ? at : 0;
}

// Labels of letters, digits and inner hyphens; the last of several begins with a letter.
std::size_t TakeHostname(Text text) {
  std::size_t at = 0;
  std::size_t label = Text::npos;
  while (at < text.size() && IsAlphanumeric(text[at])) {
    label = at;
    while (at < text.size() && (IsAlphanumeric(text[at]) || text[at] == '-')) ++at;
    if (text[at - 1] == '-') return 0;
    if (at == text.size() || text[at] != '.') break;
    ++at;
  }
  if (label == Text::npos || (at < text.size() && text[at] != ':')) return 0;
  return label > 0 && !IsAlpha(text[label]) ? 0 : at;
}

bool IsIpv6(Text text) {
  return text.find(':') != Text::npos && std::all_of(text.begin(), text.end(), [](char c) {
           return IsHexadecimal(c) || c == ':' || c == '.';
         });
}

bool TakeServer(Text authority, JavaUri* uri) {
  if (const std::size_t at = authority.find('@'); at != Text::npos) {
    uri->user_info = authority.substr(0, at);
    if (!Consists(*uri->user_info, kUserInfo)) return false;
    authority.remove_prefix(at + 1);
  }
  std::size_t length = 0;
  if (authority.starts_with('[')) {
    const std::size_t end = authority.find(']');
    if (end == Text::npos || !IsIpv6(authority.substr(1, end - 1))) return false;
    length = end + 1;
  } else {
    length = TakeIpv4(authority);
    if (length == 0) length = TakeHostname(authority);
  }
  if (length == 0) return false;
  uri->host = authority.substr(0, length);
  authority.remove_prefix(length);
  if (authority.empty()) return true;
  if (authority.front() != ':') return false;
  const Text port = authority.substr(1);
  // Java reads an int.
  return port.size() < 10 && std::all_of(port.begin(), port.end(), &IsDigit);
}

// What is no server with a port may be a registry's name, which has no host.
bool TakeAuthority(Text authority, JavaUri* uri) {
  uri->authority = authority;
  const bool server = authority.find('%') == Text::npos && Consists(authority, kServer);
  if (server && TakeServer(authority, uri)) return true;
  uri->user_info.reset();
  uri->host.reset();
  return Consists(authority, kRegistry);
}

bool TakeHierarchical(Text* text, JavaUri* uri) {
  if (text->starts_with("//")) {
    text->remove_prefix(2);
    const Text authority = TakeUntil(text, "/?#");
    if (authority.empty() ? text->empty() : !TakeAuthority(authority, uri)) return false;
  }
  uri->path = TakeUntil(text, "?#");
  if (!Consists(*uri->path, kPath)) return false;
  if (text->starts_with('?')) {
    text->remove_prefix(1);
    uri->query = TakeUntil(text, "#");
    if (!Consists(*uri->query, kUric)) return false;
  }
  return true;
}

bool IsScheme(Text text) {
  return !text.empty() && IsAlpha(text.front()) &&
         std::all_of(text.begin(), text.end(),
                     [](char c) { return IsAlphanumeric(c) || c == '+' || c == '-' || c == '.'; });
}

}  // namespace

std::optional<JavaUri> ParseJavaUri(std::string_view text) {
  JavaUri uri;
  const std::size_t colon = text.find_first_of(":/?#");
  if (colon != Text::npos && text[colon] == ':') {
    uri.scheme = text.substr(0, colon);
    if (!IsScheme(*uri.scheme)) return std::nullopt;
    text.remove_prefix(colon + 1);
  }
  if (uri.scheme && !text.starts_with('/')) {
    const Text opaque = TakeUntil(&text, "#");
    if (opaque.empty() || !Consists(opaque, kUric)) return std::nullopt;
  } else if (!TakeHierarchical(&text, &uri)) {
    return std::nullopt;
  }
  if (text.starts_with('#')) {
    uri.fragment = text.substr(1);
    if (!Consists(*uri.fragment, kUric)) return std::nullopt;
  }
  return uri;
}

}  // namespace gnomon::expr
