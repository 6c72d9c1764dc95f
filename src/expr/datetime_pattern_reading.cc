// SPDX-License-Identifier: Apache-2.0
// Reading follows java.time's strict DateTimeFormatter. Spark 3 then asks whether Spark 2's
// SimpleDateFormat would have read the text, and fails if so: MatchAsSpark2 is that question.
#include <algorithm>
#include <cstdlib>
#include <span>

#include "base/ascii_case.h"
#include "expr/datetime_pattern.h"
#include "expr/datetime_text.h"

namespace gnomon::expr {

namespace {

using Text = std::string_view;

// Fields that are read, and of which a text has each once: an hour in one of its four forms.
constexpr Text kOnce[] = {"y", "ML", "d", "D", "E", "hHkK", "a", "m", "s", "S", "XxZ"};
constexpr std::int64_t kOffsetMax = 18 * 3600;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

bool StartsWith(Text text, Text prefix) {
  return text.size() >= prefix.size() &&
         std::equal(prefix.begin(), prefix.end(), text.begin(),
                    [](char a, char b) { return AsciiLower(a) == AsciiLower(b); });
}

std::size_t CountDigits(Text text) {
  std::size_t count = 0;
  while (count < text.size() && IsDigit(text[count])) ++count;
  return count;
}

// REQUIRES: digits only, at most 18.
std::int64_t NumberOf(Text digits) {
  std::int64_t value = 0;
  for (const char c : digits) value = value * 10 + (c - '0');
  return value;
}

bool IsText(const PatternPart& part) {
  return part.letter == 'a' || ((part.letter == 'M' || part.letter == 'L') && part.width > 2);
}

bool IsZone(const PatternPart& part) { return Text("XxZ").find(part.letter) != Text::npos; }

// Fixed digits, which a field before them leaves over.
bool IsFixedNumber(const PatternPart& part) {
  if (part.letter == 0 || IsText(part) || IsZone(part)) return false;
  if (part.letter == 'S') return part.width == 1;
  if (part.letter == 'D') return part.width == 3;
  return part.width == 2 && Text("yMLdHhkKms").find(part.letter) != Text::npos;
}

void SetNumber(const PatternPart& part, std::int64_t value, DateTimeFields* fields) {
  switch (part.letter) {
    case 'y':
      fields->year = value;
      return;
    case 'M':
    case 'L':
      fields->month = value;
      return;
    case 'd':
      fields->day = value;
      return;
    case 'D':
      fields->day_of_year = value;
      return;
    case 'm':
      fields->minute = value;
      return;
    case 's':
      fields->second = value;
      return;
    case 'S':
      fields->micros = value;
      return;
    case 'h':
    case 'K':
      // 12 o'clock is hour 0; 0 o'clock is out of range.
      fields->half_day_hour = true;
      fields->hour = part.letter == 'K' || value < 1 || value > 12 ? value : value % 12;
      if (part.letter == 'h' && value == 0) fields->hour = -1;
      return;
    case 'k':
      fields->hour = value == 24 ? 0 : (value == 0 ? -1 : value);
      return;
    default:
      fields->hour = value;
  }
}

// A name of the table, in any case: its number from 1, or 0. `width` < 4: the first letters only.
std::int64_t TakeName(std::span<const Text> names, std::size_t width, Text* text) {
  for (std::size_t i = 0; i < names.size(); ++i) {
    const Text name = width >= 4 ? names[i] : names[i].substr(0, kShortNameLength);
    if (!StartsWith(*text, name)) continue;
    text->remove_prefix(name.size());
    return static_cast<std::int64_t>(i) + 1;
  }
  return 0;
}

bool SetText(const PatternPart& part, std::size_t width, Text* text, DateTimeFields* fields) {
  if (part.letter == 'a') {
    const bool afternoon = StartsWith(*text, "PM");
    if (!afternoon && !StartsWith(*text, "AM")) return false;
    fields->afternoon = afternoon ? 1 : 0;
    text->remove_prefix(2);
    return true;
  }
  fields->month = TakeName(kMonthNames, width, text);
  return fields->month > 0;
}

bool TakeTwoDigits(Text* text, std::int64_t* value) {
  if (CountDigits(text->substr(0, 2)) < 2) return false;
  *value = NumberOf(text->substr(0, 2));
  text->remove_prefix(2);
  return true;
}

// `+02:00`, `+0200` or `+02`, as the letters ask for it; Z for X.
bool TakeOffset(const PatternPart& part, Text* text, DateTimeFields* fields) {
  if (part.letter == 'X' && StartsWith(*text, "Z")) {
    text->remove_prefix(1);
    return true;
  }
  if (text->empty() || (text->front() != '+' && text->front() != '-')) return false;
  const bool west = text->front() == '-';
  text->remove_prefix(1);
  std::int64_t hours = 0;
  std::int64_t minutes = 0;
  if (!TakeTwoDigits(text, &hours)) return false;
  const bool colon = part.letter != 'Z' && part.width == 3;
  const bool optional = part.letter != 'Z' && part.width == 1;
  if (colon) {
    if (!text->starts_with(':')) return false;
    text->remove_prefix(1);
  }
  if (!TakeTwoDigits(text, &minutes) && !optional) return false;
  if (hours > 23 || minutes > 59) return false;
  fields->offset_seconds = (west ? -1 : 1) * (hours * 60 + minutes) * 60;
  return std::abs(fields->offset_seconds) <= kOffsetMax;
}

// One number as java.time reads it; `reserved` digits belong to the fields behind.
bool TakeNumber(const PatternPart& part, std::size_t reserved, Text* text, DateTimeFields* fields) {
  const bool year = part.letter == 'y';
  char sign = 0;
  if (year && part.width != 2 && !text->empty() && (text->front() == '-' || text->front() == '+')) {
    sign = text->front();
    // Only years of four letters and more know a plus.
    if (sign == '+' && part.width < 4) return false;
    text->remove_prefix(1);
  }
  const std::size_t available = CountDigits(*text);
  std::size_t width = part.width;
  if (part.letter == 'S') {
    width = std::min(available, part.width);
    if (width == 0) return false;
  } else if (!IsFixedNumber(part)) {
    const std::size_t most = part.letter == 'D' && part.width > 1 ? 3 : 18;
    width = std::min(available > reserved ? available - reserved : 0, most);
    width = std::max(width, part.width);
  }
  if (available < width) return false;
  if (year && part.width >= 4) {
    if (sign == '+' ? width <= part.width : (sign == 0 && width > part.width)) return false;
  }
  std::int64_t value = NumberOf(text->substr(0, width));
  text->remove_prefix(width);
  if (sign == '-' && value == 0) return false;
  if (sign == '-') value = -value;
  if (year && part.width == 2) value += 2000;
  if (part.letter == 'S') {
    for (std::size_t digits = width; digits < 6; ++digits) value *= 10;
    for (std::size_t digits = width; digits > 6; --digits) value /= 10;
  }
  SetNumber(part, value, fields);
  return true;
}

// Of the calendar that Spark 2 used: Julian before 15 October 1582, and within its microseconds.
bool IsSpark2Date(std::int64_t year, std::int64_t month, std::int64_t day) {
  constexpr std::int64_t kYearMax = 294'246;
  if (year < 1 || year > kYearMax) return false;
  if (year == 1582 && month == 10 && day > 4 && day < 15) return false;
  if (year < 1582 && year % 4 == 0 && month == 2 && day == 29) return true;
  return IsDate(year, month, day);
}

// A number as Spark 2 reads it: blanks before it, all digits unless a field follows directly.
bool TakeSpark2Number(const PatternPart& part, bool abutting, Text* text, DateTimeFields* fields) {
  const std::size_t blanks = std::min(text->find_first_not_of(" \t"), text->size());
  text->remove_prefix(blanks);
  std::size_t width = CountDigits(*text);
  // A field that another follows takes so many characters, blanks too.
  if (abutting) width = std::min(width, part.width - std::min(blanks, part.width));
  if (width == 0 || width > 9) return false;
  std::int64_t value = NumberOf(text->substr(0, width));
  text->remove_prefix(width);
  if (part.letter == 'y' && part.width <= 2 && width == 2) value += 2000;
  SetNumber(part, value, fields);
  return true;
}

// A full name, else a short one, whatever the width.
bool TakeSpark2Text(const PatternPart& part, Text* text, DateTimeFields* fields) {
  return SetText(part, 4, text, fields) || SetText(part, kShortNameLength, text, fields);
}

}  // namespace

bool DateTimeFields::Resolve() {
  if (half_day_hour) {
    if (hour < 0 || hour > 11) return false;
    hour += 12 * afternoon.value_or(0);
  } else if (afternoon && hour / 12 != *afternoon) {
    return false;
  }
  if (hour < 0 || hour > 23 || minute > 59 || second > 59) return false;
  if (day_of_year) {
    const std::int64_t of_year = *day_of_year;
    const bool leap = IsDate(year, 2, 29);
    if (of_year < 1 || of_year > (leap ? 366 : 365)) return false;
    const CivilDate date = CivilFromDays(DaysFromCivil({year, 1, 1}) + of_year - 1);
    month = date.month;
    day = date.day;
  }
  return IsDate(year, month, day);
}

Status DateTimePattern::CheckReadable() const {
  const auto refuse = [&](Text why) {
    return Unimplemented("reading dates by this pattern is not proven equal to Spark's - {}: '{}'",
                         why, pattern_);
  };
  for (const Text group : kOnce) {
    if (std::count_if(parts_.begin(), parts_.end(), [&](const PatternPart& part) {
          return part.letter != 0 && group.find(part.letter) != Text::npos;
        }) > 1) {
      return refuse("use each field once");
    }
  }
  const bool date = Has('M') || Has('L') || Has('d');
  if (Has('D') ? date || !Has('y') : Has('d') && !Has('M') && !Has('L'))
    return refuse("name the year and the month of a day");
  if (Has('E')) return refuse("Spark reads no day of the week, replace it in the text first");
  if (Has('a') && !Has('h') && !Has('K')) return refuse("use hh beside a");
  for (const PatternPart& part : parts_) {
    if (Text("QqzVOG").find(part.letter) != Text::npos && part.letter != 0)
      return refuse("leave the quarter, the era and the name of the zone out");
  }
  return Ok();
}

std::size_t DateTimePattern::DigitsReserved(std::size_t index) const {
  std::size_t digits = 0;
  for (std::size_t i = index + 1; i < parts_.size() && IsFixedNumber(parts_[i]); ++i)
    digits += parts_[i].width;
  return digits;
}

bool DateTimePattern::Match(std::size_t begin, std::size_t end, Text* text,
                            DateTimeFields* fields) const {
  for (std::size_t i = begin; i < end; ++i) {
    const PatternPart& part = parts_[i];
    if (part.letter == 0) {
      if (!StartsWith(*text, part.text)) return false;
      text->remove_prefix(part.text.size());
    } else if (part.letter == '[') {
      Text rest = *text;
      DateTimeFields with_section = *fields;
      if (Match(i + 1, section_ends_[i], &rest, &with_section)) {
        *text = rest;
        *fields = with_section;
      }
      i = section_ends_[i];
    } else if (IsText(part)) {
      if (!SetText(part, part.width, text, fields)) return false;
    } else if (IsZone(part)) {
      if (!TakeOffset(part, text, fields)) return false;
    } else if (!TakeNumber(part, DigitsReserved(i), text, fields)) {
      return false;
    }
  }
  return true;
}

bool DateTimePattern::MatchAsSpark2(Text text) const {
  DateTimeFields fields;
  for (std::size_t i = 0; i < parts_.size(); ++i) {
    const PatternPart& part = parts_[i];
    if (part.letter == 0 || part.letter == '[' || part.letter == ']') {
      if (!text.starts_with(part.text)) return false;
      text.remove_prefix(part.text.size());
    } else if (part.letter == 'x') {
      return false;  // No letter of Spark 2's.
    } else if (IsText(part)) {
      if (!TakeSpark2Text(part, &text, &fields)) return false;
    } else if (IsZone(part)) {
      if (!TakeOffset({.letter = 'X', .width = part.letter == 'Z' ? 2 : part.width, .text = {}},
                      &text, &fields))
        return false;
    } else {
      const bool abutting =
          i + 1 < parts_.size() && parts_[i + 1].letter != 0 && parts_[i + 1].letter != '[';
      if (!TakeSpark2Number(part, abutting, &text, &fields)) return false;
    }
  }
  if (fields.micros > 999) return false;  // It counts milliseconds.
  const std::int64_t year = fields.year;
  const std::int64_t month = fields.month;
  const std::int64_t day = fields.day;
  if (!fields.day_of_year && IsSpark2Date(year, month, day) && !IsDate(year, month, day)) {
    fields.day = 1;  // A leap day of its calendar alone.
  }
  return (fields.day_of_year || IsSpark2Date(year, month, day)) && fields.Resolve();
}

}  // namespace gnomon::expr
