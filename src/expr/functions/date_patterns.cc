// SPDX-License-Identifier: Apache-2.0
// Functions that read or write dates by a pattern: unix_timestamp, from_unixtime, date_format,
// to_date, to_timestamp; and date(x), the cast. Patterns are constants.
#include "expr/cast.h"
#include "expr/coercion.h"
#include "expr/compute_call.h"
#include "expr/datetime_pattern.h"
#include "expr/datetime_text.h"
#include "expr/elementwise.h"
#include "expr/functions/all.h"

namespace gnomon::expr::functions {

namespace {

using Text = std::string_view;
using Failure = std::optional<Error>;

const DataType kText(TypeKind::kString);
const DataType kBigint(TypeKind::kLong);

// Toward zero, unlike the cast to bigint: half a second before 1970 is 0 (recorded:
// unix_timestamp(ts), row 2).
std::int64_t TruncateToSeconds(std::int64_t micros) { return micros / kMicrosInSecond; }

// A NULL pattern makes all NULL.
bool IsNullPattern(std::span<const Argument> arguments) {
  return arguments.size() > 1 && arguments[1].literal != nullptr && arguments[1].literal->IsNull(0);
}

// The pattern in arguments[1], or Spark's default.
Result<DateTimePattern> PatternOf(std::string_view name, std::span<const Argument> arguments) {
  if (arguments.size() < 2) return DateTimePattern::Make(kDefaultPattern);
  GNOMON_ASSIGN_OR_RETURN(const std::string pattern, ConstantText(name, arguments[1], "pattern"));
  return DateTimePattern::Make(pattern);
}

// Drops the pattern, which the kernel has taken up.
BoundFunction OfFirst(DataType operand, DataType result, Kernel kernel) {
  return BoundFunction{{std::move(operand)}, std::move(result), std::move(kernel), {}};
}

// Reads texts by a pattern; to_unit turns micros into the result's unit.
template <typename Out, typename ToUnit>
Result<BoundFunction> BindReading(std::string_view name, std::span<const Argument> arguments,
                                  const DataType& result, ToUnit to_unit) {
  if (IsNullPattern(arguments)) return AllNull(result);
  GNOMON_ASSIGN_OR_RETURN(DateTimePattern pattern, PatternOf(name, arguments));
  GNOMON_RETURN_IF_ERROR(pattern.CheckReadable());
  return OfFirst(kText, result,
                 ElementwiseNullable<Out, Text>(
                     result, [pattern, to_unit](Out* out, Failure* failure, Text text) {
                       auto micros = pattern.Parse(text);
                       if (!micros) {
                         *failure = std::move(micros).error();
                         return false;
                       }
                       if (!*micros) return false;
                       *out = static_cast<Out>(to_unit(**micros));
                       return true;
                     }));
}

// A cast to `target` of the one argument.
Result<BoundFunction> BindCastTo(std::string_view name, std::span<const Argument> arguments,
                                 const DataType& target) {
  const TypeKind from = arguments[0].type.kind;
  // A number is seconds for to_timestamp; to_date has no such cast.
  const bool known = (target.kind == TypeKind::kTimestamp && IsNumeric(from)) ||
                     from == TypeKind::kString || from == TypeKind::kDate ||
                     from == TypeKind::kTimestamp || from == TypeKind::kTimestampNtz ||
                     from == TypeKind::kVoid;
  if (!known) return RefuseTypes(name, arguments);
  GNOMON_ASSIGN_OR_RETURN(Kernel kernel, FindCast(target, target));
  return OfFirst(target, target, std::move(kernel));
}

bool IsMoment(TypeKind kind) {
  return kind == TypeKind::kDate || kind == TypeKind::kTimestamp || kind == TypeKind::kTimestampNtz;
}

// Of a date or timestamp the pattern does not count, unless it is NULL.
Result<BoundFunction> BindMoment(std::string_view name, std::span<const Argument> arguments,
                                 const DataType& target) {
  if (IsNullPattern(arguments)) return AllNull(target);
  return BindCastTo(name, arguments.first(1), target);
}

Result<BoundFunction> BindUnixTimestamp(std::string_view name,
                                        std::span<const Argument> arguments) {
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 1, 2));
  const TypeKind kind = arguments[0].type.kind;
  if (kind == TypeKind::kString)
    return BindReading<std::int64_t>(name, arguments, kBigint, &TruncateToSeconds);
  if (!IsMoment(kind)) return RefuseTypes(name, arguments);
  // Of an instant the pattern does not count. A date is its midnight.
  const DataType operand(kind == TypeKind::kDate ? TypeKind::kTimestamp : kind);
  return OfFirst(operand, kBigint,
                 Elementwise<std::int64_t, std::int64_t>(kBigint, &TruncateToSeconds));
}

