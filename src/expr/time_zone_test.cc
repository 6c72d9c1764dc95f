// SPDX-License-Identifier: Apache-2.0
// What the recorded answers of Spark (spark_answers_test.cc) cannot show of zones: that every
// built-in file is read, and that the rules hold for all years.
#include "expr/time_zone.h"

#include <gtest/gtest.h>

#include "expr/datetime_text.h"
#include "expr/time_zone_files.h"
#include "expr/time_zone_rules.h"

namespace gnomon::expr {
namespace {

std::int64_t Seconds(std::int64_t year, unsigned month, unsigned day, std::int64_t hour,
                     std::int64_t minute = 0) {
  return DaysFromCivil({year, month, day}) * kSecondsInDay + hour * 3600 + minute * 60;
}

TEST(TimeZone, EveryBuiltInFileIsRead) {
  ASSERT_GT(TimeZoneFiles().size(), 500U);
  for (const TimeZoneFile& file : TimeZoneFiles()) {
    const TimeZoneRules rules(file.bytes);
    for (std::int64_t year = 1850; year < 2900; year += 7) {
      const std::int64_t offset = rules.ToLocal(Seconds(year, 7, 1, 0)) - Seconds(year, 7, 1, 0);
      ASSERT_LE(std::abs(offset), 16 * 3600) << file.name;
      ASSERT_EQ(rules.ToUtc(Seconds(year, 7, 1, 0) + offset), Seconds(year, 7, 1, 0)) << file.name;
    }
  }
}

TEST(TimeZone, AChangeOfClockLeavesOutAndRepeatsAnHour) {
  const auto berlin = TimeZone::Find("Europe/Berlin");
  ASSERT_TRUE(berlin.has_value());
  // At 1:00 UTC of 26 March 2:00 becomes 3:00: 2:30 moves on by an hour.
  EXPECT_EQ(berlin->ToLocal(Seconds(2023, 3, 26, 0, 59)), Seconds(2023, 3, 26, 1, 59));
  EXPECT_EQ(berlin->ToLocal(Seconds(2023, 3, 26, 1)), Seconds(2023, 3, 26, 3));
  EXPECT_EQ(berlin->ToUtc(Seconds(2023, 3, 26, 2, 30)), Seconds(2023, 3, 26, 1, 30));
  EXPECT_EQ(berlin->ToUtc(Seconds(2023, 3, 26, 3)), Seconds(2023, 3, 26, 1));
  // At 1:00 UTC of 29 October 3:00 becomes 2:00: of the two 2:30 it is the first.
  EXPECT_EQ(berlin->ToUtc(Seconds(2023, 10, 29, 2, 30)), Seconds(2023, 10, 29, 0, 30));
  EXPECT_EQ(berlin->ToUtc(Seconds(2023, 10, 29, 3)), Seconds(2023, 10, 29, 2));
  EXPECT_EQ(berlin->ToLocal(Seconds(2023, 10, 29, 1)), Seconds(2023, 10, 29, 2));
}

TEST(TimeZone, RulesRepeatBeyondWhatIsListed) {
  const auto york = TimeZone::Find("America/New_York");
  ASSERT_TRUE(york.has_value());
  for (const std::int64_t year : {2037, 2438, 9999, 200'001}) {
    EXPECT_EQ(york->ToLocal(Seconds(year, 7, 1, 12)), Seconds(year, 7, 1, 8)) << year;
    EXPECT_EQ(york->ToLocal(Seconds(year, 1, 1, 12)), Seconds(year, 1, 1, 7)) << year;
    EXPECT_EQ(york->ToUtc(Seconds(year, 7, 1, 8)), Seconds(year, 7, 1, 12)) << year;
  }
}

TEST(TimeZone, TheClockOfOldIsTheSunsTime) {
  const auto berlin = TimeZone::Find("Europe/Berlin");
  ASSERT_TRUE(berlin.has_value());
  EXPECT_EQ(berlin->ToLocal(Seconds(1800, 1, 1, 0)), Seconds(1800, 1, 1, 0) + 53 * 60 + 28);
}

TEST(TimeZone, NamesAreThoseOfJava) {
  for (const char* id : {"", "+", "Nowhere/City", "europe/berlin", "+18:01", "+01:60", "Factory"})
    EXPECT_FALSE(TimeZone::Find(id).has_value()) << id;
  for (const char* id : {"+5:30", "+05:3", "+0530", "GMT+5:30", "Asia/Kolkata", "IST"}) {
    const auto zone = TimeZone::Find(id);
    ASSERT_TRUE(zone.has_value()) << id;
    if (std::string_view(id) != "+05:3") {
      EXPECT_EQ(zone->ToLocal(Seconds(2023, 1, 1, 0)), Seconds(2023, 1, 1, 5, 30)) << id;
    }
  }
}

}  // namespace
}  // namespace gnomon::expr
