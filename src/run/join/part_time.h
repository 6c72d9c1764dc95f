// SPDX-License-Identifier: Apache-2.0
// Which row of a part belongs to a left row, and whether it has the left row's time (SPEC 8.1).
#pragma once

#include <optional>

#include "config/conf.h"
#include "run/join/join_shape.h"
#include "run/missing_time.h"

namespace gnomon::run {

LeftMatch MatchOf(const config::GroupBy& group_by, bool left_is_events);

// Why derivations of the part's GroupBy find no `ts`; nullopt: its rows are of the left rows'
// times.
std::optional<MissingTime> MissingTimeOf(LeftMatch match, bool left_is_events);

}  // namespace gnomon::run
