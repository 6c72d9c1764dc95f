// SPDX-License-Identifier: Apache-2.0
// Spark's intervals (types/interval_type.h): what results from times, intervals and numbers, and
// their parts.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "expr/function.h"

namespace gnomon::expr {

bool IsInterval(const DataType& type);

// The interval of all units of two of one kind; nullopt for others.
std::optional<DataType> WiderInterval(const DataType& a, const DataType& b);

// A kernel over the numbers of its intervals, months or microseconds. If `result` is an interval
// the kernel gives its numbers.
Kernel OverIntervals(const DataType& result, Kernel kernel);

// Whether add, subtract, multiply or divide of these is one of an interval, or gives one.
bool MakesInterval(std::string_view name, std::span<const Argument> arguments);

// REQUIRES: MakesInterval. Errors: Unimplemented for types that do not go together; InvalidArgument
// of the kernel for a result out of range, as in Spark.
Result<BoundFunction> BindIntervalArithmetic(std::string_view name,
                                             std::span<const Argument> arguments);

// An interval and a constant number of months, of days (in microseconds) or of microseconds. Which
// units those had is not known, so they must be among those of the interval.
Result<BoundFunction> BindLongerInterval(std::string_view name, std::span<const Argument> arguments,
                                         bool days);

// negative, positive and abs. REQUIRES: one argument, which is an interval.
Result<BoundFunction> BindIntervalSign(std::string_view name, std::span<const Argument> arguments);

// EXTRACT(DAY FROM interval), by the function's name for times: year, month, day, hour, minute,
// second_with_fraction.
bool HasIntervalPart(std::string_view name, std::span<const Argument> arguments);
// REQUIRES: HasIntervalPart.
Result<BoundFunction> BindIntervalPart(std::string_view name, std::span<const Argument> arguments);

// Of a number to an interval; of an interval to one with at least its units, to a string, or of
// days to a number. Empty where it is not proven. REQUIRES: either is an interval.
Kernel CastInterval(const DataType& from, const DataType& to);

}  // namespace gnomon::expr
