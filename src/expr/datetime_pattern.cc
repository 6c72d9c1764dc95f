// SPDX-License-Identifier: Apache-2.0
#include "expr/datetime_pattern.h"

#include <algorithm>

#include "expr/datetime_text.h"

namespace gnomon::expr {

namespace {

constexpr std::size_t kMicrosDigits = 6;

struct LetterWidths {
  char letter;
  std::size_t most;
};
// How often a letter may stand; the forms that Spark refuses, or writes in no proven way, are not
// here.
constexpr LetterWidths kLetters[] = {{'y', 6}, {'M', 4}, {'L', 2}, {'d', 2}, {'D', 3}, {'E', 4},
                                     {'a', 1}, {'h', 2}, {'H', 2}, {'k', 2}, {'K', 2}, {'m', 2},
                                     {'s', 2}, {'S', 9}, {'Q', 4}, {'q', 2}, {'X', 3}, {'x', 3},
                                     {'Z', 3}, {'z', 4}, {'V', 2}, {'O', 1}, {'G', 4}};

bool IsLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

bool IsWidthKnown(char letter, std::size_t width) {
  if (letter == 'V') return width == 2;
  return std::any_of(std::begin(kLetters), std::end(kLetters), [&](const LetterWidths& known) {
    return known.letter == letter && width <= known.most;
  });
}

// Reads the quoted text behind a quote; two quotes are one. False: it does not end.
bool TakeQuoted(std::string_view pattern, std::size_t* at, std::string* text) {
  if (pattern.substr(*at).starts_with("''")) {
    text->push_back('\'');
    *at += 2;
    return true;
  }
  for (std::size_t i = *at + 1; i < pattern.size(); ++i) {
    if (pattern[i] != '\'') {
      text->push_back(pattern[i]);
    } else if (pattern.substr(i).starts_with("''")) {
      text->push_back(pattern[i++]);
    } else {
      *at = i + 1;
      return true;
    }
  }
  return false;
}

void AppendPadded(std::int64_t value, std::size_t width, std::string* out) {
  const std::string digits = std::to_string(value);
  out->append(width > digits.size() ? width - digits.size() : 0, '0').append(digits);
}

// Without a sign up to `width` digits, with one beyond them.
void AppendWideYear(std::int64_t year, std::size_t width, std::string* out) {
  if (width == 2) return AppendTwoDigits((year % 100 + 100) % 100, out);
  if (year < 0) out->push_back('-');
  const std::int64_t digits = year < 0 ? -year : year;
  if (width >= 4 && year > 0 && std::to_string(year).size() > width) out->push_back('+');
  AppendPadded(digits, width, out);
}

void AppendName(std::string_view name, std::size_t width, std::string* out) {
  out->append(width >= 4 ? name : name.substr(0, kShortNameLength));
}

void AppendQuarter(unsigned month, std::size_t width, std::string* out) {
  constexpr std::string_view kOrdinals[] = {"1st", "2nd", "3rd", "4th"};
  const unsigned quarter = (month - 1) / 3;
  if (width == 4) {
    out->append(kOrdinals[quarter]).append(" quarter");
  } else {
    if (width == 3) out->push_back('Q');
    AppendPadded(quarter + 1, width == 3 ? 1 : width, out);
  }
}

// UTC in each of its spellings.
std::string_view ZoneText(char letter, std::size_t width) {
  constexpr std::string_view kOffsets[] = {"+00", "+0000", "+00:00"};
  switch (letter) {
    case 'X':
      return "Z";
    case 'x':
      return kOffsets[width - 1];
    case 'Z':
      return kOffsets[1];
    case 'O':
      return "GMT";
    case 'z':
      return width == 4 ? "Coordinated Universal Time" : "UTC";
    default:
      return "UTC";
  }
}

void AppendDatePart(const PatternPart& part, std::int64_t days, std::string* out) {
  const CivilDate date = CivilFromDays(days);
  switch (part.letter) {
    case 'y':
      return AppendWideYear(date.year, part.width, out);
    case 'M':
    case 'L':
      if (part.width > 2) return AppendName(kMonthNames[date.month - 1], part.width, out);
      return AppendPadded(date.month, part.width, out);
    case 'd':
      return AppendPadded(date.day, part.width, out);
    case 'D':
      return AppendPadded(days - DaysFromCivil({date.year, 1, 1}) + 1, part.width, out);
    case 'E': {
      // 1970-01-01 was a Thursday.
      const std::int64_t from_monday = days + 3 - FloorDiv(days + 3, 7) * 7;
      return AppendName(kDayNames[from_monday], part.width, out);
    }
    case 'G':
      out->append(part.width == 4 ? "Anno Domini" : "AD");
      return;
    default:
      return AppendQuarter(date.month, part.width, out);
  }
}

void AppendTimePart(const PatternPart& part, std::int64_t micros_of_day, std::string* out) {
  const std::int64_t seconds = micros_of_day / kMicrosInSecond;
  const std::int64_t hour = seconds / 3600;
  switch (part.letter) {
    case 'H':
      return AppendPadded(hour, part.width, out);
    case 'k':
      return AppendPadded(hour == 0 ? 24 : hour, part.width, out);
    case 'K':
      return AppendPadded(hour % 12, part.width, out);
    case 'h':
      return AppendPadded(hour % 12 == 0 ? 12 : hour % 12, part.width, out);
    case 'm':
      return AppendPadded(seconds / 60 % 60, part.width, out);
    case 's':
      return AppendPadded(seconds % 60, part.width, out);
    case 'a':
      out->append(hour < 12 ? "AM" : "PM");
      return;
    default: {
      const std::string digits = std::to_string(micros_of_day % kMicrosInSecond + kMicrosInSecond);
      out->append(digits, 1, std::min(part.width, kMicrosDigits));
      out->append(part.width - std::min(part.width, kMicrosDigits), '0');
    }
  }
}

}  // namespace

Result<DateTimePattern> DateTimePattern::Make(std::string_view pattern) {
  DateTimePattern made;
  made.pattern_ = pattern;
  const auto refuse = [&](std::string_view part) {
    return Unimplemented(
        "the part '{}' of a date pattern is not proven equal to Spark's - use letters like yyyy MM "
        "dd HH mm ss SSS, and quotes around text: '{}'",
        part, pattern);
  };
  std::vector<std::size_t> open;
  std::size_t at = 0;
  while (at < pattern.size()) {
    const char c = pattern[at];
    PatternPart part;
    if (IsLetter(c)) {
      part.width = std::min(pattern.find_first_not_of(c, at), pattern.size()) - at;
      if (!IsWidthKnown(c, part.width)) return refuse(pattern.substr(at, part.width));
      part.letter = c;
      at += part.width;
    } else if (c == '\'') {
      if (!TakeQuoted(pattern, &at, &part.text)) return refuse("'");
    } else if (c == '[' || c == ']') {
      part.letter = c;
      part.text = c;
      if (c == '[') {
        open.push_back(made.parts_.size());
      } else if (open.empty()) {
        return refuse("]");
      } else {
        made.section_ends_[open.back()] = made.parts_.size();
        open.pop_back();
      }
      ++at;
    } else {
      if (std::string_view("{}#").find(c) != std::string_view::npos) return refuse({&c, 1});
      part.text = c;
      ++at;
    }
    made.parts_.push_back(std::move(part));
    made.section_ends_.push_back(0);
  }
  if (!open.empty()) return refuse("[");
  return made;
}

bool DateTimePattern::Has(char letter) const {
  return std::any_of(parts_.begin(), parts_.end(),
                     [&](const PatternPart& part) { return part.letter == letter; });
}

bool DateTimePattern::HasZone() const {
  return std::any_of(parts_.begin(), parts_.end(), [](const PatternPart& part) {
    return part.letter != 0 && std::string_view("VzOXxZ").find(part.letter) != std::string::npos;
  });
}

void DateTimePattern::Append(std::int64_t micros, std::string* out) const {
  const std::int64_t days = FloorDiv(micros, kMicrosInDay);
  for (const PatternPart& part : parts_) {
    if (part.letter == 0) {
      out->append(part.text);
    } else if (part.letter == '[' || part.letter == ']') {
      // What may be missing when read is always there when written.
    } else if (std::string_view("yMLdDEGQq").find(part.letter) != std::string_view::npos) {
      AppendDatePart(part, days, out);
    } else if (std::string_view("hHkKmsSa").find(part.letter) != std::string_view::npos) {
      AppendTimePart(part, FloorMod(micros, kMicrosInDay), out);
    } else {
      out->append(ZoneText(part.letter, part.width));
    }
  }
}

Result<std::optional<std::int64_t>> DateTimePattern::Parse(std::string_view text) const {
  using Micros = std::optional<std::int64_t>;
  DateTimeFields fields;
  std::string_view rest = text;
  if (!Match(0, parts_.size(), &rest, &fields) || !rest.empty() || !fields.Resolve()) {
    if (!MatchAsSpark2(text)) return Micros{};
    return InvalidArgument(
        "the text does not match the date pattern, and Spark fails here too - write a pattern for "
        "the whole text: '{}' by '{}'",
        text, pattern_);
  }
  const std::int64_t days = DaysFromCivil(
      {fields.year, static_cast<unsigned>(fields.month), static_cast<unsigned>(fields.day)});
  const std::int64_t seconds =
      (fields.hour * 60 + fields.minute) * 60 + fields.second - fields.offset_seconds;
  std::int64_t micros = 0;
  if (__builtin_mul_overflow(days, kMicrosInDay, &micros) ||
      __builtin_add_overflow(micros, seconds * kMicrosInSecond + fields.micros, &micros)) {
    return InvalidArgument("the date is outside the range of timestamps - filter it out: {}", text);
  }
  return Micros{micros};
}

}  // namespace gnomon::expr
