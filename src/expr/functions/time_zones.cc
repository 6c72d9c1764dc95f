// SPDX-License-Identifier: Apache-2.0
// from_utc_timestamp, to_utc_timestamp, convert_timezone, current_timezone: times of the clocks of
// other zones. The session's own zone is UTC.
#include "expr/coercion.h"
#include "expr/compute_call.h"
#include "expr/datetime_text.h"
#include "expr/elementwise.h"
#include "expr/functions/all.h"
#include "expr/time_zone.h"

namespace gnomon::expr::functions {

namespace {

using Text = std::string_view;
using Failure = std::optional<Error>;
using Long = std::int64_t;

const DataType kText(TypeKind::kString);

// Moves microseconds of one clock to another. An object belongs to one evaluation.
class ZoneShift {
 public:
  explicit ZoneShift(std::string_view function) : function_(function), zones_(function) {}

  bool FromUtc(Text id, Long* micros, Failure* failure) {
    return Shift(id, &TimeZone::ToLocalMicros, micros, failure);
  }
  bool ToUtc(Text id, Long* micros, Failure* failure) {
    return Shift(id, &TimeZone::ToUtcMicros, micros, failure);
  }

 private:
  bool Shift(Text id, std::optional<Long> (TimeZone::*move)(Long) const, Long* micros,
             Failure* failure) {
    const TimeZone* zone = zones_.Find(id, failure);
    if (zone == nullptr) return false;
    if (const auto moved = (zone->*move)(*micros)) {
      *micros = *moved;
      return true;
    }
    *failure = InvalidArgument(
        "{}: a time is out of range in the other zone, and Spark fails too - filter it out",
        function_);
    return false;
  }

  std::string_view function_;
  ZoneOfRows zones_;
};

template <bool kFromUtc>
Result<BoundFunction> BindShift(std::string_view name, std::span<const Argument> arguments) {
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 2, 2));
  const DataType timestamp(TypeKind::kTimestamp);
  return BindFixed(name, arguments, {timestamp, kText}, timestamp,
                   [name, timestamp](std::span<const Operand> operands, std::int64_t rows) {
                     ZoneShift shift(name);
                     const auto moved = [&](Long* out, Failure* failure, Long micros, Text id) {
                       *out = micros;
                       return kFromUtc ? shift.FromUtc(id, out, failure)
                                       : shift.ToUtc(id, out, failure);
                     };
                     return ElementwiseNullable<Long, Long, Text>(timestamp, moved)(operands, rows);
                   });
}

// convert_timezone([from,] to, timestamp_ntz); without `from` it is the session's zone.
Result<BoundFunction> BindConvert(std::string_view name, std::span<const Argument> arguments) {
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 2, 3));
  const DataType local(TypeKind::kTimestampNtz);
  if (arguments.size() == 2) {
    return BindFixed(name, arguments, {kText, local}, local,
                     [name, local](std::span<const Operand> operands, std::int64_t rows) {
                       ZoneShift shift(name);
                       const auto moved = [&](Long* out, Failure* failure, Text to, Long micros) {
                         *out = micros;
                         return shift.FromUtc(to, out, failure);
                       };
                       return ElementwiseNullable<Long, Text, Long>(local, moved)(operands, rows);
                     });
  }
  return BindFixed(
      name, arguments, {kText, kText, local}, local,
      [name, local](std::span<const Operand> operands, std::int64_t rows) {
        ZoneShift shift_from(name);
        ZoneShift shift_to(name);
        const auto moved = [&](Long* out, Failure* failure, Text from, Text to, Long micros) {
          *out = micros;
          return shift_from.ToUtc(from, out, failure) && shift_to.FromUtc(to, out, failure);
        };
        return ElementwiseNullable<Long, Text, Text, Long>(local, moved)(operands, rows);
      });
}

Result<BoundFunction> BindCurrent(std::string_view name, std::span<const Argument> arguments) {
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 0, 0));
  return Constant(kText, std::make_shared<arrow::StringScalar>("UTC"));
}

}  // namespace

const ScalarFunction kFromUtcTimestamp{"from_utc_timestamp",
                                       "what a zone's clock shows: from_utc_timestamp(t, 'zone')",
                                       &BindShift<true>};
const ScalarFunction kToUtcTimestamp{"to_utc_timestamp",
                                     "the moment of a zone's clock: to_utc_timestamp(t, 'zone')",
                                     &BindShift<false>};
const ScalarFunction kConvertTimezone{"convert_timezone",
                                      "a local time in another zone: convert_timezone(from, to, t)",
                                      &BindConvert};
const ScalarFunction kCurrentTimezone{"current_timezone", "the session's zone, UTC", &BindCurrent};

}  // namespace gnomon::expr::functions
