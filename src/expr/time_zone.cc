// SPDX-License-Identifier: Apache-2.0
#include "expr/time_zone.h"

#include <algorithm>
#include <deque>
#include <mutex>
#include <string>

#include "expr/datetime_text.h"
#include "expr/time_zone_files.h"
#include "expr/time_zone_rules.h"

namespace gnomon::expr {

namespace {

using Text = std::string_view;

constexpr std::int64_t kOffsetSecondsMax = 18 * 3600;

struct ShortName {
  Text name;
  Text id;
};

// java.time.ZoneId.SHORT_IDS of Java 17.
constexpr ShortName kShortNames[] = {{"ACT", "Australia/Darwin"},
                                     {"AET", "Australia/Sydney"},
                                     {"AGT", "America/Argentina/Buenos_Aires"},
                                     {"ART", "Africa/Cairo"},
                                     {"AST", "America/Anchorage"},
                                     {"BET", "America/Sao_Paulo"},
                                     {"BST", "Asia/Dhaka"},
                                     {"CAT", "Africa/Harare"},
                                     {"CNT", "America/St_Johns"},
                                     {"CST", "America/Chicago"},
                                     {"CTT", "Asia/Shanghai"},
                                     {"EAT", "Africa/Addis_Ababa"},
                                     {"ECT", "Europe/Paris"},
                                     {"EST", "-05:00"},
                                     {"HST", "-10:00"},
                                     {"IET", "America/Indiana/Indianapolis"},
                                     {"IST", "Asia/Kolkata"},
                                     {"JST", "Asia/Tokyo"},
                                     {"MIT", "Pacific/Apia"},
                                     {"MST", "-07:00"},
                                     {"NET", "Asia/Yerevan"},
                                     {"NST", "Pacific/Auckland"},
                                     {"PLT", "Asia/Karachi"},
                                     {"PNT", "America/Phoenix"},
                                     {"PRT", "America/Puerto_Rico"},
                                     {"PST", "America/Los_Angeles"},
                                     {"SST", "Pacific/Guadalcanal"},
                                     {"VST", "Asia/Ho_Chi_Minh"}};

bool IsDigit(Text text, std::size_t at) {
  return at < text.size() && text[at] >= '0' && text[at] <= '9';
}
bool IsSign(char c) { return c == '+' || c == '-'; }

// `+1:` becomes `+01:`, at the first place where it stands, and `+01:2` at the end `+01:02`.
std::string WithTwoDigits(Text id) {
  std::string text(id);
  for (std::size_t at = 0; at + 2 < text.size(); ++at) {
    if (!IsSign(text[at]) || !IsDigit(text, at + 1) || text[at + 2] != ':') continue;
    text.insert(at + 1, 1, '0');
    break;
  }
  const std::size_t size = text.size();
  if (size >= 5 && IsSign(text[size - 5]) && IsDigit(text, size - 4) && IsDigit(text, size - 3) &&
      text[size - 2] == ':' && IsDigit(text, size - 1))
    text.insert(size - 1, 1, '0');
  return text;
}

// java.time.ZoneOffset.of: `Z`, `+h`, `+hh`, `+hhmm`, `+hh:mm`, `+hhmmss`, `+hh:mm:ss`.
std::optional<std::int64_t> OffsetSeconds(Text id) {
  if (id == "Z") return 0;
  if (id.size() < 2 || !IsSign(id.front())) return std::nullopt;
  const bool negative = id.front() == '-';
  std::string digits(id.substr(1));
  if (digits.size() == 1) digits.insert(0, 1, '0');
  const bool colons = digits.size() == 5 || digits.size() == 8;
  for (std::size_t at = 2; colons && at < digits.size(); at += 2) {
    if (digits[at] != ':') return std::nullopt;
    digits.erase(at, 1);
  }
  if (digits.size() != 2 && digits.size() != 4 && digits.size() != 6) return std::nullopt;
  std::int64_t seconds = 0;
  std::int64_t unit = 3600;
  for (std::size_t at = 0; at < digits.size(); at += 2, unit /= 60) {
    if (!IsDigit(digits, at) || !IsDigit(digits, at + 1)) return std::nullopt;
    const std::int64_t number = (digits[at] - '0') * 10 + (digits[at + 1] - '0');
    if (at > 0 && number > 59) return std::nullopt;
    seconds += number * unit;
  }
  if (seconds > kOffsetSecondsMax) return std::nullopt;
  return negative ? -seconds : seconds;
}

// Each zone's file is read when the zone is first asked for, by whichever thread is the first.
const TimeZoneRules* FindRules(Text name) {
  struct Slot {
    std::once_flag once;
    std::optional<TimeZoneRules> rules;
  };
  static std::deque<Slot> slots(TimeZoneFiles().size());
  const auto files = TimeZoneFiles();
  const auto file = std::lower_bound(
      files.begin(), files.end(), name,
      [](const TimeZoneFile& candidate, Text wanted) { return candidate.name < wanted; });
  if (file == files.end() || file->name != name) return nullptr;
  Slot& slot = slots[static_cast<std::size_t>(file - files.begin())];
  std::call_once(slot.once, [&] { slot.rules.emplace(file->bytes); });
  return &*slot.rules;
}

template <typename Move>
std::optional<std::int64_t> MoveMicros(std::int64_t micros, const Move& move_seconds) {
  const std::int64_t moved = move_seconds(FloorDiv(micros, kMicrosInSecond));
  std::int64_t result = 0;
  if (__builtin_mul_overflow(moved, kMicrosInSecond, &result) ||
      __builtin_add_overflow(result, FloorMod(micros, kMicrosInSecond), &result))
    return std::nullopt;
  return result;
}

}  // namespace

std::optional<TimeZone> TimeZone::Find(std::string_view id) {
  std::string text = WithTwoDigits(id);
  const auto short_name = std::find_if(std::begin(kShortNames), std::end(kShortNames),
                                       [&](const ShortName& known) { return known.name == text; });
  if (short_name != std::end(kShortNames)) text = short_name->id;
  Text rest = text;
  for (const Text prefix : {Text("UTC"), Text("GMT"), Text("UT")}) {
    if (!rest.starts_with(prefix)) continue;
    if (rest == prefix) return TimeZone(nullptr, 0);
    if (IsSign(rest[prefix.size()])) rest.remove_prefix(prefix.size());
    break;
  }
  if (rest.size() <= 1 || IsSign(rest.front())) {
    const auto offset = OffsetSeconds(rest);
    if (!offset) return std::nullopt;
    return TimeZone(nullptr, *offset);
  }
  const TimeZoneRules* rules = FindRules(rest);
  if (rules == nullptr) return std::nullopt;
  return TimeZone(rules, 0);
}

bool IsForgottenZone(std::string_view id) { return id.starts_with("SystemV/"); }

Error UnknownZone(std::string_view function, std::string_view id) {
  if (IsForgottenZone(id)) {
    return Unimplemented("{}: this time zone is not supported - write one of today: '{}'", function,
                         id);
  }
  return InvalidArgument(
      "{}: no time zone has this name - write one like Europe/Berlin or +02:00: '{}'", function,
      id);
}

std::int64_t TimeZone::ToLocal(std::int64_t utc_seconds) const {
  return rules_ == nullptr ? utc_seconds + offset_seconds_ : rules_->ToLocal(utc_seconds);
}

std::int64_t TimeZone::ToUtc(std::int64_t local_seconds) const {
  return rules_ == nullptr ? local_seconds - offset_seconds_ : rules_->ToUtc(local_seconds);
}

std::optional<std::int64_t> TimeZone::ToLocalMicros(std::int64_t utc_micros) const {
  return MoveMicros(utc_micros, [this](std::int64_t seconds) { return ToLocal(seconds); });
}

std::optional<std::int64_t> TimeZone::ToUtcMicros(std::int64_t local_micros) const {
  return MoveMicros(local_micros, [this](std::int64_t seconds) { return ToUtc(seconds); });
}

const TimeZone* ZoneOfRows::Find(std::string_view id, std::optional<Error>* failure) {
  if (!zone_ || id_ != id) {
    zone_ = TimeZone::Find(id);
    id_ = id;
  }
  if (zone_) return &*zone_;
  *failure = UnknownZone(function_, id);
  return nullptr;
}

}  // namespace gnomon::expr
