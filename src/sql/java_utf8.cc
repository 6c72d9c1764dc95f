// SPDX-License-Identifier: Apache-2.0
#include "sql/java_utf8.h"

#include <algorithm>
#include <cstdint>

namespace gnomon::sql {

namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

struct Sequence {
  std::size_t length = 1;
  bool valid = false;
};

std::uint8_t ByteAt(std::string_view bytes, std::size_t i) {
  return static_cast<std::uint8_t>(bytes[i]);
}

// How many bytes the lead byte announces; 0 for a byte that leads nothing.
std::size_t AnnouncedLength(std::uint8_t lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead <= 0xDF) return 2;
  if (lead >= 0xE0 && lead <= 0xEF) return 3;
  if (lead >= 0xF0 && lead <= 0xF4) return 4;
  return 0;
}

// The second byte has a narrower range after some lead bytes: no overlong forms, nothing beyond
// U+10FFFF. Surrogates are let through here, for Java replaces one as a whole.
bool MayFollow(std::uint8_t lead, std::uint8_t second) {
  if (second < 0x80 || second > 0xBF) return false;
  if (lead == 0xE0) return second >= 0xA0;
  if (lead == 0xF0) return second >= 0x90;
  if (lead == 0xF4) return second <= 0x8F;
  return true;
}

// The sequence at the start of `bytes`, or the part of one that is replaced by one character.
Sequence NextSequence(std::string_view bytes) {
  const std::uint8_t lead = ByteAt(bytes, 0);
  const std::size_t announced = AnnouncedLength(lead);
  if (announced <= 1) return {.length = 1, .valid = announced == 1};
  std::size_t length = 1;
  while (length < std::min(announced, bytes.size())) {
    const std::uint8_t next = ByteAt(bytes, length);
    if (length == 1 ? !MayFollow(lead, next) : (next & 0xC0) != 0x80) break;
    ++length;
  }
  const bool surrogate = lead == 0xED && length > 1 && ByteAt(bytes, 1) >= 0xA0;
  return {.length = length, .valid = length == announced && !surrogate};
}

}  // namespace

void AppendJavaUtf8(std::string_view bytes, std::string* out) {
  while (!bytes.empty()) {
    const Sequence next = NextSequence(bytes);
    *out += next.valid ? bytes.substr(0, next.length) : kReplacement;
    bytes.remove_prefix(next.length);
  }
}

}  // namespace gnomon::sql
