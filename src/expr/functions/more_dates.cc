// SPDX-License-Identifier: Apache-2.0
// quarter, dayofyear, weekofyear, weekday, last_day, next_day, add_months, months_between, trunc,
// date_trunc, make_date, unix_date, date_from_unix_date, timestamps from and to numbers, dates and
// timestamps with intervals.
#include <algorithm>
#include <cmath>

#include "base/ascii_case.h"
#include "expr/coercion.h"
#include "expr/datetime_text.h"
#include "expr/elementwise.h"
#include "expr/functions/all.h"
#include "expr/interval.h"
#include "types/java_number_text.h"

namespace gnomon::expr::functions {

namespace {

using Text = std::string_view;
using Failure = std::optional<Error>;
using Int = std::int32_t;
using Long = std::int64_t;

const DataType kDateType(TypeKind::kDate);
const DataType kIntType(TypeKind::kInt);
const DataType kLongType(TypeKind::kLong);
const DataType kTimestampType(TypeKind::kTimestamp);

Int Wrap(Long value) { return static_cast<Int>(value); }
// Monday is 0: 1970-01-01 was a Thursday.
Long WeekdayOf(Long days) { return FloorMod(days + 3, 7); }

Long FirstOfYear(Long days) { return DaysFromCivil({CivilFromDays(days).year, 1, 1}); }

struct QuarterOf {
  Int operator()(Int days) const {
    return static_cast<Int>((CivilFromDays(days).month - 1) / 3 + 1);
  }
};
struct DayOfYear {
  Int operator()(Int days) const { return Wrap(days - FirstOfYear(days) + 1); }
};
// ISO weeks: that of the week's Thursday within its year.
struct WeekOfYear {
  Int operator()(Int days) const {
    const Long thursday = days - WeekdayOf(days) + 3;
    return Wrap((thursday - FirstOfYear(thursday)) / 7 + 1);
  }
};
struct Weekday {
  Int operator()(Int days) const { return Wrap(WeekdayOf(days)); }
};

// Spark casts nothing to the argument of some functions.
bool IsExactly(const DataType& type, TypeKind kind) {
  return type.kind == kind || type.kind == TypeKind::kVoid;
}

Result<BoundFunction> BindUnixDate(std::string_view name, std::span<const Argument> arguments) {
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 1, 1));
  if (!IsExactly(arguments[0].type, TypeKind::kDate)) return RefuseTypes(name, arguments);
  return BindFixed(name, arguments, {kDateType}, kIntType,
                   Elementwise<Int, Int>(kIntType, [](Int days) { return days; }));
}

template <typename Part>
Result<BoundFunction> BindPart(std::string_view name, std::span<const Argument> arguments) {
  return BindFixed(name, arguments, {kDateType}, kIntType, Elementwise<Int, Int>(kIntType, Part{}));
}

Result<BoundFunction> BindLastDay(std::string_view name, std::span<const Argument> arguments) {
  return BindFixed(name, arguments, {kDateType}, kDateType,
                   Elementwise<Int, Int>(kDateType, [](Int days) {
                     const CivilDate date = CivilFromDays(days);
                     return Wrap(days - date.day + DaysInMonth(date.year, date.month));
                   }));
}

// The weekday that a text names, Monday being 0; nullopt for any other text.
std::optional<Long> WeekdayNamed(Text text) {
  constexpr Text kNames[] = {"MONDAY", "TUESDAY",  "WEDNESDAY", "THURSDAY",
                             "FRIDAY", "SATURDAY", "SUNDAY"};
  const std::string upper = AsciiUpper(text);
  for (std::size_t i = 0; i < 7; ++i) {
    if (upper == kNames[i] || upper == kNames[i].substr(0, 2) || upper == kNames[i].substr(0, 3))
      return static_cast<Long>(i);
  }
  return std::nullopt;
}

