// SPDX-License-Identifier: Apache-2.0
// Zones of time as java.time and Spark name and compute them: regions of the IANA rules, offsets,
// java's old three-letter names.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace gnomon::expr {

class TimeZoneRules;

// A value; cheap to copy.
class TimeZone {
 public:
  // What Spark's getZoneId makes of `id`: `Europe/Berlin`, `UTC`, `+01:30`, `-8:00`, `GMT+1`,
  // `PST`. nullopt: Spark refuses it.
  static std::optional<TimeZone> Find(std::string_view id);

  // Seconds of the local clock, counted as if it were UTC.
  std::int64_t ToLocal(std::int64_t utc_seconds) const;
  // The other way. Of a local time that came twice the earlier; one that was left out moves on by
  // as much as the clock did.
  std::int64_t ToUtc(std::int64_t local_seconds) const;

  // The same of microseconds, which stay what they are within their second. nullopt: beyond what 64
  // bits hold.
  std::optional<std::int64_t> ToLocalMicros(std::int64_t utc_micros) const;
  std::optional<std::int64_t> ToUtcMicros(std::int64_t local_micros) const;

 private:
  TimeZone(const TimeZoneRules* rules, std::int64_t offset_seconds)
      : rules_(rules), offset_seconds_(offset_seconds) {}

  const TimeZoneRules* rules_;  // Lives as long as the program; nullptr: the offset holds always.
  std::int64_t offset_seconds_;
};

// Whether Java still has a zone of this name, and the IANA rules no more: `SystemV/PST8`. Find does
// not know it either.
bool IsForgottenZone(std::string_view id);

// Of a zone that Find does not know: InvalidArgument, or Unimplemented where Java knows it.
Error UnknownZone(std::string_view function, std::string_view id);

// The zones that the rows of a batch name. Mostly it is one, so the last one is kept: an object
// belongs to one evaluation.
class ZoneOfRows {
 public:
  explicit ZoneOfRows(std::string_view function) : function_(function) {}

  // nullptr, and the failure told, where no zone has that name.
  const TimeZone* Find(std::string_view id, std::optional<Error>* failure);

 private:
  std::string_view function_;
  std::optional<TimeZone> zone_;
  std::string id_;
};

}  // namespace gnomon::expr
