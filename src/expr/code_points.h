// SPDX-License-Identifier: Apache-2.0
// Texts as Spark counts them: by code points of UTF-8.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace gnomon::expr {

// The first byte of a code point; the others are 10xxxxxx.
inline bool IsFirstByte(char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }

std::int32_t CountCodePoints(std::string_view text);
// As Java counts: a code point beyond the first 65,536 is two.
std::int32_t CountJavaCharacters(std::string_view text);

// The code points [begin, end) of the text, cut to what is there.
std::string_view CodePoints(std::string_view text, std::int64_t begin, std::int64_t end);

// The bytes of the code point that begins the text; 1 where it is malformed. REQUIRES: not empty.
std::size_t FirstLength(std::string_view text);

// The code point that begins the text. REQUIRES: not empty.
std::uint32_t FirstCodePoint(std::string_view text);
void AppendCodePoint(std::uint32_t code_point, std::string* out);

// Java's Character.isWhitespace.
bool IsJavaBlank(std::uint32_t code_point);
// The value of a decimal digit of any script, as Java 17 knows them below 0x10000; those beyond are
// two characters to Java, and no digits.
std::optional<int> JavaDigit(std::uint32_t code_point);
// With ASCII digits in place of such.
std::string WithAsciiDigits(std::string_view text);

bool IsUtf8(std::string_view bytes);
bool IsAscii(std::string_view text);

}  // namespace gnomon::expr