Result<BoundFunction> BindNextDay(std::string_view name, std::span<const Argument> arguments) {
  return BindFixed(
      name, arguments, {kDateType, TypeKind::kString}, kDateType,
      ElementwiseNullable<Int, Int, Text>(kDateType, [](Int* out, Failure*, Int days, Text text) {
        const auto weekday = WeekdayNamed(text);
        if (!weekday) return false;
        *out = Wrap(Long{days} + 1 + FloorMod(*weekday - 1 - WeekdayOf(days), 7));
        return true;
      }));
}

Result<BoundFunction> BindAddMonths(std::string_view name, std::span<const Argument> arguments) {
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 2, 2));
  if (!IsInteger(arguments[1].type.kind) && arguments[1].type.kind != TypeKind::kVoid)
    return RefuseTypes(name, arguments);
  return BindFixed(
      name, arguments, {kDateType, kIntType}, kDateType,
      ElementwiseNullable<Int, Int, Int>(
          kDateType, [](Int* out, Failure* failure, Int days, Int months) {
            const Long later = AddMonths(days, months);
            *out = Wrap(later);
            if (*out == later) return true;
            *failure = InvalidArgument("a date with its months is out of range - filter it out");
            return false;
          }));
}

// Whole months where the days agree or both are the last of their month, else in months of 31 days.
double MonthsBetween(Long a, Long b, bool round_off) {
  const Long day_a = FloorDiv(a, kMicrosInDay);
  const Long day_b = FloorDiv(b, kMicrosInDay);
  const CivilDate x = CivilFromDays(day_a);
  const CivilDate y = CivilFromDays(day_b);
  const double months = static_cast<double>((x.year - y.year) * 12 + static_cast<Long>(x.month) -
                                            static_cast<Long>(y.month));
  const auto is_last = [](const CivilDate& date) {
    return static_cast<Long>(date.day) == DaysInMonth(date.year, date.month);
  };
  if (x.day == y.day || (is_last(x) && is_last(y))) return months;
  const auto seconds = [](Long micros) { return FloorMod(micros, kMicrosInDay) / kMicrosInSecond; };
  const Long apart = (static_cast<Long>(x.day) - static_cast<Long>(y.day)) * kSecondsInDay +
                     seconds(a) - seconds(b);
  const double result =
      months + static_cast<double>(apart) / (31.0 * static_cast<double>(kSecondsInDay));
  return round_off ? RoundHalfUp(result, 8) : result;
}

Result<BoundFunction> BindMonthsBetween(std::string_view name,
                                        std::span<const Argument> arguments) {
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 2, 3));
  bool round_off = true;
  if (arguments.size() == 3) {
    const Argument& flag = arguments[2];
    if (flag.type.kind != TypeKind::kBoolean || flag.literal == nullptr || flag.literal->IsNull(0))
      return Unimplemented(
          "the rounding of months_between is not a constant - write true or false");
    round_off = Values<bool>(Operand{flag.literal, true})[0];
  }
  const DataType result(TypeKind::kDouble);
  return BindFixed(name, arguments.first(2), {kTimestampType, kTimestampType}, result,
                   Elementwise<double, Long, Long>(result, [round_off](Long a, Long b) {
                     return MonthsBetween(a, b, round_off);
                   }));
}

enum class Unit : std::uint8_t {
  kYear,
  kQuarter,
  kMonth,
  kWeek,
  kDay,
  kHour,
  kMinute,
  kSecond,
  kMillisecond,
  kMicrosecond
};

