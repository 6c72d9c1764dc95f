// SPDX-License-Identifier: Apache-2.0
// Division that rounds toward minus infinity, as times before 1970 need it. The divisor is
// positive.
#pragma once

#include <cstdint>

namespace gnomon {

constexpr std::int64_t FloorDiv(std::int64_t value, std::int64_t divisor) {
  return value / divisor - (value % divisor < 0 ? 1 : 0);
}
// From 0 to the divisor. FloorDiv times the divisor may lie below all integers.
constexpr std::int64_t FloorMod(std::int64_t value, std::int64_t divisor) {
  const std::int64_t rest = value % divisor;
  return rest < 0 ? rest + divisor : rest;
}

}  // namespace gnomon
