// SPDX-License-Identifier: Apache-2.0
// Derivations may use `ts`, which rows of whole days do not have: that is known from the config.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "config/conf.h"
#include "config/side_file.h"

namespace gnomon::run {

// Why rows have no `ts` of their own, and what to do about it.
struct MissingTime {
  std::string why;  // `which labels do not have`.
  std::string remedy;
};

// Of a GroupBy's own daily rows.
MissingTime MissingTimeOfDays();

// The place of the first derivation that uses `ts`; nullopt if none does.
Result<std::optional<std::string>> PlaceOfTimeUse(
    const std::vector<config::Derivation>& derivations, const config::SideFile& side);

// That it does, without the place.
Error TimeIsMissing(const MissingTime& missing);

}  // namespace gnomon::run