std::optional<Unit> UnitNamed(std::string text) {
  text = AsciiUpper(text);
  constexpr std::pair<Text, Unit> kUnits[] = {{"YEAR", Unit::kYear},
                                              {"YYYY", Unit::kYear},
                                              {"YY", Unit::kYear},
                                              {"QUARTER", Unit::kQuarter},
                                              {"MONTH", Unit::kMonth},
                                              {"MM", Unit::kMonth},
                                              {"MON", Unit::kMonth},
                                              {"WEEK", Unit::kWeek},
                                              {"DAY", Unit::kDay},
                                              {"DD", Unit::kDay},
                                              {"HOUR", Unit::kHour},
                                              {"MINUTE", Unit::kMinute},
                                              {"SECOND", Unit::kSecond},
                                              {"MILLISECOND", Unit::kMillisecond},
                                              {"MICROSECOND", Unit::kMicrosecond}};
  for (const auto& [known, unit] : kUnits) {
    if (known == text) return unit;
  }
  return std::nullopt;
}

Long TruncateDays(Long days, Unit unit) {
  const CivilDate date = CivilFromDays(days);
  switch (unit) {
    case Unit::kYear:
      return DaysFromCivil({date.year, 1, 1});
    case Unit::kQuarter:
      return DaysFromCivil({date.year, (date.month - 1) / 3 * 3 + 1, 1});
    case Unit::kMonth:
      return days - static_cast<Long>(date.day) + 1;
    case Unit::kWeek:
      return days - WeekdayOf(days);
    default:
      return days;
  }
}

// Below the first timestamp minutes and smaller units wrap, larger ones are an error, as in Spark.
bool TruncateMicros(Long* out, Failure* failure, Long micros, Unit unit) {
  const auto fits = [&](Long units, Long step) {
    return !__builtin_mul_overflow(units, step, out) || unit > Unit::kHour;
  };
  const auto to = [&](Long step) { return fits(FloorDiv(micros, step), step); };
  const auto truncate = [&] {
    switch (unit) {
      case Unit::kHour:
        return to(3600 * kMicrosInSecond);
      case Unit::kMinute:
        return to(60 * kMicrosInSecond);
      case Unit::kSecond:
        return to(kMicrosInSecond);
      case Unit::kMillisecond:
        return to(1000);
      case Unit::kMicrosecond:
        return to(1);
      default:
        return fits(TruncateDays(FloorDiv(micros, kMicrosInDay), unit), kMicrosInDay);
    }
  };
  if (truncate()) return true;
  *failure = InvalidArgument("a truncated timestamp is out of range - filter it out");
  return false;
}

// An unknown unit gives NULL.
Result<std::optional<Unit>> ConstantUnit(std::string_view name, const Argument& argument) {
  if (argument.literal != nullptr && argument.literal->IsNull(0)) return std::optional<Unit>();
  GNOMON_ASSIGN_OR_RETURN(std::string unit, ConstantText(name, argument, "unit"));
  return UnitNamed(std::move(unit));
}

Result<BoundFunction> BindTrunc(std::string_view name, std::span<const Argument> arguments) {
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 2, 2));
  GNOMON_ASSIGN_OR_RETURN(const std::optional<Unit> unit, ConstantUnit(name, arguments[1]));
  return BindFixed(name, arguments.first(1), {kDateType}, kDateType,
                   ElementwiseNullable<Int, Int>(kDateType, [unit](Int* out, Failure*, Int days) {
                     if (!unit || *unit > Unit::kWeek) return false;
                     *out = Wrap(TruncateDays(days, *unit));
                     return true;
                   }));
}

Result<BoundFunction> BindDateTrunc(std::string_view name, std::span<const Argument> arguments) {
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 2, 2));
  GNOMON_ASSIGN_OR_RETURN(const std::optional<Unit> unit, ConstantUnit(name, arguments[0]));
  GNOMON_ASSIGN_OR_RETURN(
      BoundFunction bound,
      BindFixed(name, arguments.subspan(1), {kTimestampType}, kTimestampType,
                ElementwiseNullable<Long, Long>(
                    kTimestampType, [unit](Long* out, Failure* failure, Long micros) {
                      return unit && TruncateMicros(out, failure, micros, *unit);
                    })));
  bound.sources = {1};
  return bound;
}

