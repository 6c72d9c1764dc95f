// SPDX-License-Identifier: Apache-2.0
// Texts of files as values: which type a column of texts has, and the SQL that converts one. Strict
// on purpose: a value that a conversion would bend (007 to 7, 1.5 to 2, twenty digits to a double)
// is no value of that type.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "types/data_type.h"

namespace gnomon::sql {

// The SQL of the column `identifier` (VARCHAR) as a value of `type`: NULL for a text that is none.
// An empty text is null for all types but string. `pattern` is Spark's pattern of timestamps, empty
// for ISO. Errors: Unimplemented for a type that no text holds (array, map, struct).
Result<std::string> ConvertText(const std::string& identifier, const DataType& type,
                                const std::string& pattern);

// As ConvertText for a timestamp, as BIGINT milliseconds since 1970 (UTC); whole numbers stay.
std::string ConvertToMillis(const std::string& identifier, const std::string& pattern);

// How many texts of a column can be what; `values` counts those that are not empty.
struct TextCounts {
  std::int64_t values = 0;
  std::int64_t booleans = 0;
  std::int64_t longs = 0;       // Whole numbers of 64 bits without leading zeros.
  std::int64_t integers = 0;    // Of any size.
  std::int64_t numbers = 0;     // Integers, fractions, exponents.
  std::int64_t dates = 0;       // yyyy-MM-dd.
  std::int64_t timestamps = 0;  // With a time of day.
};

// The SQL of these counts for the column `identifier`, in the order of the struct.
std::string CountTexts(const std::string& identifier);

// The narrowest type that holds every text without loss; string when none was seen.
DataType TypeOfTexts(const TextCounts& counts);

}  // namespace gnomon::sql
