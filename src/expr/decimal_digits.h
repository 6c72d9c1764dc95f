// SPDX-License-Identifier: Apache-2.0
// The decimal digits of a number and where its point stands, for functions that write numbers in
// other forms than Java's toString.
#pragma once

#include <string>
#include <string_view>

namespace gnomon::expr {

// 0.digits times 10 to the power of `point`. Zero has no digits.
struct DecimalDigits {
  bool negative = false;
  std::string digits;  // Without zeros at either end.
  int point = 0;

  // REQUIRES: finite. The shortest digits that name the number, as Double.toString has them.
  static DecimalDigits Of(double value);

  // Half of the last place goes away from zero, as Java's Formatter rounds.
  void RoundHalfUp(int decimals);
  // How many stand behind the point.
  int decimals() const;
  // What stands before the point (at least `0`), and `decimals` digits behind it, cut or filled up.
  std::string Whole() const;
  std::string Fraction(int decimals) const;
};

// `1234567` -> `1,234,567`.
std::string GroupThousands(std::string_view digits);

}  // namespace gnomon::expr
