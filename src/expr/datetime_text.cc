// SPDX-License-Identifier: Apache-2.0
// The readers follow Spark's stringToDate and stringToTimestamp: segments of digits, each with its
// own count.
#include "expr/datetime_text.h"

#include <array>

#include "expr/time_zone.h"
#include "types/java_number_text.h"

namespace gnomon::expr {

namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// Reads digits from the front; saturates far above any field's range.
struct Number {
  std::int64_t value = 0;
  int digits = 0;
};

Number TakeNumber(std::string_view* text) {
  Number number;
  while (!text->empty() && IsDigit(text->front())) {
    if (number.value < 1'000'000'000'000) number.value = number.value * 10 + (text->front() - '0');
    ++number.digits;
    text->remove_prefix(1);
  }
  return number;
}

bool Take(std::string_view* text, char c) {
  if (text->empty() || text->front() != c) return false;
  text->remove_prefix(1);
  return true;
}

bool IsYear(const Number& number, int digits_max) {
  return number.digits >= 4 && number.digits <= digits_max;
}

bool IsOneOrTwoDigits(const Number& number) { return number.digits == 1 || number.digits == 2; }

// `[+-]yyyy[-[m]m[-[d]d]]`; `segments` tells how many were there.
struct DatePart {
  std::int64_t year = 0;
  std::int64_t month = 1;
  std::int64_t day = 1;
  int segments = 0;
};

std::optional<DatePart> TakeDate(std::string_view* text, int year_digits_max) {
  DatePart date;
  const bool negative = Take(text, '-');
  if (!negative) Take(text, '+');
  const Number year = TakeNumber(text);
  if (!IsYear(year, year_digits_max)) return std::nullopt;
  date.year = negative ? -year.value : year.value;
  date.segments = 1;
  for (std::int64_t* field : {&date.month, &date.day}) {
    if (!Take(text, '-')) break;
    const Number number = TakeNumber(text);
    if (!IsOneOrTwoDigits(number)) return std::nullopt;
    *field = number.value;
    ++date.segments;
  }
  if (!IsDate(date.year, date.month, date.day)) return std::nullopt;
  return date;
}

// `[h]h[:[m]m[:[s]s[.fraction]]]`; digits beyond the sixth are dropped.
struct TimePart {
  std::int64_t micros = 0;
  int segments = 0;
};

std::optional<TimePart> TakeTime(std::string_view* text) {
  std::array<std::int64_t, 3> fields{};
  int segments = 0;
  for (std::int64_t& field : fields) {
    if (segments > 0 && !Take(text, ':')) break;
    const Number number = TakeNumber(text);
    if (!IsOneOrTwoDigits(number)) return std::nullopt;
    field = number.value;
    ++segments;
  }
  std::int64_t micros = 0;
  if (segments == 3 && Take(text, '.')) {
    std::int64_t unit = 100'000;
    while (!text->empty() && IsDigit(text->front())) {
      micros += unit * (text->front() - '0');
      unit /= 10;
      text->remove_prefix(1);
    }
  }
  if (fields[0] > 23 || fields[1] > 59 || fields[2] > 59) return std::nullopt;
  micros += ((fields[0] * 60 + fields[1]) * 60 + fields[2]) * kMicrosInSecond;
  return TimePart{micros, segments};
}

// `12:30` or `T12`: Spark takes today's date.
bool IsTimeOnly(std::string_view text) {
  if (Take(&text, 'T')) return !text.empty() && IsDigit(text.front());
  return IsOneOrTwoDigits(TakeNumber(&text)) && Take(&text, ':');
}

}  // namespace

// Days and dates: the algorithms of Howard Hinnant's "chrono-compatible low-level date algorithms",
// which count in eras of 400 years that begin on 1 March.
CivilDate CivilFromDays(std::int64_t days) {
  constexpr std::int64_t kDaysPerEra = 146'097;
  days += 719'468;
  const std::int64_t era = FloorDiv(days, kDaysPerEra);
  const auto day_of_era = static_cast<unsigned>(days - era * kDaysPerEra);
  const unsigned year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const unsigned day_of_year =
      day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const unsigned shifted_month = (5 * day_of_year + 2) / 153;
  CivilDate date;
  date.day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
  date.month = shifted_month < 10 ? shifted_month + 3 : shifted_month - 9;
  date.year = static_cast<std::int64_t>(year_of_era) + era * 400 + (date.month <= 2 ? 1 : 0);
  return date;
}

std::int64_t DaysFromCivil(const CivilDate& date) {
  const std::int64_t year = date.year - (date.month <= 2 ? 1 : 0);
  const std::int64_t era = FloorDiv(year, 400);
  const auto year_of_era = static_cast<unsigned>(year - era * 400);
  const unsigned day_of_year =
      (153 * (date.month > 2 ? date.month - 3 : date.month + 9) + 2) / 5 + date.day - 1;
  const unsigned day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146'097 + static_cast<std::int64_t>(day_of_era) - 719'468;
}

