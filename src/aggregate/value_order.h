// SPDX-License-Identifier: Apache-2.0
// The total order of values that settles ties and extremes, Java's: NaN is the greatest number,
// -0.0 lies below 0.0, false below true, strings compare by their units of UTF-16. Bytes compare
// unsigned.
#pragma once

#include <arrow/type_fwd.h>

#include <cmath>
#include <cstdint>
#include <string_view>
#include <type_traits>

namespace gnomon::aggregate {

// Returns a negative number, zero or a positive one, as a lies below, at or above b.
template <typename T>
int CompareNumbers(T a, T b) {
  if constexpr (std::is_floating_point_v<T>) {
    if (std::isnan(a) || std::isnan(b)) return int{std::isnan(a)} - int{std::isnan(b)};
    if (a == b) return int{std::signbit(b)} - int{std::signbit(a)};
  }
  return int{a > b} - int{a < b};
}

// The same for texts in UTF-8, as String.compareTo orders them in UTF-16: what needs two units
// there (four bytes here) lies below U+E000 and above all before it.
int CompareTexts(std::string_view a, std::string_view b);

// Compares one row of each array; nulls lie below all values. Lists and maps compare element by
// element, a prefix below its extension; structs field by field. REQUIRES: arrays of one type.
int CompareRows(const arrow::Array& a, std::int64_t a_row, const arrow::Array& b,
                std::int64_t b_row);

}  // namespace gnomon::aggregate
