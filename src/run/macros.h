// SPDX-License-Identifier: Apache-2.0
// The macros of staging queries (SPEC 9.1), put into the translated SQL for one step of a run.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/calendar.h"
#include "base/result.h"

namespace gnomon::run {

struct MacroValues {
  // {{ start_date }} and {{ end_date }}: its first and last day; unset where a query has no days.
  std::optional<DayRange> step;
  Day latest;  // {{ latest_date }}: the last day of the whole run.
  // {{ max_date(table=db.t) }}: the largest partition of a table. Errors: NotFound.
  std::function<Result<Day>(const std::string& table)> max_date;
};

// Replaces all macros. Errors: InvalidArgument for an unknown macro (did you mean) or a malformed
// one.
Result<std::string> RenderMacros(std::string_view text, const MacroValues& values);

}  // namespace gnomon::run
