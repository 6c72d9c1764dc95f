// SPDX-License-Identifier: Apache-2.0
// Table properties in which runs record what the rows alone do not tell of days. They change in the
// same commit as the data.
#pragma once

#include <set>
#include <string>

#include "base/calendar.h"
#include "iceberg/table.h"

namespace gnomon::iceberg {

inline constexpr char kEmptyDaysProperty[] = "gnomon.empty-days";  // Computed, and without rows.
// Filled before a feature was added: to be computed again.
inline constexpr char kStaleDaysProperty[] = "gnomon.stale-days";

// The days that one of these properties of the table holds.
std::set<Day> DaysInProperty(const Table& table, const std::string& property);

}  // namespace gnomon::iceberg
