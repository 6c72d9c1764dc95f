// SPDX-License-Identifier: Apache-2.0
// Configs that the real Chronon compiled must come back byte for byte; everything that is not a
// config is refused by its path.
#include "config/conf_json.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "support/matchers.h"
#include "support/source_file.h"

namespace gnomon::config {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

fs::path GoldenCases() { return SourcePath("test/golden/cases"); }

constexpr const char* kSmall = R"({"metaData": {"name": "t.f.v1", "online": true},
  "keyColumns": ["k"],
  "sources": [{"events": {"table": "ns.tbl", "query": {"selects": {"z": "a", "b": "c"}}}}]})";

TEST(ConfJson, EveryGoldenGroupByComesBackByteForByte) {
  int cases = 0;
  for (const auto& entry : fs::directory_iterator(GoldenCases())) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with("gb_") && !name.starts_with("up_")) continue;
    const std::string text = ReadText(entry.path() / "conf.json");
    const auto group_by = ParseGroupBy(text);
    ASSERT_THAT(group_by, IsOk()) << name;
    EXPECT_EQ(ToJson(*group_by), text) << name;
    ++cases;
  }
  EXPECT_GE(cases, 20);
}

TEST(ConfJson, EveryGoldenJoinComesBackByteForByte) {
  int cases = 0;
  for (const auto& entry : fs::directory_iterator(GoldenCases())) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with("join_") && name != "err_join_null_left_ts") continue;
    const std::string text = ReadText(entry.path() / "conf.json");
    const auto join = ParseJoin(text);
    ASSERT_THAT(join, IsOk()) << name;
    EXPECT_EQ(ToJson(*join), text) << name;
    ++cases;
  }
  EXPECT_GE(cases, 14);
}

TEST(ConfJson, AJoinKeepsWhatIsNotComputedOffline) {
  const std::string text =
      R"({"metaData":{"name":"t.j.v1"},"left":{"events":{"table":"n.l"}},"joinParts":[],)"
      R"("skewKeys":{"k":["'a'","null"]},"onlineExternalParts":[{"source":{"metadata":)"
      R"({"name":"contextual"},"keySchema":{"kind":13,"params":[{"name":"c","dataType":)"
      R"({"kind":7}}],"name":"ck"},"factoryConfig":{"factoryName":"f","factoryParams":{"a":"b"}}},)"
      R"("keyMapping":{"u":"v"},"prefix":"p"}],"bootstrapParts":[{"table":"n.b","query":)"
      R"({"setups":[]},"keyColumns":["k"]}],"rowIds":["k"],"modelTransforms":{"transforms":)"
      R"([{"model":{"inferenceSpec":{"modelBackend":"x"}},"prefix":"m"}]}})";
  const auto join = ParseJoin(text);
  ASSERT_THAT(join, IsOk());
  EXPECT_EQ(ToCompactJson(*join), text);
  const auto again = ParseJoin(text);
  EXPECT_EQ(*again, *join);
  EXPECT_EQ((*join->online_external_parts)[0].source.key_schema->params->size(), 1U);
}

TEST(ConfJson, CompactFormIsThatOfTheServingInfo) {
  for (const char* name : {"up_snapshot", "up_entity"}) {
    const auto group_by = ParseGroupBy(ReadText(GoldenCases() / name / "conf.json"));
    ASSERT_THAT(group_by, IsOk());
    EXPECT_THAT(ReadText(GoldenCases() / name / "serving_info.json"),
                HasSubstr("{\"groupBy\":" + ToCompactJson(*group_by) + ","));
  }
}

TEST(ConfJson, ReadsBooleansOfBothFormsAndPrintsNumbers) {
  const auto group_by = ParseGroupBy(kSmall);
  ASSERT_THAT(group_by, IsOk());
  EXPECT_EQ(group_by->meta_data.online, true);
  EXPECT_EQ(
      ToCompactJson(*group_by),
      R"({"metaData":{"name":"t.f.v1","online":1},"sources":[{"events":{"table":"ns.tbl","query":)"
      R"({"selects":{"z":"a","b":"c"},"setups":[]}}}],"keyColumns":["k"]})");
  EXPECT_EQ(*ParseGroupBy(ToJson(*group_by)), *group_by);
}

TEST(ConfJson, StagingQueryRoundTripEscapesToAscii) {
  StagingQuery staging_query;
  staging_query.meta_data.name = "t.f.v1";
  staging_query.meta_data.sample_percent = 100.0;
  staging_query.meta_data.table_properties.emplace();
  staging_query.query = "SELECT 'é梨\x7f\n'";
  staging_query.setups.emplace();
  staging_query.create_view = false;
  const std::string text = ToJson(staging_query);
  EXPECT_EQ(text, R"({
  "metaData": {
    "name": "t.f.v1",
    "tableProperties": {},
    "samplePercent": 100.0
  },
  "query": "SELECT '\u00e9\u68a8\u007f\n'",
  "setups": [],
  "createView": 0
})");
  const auto parsed = ParseStagingQuery(text);
  ASSERT_THAT(parsed, IsOk());
  EXPECT_EQ(*parsed, staging_query);
}

