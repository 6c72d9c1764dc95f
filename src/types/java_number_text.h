// SPDX-License-Identifier: Apache-2.0
// Numbers as Java reads and writes them: Double.toString, Double.parseDouble, and Spark's lenient
// integers. Digits are those of Java 17: equal for every number of everyday size; of random doubles
// above 1e21 or below 1e-5 one in some thousands prints a superfluous digit there that it does not
// here (JDK-4511638).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace gnomon {

// Cuts Spark's white space (anything up to ' ' and DEL) from both ends.
std::string_view TrimControl(std::string_view text);

// Appends `1.0E10`, `0.1`, `NaN`, `-Infinity`.
void AppendJavaNumber(double value, std::string* out);
void AppendJavaNumber(float value, std::string* out);

// Casts of strings: `' 12.7 '` -> 12 for integers; `1e3`, `1.5d`, `inf`, `NaN`, hexadecimal for
// floating. nullopt where Spark gives null (malformed, or out of the range of Int).
template <typename Int>
std::optional<Int> ParseSparkInteger(std::string_view text);
template <typename Floating>
std::optional<Floating> ParseJavaFloating(std::string_view text);

// BigDecimal.valueOf(value).setScale(scale, HALF_UP).doubleValue(), Spark's round().
double RoundHalfUp(double value, int scale);

}  // namespace gnomon
