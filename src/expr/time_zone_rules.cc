// SPDX-License-Identifier: Apache-2.0
#include "expr/time_zone_rules.h"

#include <algorithm>
#include <array>
#include <limits>

#include "base/check.h"
#include "expr/datetime_text.h"

namespace gnomon::expr {

namespace {

using Text = std::string_view;

constexpr std::int64_t kSecondsIn400Years = 146'097 * kSecondsInDay;
constexpr std::size_t kHeaderBytes = 44;

std::int64_t BigEndian(Text bytes, std::size_t at, std::size_t width) {
  GNOMON_CHECK(at + width <= bytes.size());
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < width; ++i)
    value = value << 8 | static_cast<unsigned char>(bytes[at + i]);
  const std::uint64_t sign = std::uint64_t{1} << (8 * width - 1);
  return static_cast<std::int64_t>((value ^ sign) - sign);
}

// The counts of a header, in its order.
struct Counts {
  std::size_t ut_indicators;
  std::size_t standard_indicators;
  std::size_t leap_seconds;
  std::size_t changes;
  std::size_t types;
  std::size_t name_bytes;

  explicit Counts(Text header) {
    GNOMON_CHECK(header.starts_with("TZif"));
    std::size_t at = 20;
    for (std::size_t* count :
         {&ut_indicators, &standard_indicators, &leap_seconds, &changes, &types, &name_bytes}) {
      *count = static_cast<std::size_t>(BigEndian(header, at, 4));
      at += 4;
    }
  }
  std::size_t BodyBytes(std::size_t time_bytes) const {
    return changes * (time_bytes + 1) + types * 6 + name_bytes + leap_seconds * (time_bytes + 4) +
           standard_indicators + ut_indicators;
  }
};

char Take(Text* rule) {
  GNOMON_CHECK(!rule->empty());
  const char c = rule->front();
  rule->remove_prefix(1);
  return c;
}

std::int64_t TakeInteger(Text* rule) {
  std::int64_t value = 0;
  GNOMON_CHECK(!rule->empty() && rule->front() >= '0' && rule->front() <= '9');
  while (!rule->empty() && rule->front() >= '0' && rule->front() <= '9')
    value = value * 10 + (Take(rule) - '0');
  return value;
}

// `[+-]h[h][:mm[:ss]]` in seconds.
std::int64_t TakeSpan(Text* rule) {
  const bool negative = rule->starts_with('-');
  if (negative || rule->starts_with('+')) Take(rule);
  std::int64_t seconds = 0;
  for (std::int64_t unit = 3600; unit > 0; unit /= 60) {
    seconds += unit * TakeInteger(rule);
    if (!rule->starts_with(':')) break;
    Take(rule);
  }
  return negative ? -seconds : seconds;
}

void SkipName(Text* rule) {
  if (rule->starts_with('<')) {
    rule->remove_prefix(rule->find('>') + 1);
    return;
  }
  rule->remove_prefix(std::min(rule->find_first_of("+-0123456789,"), rule->size()));
}

// `Mm.w.d[/time]`: at that time of the w-th weekday d of month m, 5 being the last.
struct YearlyMoment {
  unsigned month;
  std::int64_t week;
  std::int64_t weekday;  // 0 is Sunday.
  std::int64_t time = 2 * 3600;

  explicit YearlyMoment(Text* rule) {
    GNOMON_CHECK(Take(rule) == ',' && Take(rule) == 'M');
    month = static_cast<unsigned>(TakeInteger(rule));
    GNOMON_CHECK(Take(rule) == '.');
    week = TakeInteger(rule);
    GNOMON_CHECK(Take(rule) == '.');
    weekday = TakeInteger(rule);
    if (!rule->starts_with('/')) return;
    Take(rule);
    time = TakeSpan(rule);
  }
  // Of the local clock, which then is `offset` ahead of UTC.
  std::int64_t InYear(std::int64_t year, std::int64_t offset) const {
    const std::int64_t first = DaysFromCivil({year, month, 1});
    // 1970-01-01 was a Thursday, the 4th day from Sunday.
    const std::int64_t first_weekday = first + 4 - FloorDiv(first + 4, 7) * 7;
    std::int64_t day = 1 + (weekday - first_weekday + 7) % 7 + (week - 1) * 7;
    if (day > DaysInMonth(year, month)) day -= 7;
    return (first + day - 1) * kSecondsInDay + time - offset;
  }
};

}  // namespace

