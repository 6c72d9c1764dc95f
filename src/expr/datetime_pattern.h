// SPDX-License-Identifier: Apache-2.0
// Patterns of date_format, from_unixtime, unix_timestamp, to_date and to_timestamp: the letters of
// java.time's DateTimeFormatter that Spark 3 takes, in English and UTC. Every other is refused by
// name.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace gnomon::expr {

inline constexpr std::string_view kDefaultPattern = "yyyy-MM-dd HH:mm:ss";

inline constexpr std::string_view kMonthNames[] = {"January",   "February", "March",    "April",
                                                   "May",       "June",     "July",     "August",
                                                   "September", "October",  "November", "December"};
// From Monday, which java.time counts as 1.
inline constexpr std::string_view kDayNames[] = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                                 "Friday", "Saturday", "Sunday"};
inline constexpr std::size_t kShortNameLength = 3;

// A field of a pattern, text, or the begin or end of a section that may be missing.
struct PatternPart {
  char letter = 0;  // Of a field; 0 for text; [ and ].
  std::size_t width = 0;
  std::string text;
};

// What was read; what was not is missing, or has Spark's default.
struct DateTimeFields {
  std::int64_t year = 1970;
  std::int64_t month = 1;
  std::int64_t day = 1;
  std::optional<std::int64_t> day_of_year;
  std::int64_t hour = 0;
  bool half_day_hour = false;             // `hour` is 0 to 11.
  std::optional<std::int64_t> afternoon;  // 0 or 1.
  std::int64_t minute = 0;
  std::int64_t second = 0;
  std::int64_t micros = 0;
  std::int64_t offset_seconds = 0;

  // The hour of the day; fields that contradict each other or are out of range give false.
  bool Resolve();
};

class DateTimePattern {
 public:
  // Error: Unimplemented names the part of the pattern that is not proven equal to Spark's.
  static Result<DateTimePattern> Make(std::string_view pattern);

  // Unimplemented when texts cannot be read with it: a field that only writes, or one twice.
  Status CheckReadable() const;

  // Whether a field of it is a zone or an offset.
  bool HasZone() const;

  void Append(std::int64_t micros, std::string* out) const;

  // nullopt where Spark gives NULL. InvalidArgument where Spark 3 fails too: the text matches only
  // by the rules of Spark 2 (`2020-1-1`, or text after the end).
  Result<std::optional<std::int64_t>> Parse(std::string_view text) const;

 private:
  // As java.time's strict DateTimeFormatter reads: the parts [begin, end). Takes what it reads from
  // the front of the text.
  bool Match(std::size_t begin, std::size_t end, std::string_view* text,
             DateTimeFields* fields) const;
  // As Spark 2's SimpleDateFormat reads: it knows no sections and ignores what stands behind.
  bool MatchAsSpark2(std::string_view text) const;
  bool Has(char letter) const;
  // How many digits the fields of fixed width right after part `index` take.
  std::size_t DigitsReserved(std::size_t index) const;

  std::string pattern_;
  std::vector<PatternPart> parts_;
  std::vector<std::size_t> section_ends_;  // Of each part `[`, its `]`.
};

}  // namespace gnomon::expr
