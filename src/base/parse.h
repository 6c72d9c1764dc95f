// SPDX-License-Identifier: Apache-2.0
// Strict parsers of small values from text: all of the text, or nothing.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/result.h"

namespace gnomon {

// Parses a decimal integer with an optional leading '-'; nullopt when anything else is in the text
// or it overflows.
std::optional<std::int64_t> ParseInt(std::string_view text);

// Parses a finite or infinite double, independently of the locale; nullopt when anything else is in
// the text.
std::optional<double> ParseDouble(std::string_view text);

// Parses an amount of memory as Spark writes it: `512M`, `8G`, `8g`, `1073741824`, `1T`, `64k`;
// units are powers of 1024. Error: InvalidArgument.
Result<std::int64_t> ParseMemorySize(std::string_view text);

// Parses a span of time such as `48h`, `30m`, `10s`, `2d`; returns milliseconds. Error:
// InvalidArgument.
Result<std::int64_t> ParseDurationMs(std::string_view text);

}  // namespace gnomon
