// SPDX-License-Identifier: Apache-2.0
#include "run/time_unit.h"

#include <arrow/api.h>
#include <arrow/compute/api.h>

#include "types/arrow_mapping.h"

namespace gnomon::run {

namespace {

// Rows of partitions before this day may be of January 1970 in earnest.
constexpr Day kDaysOfDoubt{365};
// The years 1990 to 2100 in seconds since 1970.
constexpr std::int64_t kSecondsMin = 631'152'000;
constexpr std::int64_t kSecondsMax = 4'102'444'800;

struct Unit {
  std::string_view name;
  std::int64_t per_second;
  std::string_view remedy;
};
constexpr Unit kUnits[] = {{"seconds", 1, "{} * 1000"},
                           {"microseconds", 1'000'000, "CAST({} / 1000 AS BIGINT)"},
                           {"nanoseconds", 1'000'000'000, "CAST({} / 1000000 AS BIGINT)"}};

}  // namespace

Status CheckMilliseconds(const arrow::Array& times, const TimeColumn& column, Day last) {
  if (last < kDaysOfDoubt) return Ok();
  GNOMON_ARROW_ASSIGN(const arrow::Datum bounds, arrow::compute::MinMax(times), "bounds of ts");
  const auto& values = bounds.scalar_as<arrow::StructScalar>().value;
  if (!values[0]->is_valid) return Ok();
  const std::int64_t least = static_cast<const arrow::Int64Scalar&>(*values[0]).value;
  const std::int64_t greatest = static_cast<const arrow::Int64Scalar&>(*values[1]).value;
  for (const Unit& unit : kUnits) {
    if (least < kSecondsMin * unit.per_second || greatest / unit.per_second > kSecondsMax) continue;
    return InvalidArgument(
        "the time column {} holds {}, and must be milliseconds since 1970 (UTC): {} - write "
        "{}=\"{}\"",
        column.expression, unit.name, column.place, column.argument,
        fmt::format(fmt::runtime(unit.remedy), column.expression));
  }
  return Ok();
}

}  // namespace gnomon::run
