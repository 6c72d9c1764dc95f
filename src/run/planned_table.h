// SPDX-License-Identifier: Apache-2.0
// A table that a run would make and has not: what reads it can be bound and planned all the same.
#pragma once

#include <set>
#include <string>

#include "base/calendar.h"
#include "base/result.h"
#include "iceberg/table.h"
#include "types/data_type.h"

namespace gnomon::run {

// A table of `schema`, partitioned by its column `ds`, without rows. `days` are those that it will
// have: SourceDays() tells them. Errors: InvalidArgument for a schema that no table can have.
Result<iceberg::Table> PlannedTable(const std::string& name, const Schema& schema,
                                    const std::set<Day>& days);

}  // namespace gnomon::run
