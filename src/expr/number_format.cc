// SPDX-License-Identifier: Apache-2.0
#include "expr/number_format.h"

#include <algorithm>
#include <utility>

#include "base/ascii_case.h"
#include "expr/code_points.h"

namespace gnomon::expr {

namespace {

using Text = std::string_view;
using Sign = NumberFormat::Sign;
using Run = NumberFormat::Run;

bool Take(Text word, Text* rest) {
  if (!rest->starts_with(word)) return false;
  rest->remove_prefix(word.size());
  return true;
}

Sign TakeSign(Text* format) {
  if (Take("S", format)) return Sign::kAny;
  return Take("MI", format) ? Sign::kMinus : Sign::kNone;
}

// One of the two letters that stand for a point or a separator.
bool TakeEither(char sign, char letter, Text* format) {
  if (format->empty() || (format->front() != sign && format->front() != letter)) return false;
  format->remove_prefix(1);
  return true;
}

Run TakeRun(Text* format) {
  const std::size_t end = std::min(format->find_first_not_of("09"), format->size());
  const Run run{static_cast<int>(end), format->starts_with('0')};
  format->remove_prefix(end);
  return run;
}

// What is wrong with the format; empty: nothing.
std::string ParseInto(Text format, NumberFormat* out) {
  if (format.find_first_of("09") == Text::npos) return "the format has no digit";
  out->leading = TakeSign(&format);
  out->dollar = Take("$", &format);
  const Text separated = "a thousands separator has digits on both sides in a format";
  do {
    const Run run = TakeRun(&format);
    if (run.digits > 0) {
      out->whole.push_back(run);
    } else if (!out->whole.empty() || format.starts_with(',') || format.starts_with('G')) {
      return std::string(separated);
    }
  } while (TakeEither(',', 'G', &format));
  out->point = TakeEither('.', 'D', &format);
  if (out->point) out->fraction_digits = TakeRun(&format).digits;
  out->trailing = TakeSign(&format);
  out->brackets = out->trailing == Sign::kNone && Take("PR", &format);
  if (!format.empty()) return fmt::format("the format has an unexpected '{}'", format);
  if (out->leading != Sign::kNone && out->leading == out->trailing)
    return "the format has a sign twice";
  return "";
}

void ReadSign(Sign sign, Text* text, bool* negative) {
  if (sign == Sign::kAny && Take("+", text)) return;
  if (sign != Sign::kNone && Take("-", text)) *negative = !*negative;
}

// Digits, blanks that do not count, and commas; groups of digits match the runs from the last one.
bool ReadDigits(const std::vector<Run>& runs, Text* text, std::string* digits) {
  std::vector<int> groups = {0};
  while (!text->empty()) {
    const std::uint32_t c = FirstCodePoint(*text);
    if (const auto digit = JavaDigit(c)) {
      digits->push_back(static_cast<char>('0' + *digit));
      ++groups.back();
    } else if (c == ',') {
      groups.push_back(0);
    } else if (!IsJavaBlank(c)) {
      break;
    }
    text->remove_prefix(FirstLength(*text));
  }
  if (groups.size() > runs.size()) return false;
  groups.insert(groups.begin(), runs.size() - groups.size(), 0);
  return std::equal(runs.begin(), runs.end(), groups.begin(), [](const Run& run, int count) {
    return run.exact ? count == run.digits : count <= run.digits;
  });
}

// A sign goes before the blanks that end what is written.
void AppendSign(char sign, std::string* out) {
  out->insert(out->find_last_not_of(' ') + 1, 1, sign);
}

// A blank goes before a sign or bracket that ends it.
void AppendBlank(std::string* out) { out->insert(out->find_last_not_of("+-<") + 1, 1, ' '); }

// A point with no digit behind it becomes a blank.
void DropLonePoint(std::string* out) {
  const std::size_t at = out->find('.');
  if (at != std::string::npos && (at + 1 == out->size() || (*out)[at + 1] == ' ')) (*out)[at] = ' ';
}

void AppendSignOf(Sign sign, bool negative, std::string* out) {
  if (sign == Sign::kNone) return;
  if (sign == Sign::kMinus && !negative) {
    out->push_back(' ');
    return;
  }
  DropLonePoint(out);
  AppendSign(negative ? '-' : '+', out);
}

// `digits` has blanks at the start, and as many characters as the runs together.
void AppendWhole(const std::vector<Run>& runs, Text digits, std::string* out) {
  for (const Run& run : runs) {
    if (&run != &runs.front()) {
      const bool digit = !out->empty() && out->back() >= '0' && out->back() <= '9';
      if (digit)
        out->push_back(',');
      else
        AppendBlank(out);
    }
    for (int i = 0; i < run.digits; ++i, digits.remove_prefix(1)) {
      if (digits.front() == ' ' && !run.exact)
        AppendBlank(out);
      else
        out->push_back(digits.front() == ' ' ? '0' : digits.front());
    }
  }
}

// The digits before and behind the point, without the zeros at the outer ends.
std::pair<std::string, std::string> SplitDigits(std::string digits, int scale) {
  const auto behind = static_cast<std::size_t>(scale);
  if (digits.size() < behind) digits.insert(0, behind - digits.size(), '0');
  std::string fraction = digits.substr(digits.size() - behind);
  digits.resize(digits.size() - behind);
  digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size()));
  fraction.resize(fraction.find_last_not_of('0') + 1);
  return {std::move(digits), std::move(fraction)};
}

}  // namespace

