// SPDX-License-Identifier: Apache-2.0
// timestampadd('HOUR', n, t) and timestampdiff('HOUR', a, b), as the translator writes
// TIMESTAMPADD(HOUR, n, t) and DATEDIFF(HOUR, a, b); and the parts of a date that only EXTRACT has.
#include <algorithm>

#include "expr/coercion.h"
#include "expr/datetime_text.h"
#include "expr/elementwise.h"
#include "expr/functions/all.h"

namespace gnomon::expr::functions {

namespace {

using Long = std::int64_t;
using Int = std::int32_t;
using Failure = std::optional<Error>;

struct Unit {
  std::string_view name;
  Long months = 0;
  Long micros = 0;
};
constexpr Unit kUnits[] = {{"YEAR", 12, 0},
                           {"QUARTER", 3, 0},
                           {"MONTH", 1, 0},
                           {"WEEK", 0, 7 * kMicrosInDay},
                           {"DAY", 0, kMicrosInDay},
                           {"DAYOFYEAR", 0, kMicrosInDay},
                           {"HOUR", 0, 3600 * kMicrosInSecond},
                           {"MINUTE", 0, 60 * kMicrosInSecond},
                           {"SECOND", 0, kMicrosInSecond},
                           {"MILLISECOND", 0, 1000},
                           {"MICROSECOND", 0, 1}};

Result<Unit> UnitOf(std::string_view name, const Argument& argument) {
  GNOMON_ASSIGN_OR_RETURN(const std::string text, ConstantText(name, argument, "unit"));
  const auto unit = std::find_if(std::begin(kUnits), std::end(kUnits),
                                 [&](const Unit& known) { return known.name == text; });
  if (unit != std::end(kUnits)) return *unit;
  return InvalidArgument("{} has no unit {} - use DAY, MONTH, HOUR or the like", name, text);
}

// A wall clock stays one; all else becomes an instant.
DataType MomentOf(const DataType& type) {
  return DataType(type.kind == TypeKind::kTimestampNtz ? type.kind : TypeKind::kTimestamp);
}

bool AddUnits(const Unit& unit, Long* out, Failure* failure, Int count, Long micros) {
  bool fits = true;
  if (unit.months != 0) {
    const Long days = FloorDiv(micros, kMicrosInDay);
    const Long later = AddMonths(days, unit.months * count);
    fits = !__builtin_mul_overflow(later, kMicrosInDay, out) &&
           !__builtin_add_overflow(*out, FloorMod(micros, kMicrosInDay), out);
  } else {
    fits = !__builtin_mul_overflow(unit.micros, Long{count}, out) &&
           !__builtin_add_overflow(*out, micros, out);
  }
  if (!fits)
    *failure = InvalidArgument("a timestamp with what is added is out of range - filter it out");
  return fits;
}

Result<BoundFunction> BindAdd(std::string_view name, std::span<const Argument> arguments) {
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 3, 3));
  GNOMON_ASSIGN_OR_RETURN(const Unit unit, UnitOf(name, arguments[0]));
  const DataType moment = MomentOf(arguments[2].type);
  GNOMON_ASSIGN_OR_RETURN(
      BoundFunction bound,
      BindFixed(name, arguments.subspan(1), {TypeKind::kInt, moment}, moment,
                ElementwiseNullable<Long, Int, Long>(
                    moment, [unit](Long* out, Failure* failure, Int count, Long micros) {
                      return AddUnits(unit, out, failure, count, micros);
                    })));
  bound.sources = {1, 2};
  return bound;
}

// Whole months, cut towards zero: a month is over at the same time of the same day.
Long MonthsBetween(Long from, Long to) {
  const Long from_days = FloorDiv(from, kMicrosInDay);
  const Long from_time = FloorMod(from, kMicrosInDay);
  Long to_days = FloorDiv(to, kMicrosInDay);
  const Long to_time = FloorMod(to, kMicrosInDay);
  if (to_days > from_days && to_time < from_time) --to_days;
  if (to_days < from_days && to_time > from_time) ++to_days;
  const auto packed = [](Long days) {
    const CivilDate date = CivilFromDays(days);
    return (date.year * 12 + static_cast<Long>(date.month)) * 32 + static_cast<Long>(date.day);
  };
  return (packed(to_days) - packed(from_days)) / 32;
}

bool CountUnits(const Unit& unit, Long* out, Failure* failure, Long from, Long to) {
  if (unit.months != 0) {
    *out = MonthsBetween(from, to) / unit.months;
    return true;
  }
  if (!__builtin_sub_overflow(to, from, out)) {
    *out /= unit.micros;
    return true;
  }
  *failure = InvalidArgument("two timestamps are too far apart to subtract - filter them out");
  return false;
}

Result<BoundFunction> BindDifference(std::string_view name, std::span<const Argument> arguments) {
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 3, 3));
  GNOMON_ASSIGN_OR_RETURN(const Unit unit, UnitOf(name, arguments[0]));
  // Spark adds by it only (recorded: datediff(DAYOFYEAR, ts, tn)).
  if (unit.name == "DAYOFYEAR") return InvalidArgument("{} has no unit DAYOFYEAR - use DAY", name);
  const DataType whole(TypeKind::kLong);
  const DataType moment(TypeKind::kTimestamp);
  GNOMON_ASSIGN_OR_RETURN(
      BoundFunction bound,
      BindFixed(name, arguments.subspan(1), {moment, moment}, whole,
                ElementwiseNullable<Long, Long, Long>(
                    whole, [unit](Long* out, Failure* failure, Long from, Long to) {
                      return CountUnits(unit, out, failure, from, to);
                    })));
  bound.sources = {1, 2};
  return bound;
}

// The year that the ISO week belongs to: that of its Thursday.
Result<BoundFunction> BindYearOfWeek(std::string_view name, std::span<const Argument> arguments) {
  const DataType year(TypeKind::kInt);
  return BindFixed(name, arguments, {TypeKind::kDate}, year,
                   Elementwise<Int, Int>(year, [](Int days) {
                     const Long from_monday = days + Long{3} - FloorDiv(days + Long{3}, 7) * 7;
                     return static_cast<Int>(CivilFromDays(days - from_monday + 3).year);
                   }));
}

Result<BoundFunction> BindIsoDayOfWeek(std::string_view name, std::span<const Argument> arguments) {
  const DataType day(TypeKind::kInt);
  return BindFixed(name, arguments, {TypeKind::kDate}, day,
                   Elementwise<Int, Int>(day, [](Int days) {
                     return static_cast<Int>(days + Long{3} - FloorDiv(days + Long{3}, 7) * 7 + 1);
                   }));
}

}  // namespace

const ScalarFunction kTimestampadd{"timestampadd", "TIMESTAMPADD(HOUR, n, t)", &BindAdd};
const ScalarFunction kTimestampdiff{"timestampdiff", "TIMESTAMPDIFF(HOUR, a, b): whole units",
                                    &BindDifference};
const ScalarFunction kYearOfWeek{"year_of_week", "EXTRACT(YEAROFWEEK FROM x)", &BindYearOfWeek};
const ScalarFunction kIsoDayOfWeek{"iso_day_of_week", "EXTRACT(DAYOFWEEK_ISO FROM x): 1 is Monday",
                                   &BindIsoDayOfWeek};

}  // namespace gnomon::expr::functions
