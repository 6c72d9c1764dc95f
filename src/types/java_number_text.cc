// SPDX-License-Identifier: Apache-2.0
// The shortest digits come from std::to_chars, the nearest value from std::from_chars: both are
// exact and independent of the locale. What is Java's is the layout around them.
#include "types/java_number_text.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include "base/ascii_case.h"

namespace gnomon {

namespace {

// value = 0.d1d2d3... * 10^(exponent + 1); digits holds d1d2d3...
struct Digits {
  char digits[32];
  int count = 0;
  int exponent = 0;
};

// Of to_chars' scientific form.
Digits ParseScientific(const char* at, const char* end) {
  Digits result;
  for (; at != end && *at != 'e'; ++at) {
    if (*at != '.') result.digits[result.count++] = *at;
  }
  // to_chars writes e+05; from_chars takes no plus.
  ++at;
  if (*at == '+') ++at;
  std::from_chars(at, end, result.exponent);
  return result;
}

// REQUIRES: value is finite and > 0.
template <typename Floating>
Digits ShortestDigits(Floating value) {
  char text[48];
  const auto end =
      std::to_chars(text, text + sizeof(text), value, std::chars_format::scientific).ptr;
  return ParseScientific(text, end);
}

void DropTrailingZeros(Digits* digits) {
  while (digits->count > 1 && digits->digits[digits->count - 1] == '0') --digits->count;
}

// Up to Java 18 whole numbers below 2^63 show their own digits, save those that the rounding of the
// value to its significant bits makes meaningless: 1.23456792E8, where 1.2345679E8 would identify
// the float.
template <typename Floating>
Digits WholeDigits(Floating value) {
  constexpr int kSignificantBits = std::numeric_limits<Floating>::digits;
  // The digits that p meaningless bits cover: the whole part of p * log10(2).
  const int meaningless_bits = std::max(std::ilogb(value) - kSignificantBits - 1, 0);
  const int dropped = meaningless_bits > 1 ? meaningless_bits * 30103 / 100000 : 0;
  std::uint64_t whole = static_cast<std::uint64_t>(value);
  std::uint64_t power = 1;
  for (int i = 0; i < dropped; ++i) power *= 10;
  const std::uint64_t rest = whole % power;
  whole = whole / power + (dropped > 0 && rest >= power / 2 ? 1 : 0);
  Digits result;
  const char* end = std::to_chars(result.digits, result.digits + sizeof(result.digits), whole).ptr;
  result.count = static_cast<int>(end - result.digits);
  result.exponent = result.count - 1 + dropped;
  return result;
}

// The digits that Java shows.
template <typename Floating>
Digits JavaDigits(Floating value) {
  Digits digits;
  if (value < static_cast<Floating>(0x1p63) && std::trunc(value) == value) {
    digits = WholeDigits(value);
  } else {
    digits = ShortestDigits(value);
    // Java shows at least two digits, the nearest two: 4.9E-324, not 5.0E-324.
    if (digits.count == 1) {
      char text[48];
      const auto end =
          std::to_chars(text, text + sizeof(text), value, std::chars_format::scientific, 1).ptr;
      Floating back{};
      std::from_chars(text, end, back);
      if (back == value) digits = ParseScientific(text, end);
    }
  }
  DropTrailingZeros(&digits);
  return digits;
}

template <typename Floating>
void Append(Floating value, std::string* out) {
  if (std::isnan(value)) {
    out->append("NaN");
    return;
  }
  if (std::signbit(value)) out->push_back('-');
  const Floating magnitude = std::abs(value);
  if (std::isinf(magnitude)) {
    out->append("Infinity");
    return;
  }
  if (magnitude == 0) {
    out->append("0.0");
    return;
  }
  const Digits digits = JavaDigits(magnitude);
  // Java writes 1e-3 <= x < 1e7 plainly, the rest as d.dddE±n.
  const bool plain = digits.exponent >= -3 && digits.exponent < 7;
  const int point = plain ? digits.exponent + 1 : 1;
  if (point <= 0) {
    out->append("0.");
    out->append(static_cast<std::size_t>(-point), '0');
    out->append(digits.digits, static_cast<std::size_t>(digits.count));
  } else {
    const int whole = std::min(point, digits.count);
    out->append(digits.digits, static_cast<std::size_t>(whole));
    out->append(static_cast<std::size_t>(point - whole), '0');
    out->push_back('.');
    if (digits.count > point) {
      out->append(digits.digits + point, static_cast<std::size_t>(digits.count - point));
    } else {
      out->push_back('0');
    }
  }
  if (!plain) {
    out->push_back('E');
    out->append(std::to_string(digits.exponent));
  }
}

bool IsControl(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte <= 0x20 || byte == 0x7f;
}

// Java's String.trim: unlike Spark's it keeps DEL.
std::string_view TrimJava(std::string_view text) {
  while (!text.empty() && static_cast<unsigned char>(text.front()) <= 0x20) text.remove_prefix(1);
  while (!text.empty() && static_cast<unsigned char>(text.back()) <= 0x20) text.remove_suffix(1);
  return text;
}

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// Whether a well-formed decimal text that is out of range is too large (rather than too small).
bool IsHuge(std::string_view text) {
  const std::size_t e = text.find_first_of("eE");
  const std::string_view mantissa = text.substr(0, e);
  const std::size_t dot = std::min(mantissa.find('.'), mantissa.size());
  const std::size_t first = mantissa.find_first_of("123456789");
  if (first == std::string_view::npos) return false;
  // An exponent beyond 64 bits decides by its sign alone.
  std::int64_t exponent = 0;
  if (e != std::string_view::npos) {
    std::string_view digits = text.substr(e + 1);
    const bool negative = digits.starts_with('-');
    if (negative || digits.starts_with('+')) digits.remove_prefix(1);
    if (std::from_chars(digits.data(), digits.data() + digits.size(), exponent).ec != std::errc()) {
      return !negative;
    }
    if (negative) exponent = -exponent;
  }
  const auto before_point = static_cast<std::int64_t>(dot) - static_cast<std::int64_t>(first);
  return exponent + before_point > 0;
}

// Digits [. digits] [e[+-]digits], at least one digit in the mantissa.
bool IsDecimalForm(std::string_view text) {
  std::size_t at = 0;
  std::size_t digits = 0;
  while (at < text.size() && IsDigit(text[at])) ++at, ++digits;
  if (at < text.size() && text[at] == '.') ++at;
  while (at < text.size() && IsDigit(text[at])) ++at, ++digits;
  if (digits == 0) return false;
  if (at == text.size()) return true;
  if (text[at] != 'e' && text[at] != 'E') return false;
  ++at;
  if (at < text.size() && (text[at] == '-' || text[at] == '+')) ++at;
  if (at == text.size()) return false;
  return std::all_of(text.begin() + static_cast<std::ptrdiff_t>(at), text.end(), IsDigit);
}

template <typename Floating>
std::optional<Floating> FromChars(std::string_view text, std::chars_format format) {
  Floating value{};
  const char* end = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data(), end, value, format);
  if (error == std::errc::result_out_of_range && at == end) {
    const bool huge =
        format == std::chars_format::hex ? text.find("p-") == std::string_view::npos : IsHuge(text);
    return huge ? std::numeric_limits<Floating>::infinity() : Floating{0};
  }
  if (error != std::errc() || at != end) return std::nullopt;
  return value;
}

template <typename Floating>
std::optional<Floating> ParseMagnitude(std::string_view text) {
  if (text == "NaN") return std::numeric_limits<Floating>::quiet_NaN();
  if (text == "Infinity") return std::numeric_limits<Floating>::infinity();
  if (!text.empty() && std::string_view("dDfF").find(text.back()) != std::string_view::npos) {
    const bool hexadecimal = text.starts_with("0x") || text.starts_with("0X");
    // In 0x1.8p3f the f is the type's; without a p it would be a digit, and Java refuses that form.
    if (!hexadecimal || text.find_first_of("pP") != std::string_view::npos) text.remove_suffix(1);
  }
  if (text.starts_with("0x") || text.starts_with("0X")) {
    const std::string lower = AsciiLower(text.substr(2));
    if (lower.find('p') == std::string::npos || lower.starts_with('p') || lower.starts_with('-')) {
      return std::nullopt;
    }
    std::string without_plus = lower;
    if (const auto plus = without_plus.find("p+"); plus != std::string::npos)
      without_plus.erase(plus + 1, 1);
    return FromChars<Floating>(without_plus, std::chars_format::hex);
  }
  if (!IsDecimalForm(text)) return std::nullopt;
  return FromChars<Floating>(text, std::chars_format::general);
}

}  // namespace

