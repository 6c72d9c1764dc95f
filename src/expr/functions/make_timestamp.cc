// SPDX-License-Identifier: Apache-2.0
// make_timestamp(year, month, day, hour, minute, second[, zone]) and its kin: NULL for what is no
// time; second 60 is the next minute.
#include "expr/coercion.h"
#include "expr/datetime_text.h"
#include "expr/elementwise.h"
#include "expr/functions/all.h"
#include "expr/scalar_kinds.h"
#include "expr/time_zone.h"

namespace gnomon::expr::functions {

namespace {

using Int = std::int32_t;
using Micros = std::int64_t;

constexpr Int kJavaYearMax = 999'999'999;

Error OutOfRange() {
  return InvalidArgument(
      "make_timestamp: a time is beyond the range of timestamps, and Spark fails too - filter it "
      "out");
}

// The seconds are a decimal of six places, so that their digits are microseconds, of which Spark
// keeps 32 bits.
bool MakeMicros(Micros* out, std::optional<Error>* failure, Int year, Int month, Int day, Int hour,
                Int minute, DecimalBits seconds) {
  const Micros micros = static_cast<Int>(seconds.low);
  const bool carry = micros == 60 * kMicrosInSecond;
  if (micros < 0 || (micros >= 60 * kMicrosInSecond && !carry)) return false;
  if (year > kJavaYearMax || year < -kJavaYearMax) return false;
  if (!IsDate(year, month, day) || hour < 0 || hour > 23 || minute < 0 || minute > 59) return false;
  const Micros days =
      DaysFromCivil({year, static_cast<unsigned>(month), static_cast<unsigned>(day)});
  const Micros of_day = (hour * Micros{60} + minute) * 60 * kMicrosInSecond + micros;
  if (!__builtin_mul_overflow(days, kMicrosInDay, out) &&
      !__builtin_add_overflow(*out, of_day, out))
    return true;
  *failure = OutOfRange();
  return false;
}

// Seven arguments: the last one names the zone whose clock shows that time.
Result<ArrayPtr> MakeMicrosIn(std::span<const Operand> operands, std::int64_t rows) {
  ZoneOfRows zones("make_timestamp");
  const auto made = [&zones](Micros* out, std::optional<Error>* failure, Int year, Int month,
                             Int day, Int hour, Int minute, DecimalBits seconds,
                             std::string_view zone_id) {
    const TimeZone* zone = zones.Find(zone_id, failure);
    Micros local = 0;
    if (zone == nullptr || !MakeMicros(&local, failure, year, month, day, hour, minute, seconds))
      return false;
    const auto utc = zone->ToUtcMicros(local);
    *out = utc.value_or(0);
    if (!utc) *failure = OutOfRange();
    return utc.has_value();
  };
  return ElementwiseNullable<Micros, Int, Int, Int, Int, Int, DecimalBits, std::string_view>(
      DataType(TypeKind::kTimestamp), made)(operands, rows);
}

// Spark's implicit cast to decimal(16,6): any number, and a text.
bool IsSeconds(const DataType& type) {
  return IsNumeric(type.kind) || type.kind == TypeKind::kDecimal ||
         type.kind == TypeKind::kString || type.kind == TypeKind::kVoid;
}

template <TypeKind kResult>
Result<BoundFunction> BindMakeTimestamp(std::string_view name,
                                        std::span<const Argument> arguments) {
  constexpr std::size_t kMost = kResult == TypeKind::kTimestamp ? 7 : 6;
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 6, kMost));
  const DataType whole(TypeKind::kInt);
  const DataType seconds = DataType::Decimal(16, 6);
  std::vector<DataType> types = {whole, whole, whole, whole, whole, seconds};
  if (arguments.size() == 7) types.push_back(TypeKind::kString);
  for (std::size_t i = 0; i < types.size(); ++i) {
    const DataType& given = arguments[i].type;
    if (!(types[i] == seconds ? IsSeconds(given) : IsImplicitCast(given, types[i])))
      return RefuseTypes(name, arguments);
  }
  const DataType result(kResult);
  Kernel kernel = &MakeMicrosIn;
  if (types.size() == 6) {
    kernel = ElementwiseNullable<Micros, Int, Int, Int, Int, Int, DecimalBits>(result, &MakeMicros);
  }
  return BoundFunction{std::move(types), result, std::move(kernel), {}};
}

}  // namespace

const ScalarFunction kMakeTimestamp{"make_timestamp",
                                    "make_timestamp(year, month, day, hour, minute, second, zone)",
                                    &BindMakeTimestamp<TypeKind::kTimestamp>};
const ScalarFunction kMakeTimestampLtz{"make_timestamp_ltz", "make_timestamp",
                                       &BindMakeTimestamp<TypeKind::kTimestamp>};
const ScalarFunction kMakeTimestampNtz{"make_timestamp_ntz",
                                       "make_timestamp_ntz(year, month, day, hour, minute, second)",
                                       &BindMakeTimestamp<TypeKind::kTimestampNtz>};

}  // namespace gnomon::expr::functions