Result<NumberFormat> NumberFormat::Parse(std::string_view function, std::string_view format) {
  const std::string capitals = AsciiUpper(format);
  NumberFormat result;
  const std::string wrong = ParseInto(capitals, &result);
  if (wrong.empty()) return result;
  return InvalidArgument("{}: {} - write it like S99,990.99, $999 or 999PR: '{}'", function, wrong,
                         format);
}

int NumberFormat::whole_digits() const {
  int sum = 0;
  for (const Run& run : whole) sum += run.digits;
  return sum;
}

std::optional<NumberFormat::Written> NumberFormat::Read(std::string_view text) const {
  Written result;
  const bool opened = brackets && Take("<", &text);
  ReadSign(leading, &text, &result.negative);
  if (dollar && !text.empty() && !Take("$", &text)) return std::nullopt;
  if (!whole.empty() && !ReadDigits(whole, &text, &result.digits)) return std::nullopt;
  const bool pointed = point && Take(".", &text);
  std::string fraction;
  if (fraction_digits > 0 &&
      !ReadDigits({Run{fraction_digits, false}}, &text, pointed ? &fraction : &result.digits))
    return std::nullopt;
  ReadSign(trailing, &text, &result.negative);
  if (brackets && opened != Take(">", &text)) return std::nullopt;
  if (!text.empty()) return std::nullopt;
  if (opened) result.negative = !result.negative;
  fraction.resize(static_cast<std::size_t>(fraction_digits), '0');
  result.digits += fraction;
  return result;
}

void NumberFormat::Append(bool negative, std::string digits, int scale, std::string* out) const {
  auto [before, behind] = SplitDigits(std::move(digits), scale);
  const auto places = static_cast<std::size_t>(whole_digits());
  const auto places_behind = static_cast<std::size_t>(fraction_digits);
  if (before.size() > places || behind.size() > places_behind) {
    before.assign(places, '#');
    behind.assign(places_behind, '#');
  }
  before.insert(0, places - before.size(), ' ');
  behind.resize(places_behind, '0');
  std::string written;
  if (brackets && negative) written = "<";
  AppendSignOf(leading, negative, &written);
  if (dollar) written.push_back('$');
  AppendWhole(whole, before, &written);
  if (point) {
    if (written.ends_with(' ')) written.back() = '0';
    written.push_back('.');
  }
  written += behind;
  AppendSignOf(trailing, negative, &written);
  if (brackets) {
    DropLonePoint(&written);
    if (negative)
      AppendSign('>', &written);
    else
      written.append("  ");
  }
  DropLonePoint(&written);
  const bool empty = written.empty() || written == "+" || written == "-";
  out->append(empty ? "0" : written);
}

}  // namespace gnomon::expr
