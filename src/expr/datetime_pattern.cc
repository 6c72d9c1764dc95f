// SPDX-License-Identifier: Apache-2.0
// Reading follows java.time's strict DateTimeFormatter. Spark 3 then asks whether Spark 2's
// SimpleDateFormat would have read the text, and fails if so: MatchAsSpark2 is that question.
#include "expr/datetime_pattern.h"

#include <algorithm>

#include "expr/datetime_text.h"

namespace gnomon::expr {

namespace {

constexpr std::string_view kFieldLetters = "yMdHmsS";
constexpr std::size_t kFractionDigits = 6;

bool IsLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }

bool IsWidthKnown(char letter, std::size_t width) {
  if (letter == 'y') return width == 4;
  if (letter == 'S') return width >= 1 && width <= kFractionDigits;
  return width == 2;
}

std::size_t CountDigits(std::string_view text) {
  std::size_t count = 0;
  while (count < text.size() && IsDigit(text[count])) ++count;
  return count;
}

// REQUIRES: digits only, at most 18.
std::int64_t NumberOf(std::string_view digits) {
  std::int64_t value = 0;
  for (const char c : digits) value = value * 10 + (c - '0');
  return value;
}

}  // namespace

struct DateTimePattern::Fields {
  std::int64_t year = 1970;
  std::int64_t month = 1;
  std::int64_t day = 1;
  std::int64_t hour = 0;
  std::int64_t minute = 0;
  std::int64_t second = 0;
  std::int64_t micros = 0;

  std::int64_t& Of(char letter) {
    switch (letter) {
      case 'y':
        return year;
      case 'M':
        return month;
      case 'd':
        return day;
      case 'H':
        return hour;
      case 'm':
        return minute;
      case 's':
        return second;
      default:
        return micros;
    }
  }
  bool InRange() const {
    return IsDate(year, month, day) && hour < 24 && minute < 60 && second < 60;
  }
};

Result<DateTimePattern> DateTimePattern::Make(std::string_view pattern) {
  DateTimePattern made;
  made.pattern_ = pattern;
  const auto refuse = [&](std::string_view part) {
    return Unimplemented(
        "the part '{}' of a date pattern is not proven equal to Spark's - use yyyy MM dd HH mm ss "
        "SSS: '{}'",
        part, pattern);
  };
  std::size_t at = 0;
  while (at < pattern.size()) {
    const char c = pattern[at];
    Part part;
    if (IsLetter(c)) {
      const std::size_t end = std::min(pattern.find_first_not_of(c, at), pattern.size());
      if (kFieldLetters.find(c) == std::string_view::npos || !IsWidthKnown(c, end - at)) {
        return refuse(pattern.substr(at, end - at));
      }
      part.letter = c;
      part.width = end - at;
      at = end;
    } else if (c == '\'') {
      const std::size_t end = pattern.find('\'', at + 1);
      // Two quotes are an escaped one, which is refused for simplicity.
      if (end == std::string_view::npos || end == at + 1) return refuse("'");
      part.text = pattern.substr(at + 1, end - at - 1);
      at = end + 1;
    } else {
      if (std::string_view("[]{}#").find(c) != std::string_view::npos ||
          static_cast<unsigned char>(c) >= 0x80) {
        return refuse(pattern.substr(at, 1));
      }
      part.text = c;
      ++at;
    }
    made.parts_.push_back(std::move(part));
  }
  return made;
}

Status DateTimePattern::CheckReadable() const {
  const auto count = [&](char letter) {
    return std::count_if(parts_.begin(), parts_.end(),
                         [&](const Part& part) { return part.letter == letter; });
  };
  bool repeated = false;
  for (const char letter : kFieldLetters) repeated = repeated || count(letter) > 1;
  const bool incomplete = count('y') == 0 || (count('d') > 0 && count('M') == 0);
  if (!repeated && !incomplete) return Ok();
  return Unimplemented(
      "reading dates by this pattern is not proven equal to Spark's - use each of yyyy MM dd once: "
      "'{}'",
      pattern_);
}

