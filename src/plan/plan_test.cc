// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "plan/fill_plan.h"
#include "plan/scan_range.h"
#include "support/matchers.h"

namespace gnomon::plan {
namespace {

using testing::ElementsAre;

std::set<Day> Days(std::initializer_list<int> days) {
  std::set<Day> result;
  for (const int day : days) result.insert(Day{day});
  return result;
}

TEST(FillPlan, FillsHolesAndSkipsWhatIsThere) {
  const FillPlan plan = PlanFill({.wanted = {Day{1}, Day{8}}, .filled = Days({1, 2, 5})});
  EXPECT_THAT(plan.ranges, ElementsAre(DayRange{Day{3}, Day{5}}, DayRange{Day{6}, Day{8}}));
  EXPECT_THAT(plan.already_filled, ElementsAre(Day{1}, Day{2}, Day{5}));
  EXPECT_EQ(plan.day_count(), 4);
}

// SPEC edge case 50.
TEST(FillPlan, DaysBeforeTheFirstFilledOneNeedAFlag) {
  FillRequest request{.wanted = {Day{1}, Day{5}}, .filled = Days({3})};
  EXPECT_THAT(PlanFill(request).ranges, ElementsAre(DayRange{Day{4}, Day{5}}));
  EXPECT_THAT(PlanFill(request).before_first, ElementsAre(Day{1}, Day{2}));
  request.run_first_hole = true;
  EXPECT_THAT(PlanFill(request).ranges,
              ElementsAre(DayRange{Day{1}, Day{3}}, DayRange{Day{4}, Day{5}}));
}

TEST(FillPlan, DaysFoundEmptyAreComputedAgain) {
  const FillPlan plan =
      PlanFill({.wanted = {Day{1}, Day{6}}, .filled = Days({3}), .known_empty = Days({2, 4})});
  EXPECT_THAT(plan.ranges, ElementsAre(DayRange{Day{2}, Day{3}}, DayRange{Day{4}, Day{6}}));
  EXPECT_THAT(plan.before_first, ElementsAre(Day{1}));
}

// SPEC edge case 51.
TEST(FillPlan, ADayThatNoSourceHasIsNotComputed) {
  const FillPlan plan = PlanFill({.wanted = {Day{1}, Day{5}}, .source_days = Days({2, 4})});
  EXPECT_THAT(plan.ranges, ElementsAre(DayRange{Day{2}, Day{3}}, DayRange{Day{4}, Day{5}}));
  EXPECT_THAT(plan.without_source, ElementsAre(Day{1}, Day{3}));
}

// SPEC edge case 52.
TEST(FillPlan, StepsOfThirtyDays) {
  const DayRange range{*ParseDay("2023-12-01"), *ParseDay("2025-10-16") + 1};
  const auto steps = SplitIntoSteps({range}, 30);
  EXPECT_EQ(steps.size(), 23U);
  EXPECT_EQ(steps.back().last(), *ParseDay("2025-10-16"));
}

constexpr std::int64_t kWeekMs = 7 * kMillisPerDay;

TEST(ScanRange, ReachesOneDayFurtherThanTheLongestWindow) {
  config::Query query;
  EXPECT_EQ(*EventsScanRange(query, {Day{100}, Day{110}}, kWeekMs), (ScanRange{Day{92}, Day{110}}));
  EXPECT_EQ(*EventsScanRange(query, {Day{100}, Day{110}}, std::nullopt),
            (ScanRange{std::nullopt, Day{110}}));
  query.start_partition = FormatDay(Day{95});
  query.end_partition = FormatDay(Day{104});
  EXPECT_EQ(*EventsScanRange(query, {Day{100}, Day{110}}, kWeekMs), (ScanRange{Day{95}, Day{105}}));
  query.start_partition = "yesterday";
  EXPECT_THAT(EventsScanRange(query, {Day{100}, Day{110}}, kWeekMs),
              IsError(ErrorCode::kInvalidArgument, "startPartition"));
}

TEST(ScanRange, TheDayInWhichAWindowInHoursBeginsIsReadWhole) {
  EXPECT_EQ(*EventsScanRange({}, {Day{100}, Day{101}}, 6 * kMillisPerHour),
            (ScanRange{Day{98}, Day{101}}));
  EXPECT_EQ(*EventsScanRange({}, {Day{100}, Day{101}}, 25 * kMillisPerHour),
            (ScanRange{Day{97}, Day{101}}));
}

// SPEC edge case 57.
TEST(ScanRange, ACumulativeSourceIsItsLastPartition) {
  config::Query query;
  query.start_partition = FormatDay(Day{95});
  EXPECT_EQ(*CumulativeScanRange(query, Day{120}), (ScanRange{Day{120}, Day{121}}));
  EXPECT_TRUE(CumulativeScanRange(query, std::nullopt)->empty());
  query.end_partition = FormatDay(Day{104});
  EXPECT_EQ(*CumulativeScanRange(query, Day{120}), (ScanRange{Day{104}, Day{105}}));
}

TEST(ScanRange, AnEntitiesSourceIsReadForItsOwnDays) {
  config::Query query;
  EXPECT_EQ(*EntitiesScanRange(query, {Day{100}, Day{110}}), (ScanRange{Day{100}, Day{110}}));
  query.start_partition = FormatDay(Day{103});
  query.end_partition = FormatDay(Day{104});
  EXPECT_EQ(*EntitiesScanRange(query, {Day{100}, Day{110}}), (ScanRange{Day{103}, Day{105}}));
  EXPECT_TRUE(EntitiesScanRange(query, {Day{110}, Day{112}})->empty());
}

TEST(ScanRange, OneUnboundedAggregationUnboundsTheScan) {
  using config::TimeUnit;
  config::GroupBy group_by;
  group_by.aggregations = {config::Aggregation{
      .windows = {{config::Window{7}, config::Window{30}, config::Window{900, TimeUnit::kHours}}}}};
  EXPECT_EQ(LongestWindowMs(group_by), 900 * kMillisPerHour);
  group_by.aggregations->push_back(config::Aggregation{.windows = {{config::Window{INT32_MAX}}}});
  EXPECT_EQ(LongestWindowMs(group_by), std::nullopt);
  group_by.aggregations->back() = config::Aggregation{};
  EXPECT_EQ(LongestWindowMs(group_by), std::nullopt);
}

}  // namespace
}  // namespace gnomon::plan