Result<BoundFunction> BindMakeDate(std::string_view name, std::span<const Argument> arguments) {
  return BindFixed(name, arguments, {kIntType, kIntType, kIntType}, kDateType,
                   ElementwiseNullable<Int, Int, Int, Int>(
                       kDateType, [](Int* out, Failure*, Int year, Int month, Int day) {
                         if (!IsDate(year, month, day)) return false;
                         const Long days = DaysFromCivil(
                             {year, static_cast<unsigned>(month), static_cast<unsigned>(day)});
                         *out = Wrap(days);
                         return *out == days;
                       }));
}

Result<BoundFunction> BindDateOfDays(std::string_view name, std::span<const Argument> arguments) {
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 1, 1));
  if (arguments[0].type.kind == TypeKind::kLong) return RefuseTypes(name, arguments);
  return BindFixed(name, arguments, {kIntType}, kDateType,
                   Elementwise<Int, Int>(kDateType, [](Int days) { return days; }));
}

// timestamp_seconds, timestamp_millis, timestamp_micros of whole numbers.
template <Long kUnit>
Result<BoundFunction> BindTimestampOf(std::string_view name, std::span<const Argument> arguments) {
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 1, 1));
  const TypeKind kind = arguments[0].type.kind;
  if (!IsInteger(kind) && kind != TypeKind::kVoid) return RefuseTypes(name, arguments);
  return BindFixed(
      name, arguments, {kLongType}, kTimestampType,
      ElementwiseNullable<Long, Long>(kTimestampType, [](Long* out, Failure* failure, Long value) {
        if (!__builtin_mul_overflow(value, kUnit, out)) return true;
        *failure = InvalidArgument(
            "the number is outside of the range of timestamps - filter it out: {}", value);
        return false;
      }));
}

// unix_seconds, unix_millis, unix_micros.
template <Long kUnit>
Result<BoundFunction> BindNumberOf(std::string_view name, std::span<const Argument> arguments) {
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 1, 1));
  if (!IsExactly(arguments[0].type, TypeKind::kTimestamp)) return RefuseTypes(name, arguments);
  return BindFixed(
      name, arguments, {kTimestampType}, kLongType,
      Elementwise<Long, Long>(kLongType, [](Long micros) { return FloorDiv(micros, kUnit); }));
}

DataType TimestampOf(const DataType& type) {
  return type.kind == TypeKind::kTimestampNtz ? type : kTimestampType;
}

Error OutOfRange() {
  return InvalidArgument("a timestamp with its interval is out of range - filter it out");
}

Kernel AddMonthsToMicros(const DataType& type) {
  return ElementwiseNullable<Long, Long, Int>(
      type, [](Long* out, Failure* failure, Long micros, Int months) {
        const Long days = FloorDiv(micros, kMicrosInDay);
        if (!__builtin_mul_overflow(AddMonths(days, months), kMicrosInDay, out) &&
            !__builtin_add_overflow(*out, FloorMod(micros, kMicrosInDay), out))
          return true;
        *failure = OutOfRange();
        return false;
      });
}

Result<BoundFunction> BindMonthsInterval(std::string_view name,
                                         std::span<const Argument> arguments) {
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 2, 2));
  const DataType& type = arguments[0].type;
  if (IsInterval(type)) return BindLongerInterval(name, arguments, false);
  if (type.kind == TypeKind::kDate) return BindAddMonths(name, arguments);
  if (type.kind != TypeKind::kTimestamp && type.kind != TypeKind::kTimestampNtz)
    return RefuseTypes(name, arguments);
  return BindFixed(name, arguments, {type, kIntType}, type, AddMonthsToMicros(type));
}

bool AddMicros(Long* out, Failure* failure, Long micros, Long added) {
  if (!__builtin_add_overflow(micros, added, out)) return true;
  *failure = OutOfRange();
  return false;
}

