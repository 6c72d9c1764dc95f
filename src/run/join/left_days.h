// SPDX-License-Identifier: Apache-2.0
// The left side of a Join before its rows are read (SPEC 8.2): its table and the days it is asked
// for.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/calendar.h"
#include "base/result.h"
#include "iceberg/table.h"
#include "run/join/join_shape.h"
#include "run/join/row_scan.h"
#include "run/run_context.h"

namespace gnomon::run {

// Waits for it if the run was asked to. Errors: NotFound with the command that makes it.
Result<iceberg::Table> LeftTable(RunContext& context, const JoinShape& shape);

// From --start-date, else the query's startPartition, else the table's first day, to the query's
// endPartition or --end-date, whichever is first. Without historical backfill only the last day.
Result<DayRange> LeftDays(RunContext& context, const JoinShape& shape, RowScan& left);

// What is told of left days that the left table does not have; `there` are those that it has.
std::string LeftRemedy(const JoinShape& shape, const std::optional<std::set<Day>>& there,
                       const std::vector<Day>& days);

// If the run was asked to wait: until the left table has each of `wanted`. Errors: Unavailable.
Status WaitForLeft(RunContext& context, const JoinShape& shape, RowScan& left,
                   const DayRange& wanted);

// The error of a run that found none of the days that it was asked for.
Error NothingToJoin(const JoinShape& shape, const DayRange& wanted, const RunReport& report);

}  // namespace gnomon::run