// Writes by a pattern; `unit` is how many micros one of the operand's units has.
Result<BoundFunction> BindWriting(std::string_view name, std::span<const Argument> arguments,
                                  const DataType& operand, std::int64_t unit) {
  if (!IsImplicitCast(arguments[0].type, operand)) return RefuseTypes(name, arguments);
  if (IsNullPattern(arguments)) return AllNull(kText);
  GNOMON_ASSIGN_OR_RETURN(DateTimePattern pattern, PatternOf(name, arguments));
  return OfFirst(operand, kText,
                 ElementwiseText<std::int64_t>(
                     [pattern, unit](std::string* out, Failure*, std::int64_t value) {
                       // Spark's multiplication wraps.
                       const auto micros =
                           static_cast<std::uint64_t>(value) * static_cast<std::uint64_t>(unit);
                       pattern.Append(static_cast<std::int64_t>(micros), out);
                       return true;
                     }));
}

Result<BoundFunction> BindFromUnixtime(std::string_view name, std::span<const Argument> arguments) {
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 1, 2));
  return BindWriting(name, arguments, kBigint, kMicrosInSecond);
}

Result<BoundFunction> BindDateFormat(std::string_view name, std::span<const Argument> arguments) {
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 2, 2));
  return BindWriting(name, arguments, DataType(TypeKind::kTimestamp), 1);
}

Result<BoundFunction> BindToDate(std::string_view name, std::span<const Argument> arguments) {
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 1, 2));
  const DataType date(TypeKind::kDate);
  if (arguments.size() == 1) return BindCastTo(name, arguments, date);
  if (IsMoment(arguments[0].type.kind)) return BindMoment(name, arguments, date);
  if (arguments[0].type.kind != TypeKind::kString) return RefuseTypes(name, arguments);
  return BindReading<std::int32_t>(
      name, arguments, date, [](std::int64_t micros) { return FloorDiv(micros, kMicrosInDay); });
}

Result<BoundFunction> BindToTimestamp(std::string_view name, std::span<const Argument> arguments) {
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 1, 2));
  const DataType timestamp(TypeKind::kTimestamp);
  if (arguments.size() == 1) return BindCastTo(name, arguments, timestamp);
  if (IsMoment(arguments[0].type.kind)) return BindMoment(name, arguments, timestamp);
  if (arguments[0].type.kind != TypeKind::kString) return RefuseTypes(name, arguments);
  return BindReading<std::int64_t>(name, arguments, timestamp,
                                   [](std::int64_t micros) { return micros; });
}

// A zone in the text is read and dropped; a pattern that reads one is not proven.
Result<BoundFunction> BindToTimestampNtz(std::string_view name,
                                         std::span<const Argument> arguments) {
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 1, 2));
  const DataType local(TypeKind::kTimestampNtz);
  if (arguments.size() == 1) {
    if (IsNumeric(arguments[0].type.kind)) return RefuseTypes(name, arguments);
    return BindCastTo(name, arguments, local);
  }
  if (IsMoment(arguments[0].type.kind)) return BindMoment(name, arguments, local);
  if (arguments[0].type.kind != TypeKind::kString) return RefuseTypes(name, arguments);
  if (IsNullPattern(arguments)) return AllNull(local);
  GNOMON_ASSIGN_OR_RETURN(DateTimePattern pattern, PatternOf(name, arguments));
  if (pattern.HasZone())
    return Unimplemented(
        "{} by a pattern with a zone is not proven equal to Spark's - use "
        "to_timestamp",
        name);
  return BindReading<std::int64_t>(name, arguments, local,
                                   [](std::int64_t micros) { return micros; });
}

Result<BoundFunction> BindDate(std::string_view name, std::span<const Argument> arguments) {
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 1, 1));
  return BindCastTo(name, arguments, DataType(TypeKind::kDate));
}

}  // namespace

const ScalarFunction kUnixTimestamp{
    "unix_timestamp", "seconds since 1970 of a timestamp, date or text", &BindUnixTimestamp};
const ScalarFunction kFromUnixtime{"from_unixtime", "seconds since 1970 as text in UTC",
                                   &BindFromUnixtime};
const ScalarFunction kDateFormat{"date_format", "a timestamp as text by a pattern",
                                 &BindDateFormat};
const ScalarFunction kToDate{"to_date", "a date from text, by a pattern if given", &BindToDate};
const ScalarFunction kToTimestamp{"to_timestamp", "a timestamp from text, by a pattern if given",
                                  &BindToTimestamp};
const ScalarFunction kTryToTimestamp{"try_to_timestamp", "to_timestamp", &BindToTimestamp};
const ScalarFunction kToTimestampLtz{"to_timestamp_ltz", "to_timestamp", &BindToTimestamp};
const ScalarFunction kToTimestampNtz{"to_timestamp_ntz", "a local time from text, or by a pattern",
                                     &BindToTimestampNtz};
const ScalarFunction kDate{"date", "the cast to date", &BindDate};

}  // namespace gnomon::expr::functions
