// SPDX-License-Identifier: Apache-2.0
// The changes of one zone's clock, read from its TZif file (RFC 9636).
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace gnomon::expr {

class TimeZoneRules {
 public:
  // REQUIRES: a well-formed file of version 2 or later, as the built-in ones are.
  explicit TimeZoneRules(std::string_view file);

  std::int64_t ToLocal(std::int64_t utc_seconds) const;
  std::int64_t ToUtc(std::int64_t local_seconds) const;

 private:
  struct Change {
    std::int64_t at;  // Seconds since 1970, UTC.
    std::int64_t offset_before;
    std::int64_t offset_after;
  };

  // How the listed changes end.
  struct Standing {
    std::int64_t since = 0;
    std::int64_t offset = 0;
  };

  Standing ReadChanges(std::string_view block);
  void AddYearlyChanges(std::string_view rule, Standing standing);
  // Into the years that `changes_` holds: the calendar repeats itself every 400 years.
  std::int64_t Folded(std::int64_t seconds) const;

  std::int64_t first_offset_ = 0;
  std::vector<Change> changes_;  // In order.
  // From here on the clock repeats what it did 400 years before; the greatest number: it stands.
  std::int64_t repeats_from_;
};

}  // namespace gnomon::expr