void DateTimePattern::Append(std::int64_t micros, std::string* out) const {
  const std::int64_t days = FloorDiv(micros, kMicrosInDay);
  const std::int64_t of_day = micros - days * kMicrosInDay;
  const CivilDate date = CivilFromDays(days);
  const std::int64_t seconds = of_day / kMicrosInSecond;
  for (const Part& part : parts_) {
    switch (part.letter) {
      case 0:
        out->append(part.text);
        break;
      case 'y':
        AppendYear(date.year, out);
        break;
      case 'M':
        AppendTwoDigits(date.month, out);
        break;
      case 'd':
        AppendTwoDigits(date.day, out);
        break;
      case 'H':
        AppendTwoDigits(seconds / 3600, out);
        break;
      case 'm':
        AppendTwoDigits(seconds / 60 % 60, out);
        break;
      case 's':
        AppendTwoDigits(seconds % 60, out);
        break;
      default:
        out->append(std::to_string(of_day % kMicrosInSecond + kMicrosInSecond), 1, part.width);
    }
  }
}

std::size_t DateTimePattern::DigitsReserved(std::size_t index) const {
  std::size_t digits = 0;
  for (std::size_t i = index + 1;
       i < parts_.size() && parts_[i].letter != 0 && parts_[i].letter != 'S'; ++i) {
    digits += parts_[i].width;
  }
  return digits;
}

bool DateTimePattern::Match(std::string_view text, Fields* fields) const {
  for (std::size_t i = 0; i < parts_.size(); ++i) {
    const Part& part = parts_[i];
    if (part.letter == 0) {
      if (!text.starts_with(part.text)) return false;
      text.remove_prefix(part.text.size());
      continue;
    }
    char sign = 0;
    if (part.letter == 'y' && !text.empty() && (text.front() == '-' || text.front() == '+')) {
      sign = text.front();
      text.remove_prefix(1);
    }
    std::size_t width = part.width;
    const std::size_t available = CountDigits(text);
    if (part.letter == 'y') {
      const std::size_t reserved = DigitsReserved(i);
      width = available > reserved ? std::min<std::size_t>(available - reserved, 10) : 0;
      // Four digits without plus, more only with it.
      if (width < 4 || (sign == 0 && width > 4) || (sign == '+' && width == 4)) return false;
    } else if (part.letter == 'S') {
      width = std::min(available, part.width);
      if (width == 0) return false;
    } else if (available < width) {
      return false;
    }
    std::int64_t value = NumberOf(text.substr(0, width));
    for (std::size_t digits = width; part.letter == 'S' && digits < kFractionDigits; ++digits)
      value *= 10;
    if (sign == '-' && value == 0) return false;
    fields->Of(part.letter) = sign == '-' ? -value : value;
    text.remove_prefix(width);
  }
  return text.empty() && fields->InRange();
}

bool DateTimePattern::MatchAsSpark2(std::string_view text) const {
  Fields fields;
  for (std::size_t i = 0; i < parts_.size(); ++i) {
    const Part& part = parts_[i];
    if (part.letter == 0) {
      if (!text.starts_with(part.text)) return false;
      text.remove_prefix(part.text.size());
      continue;
    }
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    std::size_t width = CountDigits(text);
    if (i + 1 < parts_.size() && parts_[i + 1].letter != 0) width = std::min(width, part.width);
    if (width == 0 || width > 9) return false;
    fields.Of(part.letter) = NumberOf(text.substr(0, width));
    text.remove_prefix(width);
  }
  return fields.year > 0 && fields.micros < 1000 && fields.InRange();
}

Result<std::optional<std::int64_t>> DateTimePattern::Parse(std::string_view text) const {
  using Micros = std::optional<std::int64_t>;
  Fields fields;
  if (!Match(text, &fields)) {
    if (!MatchAsSpark2(text)) return Micros{};
    return InvalidArgument(
        "the text does not match the date pattern, and Spark fails here too - write a pattern for "
        "the whole text: '{}' by '{}'",
        text, pattern_);
  }
  const std::int64_t days = DaysFromCivil(
      {fields.year, static_cast<unsigned>(fields.month), static_cast<unsigned>(fields.day)});
  std::int64_t micros = 0;
  const std::int64_t of_day =
      ((fields.hour * 60 + fields.minute) * 60 + fields.second) * kMicrosInSecond + fields.micros;
  if (__builtin_mul_overflow(days, kMicrosInDay, &micros) ||
      __builtin_add_overflow(micros, of_day, &micros)) {
    return InvalidArgument("the date is outside the range of timestamps - filter it out: {}", text);
  }
  return Micros{micros};
}

}  // namespace gnomon::expr
