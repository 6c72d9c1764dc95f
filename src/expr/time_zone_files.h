// SPDX-License-Identifier: Apache-2.0
// The IANA zone files (TZif, RFC 9636) that are built in: cmake/embed_time_zones.py writes them
// from the pinned package tzdata, so that no program depends on the machine's own.
#pragma once

#include <span>
#include <string_view>

namespace gnomon::expr {

struct TimeZoneFile {
  std::string_view name;  // `Europe/Berlin`.
  std::string_view bytes;
};

// Ordered by name, links too.
std::span<const TimeZoneFile> TimeZoneFiles();

// The release of the rules: `2026f`.
std::string_view TimeZoneRelease();

}  // namespace gnomon::expr
