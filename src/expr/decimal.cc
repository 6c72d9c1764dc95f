// SPDX-License-Identifier: Apache-2.0
#include "expr/decimal.h"

#include <algorithm>
#include <charconv>

#include "expr/code_points.h"
#include "types/java_number_text.h"

namespace gnomon::expr {

namespace {

// 256 bits hold 76 digits.
constexpr int kWideDigits = 76;

bool IsOdd(const arrow::Decimal256& value) { return (value.little_endian_array()[0] & 1) != 0; }

// What to add to a quotient cut towards zero.
int Adjustment(const arrow::Decimal256& quotient, const arrow::Decimal256& remainder,
               const arrow::Decimal256& divisor, bool negative, Rounding rounding) {
  if (remainder == arrow::Decimal256(0)) return 0;
  const int away = negative ? -1 : 1;
  switch (rounding) {
    case Rounding::kDown:
      return 0;
    case Rounding::kFloor:
      return negative ? -1 : 0;
    case Rounding::kCeiling:
      return negative ? 0 : 1;
    default:
      break;
  }
  arrow::Decimal256 twice = remainder;
  twice.Abs();
  twice += twice;
  if (twice < divisor) return 0;
  if (twice == divisor && rounding == Rounding::kHalfEven && !IsOdd(quotient)) return 0;
  return away;
}

// [+-]digits[.digits][e[+-]digits] as a whole number and its scale; nullopt: no number.
struct Parsed {
  std::string digits;  // Without sign and leading zeros.
  bool negative = false;
  std::int64_t scale = 0;
};

std::optional<Parsed> ParseJavaDecimal(std::string_view text) {
  Parsed parsed;
  if (text.starts_with('-') || text.starts_with('+')) {
    parsed.negative = text.front() == '-';
    text.remove_prefix(1);
  }
  bool any = false;
  bool point = false;
  std::size_t at = 0;
  for (; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '.' && !point) {
      point = true;
    } else if (c >= '0' && c <= '9') {
      any = true;
      if (c != '0' || !parsed.digits.empty()) parsed.digits.push_back(c);
      if (point) ++parsed.scale;
    } else {
      break;
    }
  }
  if (!any) return std::nullopt;
  if (at == text.size()) return parsed;
  if (text[at] != 'e' && text[at] != 'E') return std::nullopt;
  std::string_view exponent = text.substr(at + 1);
  if (exponent.starts_with('+')) exponent.remove_prefix(1);
  int power = 0;
  const char* end = exponent.data() + exponent.size();
  const auto read = std::from_chars(exponent.data(), end, power);
  if (exponent.empty() || read.ec != std::errc() || read.ptr != end) return std::nullopt;
  parsed.scale -= power;
  return parsed;
}

}  // namespace

std::optional<WideQuotient> DivideWide(const arrow::Decimal256& a, const arrow::Decimal256& b) {
  WideQuotient result;
  const arrow::BasicDecimal256& dividend = a;
  if (dividend.Divide(b, &result.quotient, &result.remainder) != arrow::DecimalStatus::kSuccess)
    return std::nullopt;
  return result;
}

arrow::Decimal256 RoundTo(const arrow::Decimal256& value, int scale, int to_scale,
                          Rounding rounding) {
  if (to_scale >= scale) return value.IncreaseScaleBy(to_scale - scale);
  const int cut = scale - to_scale;
  const bool negative = value < arrow::Decimal256(0);
  if (cut > kWideDigits) {
    if (value == arrow::Decimal256(0)) return value;
    if (rounding == Rounding::kFloor && negative) return arrow::Decimal256(-1);
    return arrow::Decimal256(rounding == Rounding::kCeiling && !negative ? 1 : 0);
  }
  const arrow::Decimal256 divisor = arrow::Decimal256::GetScaleMultiplier(cut);
  const auto divided = DivideWide(value, divisor);
  if (!divided) return arrow::Decimal256(0);
  return divided->quotient + arrow::Decimal256(Adjustment(divided->quotient, divided->remainder,
                                                          divisor, negative, rounding));
}

