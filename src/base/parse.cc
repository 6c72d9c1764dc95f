// SPDX-License-Identifier: Apache-2.0
#include "base/parse.h"

#include <charconv>
#include <limits>

#include "base/calendar.h"

namespace gnomon {

std::optional<std::int64_t> ParseInt(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return value;
}

std::optional<double> ParseDouble(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return value;
}

namespace {

// Splits `8G` into 8 and the factor of G; nullopt when either part is not known or the product
// overflows.
template <typename FactorOf>
std::optional<std::int64_t> ParseWithUnit(std::string_view text, FactorOf factor_of) {
  const std::size_t digits = text.find_first_not_of("0123456789");
  const auto amount = ParseInt(text.substr(0, digits));
  const std::optional<std::int64_t> factor =
      factor_of(digits == std::string_view::npos ? std::string_view() : text.substr(digits));
  if (!amount || !factor || *amount > std::numeric_limits<std::int64_t>::max() / *factor) {
    return std::nullopt;
  }
  return *amount * *factor;
}

std::optional<std::int64_t> MemoryFactor(std::string_view unit) {
  if (unit.empty() || unit == "b" || unit == "B") return 1;
  if (unit.size() == 2 && (unit[1] == 'b' || unit[1] == 'B')) unit.remove_suffix(1);
  if (unit == "k" || unit == "K") return std::int64_t{1} << 10;
  if (unit == "m" || unit == "M") return std::int64_t{1} << 20;
  if (unit == "g" || unit == "G") return std::int64_t{1} << 30;
  if (unit == "t" || unit == "T") return std::int64_t{1} << 40;
  return std::nullopt;
}

std::optional<std::int64_t> DurationFactor(std::string_view unit) {
  if (unit == "ms") return 1;
  if (unit == "s") return 1000;
  if (unit == "m" || unit == "min") return 60'000;
  if (unit == "h") return kMillisPerHour;
  if (unit == "d") return kMillisPerDay;
  return std::nullopt;
}

}  // namespace

Result<std::int64_t> ParseMemorySize(std::string_view text) {
  if (const auto bytes = ParseWithUnit(text, MemoryFactor); bytes && *bytes > 0) return *bytes;
  return InvalidArgument("'{}' is not an amount of memory - write it like 512M or 8G", text);
}

Result<std::int64_t> ParseDurationMs(std::string_view text) {
  if (const auto duration_ms = ParseWithUnit(text, DurationFactor)) return *duration_ms;
  return InvalidArgument("'{}' is not a span of time - write it like 30s, 10m or 48h", text);
}

}  // namespace gnomon
