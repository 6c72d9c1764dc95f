// SPDX-License-Identifier: Apache-2.0
#include "expr/decimal_digits.h"

#include <algorithm>

#include "base/parse.h"
#include "types/java_number_text.h"

namespace gnomon::expr {

DecimalDigits DecimalDigits::Of(double value) {
  std::string text;
  AppendJavaNumber(value, &text);
  DecimalDigits made;
  made.negative = text.starts_with('-');
  if (made.negative) text.erase(0, 1);
  if (const std::size_t at = text.find('E'); at != std::string::npos) {
    made.point = static_cast<int>(ParseInt(text.substr(at + 1)).value_or(0));
    text.erase(at);
  }
  const std::size_t point = std::min(text.find('.'), text.size());
  made.point += static_cast<int>(point);
  std::erase(text, '.');
  const std::size_t zeros = std::min(text.find_first_not_of('0'), text.size());
  made.point -= static_cast<int>(zeros);
  made.digits = text.substr(zeros);
  while (made.digits.ends_with('0')) made.digits.pop_back();
  if (made.digits.empty()) made.point = 0;
  return made;
}

void DecimalDigits::RoundHalfUp(int decimals) {
  const int kept = point + decimals;
  if (kept >= static_cast<int>(digits.size())) return;
  if (kept < 0) {
    digits.clear();
    return;
  }
  bool up = digits[static_cast<std::size_t>(kept)] >= '5';
  digits.resize(static_cast<std::size_t>(kept));
  for (std::size_t i = digits.size(); up && i > 0; --i) {
    up = digits[i - 1] == '9';
    digits[i - 1] = up ? '0' : static_cast<char>(digits[i - 1] + 1);
  }
  if (up) {
    digits.insert(digits.begin(), '1');
    ++point;
  }
  while (digits.ends_with('0')) digits.pop_back();
}

int DecimalDigits::decimals() const { return std::max(0, static_cast<int>(digits.size()) - point); }

std::string DecimalDigits::Whole() const {
  if (point <= 0) return "0";
  const auto count = static_cast<std::size_t>(point);
  std::string whole = digits.substr(0, count);
  whole.resize(count, '0');
  return whole;
}

std::string DecimalDigits::Fraction(int decimals) const {
  std::string fraction(static_cast<std::size_t>(std::max(0, -point)), '0');
  if (point < static_cast<int>(digits.size()))
    fraction += digits.substr(static_cast<std::size_t>(std::max(0, point)));
  fraction.resize(static_cast<std::size_t>(decimals), '0');
  return fraction;
}

std::string GroupThousands(std::string_view digits) {
  std::string grouped;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) grouped.push_back(',');
    grouped.push_back(digits[i]);
  }
  return grouped;
}

}  // namespace gnomon::expr