bool Rescale(const arrow::Decimal256& value, int scale, const DataType& type, Rounding rounding,
             DecimalBits* out) {
  const int up = type.scale - scale;
  if (up > 0 && !value.FitsInPrecision(std::max(1, kWideDigits - up))) return false;
  const arrow::Decimal256 rounded = RoundTo(value, scale, type.scale, rounding);
  if (!rounded.FitsInPrecision(type.precision)) return false;
  const auto& words = rounded.little_endian_array();
  *out = DecimalBits{words[0], static_cast<std::int64_t>(words[1])};
  return true;
}

void AppendJavaDecimal(DecimalBits value, int scale, std::string* out) {
  std::string digits = ToArrowDecimal(value).ToIntegerString();
  if (digits.starts_with('-')) {
    out->push_back('-');
    digits.erase(0, 1);
  }
  const int exponent = static_cast<int>(digits.size()) - 1 - scale;
  if (exponent < -6) {
    out->push_back(digits[0]);
    if (digits.size() > 1) out->append(".").append(digits, 1);
    out->append("E").append(std::to_string(exponent));
    return;
  }
  if (exponent < 0) digits.insert(0, static_cast<std::size_t>(-exponent), '0');
  const std::size_t whole = digits.size() - static_cast<std::size_t>(scale);
  out->append(digits, 0, whole);
  if (scale > 0) out->append(".").append(digits, whole);
}

bool ParseSparkDecimal(std::string_view text, const DataType& type, DecimalBits* out) {
  auto parsed = IsAscii(text) ? ParseJavaDecimal(TrimControl(text))
                              : ParseJavaDecimal(WithAsciiDigits(TrimControl(text)));
  if (!parsed) return false;
  std::string& digits = parsed->digits;
  const auto whole_digits = static_cast<std::int64_t>(digits.size()) - parsed->scale;
  if (whole_digits > kDecimalDigitsMax) return false;
  if (digits.empty() || whole_digits < -kWideDigits) {
    *out = DecimalBits{};
    return true;
  }
  // Digits far behind the last kept one only matter for a tie, which they break upwards.
  if (digits.size() > static_cast<std::size_t>(kWideDigits)) {
    parsed->scale -= static_cast<std::int64_t>(digits.size()) - kWideDigits;
    digits.resize(static_cast<std::size_t>(kWideDigits));
  }
  if (parsed->scale < 0) {
    digits.append(static_cast<std::size_t>(-parsed->scale), '0');
    parsed->scale = 0;
  }
  arrow::Decimal256 value;
  if (!arrow::Decimal256::FromString(digits).Value(&value).ok()) return false;
  if (parsed->negative) value.Negate();
  return Rescale(value, static_cast<int>(parsed->scale), type, Rounding::kHalfUp, out);
}

DataType DecimalOf(const DataType& type) {
  switch (type.kind) {
    case TypeKind::kDecimal:
      return type;
    case TypeKind::kByte:
      return DataType::Decimal(3, 0);
    case TypeKind::kShort:
      return DataType::Decimal(5, 0);
    case TypeKind::kInt:
      return DataType::Decimal(10, 0);
    case TypeKind::kLong:
      return DataType::Decimal(20, 0);
    default:
      return DataType(TypeKind::kVoid);
  }
}

DataType BoundedDecimal(int precision, int scale) {
  return DataType::Decimal(std::min(precision, kDecimalDigitsMax),
                           std::min(scale, kDecimalDigitsMax));
}

DataType AdjustedDecimal(int precision, int scale) {
  if (precision <= kDecimalDigitsMax) return DataType::Decimal(precision, scale);
  constexpr int kFractionKept = 6;
  const int whole = precision - scale;
  const int kept = std::max(kDecimalDigitsMax - whole, std::min(scale, kFractionKept));
  return DataType::Decimal(kDecimalDigitsMax, kept);
}

DataType WiderDecimal(const DataType& a, const DataType& b) {
  const int scale = std::max(a.scale, b.scale);
  const int whole = std::max(a.precision - a.scale, b.precision - b.scale);
  return BoundedDecimal(whole + scale, scale);
}

}  // namespace gnomon::expr