TimeZoneRules::TimeZoneRules(std::string_view file)
    : repeats_from_(std::numeric_limits<std::int64_t>::max()) {
  // The first block has times of 32 bits, for readers of old.
  file.remove_prefix(kHeaderBytes + Counts(file).BodyBytes(4));
  const std::size_t body = Counts(file).BodyBytes(8);
  const Standing standing = ReadChanges(file);
  Text rule = file.substr(kHeaderBytes + body);
  GNOMON_CHECK(rule.size() >= 2 && rule.front() == '\n' && rule.back() == '\n');
  AddYearlyChanges(rule.substr(1, rule.size() - 2), standing);
}

TimeZoneRules::Standing TimeZoneRules::ReadChanges(std::string_view block) {
  const Counts counts(block);
  block.remove_prefix(kHeaderBytes);
  const std::size_t indices = counts.changes * 8;
  const std::size_t types = indices + counts.changes;
  first_offset_ = BigEndian(block, types, 4);
  Standing standing{.offset = first_offset_};
  for (std::size_t i = 0; i < counts.changes; ++i) {
    const auto type = static_cast<unsigned char>(block[indices + i]);
    const std::int64_t offset = BigEndian(block, types + std::size_t{6} * type, 4);
    standing.since = BigEndian(block, i * 8, 8);
    // What changes a zone's name only is no change of the clock.
    if (offset != standing.offset) changes_.push_back({standing.since, standing.offset, offset});
    standing.offset = offset;
  }
  return standing;
}

// `CET-1CEST,M3.5.0,M10.5.0/3`, the rule of POSIX for all years after the last change; without
// commas the clock stands.
void TimeZoneRules::AddYearlyChanges(std::string_view rule, Standing standing) {
  if (rule.find(',') == Text::npos) return;
  SkipName(&rule);
  const std::int64_t standard = -TakeSpan(&rule);
  SkipName(&rule);
  const std::int64_t summer = rule.starts_with(',') ? standard + 3600 : -TakeSpan(&rule);
  const YearlyMoment begin(&rule);
  const YearlyMoment end(&rule);
  const std::int64_t first_year = CivilFromDays(FloorDiv(standing.since, kSecondsInDay)).year;
  const std::int64_t years_end = first_year + 403;
  for (std::int64_t year = first_year; year < years_end; ++year) {
    std::array<Change, 2> both = {Change{begin.InYear(year, standard), standard, summer},
                                  Change{end.InYear(year, summer), summer, standard}};
    if (both[1].at < both[0].at) std::swap(both[0], both[1]);
    for (const Change& change : both) {
      if (change.at <= standing.since || change.offset_after == standing.offset) continue;
      changes_.push_back({change.at, standing.offset, change.offset_after});
      standing.offset = change.offset_after;
    }
  }
  // The last year is there for local times beyond the limit by an offset.
  repeats_from_ = DaysFromCivil({years_end - 1, 1, 1}) * kSecondsInDay;
}

std::int64_t TimeZoneRules::Folded(std::int64_t seconds) const {
  if (seconds < repeats_from_) return seconds;
  return seconds - ((seconds - repeats_from_) / kSecondsIn400Years + 1) * kSecondsIn400Years;
}

std::int64_t TimeZoneRules::ToLocal(std::int64_t utc_seconds) const {
  const std::int64_t at = Folded(utc_seconds);
  const auto next = std::upper_bound(
      changes_.begin(), changes_.end(), at,
      [](std::int64_t seconds, const Change& change) { return seconds < change.at; });
  return utc_seconds + (next == changes_.begin() ? first_offset_ : (next - 1)->offset_after);
}

std::int64_t TimeZoneRules::ToUtc(std::int64_t local_seconds) const {
  const std::int64_t local = Folded(local_seconds);
  // Where the clock jumps, by its local times: from the lesser of the two to the greater.
  const auto next = std::upper_bound(
      changes_.begin(), changes_.end(), local, [](std::int64_t seconds, const Change& change) {
        return seconds < change.at + std::min(change.offset_before, change.offset_after);
      });
  if (next == changes_.begin()) return local_seconds - first_offset_;
  const Change& change = *(next - 1);
  const bool inside = local < change.at + std::max(change.offset_before, change.offset_after);
  return local_seconds - (inside ? change.offset_before : change.offset_after);
}

}  // namespace gnomon::expr
