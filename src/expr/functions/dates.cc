// SPDX-License-Identifier: Apache-2.0
// Days and parts of dates: date_add, date_sub, datediff, year, month, day, dayofmonth, dayofweek.
#include "expr/coercion.h"
#include "expr/datetime_text.h"
#include "expr/elementwise.h"
#include "expr/functions/all.h"
#include "expr/interval.h"

namespace gnomon::expr::functions {

namespace {

const DataType kDateType(TypeKind::kDate);
const DataType kIntType(TypeKind::kInt);

// Days wrap as Java's int does.
std::int32_t Wrap(std::int64_t days) { return static_cast<std::int32_t>(days); }

// Spark takes int and narrower, and constant texts; a bigint is an error there.
bool IsDayCount(const Argument& argument) {
  const TypeKind kind = argument.type.kind;
  if (kind == TypeKind::kString && argument.literal != nullptr && argument.literal->IsValid(0)) {
    // What is no whole number stops Spark, where our cast would give NULL.
    const std::string text(Values<std::string_view>(Operand{argument.literal, true})[0]);
    return !text.empty() && text.size() < 10 &&
           text.find_first_not_of("0123456789", text[0] == '-' && text.size() > 1 ? 1 : 0) ==
               std::string::npos;
  }
  return kind == TypeKind::kInt || kind == TypeKind::kShort || kind == TypeKind::kByte ||
         kind == TypeKind::kVoid;
}

template <int kSign>
Result<BoundFunction> BindShift(std::string_view name, std::span<const Argument> arguments) {
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 2, 2));
  if (!IsDayCount(arguments[1])) return RefuseTypes(name, arguments);
  return BindFixed(name, arguments, {kDateType, kIntType}, kDateType,
                   Elementwise<std::int32_t, std::int32_t, std::int32_t>(
                       kDateType, [](std::int32_t date, std::int32_t days) {
                         return Wrap(std::int64_t{date} + kSign * std::int64_t{days});
                       }));
}

Result<BoundFunction> BindDatediff(std::string_view name, std::span<const Argument> arguments) {
  return BindFixed(name, arguments, {kDateType, kDateType}, kIntType,
                   Elementwise<std::int32_t, std::int32_t, std::int32_t>(
                       kIntType, [](std::int32_t end, std::int32_t begin) {
                         return Wrap(std::int64_t{end} - std::int64_t{begin});
                       }));
}

template <typename Part>
Result<BoundFunction> BindPart(std::string_view name, std::span<const Argument> arguments) {
  if (HasIntervalPart(name, arguments)) return BindIntervalPart(name, arguments);
  return BindFixed(name, arguments, {kDateType}, kIntType,
                   Elementwise<std::int32_t, std::int32_t>(kIntType, Part{}));
}

struct YearOf {
  std::int32_t operator()(std::int32_t days) const { return Wrap(CivilFromDays(days).year); }
};
struct MonthOf {
  std::int32_t operator()(std::int32_t days) const { return Wrap(CivilFromDays(days).month); }
};
struct DayOfMonth {
  std::int32_t operator()(std::int32_t days) const { return Wrap(CivilFromDays(days).day); }
};
struct DayOfWeek {
  // 1970-01-01 was a Thursday, 5 when Sunday is 1.
  std::int32_t operator()(std::int32_t days) const {
    const std::int64_t since_sunday = std::int64_t{days} + 4;
    return Wrap(since_sunday - FloorDiv(since_sunday, 7) * 7 + 1);
  }
};

}  // namespace

const ScalarFunction kDateAdd{"date_add", "the date some days later", &BindShift<1>};
const ScalarFunction kDateSub{"date_sub", "the date some days earlier", &BindShift<-1>};
const ScalarFunction kDatediff{"datediff", "datediff(end, start) in days", &BindDatediff};
const ScalarFunction kYear{"year", "the year of a date", &BindPart<YearOf>};
const ScalarFunction kMonth{"month", "the month of a date, 1 to 12", &BindPart<MonthOf>};
const ScalarFunction kDay{"day", "the day of the month", &BindPart<DayOfMonth>};
const ScalarFunction kDayofmonth{"dayofmonth", "the day of the month", &BindPart<DayOfMonth>};
const ScalarFunction kDayofweek{"dayofweek", "1 is Sunday", &BindPart<DayOfWeek>};

}  // namespace gnomon::expr::functions
