// SPDX-License-Identifier: Apache-2.0
#include "types/interval_type.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>

#include "types/type_names.h"

namespace gnomon {

namespace {

constexpr std::string_view kInterval = "interval ";
constexpr std::string_view kTo = " to ";
// Before the type's name, so that no user's field is taken for an interval.
constexpr std::string_view kFieldPrefix = "an ";

constexpr std::array<std::string_view, 2> kYearMonth = {"year", "month"};
constexpr std::array<std::string_view, 4> kDayTime = {"day", "hour", "minute", "second"};

std::span<const std::string_view> UnitsOf(bool months) {
  return months ? std::span<const std::string_view>(kYearMonth)
                : std::span<const std::string_view>(kDayTime);
}

std::optional<int> UnitAt(bool months, std::string_view name) {
  const auto units = UnitsOf(months);
  const auto found = std::ranges::find(units, name);
  if (found == units.end()) return std::nullopt;
  return static_cast<int>(found - units.begin());
}

}  // namespace

std::string IntervalTypeName(const IntervalType& interval) {
  const auto units = UnitsOf(interval.months);
  const std::string_view longest = units[static_cast<std::size_t>(interval.longest)];
  if (interval.longest == interval.shortest) return fmt::format("{}{}", kInterval, longest);
  return fmt::format("{}{}{}{}", kInterval, longest, kTo,
                     units[static_cast<std::size_t>(interval.shortest)]);
}

std::optional<IntervalType> ParseIntervalTypeName(std::string_view text) {
  if (!text.starts_with(kInterval)) return std::nullopt;
  text.remove_prefix(kInterval.size());
  const std::size_t to = text.find(kTo);
  const std::string_view longest = text.substr(0, to);
  const std::string_view shortest =
      to == std::string_view::npos ? longest : text.substr(to + kTo.size());
  for (const bool months : {true, false}) {
    const auto first = UnitAt(months, longest);
    const auto last = UnitAt(months, shortest);
    if (first && last && *first <= *last) return IntervalType{months, *first, *last};
  }
  return std::nullopt;
}

Result<DataType> ParseTypeInQuery(std::string_view text) {
  if (const auto interval = ParseIntervalTypeName(text)) return ToDataType(*interval);
  return ParseSparkTypeName(text);
}

std::optional<IntervalType> IntervalOf(const DataType& type) {
  if (type.kind != TypeKind::kStruct || type.children.size() != 1) return std::nullopt;
  std::string_view name = type.children[0].name;
  if (!name.starts_with(kFieldPrefix)) return std::nullopt;
  name.remove_prefix(kFieldPrefix.size());
  const auto interval = ParseIntervalTypeName(name);
  if (!interval || !(ToDataType(*interval) == type)) return std::nullopt;
  return interval;
}

DataType ToDataType(const IntervalType& interval) {
  Field number;
  number.name = std::string(kFieldPrefix) + IntervalTypeName(interval);
  number.type = interval.months ? TypeKind::kInt : TypeKind::kLong;
  return DataType::Struct({std::move(number)});
}

}  // namespace gnomon
