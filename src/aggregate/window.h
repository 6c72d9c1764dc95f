// SPDX-License-Identifier: Apache-2.0
// How far back an aggregation looks (SPEC 5.1). Unbounded is the absence of a window:
// std::nullopt of std::optional<Window>.
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <string>

#include "base/calendar.h"

namespace gnomon::aggregate {

enum class WindowUnit : std::uint8_t { kHours, kDays };

inline constexpr std::int64_t kMillisPerHour = kMillisPerDay / 24;

// More days than this (273 years) are no window, and no range of output days, but a mistake.
inline constexpr std::int32_t kWindowDaysMax = 100'000;
// The length by which Chronon writes "unbounded", in either unit.
inline constexpr std::int32_t kUnboundedLength = INT32_MAX;

struct Window {
  std::int32_t length = 0;
  WindowUnit unit = WindowUnit::kDays;

  constexpr bool operator==(const Window&) const = default;
  constexpr std::int64_t length_ms() const {
    return length * (unit == WindowUnit::kHours ? kMillisPerHour : kMillisPerDay);
  }
  // As in the names of columns: "7d", "6h".
  std::string suffix() const {
    return fmt::format("{}{}", length, unit == WindowUnit::kHours ? 'h' : 'd');
  }
};

constexpr Window Days(std::int32_t length) { return {length, WindowUnit::kDays}; }
constexpr Window Hours(std::int32_t length) { return {length, WindowUnit::kHours}; }

}  // namespace gnomon::aggregate