std::string_view TrimControl(std::string_view text) {
  while (!text.empty() && IsControl(text.front())) text.remove_prefix(1);
  while (!text.empty() && IsControl(text.back())) text.remove_suffix(1);
  return text;
}

void AppendJavaNumber(double value, std::string* out) { Append(value, out); }
void AppendJavaNumber(float value, std::string* out) { Append(value, out); }

template <typename Int>
std::optional<Int> ParseSparkInteger(std::string_view text) {
  text = TrimControl(text);
  if (text.empty()) return std::nullopt;
  const bool negative = text.front() == '-';
  if (negative || text.front() == '+') text.remove_prefix(1);
  if (text.empty()) return std::nullopt;
  const std::size_t dot = std::min(text.find('.'), text.size());
  // The fraction is dropped but must be digits; '.' alone is 0 to Spark.
  const std::string_view fraction = text.substr(std::min(dot + 1, text.size()));
  if (!std::all_of(fraction.begin(), fraction.end(), IsDigit)) return std::nullopt;
  // Negative, as the smallest integer has no positive counterpart.
  std::int64_t value = 0;
  constexpr std::int64_t kLeast = std::numeric_limits<std::int64_t>::min();
  for (const char c : text.substr(0, dot)) {
    if (!IsDigit(c)) return std::nullopt;
    const int digit = c - '0';
    if (value < (kLeast + digit) / 10) return std::nullopt;
    value = value * 10 - digit;
  }
  if (!negative) {
    if (value == kLeast) return std::nullopt;
    value = -value;
  }
  if (value < std::numeric_limits<Int>::min() || value > std::numeric_limits<Int>::max()) {
    return std::nullopt;
  }
  return static_cast<Int>(value);
}

