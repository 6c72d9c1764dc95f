// SPDX-License-Identifier: Apache-2.0
// Casts to dates and timestamps from numbers and from each other. The session's zone is UTC, so a
// timestamp and a timestamp_ntz hold the same number.
#include <cmath>

#include "expr/cast.h"
#include "expr/datetime_text.h"
#include "expr/elementwise.h"
#include "expr/scalar_kinds.h"

namespace gnomon::expr {

namespace {

using Failure = std::optional<Error>;

bool IsTimestamp(TypeKind kind) {
  return kind == TypeKind::kTimestamp || kind == TypeKind::kTimestampNtz;
}

std::int64_t SaturatingMicros(std::int64_t seconds) {
  std::int64_t micros = 0;
  if (!__builtin_mul_overflow(seconds, kMicrosInSecond, &micros)) return micros;
  return seconds < 0 ? std::numeric_limits<std::int64_t>::min()
                     : std::numeric_limits<std::int64_t>::max();
}

Kernel TimestampFromDate(const DataType& to) {
  return ElementwiseNullable<std::int64_t, std::int32_t>(
      to, [](std::int64_t* out, Failure* failure, std::int32_t days) {
        if (!__builtin_mul_overflow(std::int64_t{days}, kMicrosInDay, out)) return true;
        std::string text;
        AppendDate(days, &text);
        *failure = InvalidArgument(
            "the date is outside the range of timestamps - filter it out: {}", text);
        return false;
      });
}

Kernel TimestampFromNumber(const DataType& from, const DataType& to) {
  if (from.kind == TypeKind::kBoolean) {
    return Elementwise<std::int64_t, bool>(to,
                                           [](bool value) { return std::int64_t{value ? 1 : 0}; });
  }
  return WithNumber(from.kind, [&]<typename From>(Tag<From>) -> Kernel {
    if constexpr (std::is_floating_point_v<From>) {
      return ElementwiseNullable<std::int64_t, From>(
          to, [](std::int64_t* out, Failure*, From seconds) {
            if (!std::isfinite(seconds)) return false;
            *out = JavaNarrow<std::int64_t>(static_cast<double>(seconds) *
                                            static_cast<double>(kMicrosInSecond));
            return true;
          });
    } else {
      return Elementwise<std::int64_t, From>(
          to, [](From seconds) { return SaturatingMicros(seconds); });
    }
  });
}

}  // namespace

Kernel CastToDateTime(const DataType& from, const DataType& to) {
  if (to.kind == TypeKind::kDate && IsTimestamp(from.kind)) {
    return Elementwise<std::int32_t, std::int64_t>(to, [](std::int64_t micros) {
      return static_cast<std::int32_t>(FloorDiv(micros, kMicrosInDay));
    });
  }
  if (!IsTimestamp(to.kind)) return {};
  if (from.kind == TypeKind::kDate) return TimestampFromDate(to);
  if (IsTimestamp(from.kind)) {
    return Elementwise<std::int64_t, std::int64_t>(to, [](std::int64_t micros) { return micros; });
  }
  return to.kind == TypeKind::kTimestamp ? TimestampFromNumber(from, to) : Kernel{};
}

}  // namespace gnomon::expr
