// SPDX-License-Identifier: Apache-2.0
// How parts are computed, matched and named (SPEC 8.1, 8.3), and the days of labels (SPEC 8.10).
#include "run/join/join_shape.h"

#include <gtest/gtest.h>

#include "config/conf_json.h"
#include "run/join/label_join.h"
#include "support/matchers.h"
#include "support/source_file.h"

namespace gnomon::run {
namespace {

config::Join Golden(const std::string& name) {
  auto join = config::ParseJoin(ReadText(SourcePath("test/golden/cases/" + name + "/conf.json")));
  EXPECT_THAT(join, IsOk());
  return *std::move(join);
}

TEST(JoinShape, EdgeCase78PrefixesAndKeyMapping) {
  const config::Join join = Golden("join_keymap_prefix");
  const config::SideFile side;
  const auto shape = ShapeOf(join, side);
  ASSERT_THAT(shape, IsOk());
  ASSERT_EQ(shape->parts.size(), 2U);
  EXPECT_EQ(shape->parts[0].column_prefix, "fav_cases_g_km_");
  EXPECT_EQ(shape->parts[1].table.ToString(), "gold.cases_join_keymap_prefix_oth_cases_g_km");
  const std::vector<std::pair<std::string, std::string>> keys = {{"fav", "item"}};
  EXPECT_EQ(shape->parts[0].keys, keys);
  EXPECT_EQ(shape->bootstrap.ToString(), "gold.cases_join_keymap_prefix_bootstrap");
}

TEST(JoinShape, TwoPartsOfOnePrefixAreRefused) {
  config::Join join = Golden("join_keymap_prefix");
  join.join_parts[1].prefix = "fav";
  const config::SideFile side;
  EXPECT_THAT(ShapeOf(join, side), IsError(ErrorCode::kInvalidArgument, "joinParts[0]"));
}

TEST(JoinShape, APrefixThatBeginsNoTablesNameIsRefusedWhereItStands) {
  config::Join join = Golden("join_keymap_prefix");
  join.join_parts[1].prefix = "my-other";
  const config::SideFile side;
  EXPECT_THAT(ShapeOf(join, side), IsOk());
  join.join_parts[1].prefix = "my.other";
  EXPECT_THAT(ShapeOf(join, side),
              IsError(ErrorCode::kInvalidArgument, "'my.other':  joinParts[1]"));
}

TEST(JoinShape, EveryRowOfTheDispatchTable) {
  struct Row {
    const char* golden;
    PartAlgorithm algorithm;
    LeftMatch match;
  };
  const Row rows[] = {
      {"join_left_entities", PartAlgorithm::kSnapshot, LeftMatch::kDay},
      {"join_snapshot_events", PartAlgorithm::kSnapshot, LeftMatch::kDayBefore},
      {"join_temporal_windows", PartAlgorithm::kTemporalEvents, LeftMatch::kTime},
      {"join_entity_snapshot", PartAlgorithm::kSnapshot, LeftMatch::kDayBefore},
      {"join_entity_mutations", PartAlgorithm::kTemporalEntities, LeftMatch::kTime},
      {"join_chained", PartAlgorithm::kTemporalEvents, LeftMatch::kTime},
  };
  const config::SideFile side;
  for (const Row& row : rows) {
    const config::Join join = Golden(row.golden);
    const auto shape = ShapeOf(join, side);
    ASSERT_THAT(shape, IsOk());
    EXPECT_EQ(shape->parts[0].algorithm, row.algorithm) << row.golden;
    EXPECT_EQ(shape->parts[0].match, row.match) << row.golden;
  }
  // Entities on the left see entities of their own day, whatever the accuracy.
  config::Join join = Golden("join_left_entities");
  join.join_parts[0].group_by = Golden("join_entity_mutations").join_parts[0].group_by;
  const auto shape = ShapeOf(join, side);
  ASSERT_THAT(shape, IsOk());
  EXPECT_EQ(shape->parts[0].algorithm, PartAlgorithm::kSnapshot);
  EXPECT_EQ(shape->parts[0].match, LeftMatch::kDay);
}

TEST(LabelJoin, EdgeCase86RangeOfLeftDays) {
  config::LabelPart labels;
  labels.left_start_offset = 30;
  labels.left_end_offset = 10;
  EXPECT_EQ(FormatDayRange(LeftDaysOfLabels(labels, *ParseDay("2023-04-30"))),
            "2023-04-01..2023-04-21");
}

}  // namespace
}  // namespace gnomon::run
