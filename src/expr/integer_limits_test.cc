// SPDX-License-Identifier: Apache-2.0
// Values at the ends of their types, where plain arithmetic would be undefined (the asan preset
// says so) or an answer that Spark refuses. Each was asked of Spark 3.5.
#include <arrow/api.h>

#include <limits>

#include "expr/expression.h"
#include "support/matchers.h"
#include "types/arrow_mapping.h"
#include "types/interval_type.h"

namespace gnomon::expr {
namespace {

using Scalars = std::vector<std::shared_ptr<arrow::Scalar>>;

constexpr std::int64_t kLeast = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
constexpr std::int32_t kMostDays = std::numeric_limits<std::int32_t>::max();

std::shared_ptr<arrow::Scalar> Text(std::string text) { return arrow::MakeScalar(std::move(text)); }
std::shared_ptr<arrow::Scalar> Date(std::int32_t days) {
  return std::make_shared<arrow::Date32Scalar>(days);
}
std::shared_ptr<arrow::Scalar> Timestamp(std::int64_t micros) {
  return std::make_shared<arrow::TimestampScalar>(micros, ToArrow(TypeKind::kTimestamp));
}

// The answer for one row of these, which are constants too.
Result<std::shared_ptr<arrow::Array>> Answer(const std::string& function, const Scalars& values) {
  std::vector<DataType> types;
  std::vector<std::shared_ptr<arrow::Array>> arrays;
  for (const auto& value : values) {
    GNOMON_ASSIGN_OR_RETURN(types.emplace_back(), FromArrow(*value->type));
    arrays.push_back(arrow::MakeArrayFromScalar(*value, 1).ValueOrDie());
  }
  GNOMON_ASSIGN_OR_RETURN(const BoundCall call, BoundCall::Bind(function, types, values));
  return call.Evaluate(arrays, 1);
}

template <typename Array>
auto Number(const std::string& function, const Scalars& values) {
  const auto answer = Answer(function, values);
  EXPECT_THAT(answer, IsOk()) << function;
  EXPECT_FALSE((*answer)->IsNull(0)) << function;
  return static_cast<const Array&>(**answer).Value(0);
}

TEST(IntegerLimits, WidthBucketNarrowsAsJava) {
  const auto bucket = [](double value, double low, double high, std::int64_t count) {
    return Number<arrow::Int64Array>(
        "width_bucket", {arrow::MakeScalar(value), arrow::MakeScalar(low), arrow::MakeScalar(high),
                         arrow::MakeScalar(count)});
  };
  EXPECT_EQ(bucket(0, -1.7e308, 1.7e308, 5), 1);
  EXPECT_EQ(bucket(1e308, 0, 1.5e308, 1000), kLeast);
  EXPECT_EQ(bucket(0.5, 0, 1, kMost - 1), (std::int64_t{1} << 62) + 1);
}

TEST(IntegerLimits, DaysWrap) {
  EXPECT_EQ(Number<arrow::Date32Array>("next_day", {Date(kMostDays), Text("MON")}), -2147483646);
  EXPECT_EQ(Number<arrow::Date32Array>("last_day", {Date(kMostDays)}), -2147483629);
}

TEST(IntegerLimits, MonthsBeyondTheRangeAreAnError) {
  const auto most = arrow::MakeScalar(std::numeric_limits<std::int32_t>::max());
  const auto least = arrow::MakeScalar(std::numeric_limits<std::int32_t>::min());
  EXPECT_THAT(Answer("add_months", {Date(19'723), most}),
              IsError(ErrorCode::kInvalidArgument, "out of range"));
  for (const auto& months : {most, least}) {
    EXPECT_THAT(Answer("add_months_interval", {Timestamp(0), months}),
                IsError(ErrorCode::kInvalidArgument, "out of range"));
  }
  EXPECT_EQ(
      Number<arrow::TimestampArray>("add_months_interval", {Timestamp(-1), arrow::MakeScalar(1)}),
      std::int64_t{31} * 86'400 * 1'000'000 - 1);
}

std::shared_ptr<arrow::Scalar> Interval(const char* type, std::shared_ptr<arrow::Scalar> number) {
  return std::make_shared<arrow::StructScalar>(arrow::ScalarVector{std::move(number)},
                                               ToArrow(*ParseTypeInQuery(type)));
}

TEST(IntegerLimits, IntervalsBeyondTheirRangeAreAnError) {
  const auto micros = Interval("interval day to second", arrow::MakeScalar(kMost));
  const auto months = Interval("interval year to month",
                               arrow::MakeScalar(std::numeric_limits<std::int32_t>::max()));
  const auto least = Interval("interval day to second", arrow::MakeScalar(kLeast));
  for (const auto& [function, values] : std::vector<std::pair<std::string, Scalars>>{
           {"add", {micros, micros}},
           {"subtract", {least, micros}},
           {"multiply", {micros, arrow::MakeScalar(2)}},
           {"multiply", {arrow::MakeScalar(1.5), months}},
           {"divide", {micros, arrow::MakeScalar(0)}},
           {"divide", {least, arrow::MakeScalar(0.5)}},
           {"negative", {least}},
           {"subtract", {Timestamp(kLeast), Timestamp(1)}},
           {"subtract", {Date(kMostDays), Date(-kMostDays)}},
           {"add", {Timestamp(1), micros}},
           {"add", {Date(kMostDays), months}},
       }) {
    EXPECT_THAT(Answer(function, values), IsError(ErrorCode::kInvalidArgument, "")) << function;
  }
}

TEST(IntegerLimits, IntervalsRoundHalfAwayFromZero) {
  const auto days = [](std::int64_t micros) {
    return Interval("interval day to second", arrow::MakeScalar(micros));
  };
  const auto number = [](const std::string& function, const Scalars& values) {
    const auto answer = Answer(function, values);
    EXPECT_THAT(answer, IsOk()) << function;
    const auto& structs = static_cast<const arrow::StructArray&>(**answer);
    return static_cast<const arrow::Int64Array&>(*structs.field(0)).Value(0);
  };
  EXPECT_EQ(number("divide", {days(-5), arrow::MakeScalar(2)}), -3);
  EXPECT_EQ(number("divide", {days(4), arrow::MakeScalar(3)}), 1);
  EXPECT_EQ(number("multiply", {days(5), arrow::MakeScalar(0.5)}), 3);
}

TEST(IntegerLimits, ASequenceOfTimesMayEndAtTheLastOne) {
  const auto answer =
      Answer("sequence", {Timestamp(kMost - 10), Timestamp(kMost),
                          Interval("interval second", arrow::MakeScalar(std::int64_t{7}))});
  ASSERT_THAT(answer, IsOk());
  EXPECT_EQ(static_cast<const arrow::ListArray&>(**answer).value_length(0), 2);
}

TEST(IntegerLimits, TheFirstTimestampIsTruncatedAsSparkDoes) {
  EXPECT_EQ(Number<arrow::TimestampArray>("date_trunc", {Text("SECOND"), Timestamp(kLeast)}),
            9223372036854551616);
  EXPECT_EQ(Number<arrow::TimestampArray>("date_trunc", {Text("MICROSECOND"), Timestamp(kLeast)}),
            kLeast);
  for (const char* unit : {"HOUR", "DAY", "YEAR"}) {
    EXPECT_THAT(Answer("date_trunc", {Text(unit), Timestamp(kLeast)}),
                IsError(ErrorCode::kInvalidArgument, "out of range"));
  }
  EXPECT_EQ(Number<arrow::TimestampArray>("date_trunc", {Text("HOUR"), Timestamp(-1)}),
            std::int64_t{-3600} * 1'000'000);
}

TEST(IntegerLimits, ABaseWithoutAPositiveCounterpartIsNull) {
  const auto answer = Answer("conv", {Text("11"), arrow::MakeScalar(10),
                                      arrow::MakeScalar(std::numeric_limits<std::int32_t>::min())});
  ASSERT_THAT(answer, IsOk());
  EXPECT_TRUE((*answer)->IsNull(0));
}

// Spark ends in an internal error here.
TEST(IntegerLimits, ASequenceMayCrossAllIntegers) {
  const auto answer = Answer("sequence", {arrow::MakeScalar(kLeast), arrow::MakeScalar(kMost),
                                          arrow::MakeScalar(std::int64_t{1} << 62)});
  ASSERT_THAT(answer, IsOk());
  const auto& lists = static_cast<const arrow::ListArray&>(**answer);
  const auto& values = static_cast<const arrow::Int64Array&>(*lists.values());
  ASSERT_EQ(values.length(), 4);
  EXPECT_EQ(values.Value(0), kLeast);
  EXPECT_EQ(values.Value(3), std::int64_t{1} << 62);
}

}  // namespace
}  // namespace gnomon::expr
