// SPDX-License-Identifier: Apache-2.0
// From a kind of the type system to the C type that holds its values, once for all kernels.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <string_view>
#include <type_traits>

#include "expr/function.h"

namespace gnomon::expr {

template <typename T>
struct Tag {
  using Type = T;
};

// A decimal as Arrow lays it out, without Arrow's wish for alignment: two of one scale compare as
// such.
struct DecimalBits {
  std::uint64_t low = 0;
  std::int64_t high = 0;
  bool operator==(const DecimalBits&) const = default;
  bool operator<(const DecimalBits& other) const {
    return high != other.high ? high < other.high : low < other.low;
  }
};

// Returns f(Tag<C type>) for a number, or an empty kernel.
template <typename F>
Kernel WithNumber(TypeKind kind, F f) {
  switch (kind) {
    case TypeKind::kByte:
      return f(Tag<std::int8_t>{});
    case TypeKind::kShort:
      return f(Tag<std::int16_t>{});
    case TypeKind::kInt:
      return f(Tag<std::int32_t>{});
    case TypeKind::kLong:
      return f(Tag<std::int64_t>{});
    case TypeKind::kFloat:
      return f(Tag<float>{});
    case TypeKind::kDouble:
      return f(Tag<double>{});
    default:
      return {};
  }
}

// Like WithNumber, for every kind of single values that have an order: also booleans, strings,
// binary values, dates, timestamps and decimals (of one scale).
template <typename F>
Kernel WithOrdered(TypeKind kind, F f) {
  switch (kind) {
    case TypeKind::kBoolean:
      return f(Tag<bool>{});
    case TypeKind::kString:
    case TypeKind::kBinary:
      return f(Tag<std::string_view>{});
    case TypeKind::kDecimal:
      return f(Tag<DecimalBits>{});
    case TypeKind::kDate:
      return f(Tag<std::int32_t>{});
    case TypeKind::kTimestamp:
    case TypeKind::kTimestampNtz:
      return f(Tag<std::int64_t>{});
    default:
      return WithNumber(kind, f);
  }
}

// Java's narrowing of a double: truncates, saturates, NaN is 0; bytes and shorts then wrap from
// int.
template <typename To, typename From>
To JavaNarrow(From value) {
  if constexpr (std::is_floating_point_v<From> && std::is_integral_v<To>) {
    using Wide = std::conditional_t<sizeof(To) == 8, std::int64_t, std::int32_t>;
    if (value != value) return 0;
    // The limits are powers of two (or their neighbours), exact after rounding up to From.
    constexpr auto kEnd = static_cast<From>(sizeof(Wide) == 8 ? 0x1p63 : 0x1p31);
    if (value >= kEnd) return static_cast<To>(std::numeric_limits<Wide>::max());
    if (value < -kEnd) return static_cast<To>(std::numeric_limits<Wide>::min());
    return static_cast<To>(static_cast<Wide>(value));
  } else {
    return static_cast<To>(value);
  }
}

}  // namespace gnomon::expr

template <>
struct std::hash<gnomon::expr::DecimalBits> {
  std::size_t operator()(const gnomon::expr::DecimalBits& value) const {
    return static_cast<std::size_t>(value.low ^ static_cast<std::uint64_t>(value.high) * 31);
  }
};
