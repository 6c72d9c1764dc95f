// SPDX-License-Identifier: Apache-2.0
// Whether a column of times is in milliseconds. In seconds every row lies in January 1970, in
// microseconds far in the future: no window would see any, and features would be null without a
// word.
#pragma once

#include <arrow/type_fwd.h>

#include <string>

#include "base/calendar.h"
#include "base/result.h"

namespace gnomon::run {

// A time column as its user wrote it: `argument="expression"` at `place`.
struct TimeColumn {
  std::string argument = "time_column";
  std::string expression;
  std::string place;
};

// Looks at rows of partitions up to `last`. Errors: InvalidArgument, when all of them are times of
// 1990 to 2100 in another unit. REQUIRES: BIGINT.
Status CheckMilliseconds(const arrow::Array& times, const TimeColumn& column, Day last);

}  // namespace gnomon::run
