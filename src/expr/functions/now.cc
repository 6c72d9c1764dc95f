// SPDX-License-Identifier: Apache-2.0
// current_date, current_timestamp, localtimestamp, rand, uuid: what the arguments do not determine.
// The clock is read once, when the expression is bound.
#include <random>

#include "base/clock.h"
#include "expr/coercion.h"
#include "expr/compute_call.h"
#include "expr/datetime_text.h"
#include "expr/elementwise.h"
#include "expr/functions/all.h"
#include "types/arrow_mapping.h"

namespace gnomon::expr::functions {

namespace {

std::int64_t NowMicros() { return Clock::System().NowMs() * 1000; }

Result<BoundFunction> BindDate(std::string_view name, std::span<const Argument> arguments) {
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 0, 0));
  const auto days = static_cast<std::int32_t>(FloorDiv(NowMicros(), kMicrosInDay));
  return Constant(TypeKind::kDate, std::make_shared<arrow::Date32Scalar>(days));
}

template <TypeKind kKind>
Result<BoundFunction> BindTimestamp(std::string_view name, std::span<const Argument> arguments) {
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 0, 0));
  const DataType type(kKind);
  return Constant(type, std::make_shared<arrow::TimestampScalar>(NowMicros(), ToArrow(type)));
}

// A seed would promise Spark's very numbers, which depend on its partitions.
Result<BoundFunction> BindRand(std::string_view name, std::span<const Argument> arguments) {
  if (!arguments.empty())
    return Unimplemented("{} with a seed is not proven equal to Spark's - leave the seed out",
                         name);
  return BoundFunction{{},
                       TypeKind::kDouble,
                       [](std::span<const Operand>, std::int64_t rows) -> Result<ArrayPtr> {
                         thread_local std::mt19937_64 generator{std::random_device{}()};
                         std::uniform_real_distribution<double> uniform(0, 1);
                         arrow::DoubleBuilder builder;
                         GNOMON_ARROW_RETURN_NOT_OK(builder.Reserve(rows), "drawing numbers");
                         for (std::int64_t row = 0; row < rows; ++row)
                           builder.UnsafeAppend(uniform(generator));
                         GNOMON_ARROW_ASSIGN(ArrayPtr array, builder.Finish(), "drawing numbers");
                         return array;
                       },
                       {}};
}

// A random one (version 4), as Java's and Spark's.
std::string RandomUuid(std::mt19937_64* generator) {
  const std::uint64_t high = ((*generator)() & ~std::uint64_t{0xf000}) | 0x4000;
  const std::uint64_t low = ((*generator)() & (~std::uint64_t{0} >> 2)) | std::uint64_t{1} << 63;
  return fmt::format("{:08x}-{:04x}-{:04x}-{:04x}-{:012x}", high >> 32, high >> 16 & 0xffff,
                     high & 0xffff, low >> 48, low & 0xffff'ffff'ffff);
}

Result<BoundFunction> BindUuid(std::string_view name, std::span<const Argument> arguments) {
  GNOMON_RETURN_IF_ERROR(CheckArgumentCount(name, arguments, 0, 0));
  return BoundFunction{{},
                       TypeKind::kString,
                       [](std::span<const Operand>, std::int64_t rows) -> Result<ArrayPtr> {
                         thread_local std::mt19937_64 generator{std::random_device{}()};
                         arrow::StringBuilder builder;
                         for (std::int64_t row = 0; row < rows; ++row) {
                           GNOMON_ARROW_RETURN_NOT_OK(builder.Append(RandomUuid(&generator)),
                                                      "drawing a uuid");
                         }
                         GNOMON_ARROW_ASSIGN(ArrayPtr array, builder.Finish(), "drawing a uuid");
                         return array;
                       },
                       {}};
}

}  // namespace

const ScalarFunction kCurrentDate{"current_date", "today, UTC", &BindDate};
const ScalarFunction kCurrentTimestamp{"current_timestamp", "now",
                                       &BindTimestamp<TypeKind::kTimestamp>};
const ScalarFunction kLocaltimestamp{"localtimestamp", "now, as a local time",
                                     &BindTimestamp<TypeKind::kTimestampNtz>};
const ScalarFunction kUuid{"uuid", "a random identifier", &BindUuid, false, false};
const ScalarFunction kRand{"rand", "a random double in [0, 1)", &BindRand, false, false};

}  // namespace gnomon::expr::functions