template std::optional<std::int8_t> ParseSparkInteger(std::string_view);
template std::optional<std::int16_t> ParseSparkInteger(std::string_view);
template std::optional<std::int32_t> ParseSparkInteger(std::string_view);
template std::optional<std::int64_t> ParseSparkInteger(std::string_view);

template <typename Floating>
std::optional<Floating> ParseJavaFloating(std::string_view text) {
  std::string_view magnitude = TrimJava(text);
  bool negative = false;
  if (!magnitude.empty() && (magnitude.front() == '-' || magnitude.front() == '+')) {
    negative = magnitude.front() == '-';
    magnitude.remove_prefix(1);
  }
  auto value = ParseMagnitude<Floating>(magnitude);
  if (!value) {
    // Spark's own spellings, in any case; NaN takes no sign there.
    const std::string special = AsciiLower(TrimJava(text));
    if (special == "nan") return std::numeric_limits<Floating>::quiet_NaN();
    const std::string unsigned_special = AsciiLower(std::string(magnitude));
    if (unsigned_special != "inf" && unsigned_special != "infinity") return std::nullopt;
    value = std::numeric_limits<Floating>::infinity();
  }
  return negative ? -*value : *value;
}

template std::optional<float> ParseJavaFloating(std::string_view);
template std::optional<double> ParseJavaFloating(std::string_view);

double RoundHalfUp(double value, int scale) {
  if (!std::isfinite(value)) return value;
  const double magnitude = std::abs(value);
  // BigDecimal has no negative zero.
  if (magnitude == 0) return 0.0;
  if (scale >= 0 && magnitude < 1e15 && std::trunc(magnitude) == magnitude) return value;
  const Digits digits = JavaDigits(magnitude);
  const std::int64_t kept = std::int64_t{digits.exponent} + 1 + scale;
  if (kept >= digits.count) return value;
  if (kept < 0) return 0.0;
  const bool up = digits.digits[kept] >= '5';
  // A leading zero takes the carry: 0.99 -> 1.
  std::string text = "0" + std::string(digits.digits, static_cast<std::size_t>(kept));
  if (up) {
    std::size_t at = text.size() - 1;
    while (text[at] == '9') text[at--] = '0';
    ++text[at];
  }
  text += "e" + std::to_string(-scale);
  double rounded = 0;
  std::from_chars(text.data(), text.data() + text.size(), rounded);
  return rounded == 0 ? 0.0 : std::copysign(rounded, value);
}

}  // namespace gnomon
