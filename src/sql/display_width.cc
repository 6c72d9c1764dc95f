// SPDX-License-Identifier: Apache-2.0
// A few ranges of Unicode, enough for tables of names; malformed bytes count one column each.
#include "sql/display_width.h"

#include <fmt/format.h>

#include <array>

namespace gnomon::sql {

namespace {

struct Range {
  char32_t first;
  char32_t last;
};

constexpr std::array<Range, 8> kZeroWidth = {{{0x0300, 0x036F},
                                              {0x0483, 0x0489},
                                              {0x0591, 0x05BD},
                                              {0x064B, 0x065F},
                                              {0x1AB0, 0x1AFF},
                                              {0x200B, 0x200F},
                                              {0x20D0, 0x20F0},
                                              {0xFE00, 0xFE0F}}};
constexpr std::array<Range, 9> kDoubleWidth = {{{0x1100, 0x115F},
                                                {0x2E80, 0x303E},
                                                {0x3041, 0xA4CF},
                                                {0xAC00, 0xD7A3},
                                                {0xF900, 0xFAFF},
                                                {0xFE30, 0xFE6F},
                                                {0xFF00, 0xFF60},
                                                {0x1F300, 0x1FAFF},
                                                {0x20000, 0x3FFFD}}};

template <std::size_t kSize>
bool IsIn(const std::array<Range, kSize>& ranges, char32_t c) {
  for (const Range& range : ranges) {
    if (c >= range.first && c <= range.last) return true;
  }
  return false;
}

// Takes one code point off the front; a malformed byte stands for itself.
char32_t TakeCodePoint(std::string_view* text) {
  const auto lead = static_cast<unsigned char>(text->front());
  const std::size_t length = lead < 0x80 ? 1 : lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (length == 1 || lead < 0xC0 || text->size() < length) {
    text->remove_prefix(1);
    return lead;
  }
  char32_t code = lead & (0xFFU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    code = (code << 6) | (static_cast<unsigned char>((*text)[i]) & 0x3FU);
  }
  text->remove_prefix(length);
  return code;
}

}  // namespace

std::int64_t DisplayWidth(std::string_view utf8) {
  std::int64_t width = 0;
  while (!utf8.empty()) {
    const char32_t code = TakeCodePoint(&utf8);
    if (!IsIn(kZeroWidth, code)) width += IsIn(kDoubleWidth, code) ? 2 : 1;
  }
  return width;
}

std::string WithoutControls(std::string_view utf8) {
  std::string text;
  for (const char c : utf8) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '\n') {
      text += "\\n";
    } else if (c == '\t') {
      text += "\\t";
    } else if (byte < 0x20 || byte == 0x7F) {
      text += fmt::format("\\x{:02x}", byte);
    } else {
      text += c;
    }
  }
  return text;
}

}  // namespace gnomon::sql
