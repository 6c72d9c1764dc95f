// SPDX-License-Identifier: Apache-2.0
#include "run/query_dependencies.h"

#include <gtest/gtest.h>

namespace gnomon::run {

namespace {

TEST(QueryDependency, ReadsTheFormsThatChrononWrites) {
  auto one = ParseQueryDependency("data.events/ds={{ ds }}");
  ASSERT_TRUE(one);
  EXPECT_EQ(one->table, "data.events");
  EXPECT_EQ(one->day_column, "ds");
  EXPECT_EQ(one->days_later, 0);
  one = ParseQueryDependency("data.events/day={{macros.ds_add(ds, -2)}}/hr=00:00");
  ASSERT_TRUE(one);
  EXPECT_EQ(one->day_column, "day");
  EXPECT_EQ(one->days_later, -2);
  ASSERT_EQ(one->sub_partitions.size(), 1U);
  EXPECT_EQ(one->sub_partitions[0].second, "00:00");
  one = ParseQueryDependency(
      R"({"name": "wait_for_x", "spec": "a.b/ds={{ ds }}", "start": null, "end": "2024-01-01"})");
  ASSERT_TRUE(one);
  EXPECT_EQ(FormatDay(*one->end), "2024-01-01");
  one = ParseQueryDependency("a.b/ds=2023-12-01");
  ASSERT_TRUE(one);
  EXPECT_EQ(FormatDay(*one->fixed_day), "2023-12-01");
  EXPECT_EQ(ParseQueryDependency("a.b")->day_column, "");
}

TEST(QueryDependency, RefusesWhatItDoesNotUnderstand) {
  for (const char* text : {"a.b/ds={{ ds_nodash }}", "a.b/{{ ds }}", "a.b/hr=1", "{\"name\": 1}",
                           "a.b/ds={{ ds }}/day={{ ds }}", "{not json"}) {
    const auto one = ParseQueryDependency(text);
    ASSERT_FALSE(one) << text;
    EXPECT_NE(one.error().message.find("{{ ds }}"), std::string::npos) << text;
  }
}

}  // namespace

}  // namespace gnomon::run
