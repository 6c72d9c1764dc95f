// SPDX-License-Identifier: Apache-2.0
#include "expr/code_points.h"

#include <arrow/util/utf8.h>

#include <algorithm>

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

}  // namespace gnomon::expr
