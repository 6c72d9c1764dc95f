// SPDX-License-Identifier: Apache-2.0
// Dates and timestamps as text: the lenient forms that Spark's casts read, the one form they write.
// Proleptic Gregorian, UTC.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/floor_division.h"
#include "base/result.h"

namespace gnomon::expr {

inline constexpr std::int64_t kMicrosInSecond = 1'000'000;
inline constexpr std::int64_t kSecondsInDay = 86'400;
inline constexpr std::int64_t kMicrosInDay = kSecondsInDay * kMicrosInSecond;

struct CivilDate {
  std::int64_t year = 1970;
  unsigned month = 1;
  unsigned day = 1;
};

CivilDate CivilFromDays(std::int64_t days);
// REQUIRES: IsDate(date).
std::int64_t DaysFromCivil(const CivilDate& date);
bool IsDate(std::int64_t year, std::int64_t month, std::int64_t day);

std::int64_t DaysInMonth(std::int64_t year, unsigned month);
// The same day some months later, or the last of a shorter month.
std::int64_t AddMonths(std::int64_t days, std::int64_t months);

// `yyyy-MM-dd`; years beyond four digits carry their sign.
void AppendYear(std::int64_t year, std::string* out);
void AppendTwoDigits(std::int64_t value, std::string* out);
void AppendDate(std::int64_t days, std::string* out);
// `yyyy-MM-dd HH:mm:ss[.ffffff]` without trailing zeros.
void AppendTimestamp(std::int64_t micros, std::string* out);

// Casts of strings; nullopt where Spark gives null.
std::optional<std::int32_t> ParseSparkDate(std::string_view text);
// Unimplemented for a form that depends on today (`12:30`). With `zoneless`, the text of a
// timestamp_ntz: a zone is read and dropped.
Result<std::optional<std::int64_t>> ParseSparkTimestamp(std::string_view text, bool zoneless);

}  // namespace gnomon::expr
