// SPDX-License-Identifier: Apache-2.0
// hour, minute, second of a timestamp in UTC; of a timestamp_ntz as it is. EXTRACT(SECOND ...)
// keeps the fraction.
#include "expr/coercion.h"
#include "expr/datetime_text.h"
#include "expr/elementwise.h"
#include "expr/functions/all.h"
#include "expr/interval.h"
#include "expr/scalar_kinds.h"

namespace gnomon::expr::functions {

namespace {

// The part is floor(seconds / kUnit) modulo kCycle.
template <std::int64_t kUnit, std::int64_t kCycle>
Result<BoundFunction> BindTimePart(std::string_view name, std::span<const Argument> arguments) {
  if (HasIntervalPart(name, arguments)) return BindIntervalPart(name, arguments);
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 1, 1));
  const bool zoneless = arguments[0].type.kind == TypeKind::kTimestampNtz;
  const DataType number(TypeKind::kInt);
  return BindFixed(name, arguments,
                   {DataType(zoneless ? TypeKind::kTimestampNtz : TypeKind::kTimestamp)}, number,
                   Elementwise<std::int32_t, std::int64_t>(number, [](std::int64_t micros) {
                     const std::int64_t units = FloorDiv(micros, kUnit * kMicrosInSecond);
                     return static_cast<std::int32_t>(FloorMod(units, kCycle));
                   }));
}

Result<BoundFunction> BindSecondWithFraction(std::string_view name,
                                             std::span<const Argument> arguments) {
  if (HasIntervalPart(name, arguments)) return BindIntervalPart(name, arguments);
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 1, 1));
  const bool zoneless = arguments[0].type.kind == TypeKind::kTimestampNtz;
  const DataType seconds = DataType::Decimal(8, 6);
  constexpr std::int64_t kMicrosInMinute = 60 * kMicrosInSecond;
  return BindFixed(name, arguments,
                   {DataType(zoneless ? TypeKind::kTimestampNtz : TypeKind::kTimestamp)}, seconds,
                   Elementwise<DecimalBits, std::int64_t>(seconds, [](std::int64_t micros) {
                     const std::int64_t of_minute = FloorMod(micros, kMicrosInMinute);
                     return DecimalBits{static_cast<std::uint64_t>(of_minute), 0};
                   }));
}

}  // namespace

const ScalarFunction kSecondWithFraction{"second_with_fraction", "EXTRACT(SECOND FROM x)",
                                         &BindSecondWithFraction};
const ScalarFunction kHour{"hour", "the hour, 0 to 23", &BindTimePart<3600, 24>};
const ScalarFunction kMinute{"minute", "the minute, 0 to 59", &BindTimePart<60, 60>};
const ScalarFunction kSecond{"second", "the second, 0 to 59", &BindTimePart<1, 60>};

}  // namespace gnomon::expr::functions
