// SPDX-License-Identifier: Apache-2.0
// Spark's formats of written numbers, `S$99,990.99`, `999PR`: how to_number reads a text and
// to_char writes a decimal.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace gnomon::expr {

struct NumberFormat {
  enum class Sign : std::uint8_t { kNone, kAny, kMinus };  // S, MI.
  // Digits between two separators. Exact: it began with 0, so that as many must be there.
  struct Run {
    int digits = 0;
    bool exact = false;
  };
  // A number that was read: the digits of the unscaled number, none where Spark fails to make one.
  struct Written {
    bool negative = false;
    std::string digits;
  };

  // InvalidArgument, in the name of `function`: Spark refuses the format too.
  static Result<NumberFormat> Parse(std::string_view function, std::string_view format);

  int whole_digits() const;
  int precision() const { return whole_digits() + fraction_digits; }

  // nullopt: the text is not of the format.
  std::optional<Written> Read(std::string_view text) const;
  // `digits` are those of the unscaled number. Where they do not fit, each of the format is a '#'.
  void Append(bool negative, std::string digits, int scale, std::string* out) const;

  Sign leading = Sign::kNone;
  bool dollar = false;
  std::vector<Run> whole;
  bool point = false;
  int fraction_digits = 0;
  Sign trailing = Sign::kNone;
  bool brackets = false;  // PR.
};

}  // namespace gnomon::expr