TEST(ConfJson, UnknownFieldIsRefusedByPathWithTheNearestName) {
  const auto result = ParseGroupBy(R"({"metaData": {"name": "x"}, "keyColumns": ["k"],
      "sources": [{"events": {"table": "t", "query": {"selets": {"a": "b"}}}}]})");
  EXPECT_THAT(result, IsError(ErrorCode::kInvalidArgument,
                              "unknown field 'selets' of Query: sources[0].events.query"));
  EXPECT_THAT(result.error().message, HasSubstr("selects"));
}

TEST(ConfJson, RefusesWhatIsNotAConfig) {
  const auto with = [](const std::string& member) {
    return ParseGroupBy(R"({"metaData": {"name": "x"}, "keyColumns": ["k"], "sources": [], )" +
                        member + "}");
  };
  EXPECT_THAT(with(R"("aggregations": [{"operation": 20}])"),
              IsError(ErrorCode::kInvalidArgument, "aggregations[0].operation - use 0 to 19: 20"));
  EXPECT_THAT(with(R"("aggregations": [{"operation": -1}])"),
              IsError(ErrorCode::kInvalidArgument, "use 0 to 19: -1"));
  EXPECT_THAT(with(R"("aggregations": [{"windows": [{"length": 4294967296, "timeUnit": 1}]}])"),
              IsError(ErrorCode::kInvalidArgument, "aggregations[0].windows[0].length"));
  EXPECT_THAT(with(R"("aggregations": [{"windows": [{"length": 1.5, "timeUnit": 1}]}])"),
              IsError(ErrorCode::kInvalidArgument, "a whole number"));
  EXPECT_THAT(with(R"("isIncremental": 2)"), IsError(ErrorCode::kInvalidArgument, "isIncremental"));
  EXPECT_THAT(with(R"("accuracy": 18446744073709551615)"),
              IsError(ErrorCode::kInvalidArgument, "accuracy"));
  EXPECT_THAT(with(R"("backfillStartDate": 3)"), IsError(ErrorCode::kInvalidArgument, "a string"));
  EXPECT_THAT(ParseGroupBy(R"({"metaData": {}, "keyColumns": [], "sources": [{}]})"),
              IsError(ErrorCode::kInvalidArgument, "exactly one member: sources[0]"));
  EXPECT_THAT(ParseGroupBy("{}"), IsError(ErrorCode::kInvalidArgument, "missing field 'metaData'"));
  EXPECT_THAT(ParseGroupBy("[]"), IsError(ErrorCode::kInvalidArgument, "an object"));
  EXPECT_THAT(ParseGroupBy("{\"a\": \"\xff\"}"), IsError(ErrorCode::kInvalidArgument, "not JSON"));
  EXPECT_THAT(ParseGroupBy(""), IsError(ErrorCode::kInvalidArgument, "not JSON"));
}

TEST(ConfJson, DeepNestingIsAnErrorAndNoCrash) {
  std::string text;
  for (int i = 0; i < 20'000; ++i)
    text += R"({"metaData":{},"joinParts":[],"left":{"joinSource":{"join":)";
  EXPECT_FALSE(ParseJoin(text).has_value());
  text += "{}";
  for (int i = 0; i < 20'000; ++i) text += "}}}";
  EXPECT_THAT(ParseJoin(text), IsError(ErrorCode::kInvalidArgument, "nested deeper"));
}

TEST(ConfJson, JoinsAreCheckedAtEveryLevel) {
  const std::string text = ReadText(GoldenCases() / "join_multi_derived/conf.json");
  const auto join = ParseJoin(text);
  ASSERT_THAT(join, IsOk());
  EXPECT_EQ(ToJson(*join), text);
  auto broken = nlohmann::ordered_json::parse(text);
  broken["joinParts"][1]["groupBy"]["keyColumn"] = "k";
  EXPECT_THAT(ParseJoin(broken.dump()),
              IsError(ErrorCode::kInvalidArgument, "'keyColumn' of GroupBy: joinParts[1].groupBy"));
}

TEST(ConfJson, JoinSourceKeepsItsJoin) {
  const std::string text =
      R"({"metaData":{},"sources":[{"joinSource":{"join":{"metaData":{"name":"j"},)"
      R"("left":{"events":{"table":"n.l"}},"joinParts":[]},"query":{"setups":[]}}}],)"
      R"("keyColumns":["k"]})";
  const auto group_by = ParseGroupBy(text);
  ASSERT_THAT(group_by, IsOk());
  EXPECT_EQ(ToCompactJson(*group_by), text);
}

}  // namespace
}  // namespace gnomon::config
