// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <set>
#include <stdexcept>

#include "base/calendar.h"
#include "base/day_set.h"
#include "base/edit_distance.h"
#include "base/error_code.h"
#include "base/json_depth.h"
#include "base/json_integer.h"
#include "base/parallel.h"
#include "base/parse.h"
#include "base/result.h"

namespace gnomon {
namespace {

Result<int> Half(int value) {
  if (value % 2 != 0) return InvalidArgument("odd: {}", value);
  return value / 2;
}

Result<int> Quarter(int value) {
  GNOMON_ASSIGN_OR_RETURN(const int half, Half(value));
  return Half(half);
}

TEST(Result, CarriesValuesAndErrors) {
  EXPECT_EQ(*Quarter(8), 2);
  EXPECT_EQ(Quarter(6).error().message, "odd: 3");
  EXPECT_EQ(Half(1).Annotate("halving").error().message, "halving: odd: 1");
  EXPECT_EQ(Half(1).value_or(7), 7);
}

TEST(JsonDepth, CountsOpenBracketsOutsideOfStrings) {
  EXPECT_EQ(JsonDepth(""), 0);
  EXPECT_EQ(JsonDepth("[[], {}]"), 2);
  EXPECT_EQ(JsonDepth(R"({"[[[": "\"[[[", "x": [1]})"), 2);
  EXPECT_EQ(JsonDepth("]]]["), 0);
  EXPECT_TRUE(IsTooDeepJson(std::string(kJsonDepthMax + 1, '[')));
  EXPECT_FALSE(IsTooDeepJson(std::string(kJsonDepthMax, '[')));
}

TEST(JsonInteger, TakesOnlyIntegersThatFit) {
  using Json = nlohmann::json;
  const auto narrow = [](const char* text) { return JsonInteger<std::int32_t>(Json::parse(text)); };
  EXPECT_EQ(narrow("-2147483648"), INT32_MIN);
  EXPECT_EQ(narrow("2147483647"), INT32_MAX);
  for (const char* text : {"4294967297", "-2147483649", "1.0", "1e300", "true", "null", "[1]"}) {
    EXPECT_THROW(narrow(text), Json::type_error) << text;
  }
  EXPECT_EQ(JsonInteger<std::int64_t>(Json::parse("9223372036854775807")), INT64_MAX);
  EXPECT_THROW(JsonInteger<std::int64_t>(Json::parse("9223372036854775808")), Json::type_error);
  const Json owner = {{"x", 7}, {"y", nullptr}};
  EXPECT_EQ(JsonInteger<int>(owner, "x", 1), 7);
  EXPECT_EQ(JsonInteger<int>(owner, "z", 1), 1);
  EXPECT_THROW(JsonInteger<int>(owner, "y", 1), Json::type_error);
}

TEST(ErrorCodes, EachHasOneRowAndEveryRetryableExitsWithThree) {
  std::set<std::string_view> names;
  for (const ErrorCodeInfo& row : kErrorCodes) {
    EXPECT_TRUE(names.insert(row.name).second);
    EXPECT_EQ(row.retryable, row.exit_code == 3) << row.name;
    EXPECT_GE(row.http_status, 400);
  }
}

TEST(Calendar, ParsesRealDatesOnly) {
  EXPECT_EQ(ParseDay("1970-01-01")->days_since_epoch, 0);
  EXPECT_EQ(ParseDay("2023-12-07")->days_since_epoch, 19698);
  for (const char* wrong : {"2023-02-29", "2023-13-01", "2023-1-01", "20231201", "", "2023-12-01 ",
                            "2023/12/01", "-023-12-01", "2023-12-00"}) {
    EXPECT_FALSE(ParseDay(wrong)) << wrong;
  }
}

TEST(Calendar, RoundTripsAcrossLeapYearsAndBefore1970) {
  for (std::int32_t days = -200'000; days < 200'000; days += 17) {
    EXPECT_EQ(ParseDay(FormatDay(Day{days}))->days_since_epoch, days);
  }
}

TEST(Calendar, DayOfFloors) {
  EXPECT_EQ(DayOf(-1).days_since_epoch, -1);
  EXPECT_EQ(DayOf(-kMillisPerDay).days_since_epoch, -1);
  EXPECT_EQ(DayOf(0).days_since_epoch, 0);
  EXPECT_EQ(DayOf(kMillisPerDay - 1).days_since_epoch, 0);
}

TEST(DaySet, RoundTripsAndPassesOverWhatIsNoDay) {
  const std::set<Day> days = {Day{19692}, Day{19693}, Day{19694}, Day{19700}};
  EXPECT_EQ(FormatDaySet(days), "2023-12-01..2023-12-03,2023-12-09");
  EXPECT_EQ(ParseDaySet(FormatDaySet(days)), days);
  EXPECT_TRUE(ParseDaySet("").empty());
  EXPECT_TRUE(ParseDaySet("x..y,2023-13-01").empty());
}

TEST(Calendar, GroupsContiguousDays) {
  const std::vector<Day> days = {Day{1}, Day{2}, Day{5}, Day{6}, Day{7}, Day{9}};
  EXPECT_THAT(GroupContiguous(days),
              testing::ElementsAre(DayRange{Day{1}, Day{3}}, DayRange{Day{5}, Day{8}},
                                   DayRange{Day{9}, Day{10}}));
}

TEST(Parse, TakesAllOfTheTextOrNothing) {
  EXPECT_EQ(ParseInt("-12"), -12);
  EXPECT_EQ(ParseInt("12 "), std::nullopt);
  EXPECT_EQ(ParseInt("9223372036854775808"), std::nullopt);
  EXPECT_EQ(ParseDouble("1e3"), 1000.0);
  EXPECT_EQ(ParseDouble("1,5"), std::nullopt);
}

TEST(Parse, MemoryAndDurations) {
  EXPECT_EQ(*ParseMemorySize("8G"), std::int64_t{8} << 30);
  EXPECT_EQ(*ParseMemorySize("512m"), 512 << 20);
  EXPECT_EQ(*ParseMemorySize("2gb"), std::int64_t{2} << 30);
  for (const char* wrong : {"", "G", "-1G", "8X", "99999999999T", "0"})
    EXPECT_FALSE(ParseMemorySize(wrong)) << wrong;
  EXPECT_EQ(*ParseDurationMs("48h"), 48 * kMillisPerHour);
  EXPECT_FALSE(ParseDurationMs("48"));
}

TEST(EditDistance, SuggestsTheNearest) {
  const std::vector<std::string> names = {"purchase_price", "item_category", "user_id"};
  EXPECT_EQ(NearestName("purchase_pric", names), "purchase_price");
  EXPECT_EQ(NearestName("zzz", names), std::nullopt);
  EXPECT_EQ(DidYouMean("userid", names), " - did you mean 'user_id'?");
  EXPECT_EQ(DidYouMean("zzz", names), " - known: purchase_price, item_category, user_id");
}

TEST(ParallelFor, CallsEachIndexOnceAndStopsAtTheFirstError) {
  std::vector<std::atomic<int>> calls(1000);
  EXPECT_TRUE(ParallelFor(calls.size(), 4, [&](std::size_t i) {
    ++calls[i];
    return Ok();
  }));
  for (const auto& count : calls) EXPECT_EQ(count, 1);
  EXPECT_TRUE(ParallelFor(0, 4, [](std::size_t) -> Status { return Internal("never called"); }));

  std::atomic<int> started = 0;
  const Status failed = ParallelFor(100'000, 4, [&](std::size_t i) -> Status {
    ++started;
    if (i == 10) return InvalidArgument("ten");
    return Ok();
  });
  EXPECT_EQ(failed.error().message, "ten");
  EXPECT_LT(started, 100'000);
  EXPECT_EQ(ParallelFor(1, 1, [](std::size_t) -> Status { throw std::runtime_error("thrown"); })
                .error()
                .code,
            ErrorCode::kInternal);
}

}  // namespace
}  // namespace gnomon
