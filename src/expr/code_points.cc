// SPDX-License-Identifier: Apache-2.0
#include "expr/code_points.h"

#include <arrow/util/utf8.h>

#include <algorithm>
#include <array>

namespace gnomon::expr {

std::int32_t CountJavaCharacters(std::string_view text) {
  const auto wide = std::count_if(text.begin(), text.end(),
                                  [](char c) { return static_cast<unsigned char>(c) >= 0xf0; });
  return CountCodePoints(text) + static_cast<std::int32_t>(wide);
}

std::int32_t CountCodePoints(std::string_view text) {
  return static_cast<std::int32_t>(std::count_if(text.begin(), text.end(), IsFirstByte));
}

std::string_view CodePoints(std::string_view text, std::int64_t begin, std::int64_t end) {
  if (end <= begin) return {};
  std::int64_t index = -1;
  std::size_t first = text.size();
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (!IsFirstByte(text[at])) continue;
    ++index;
    if (index >= begin && first == text.size()) first = at;
    if (index >= end) return text.substr(first, at - first);
  }
  return text.substr(first);
}

std::size_t FirstLength(std::string_view text) {
  std::size_t length = 1;
  while (length < text.size() && !IsFirstByte(text[length])) ++length;
  return length;
}

std::uint32_t FirstCodePoint(std::string_view text) {
  const std::size_t length = FirstLength(text);
  const auto first = static_cast<unsigned char>(text[0]);
  if (length == 1) return first;
  std::uint32_t value = first & (0x7fU >> length);
  for (std::size_t i = 1; i < length; ++i)
    value = value << 6 | (static_cast<unsigned char>(text[i]) & 0x3fU);
  return value;
}

void AppendCodePoint(std::uint32_t code_point, std::string* out) {
  const auto put = [out](std::uint32_t byte) { out->push_back(static_cast<char>(byte)); };
  if (code_point < 0x80) {
    put(code_point);
  } else if (code_point < 0x800) {
    put(0xc0 | code_point >> 6);
    put(0x80 | (code_point & 0x3f));
  } else if (code_point < 0x10000) {
    put(0xe0 | code_point >> 12);
    put(0x80 | (code_point >> 6 & 0x3f));
    put(0x80 | (code_point & 0x3f));
  } else {
    put(0xf0 | code_point >> 18);
    put(0x80 | (code_point >> 12 & 0x3f));
    put(0x80 | (code_point >> 6 & 0x3f));
    put(0x80 | (code_point & 0x3f));
  }
}

bool IsUtf8(std::string_view bytes) {
  arrow::util::InitializeUTF8();
  return arrow::util::ValidateUTF8(bytes);
}

bool IsAscii(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

bool IsJavaBlank(std::uint32_t c) {
  return (c >= 0x09 && c <= 0x0d) || (c >= 0x1c && c <= 0x20) || c == 0x1680 ||
         (c >= 0x2000 && c <= 0x200a && c != 0x2007) || c == 0x2028 || c == 0x2029 || c == 0x205f ||
         c == 0x3000;
}

std::optional<int> JavaDigit(std::uint32_t c) {
  constexpr auto kZeros = std::to_array<std::uint32_t>(
      {0x0030, 0x0660, 0x06f0, 0x07c0, 0x0966, 0x09e6, 0x0a66, 0x0ae6, 0x0b66, 0x0be6,
       0x0c66, 0x0ce6, 0x0d66, 0x0de6, 0x0e50, 0x0ed0, 0x0f20, 0x1040, 0x1090, 0x17e0,
       0x1810, 0x1946, 0x19d0, 0x1a80, 0x1a90, 0x1b50, 0x1bb0, 0x1c40, 0x1c50, 0xa620,
       0xa8d0, 0xa900, 0xa9d0, 0xa9f0, 0xaa50, 0xabf0, 0xff10});
  const auto* after = std::upper_bound(kZeros.begin(), kZeros.end(), c);
  if (after == kZeros.begin() || c - *(after - 1) > 9) return std::nullopt;
  return static_cast<int>(c - *(after - 1));
}

std::string WithAsciiDigits(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    const std::size_t length = FirstLength(text);
    const auto digit = JavaDigit(FirstCodePoint(text));
    if (digit)
      result.push_back(static_cast<char>('0' + *digit));
    else
      result.append(text.substr(0, length));
    text.remove_prefix(length);
  }
  return result;
}

}  // namespace gnomon::expr
