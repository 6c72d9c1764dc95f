// SPDX-License-Identifier: Apache-2.0
// Integers out of JSON from outside. The library's own get() takes any number: 1e300 for an integer
// is undefined behaviour, and 4294967297 becomes 1.
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <nlohmann/json.hpp>
#include <utility>

namespace gnomon {

// Throws Json::type_error when the value is no integer, or one that T does not hold.
template <typename T, typename Json>
T JsonInteger(const Json& value) {
  if (value.is_number_unsigned()) {
    const auto number = value.template get<std::uint64_t>();
    if (std::in_range<T>(number)) return static_cast<T>(number);
  } else if (value.is_number_integer()) {
    const auto number = value.template get<std::int64_t>();
    if (std::in_range<T>(number)) return static_cast<T>(number);
  }
  throw Json::type_error::create(
      302,
      fmt::format("an integer of {} bits was expected, not {}", 8 * sizeof(T),
                  value.is_number() ? value.dump() : value.type_name()),
      &value);
}

// The same of a member that may be missing.
template <typename T, typename Json>
T JsonInteger(const Json& owner, const char* key, T fallback) {
  const auto found = owner.find(key);
  return found == owner.end() ? fallback : JsonInteger<T>(*found);
}

}  // namespace gnomon
