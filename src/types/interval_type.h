// SPDX-License-Identifier: Apache-2.0
// Spark's intervals, which no table holds: they live inside of a query only. So they are no kind of
// their own, but a struct of one number, months (int) or microseconds (bigint), whose field's name
// is the type's: whatever carries structs carries them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "types/data_type.h"

namespace gnomon {

struct IntervalType {
  bool months = false;  // Else days and what is shorter.
  // Units, from 0: years and months; days, hours, minutes and seconds.
  int longest = 0;
  int shortest = 3;

  bool operator==(const IntervalType&) const = default;
};

// nullopt: the type is no interval.
std::optional<IntervalType> IntervalOf(const DataType& type);
DataType ToDataType(const IntervalType& interval);

// `interval day to second`, as Spark names it; nullopt for other texts.
std::string IntervalTypeName(const IntervalType& interval);
std::optional<IntervalType> ParseIntervalTypeName(std::string_view text);

// The type of a value inside of a query: an interval, or one that tables hold. Errors: those of
// ParseSparkTypeName.
Result<DataType> ParseTypeInQuery(std::string_view text);

}  // namespace gnomon
