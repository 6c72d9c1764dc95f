// SPDX-License-Identifier: Apache-2.0
// Which days a table has: as a source, and as the output of our own runs.
#pragma once

#include <arrow/type_fwd.h>

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/calendar.h"
#include "base/result.h"
#include "iceberg/day_properties.h"
#include "iceberg/scan.h"
#include "iceberg/table.h"

namespace gnomon::run {

// Table properties in which runs record what a table was made by, beside those of its days
// (iceberg/day_properties.h). They change in the same commit as the data.
inline constexpr char kConfHashProperty[] = "gnomon.conf-hash";
// JSON: what the answer depends on, so that a change can be told by its field.
inline constexpr char kConfProperty[] = "gnomon.conf";
// JSON: column -> what it is computed from.
inline constexpr char kFeaturesProperty[] = "gnomon.features";

// The days that an output need not compute again: partitions with rows, without the stale ones.
// Days that were found empty are not among them, since late rows would be lost.
Result<std::set<Day>> FilledDays(const iceberg::Table& table, const std::string& partition_column);

// The days that a source has, so that one can compute from it: partitions with rows and days that
// its own run found empty. A table that has `partition_column` but is not partitioned by it gives
// nullopt: it holds every day. With `sub_partitions` (column and value) only partitions of these
// count. Errors: InvalidArgument when the table has no such column.
Result<std::optional<std::set<Day>>> SourceDays(
    const iceberg::Table& table, const std::string& partition_column,
    const std::vector<std::pair<std::string, std::string>>& sub_partitions = {});

// A scalar of `day` in the type of the table's column `column`, DATE or `yyyy-MM-dd` STRING.
// Errors: InvalidArgument for another type.
Result<std::shared_ptr<arrow::Scalar>> DayScalar(const iceberg::Table& table,
                                                 const std::string& column, Day day);

// The conjunction `begin <= column < end`; an unset begin leaves its half out.
Result<iceberg::Filter> DayFilter(const iceberg::Table& table, const std::string& column,
                                  std::optional<Day> begin, Day end);

// The distinct days in a column of type DATE or STRING. Errors: InvalidArgument for a null and for
// a string that is no date: such rows would lie in no day's partition.
Result<std::set<Day>> DistinctDays(const arrow::Array& column);

}  // namespace gnomon::run
