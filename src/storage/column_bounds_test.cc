// SPDX-License-Identifier: Apache-2.0
// Bounds against a loop over the values, wherever nulls, NaN and the ends of slices lie.
#include "storage/column_bounds.h"

#include <arrow/api.h>
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <limits>
#include <optional>
#include <random>
#include <vector>

namespace gnomon {

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

std::shared_ptr<arrow::Array> ToArray(const std::vector<std::optional<double>>& values) {
  arrow::DoubleBuilder builder;
  for (const auto& value : values)
    EXPECT_TRUE((value ? builder.Append(*value) : builder.AppendNull()).ok());
  return builder.Finish().ValueOrDie();
}

void ExpectBound(const std::shared_ptr<arrow::Scalar>& bound, std::optional<double> expected) {
  ASSERT_EQ(bound != nullptr, expected.has_value());
  if (!expected) return;
  const double value = static_cast<const arrow::DoubleScalar&>(*bound).value;
  EXPECT_EQ(value, *expected);
  EXPECT_EQ(std::signbit(value), std::signbit(*expected));
}

void ExpectDoubles(const std::vector<std::shared_ptr<arrow::Array>>& arrays,
                   std::optional<double> lower, std::optional<double> upper,
                   std::int64_t nan_count) {
  const auto tracker = BoundsTracker::Make(arrow::float64());
  for (const auto& array : arrays) tracker->Add(*array);
  ExpectBound(tracker->lower(), lower);
  ExpectBound(tracker->upper(), upper);
  EXPECT_EQ(tracker->nan_count(), nan_count);
}

TEST(ColumnBoundsTest, NanNeverCountsAndZeroIsTheWiderOne) {
  const double nan = std::nan("");
  ExpectDoubles({}, std::nullopt, std::nullopt, 0);
  ExpectDoubles({ToArray({std::nullopt, nan, nan})}, std::nullopt, std::nullopt, 2);
  ExpectDoubles({ToArray({nan, 1, nan, std::nullopt})}, 1, 1, 2);
  ExpectDoubles({ToArray({0.0}), ToArray({-0.0})}, -0.0, 0.0, 0);
  ExpectDoubles({ToArray({kInfinity})}, kInfinity, kInfinity, 0);
  ExpectDoubles({ToArray({-kInfinity, std::nullopt})}, -kInfinity, -kInfinity, 0);
}

TEST(ColumnBoundsTest, EqualALoopOverTheValues) {
  std::mt19937 random(3);
  for (int round = 0; round < 400; ++round) {
    const std::size_t size = random() % 300;
    const unsigned nulls = std::array{0U, 2U, 60U}[random() % 3];
    std::vector<std::optional<double>> values(size);
    for (auto& value : values) {
      if (nulls > 0 && random() % nulls == 0) continue;
      value = random() % 17 == 0 ? std::nan("") : static_cast<double>(random() % 2001) - 1000.0;
    }
    const std::size_t begin = size == 0 ? 0 : random() % size;
    std::optional<double> lower, upper;
    std::int64_t nan_count = 0;
    for (std::size_t i = begin; i < size; ++i) {
      if (!values[i]) continue;
      nan_count += std::isnan(*values[i]) ? 1 : 0;
      if (std::isnan(*values[i])) continue;
      lower = lower ? std::min(*lower, *values[i]) : *values[i];
      upper = upper ? std::max(*upper, *values[i]) : *values[i];
    }
    if (lower == 0.0) lower = -0.0;
    if (upper == 0.0) upper = 0.0;
    ExpectDoubles({ToArray(values)->Slice(static_cast<std::int64_t>(begin))}, lower, upper,
                  nan_count);
  }
}

TEST(ColumnBoundsTest, WholeNumbersReachTheEndsOfTheirType) {
  const auto tracker = BoundsTracker::Make(arrow::int64());
  EXPECT_EQ(tracker->lower(), nullptr);
  arrow::Int64Builder builder;
  ASSERT_TRUE(builder.AppendValues({INT64_MAX, INT64_MIN, 3}).ok());
  tracker->Add(*builder.Finish().ValueOrDie());
  EXPECT_EQ(tracker->lower()->ToString(), std::to_string(INT64_MIN));
  EXPECT_EQ(tracker->upper()->ToString(), std::to_string(INT64_MAX));
  EXPECT_EQ(tracker->nan_count(), std::nullopt);
}

TEST(ColumnBoundsTest, BooleansSayWhichOfThemThereAre) {
  const auto bounds_of = [](const std::vector<std::optional<bool>>& values) {
    arrow::BooleanBuilder builder;
    for (const auto& value : values)
      EXPECT_TRUE((value ? builder.Append(*value) : builder.AppendNull()).ok());
    const auto tracker = BoundsTracker::Make(arrow::boolean());
    tracker->Add(*builder.Finish().ValueOrDie());
    const auto text = [](const auto& bound) { return bound == nullptr ? "-" : bound->ToString(); };
    return text(tracker->lower()) + " " + text(tracker->upper());
  };
  EXPECT_EQ(bounds_of({}), "- -");
  EXPECT_EQ(bounds_of({std::nullopt}), "- -");
  EXPECT_EQ(bounds_of({true, std::nullopt}), "true true");
  EXPECT_EQ(bounds_of({false}), "false false");
  EXPECT_EQ(bounds_of({true, false}), "false true");
}

}  // namespace

}  // namespace gnomon