bool IsDate(std::int64_t year, std::int64_t month, std::int64_t day) {
  constexpr std::array<std::int64_t, 12> kDays = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  if (month < 1 || month > 12 || day < 1) return false;
  const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  return day <= kDays[static_cast<std::size_t>(month - 1)] + (month == 2 && leap ? 1 : 0);
}

std::int64_t DaysInMonth(std::int64_t year, unsigned month) {
  for (unsigned day = 31; day > 28; --day) {
    if (IsDate(year, month, day)) return day;
  }
  return 28;
}

std::int64_t AddMonths(std::int64_t days, std::int64_t months) {
  CivilDate date = CivilFromDays(days);
  const std::int64_t total = date.year * 12 + static_cast<std::int64_t>(date.month) - 1 + months;
  date.year = FloorDiv(total, 12);
  date.month = static_cast<unsigned>(total - date.year * 12) + 1;
  date.day = std::min(date.day, static_cast<unsigned>(DaysInMonth(date.year, date.month)));
  return DaysFromCivil(date);
}

void AppendTwoDigits(std::int64_t value, std::string* out) {
  out->push_back(static_cast<char>('0' + value / 10));
  out->push_back(static_cast<char>('0' + value % 10));
}

void AppendYear(std::int64_t year, std::string* out) {
  if (year < 0) out->push_back('-');
  if (year > 9999) out->push_back('+');
  const std::string digits = std::to_string(year < 0 ? -year : year);
  if (digits.size() < 4) out->append(4 - digits.size(), '0');
  out->append(digits);
}

void AppendDate(std::int64_t days, std::string* out) {
  const CivilDate date = CivilFromDays(days);
  AppendYear(date.year, out);
  out->push_back('-');
  AppendTwoDigits(date.month, out);
  out->push_back('-');
  AppendTwoDigits(date.day, out);
}

void AppendTimestamp(std::int64_t micros, std::string* out) {
  const std::int64_t days = FloorDiv(micros, kMicrosInDay);
  const std::int64_t of_day = FloorMod(micros, kMicrosInDay);
  const std::int64_t seconds = of_day / kMicrosInSecond;
  AppendDate(days, out);
  out->push_back(' ');
  AppendTwoDigits(seconds / 3600, out);
  out->push_back(':');
  AppendTwoDigits(seconds / 60 % 60, out);
  out->push_back(':');
  AppendTwoDigits(seconds % 60, out);
  if (const std::int64_t fraction = of_day % kMicrosInSecond; fraction != 0) {
    const std::string digits = std::to_string(fraction + kMicrosInSecond);
    out->push_back('.');
    out->append(digits, 1, digits.find_last_not_of('0'));
  }
}

std::optional<std::int32_t> ParseSparkDate(std::string_view text) {
  text = TrimControl(text);
  const auto date = TakeDate(&text, 7);
  if (!date) return std::nullopt;
  // After a whole date anything may follow a blank or T; the shorter forms end there.
  if (!text.empty() && (date->segments < 3 || (text.front() != ' ' && text.front() != 'T')))
    return std::nullopt;
  return static_cast<std::int32_t>(DaysFromCivil(
      {date->year, static_cast<unsigned>(date->month), static_cast<unsigned>(date->day)}));
}

Result<std::optional<std::int64_t>> ParseSparkTimestamp(std::string_view text, bool zoneless) {
  using Micros = std::optional<std::int64_t>;
  const std::string_view whole = TrimControl(text);
  if (IsTimeOnly(whole)) {
    return Unimplemented(
        "the text is read as a timestamp, and a time without a date means today to Spark - write "
        "yyyy-MM-dd HH:mm:ss: '{}'",
        whole);
  }
  std::string_view rest = whole;
  const auto date = TakeDate(&rest, 6);
  if (!date) return Micros{};
  std::int64_t time = 0;
  std::optional<TimeZone> zone;
  if (!rest.empty()) {
    if (date->segments < 3 || (rest.front() != ' ' && rest.front() != 'T')) return Micros{};
    rest.remove_prefix(1);
    const auto parsed = TakeTime(&rest);
    // Only behind seconds may a zone stand.
    if (!parsed || (parsed->segments < 3 && !rest.empty())) return Micros{};
    time = parsed->micros;
    if (rest = TrimControl(rest); !rest.empty()) {
      if (IsForgottenZone(rest)) {
        return Unimplemented(
            "the text is read as a timestamp, and its zone is not supported - write one of today: "
            "'{}'",
            whole);
      }
      zone = TimeZone::Find(rest);
      if (!zone) return Micros{};
    }
  }
  const std::int64_t days = DaysFromCivil(
      {date->year, static_cast<unsigned>(date->month), static_cast<unsigned>(date->day)});
  std::int64_t seconds = days * kSecondsInDay + time / kMicrosInSecond;
  if (zone && !zoneless) seconds = zone->ToUtc(seconds);
  std::int64_t micros = 0;
  if (__builtin_mul_overflow(seconds, kMicrosInSecond, &micros) ||
      __builtin_add_overflow(micros, time % kMicrosInSecond, &micros)) {
    return Micros{};
  }
  return Micros{micros};
}

}  // namespace gnomon::expr
