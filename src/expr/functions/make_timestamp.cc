// SPDX-License-Identifier: Apache-2.0
// make_timestamp(year, month, day, hour, minute, second): NULL for what is no time; second 60 is
// the next minute.
#include "expr/coercion.h"
#include "expr/datetime_text.h"
#include "expr/elementwise.h"
#include "expr/functions/all.h"
#include "expr/scalar_kinds.h"

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

Result<BoundFunction> BindMakeTimestamp(std::string_view name,
                                        std::span<const Argument> arguments) {
  if (arguments.size() == 7) {
    return Unimplemented(
        "{} with a time zone is not proven equal to Spark's - give it six arguments", name);
  }
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 6, 6));
  const DataType whole(TypeKind::kInt);
  const DataType result(TypeKind::kTimestamp);
  return BindFixed(
      name, arguments, {whole, whole, whole, whole, whole, DataType::Decimal(16, 6)}, result,
      ElementwiseNullable<Micros, Int, Int, Int, Int, Int, DecimalBits>(result, &MakeMicros));
}

}  // namespace

const ScalarFunction kMakeTimestamp{
    "make_timestamp", "make_timestamp(year, month, day, hour, minute, second)", &BindMakeTimestamp};

}  // namespace gnomon::expr::functions
