// SPDX-License-Identifier: Apache-2.0
// Patterns of date_format, from_unixtime, unix_timestamp, to_date and to_timestamp: yyyy MM dd HH
// mm ss, S to SSSSSS, quoted or non-letter text. Every other letter is refused by name.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace gnomon::expr {

inline constexpr std::string_view kDefaultPattern = "yyyy-MM-dd HH:mm:ss";

class DateTimePattern {
 public:
  // Error: Unimplemented names the part of the pattern that is not proven equal to Spark's.
  static Result<DateTimePattern> Make(std::string_view pattern);

  // Unimplemented when texts cannot be read with it: no year, a day without a month, or a field
  // twice.
  Status CheckReadable() const;

  void Append(std::int64_t micros, std::string* out) const;

  // nullopt where Spark gives NULL. InvalidArgument where Spark 3 fails too: the text matches only
  // by the rules of Spark 2 (`2020-1-1`, or text after the end).
  Result<std::optional<std::int64_t>> Parse(std::string_view text) const;

 private:
  struct Part {
    char letter = 0;  // Of a field; 0 for text.
    std::size_t width = 0;
    std::string text;
  };
  struct Fields;

  bool Match(std::string_view text, Fields* fields) const;
  bool MatchAsSpark2(std::string_view text) const;
  // How many digits the fixed-width fields right after part `index` take.
  std::size_t DigitsReserved(std::size_t index) const;

  std::string pattern_;
  std::vector<Part> parts_;
};

}  // namespace gnomon::expr
