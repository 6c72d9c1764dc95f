// SPDX-License-Identifier: Apache-2.0
// Sets of days as text: `2023-12-01..2023-12-03,2023-12-05`, the form of the table properties that
// record them.
#pragma once

#include <set>
#include <string>
#include <string_view>

#include "base/calendar.h"

namespace gnomon {

// A piece that is no day is left out.
std::set<Day> ParseDaySet(std::string_view text);
std::string FormatDaySet(const std::set<Day>& days);

}  // namespace gnomon
