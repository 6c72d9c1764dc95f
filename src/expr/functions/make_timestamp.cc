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

// The seconds are a decimal of six places, so that their digits are microseconds.
bool MakeMicros(Micros* out, std::optional<Error>*, Int year, Int month, Int day, Int hour,
                Int minute, DecimalBits seconds) {
  const auto micros = static_cast<Micros>(seconds.low);
  const bool carry = micros == 60 * kMicrosInSecond;
  if (seconds.high != 0 || micros < 0 || (micros >= 60 * kMicrosInSecond && !carry)) return false;
  if (!IsDate(year, month, day) || hour < 0 || hour > 23 || minute < 0 || minute > 59) return false;
  const Micros days =
      DaysFromCivil({year, static_cast<unsigned>(month), static_cast<unsigned>(day)});
  const Micros of_day = (hour * Micros{60} + minute) * 60 * kMicrosInSecond + micros;
  return !__builtin_mul_overflow(days, kMicrosInDay, out) &&
         !__builtin_add_overflow(*out, of_day, out);
}

// Seven arguments: the last one names the zone whose clock shows that time.
bool MakeMicrosIn(Micros* out, std::optional<Error>* failure, Int year, Int month, Int day,
                  Int hour, Int minute, DecimalBits seconds, std::string_view zone_id) {
  const auto zone = TimeZone::Find(zone_id);
  if (!zone) {
    *failure = UnknownZone("make_timestamp", zone_id);
    return false;
  }
  Micros local = 0;
  if (!MakeMicros(&local, failure, year, month, day, hour, minute, seconds)) return false;
  const auto utc = zone->ToUtcMicros(local);
  *out = utc.value_or(0);
  return utc.has_value();
}

template <TypeKind kResult>
Result<BoundFunction> BindMakeTimestamp(std::string_view name,
                                        std::span<const Argument> arguments) {
  constexpr std::size_t kMost = kResult == TypeKind::kTimestamp ? 7 : 6;
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 6, kMost));
  const DataType whole(TypeKind::kInt);
  const DataType result(kResult);
  std::vector<DataType> types = {whole, whole, whole, whole, whole, DataType::Decimal(16, 6)};
  if (arguments.size() == 7) {
    types.push_back(TypeKind::kString);
    return BindFixed(
        name, arguments, std::move(types), result,
        ElementwiseNullable<Micros, Int, Int, Int, Int, Int, DecimalBits, std::string_view>(
            result, &MakeMicrosIn));
  }
  return BindFixed(
      name, arguments, std::move(types), result,
      ElementwiseNullable<Micros, Int, Int, Int, Int, Int, DecimalBits>(result, &MakeMicros));
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