// kDays: whole days, which leave a date a date.
template <bool kDays>
Result<BoundFunction> BindTimeInterval(std::string_view name, std::span<const Argument> arguments) {
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 2, 2));
  const DataType& given = arguments[0].type;
  if (IsInterval(given)) return BindLongerInterval(name, arguments, kDays);
  if (kDays && given.kind == TypeKind::kDate) {
    return BindFixed(name, arguments, {given, kLongType}, given,
                     Elementwise<Int, Int, Long>(given, [](Int days, Long micros) {
                       return Wrap(days + micros / kMicrosInDay);
                     }));
  }
  if (given.kind != TypeKind::kDate && given.kind != TypeKind::kTimestamp &&
      given.kind != TypeKind::kTimestampNtz) {
    return RefuseTypes(name, arguments);
  }
  const DataType type = TimestampOf(given);
  return BindFixed(name, arguments, {type, kLongType}, type,
                   ElementwiseNullable<Long, Long, Long>(type, &AddMicros));
}

}  // namespace

const ScalarFunction kQuarter{"quarter", "the quarter of a date, 1 to 4", &BindPart<QuarterOf>};
const ScalarFunction kDayofyear{"dayofyear", "the day of the year from 1", &BindPart<DayOfYear>};
const ScalarFunction kWeekofyear{"weekofyear", "the ISO week", &BindPart<WeekOfYear>};
const ScalarFunction kWeekday{"weekday", "0 is Monday", &BindPart<Weekday>};
const ScalarFunction kUnixDate{"unix_date", "the days since 1970-01-01", &BindUnixDate};
const ScalarFunction kLastDay{"last_day", "the last day of the month", &BindLastDay};
const ScalarFunction kNextDay{"next_day", "next_day(date, 'MO'): the next such weekday",
                              &BindNextDay};
const ScalarFunction kAddMonths{"add_months", "add_months(date, n)", &BindAddMonths};
const ScalarFunction kMonthsBetween{"months_between", "months_between(end, start, rounded)",
                                    &BindMonthsBetween};
const ScalarFunction kTrunc{"trunc", "trunc(date, 'YEAR' | 'QUARTER' | 'MONTH' | 'WEEK')",
                            &BindTrunc};
const ScalarFunction kDateTrunc{"date_trunc", "date_trunc('HOUR', timestamp)", &BindDateTrunc};
const ScalarFunction kMakeDate{"make_date", "make_date(year, month, day)", &BindMakeDate};
const ScalarFunction kDateFromUnixDate{"date_from_unix_date", "the date of days since 1970-01-01",
                                       &BindDateOfDays};
const ScalarFunction kTimestampSeconds{"timestamp_seconds", "the timestamp of seconds since 1970",
                                       &BindTimestampOf<kMicrosInSecond>};
const ScalarFunction kTimestampMillis{
    "timestamp_millis", "the timestamp of milliseconds since 1970", &BindTimestampOf<1000>};
const ScalarFunction kTimestampMicros{
    "timestamp_micros", "the timestamp of microseconds since 1970", &BindTimestampOf<1>};
const ScalarFunction kUnixSeconds{"unix_seconds", "seconds since 1970",
                                  &BindNumberOf<kMicrosInSecond>};
const ScalarFunction kUnixMillis{"unix_millis", "milliseconds since 1970", &BindNumberOf<1000>};
const ScalarFunction kUnixMicros{"unix_micros", "microseconds since 1970", &BindNumberOf<1>};
const ScalarFunction kAddMonthsInterval{"add_months_interval", "x + INTERVAL n MONTH",
                                        &BindMonthsInterval};
const ScalarFunction kAddDaysInterval{"add_days_interval", "x + INTERVAL n DAY",
                                      &BindTimeInterval<true>};
const ScalarFunction kAddTimeInterval{"add_time_interval", "x + INTERVAL n HOUR",
                                      &BindTimeInterval<false>};

}  // namespace gnomon::expr::functions
