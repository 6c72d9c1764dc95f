// SPDX-License-Identifier: Apache-2.0
// Names under both rules, and each rule of validation with the place that it names.
#include "config/validate.h"

#include <gtest/gtest.h>

#include "config/names.h"
#include "support/matchers.h"

namespace gnomon::config {
namespace {

MetaData Meta(std::optional<std::string> custom_json) {
  MetaData meta;
  meta.name = "bootcamp.user_purchase_features.v1";
  meta.output_namespace = "bootcamp_features";
  meta.custom_json = std::move(custom_json);
  return meta;
}

GroupBy Valid() {
  GroupBy group_by;
  group_by.meta_data = Meta(std::nullopt);
  EventSource source;
  source.table = "ns.tbl";
  source.query.emplace().time_column = "ts";
  group_by.sources = {source};
  group_by.key_columns = {"k"};
  group_by.aggregations = {
      Aggregation{.input_column = "x", .operation = 7, .windows = {{{7, TimeUnit::kDays}}}}};
  group_by.backfill_start_date = "2023-12-01";
  return group_by;
}

EntitySource Entities() {
  EntitySource source;
  source.snapshot_table = "ns.dim";
  source.query.emplace();
  return source;
}

SideFile Places() {
  SideFile side;
  side.source_file = "group_bys/t/f.py";
  side.lines = {{"", 3}, {"aggregations[0]", 9}};
  return side;
}

TEST(Names, ChrononRule) {
  const MetaData meta = Meta(R"({"lag": 0})");
  EXPECT_EQ(NamingRuleOf(meta), NamingRule::kChronon);
  EXPECT_EQ(*OutputTable(meta), "bootcamp_features.bootcamp_user_purchase_features_v1");
  EXPECT_EQ(DatasetName(meta, "BATCH"), "BOOTCAMP_USER_PURCHASE_FEATURES_V1_BATCH");
  EXPECT_EQ(FeaturePrefix(meta), "");
}

TEST(Names, DocumentedRule) {
  const MetaData meta = Meta(R"({"lag": 0, "gnomon_name": "user_purchase_features"})");
  EXPECT_EQ(NamingRuleOf(meta), NamingRule::kDocumented);
  EXPECT_EQ(*OutputTable(meta), "bootcamp_features.user_purchase_features");
  EXPECT_EQ(DatasetName(meta, "BATCH"), "BOOTCAMP_USER_PURCHASE_FEATURES_V1_BATCH");
  EXPECT_EQ(FeaturePrefix(meta), "user_purchase_features_");
}

TEST(Names, DatasetsOfPaths) {
  EXPECT_EQ(DatasetName("quickstart/purchases.v1", "BATCH"), "QUICKSTART_PURCHASES_V1_BATCH");
  EXPECT_EQ(DatasetName("a.b", "STREAMING"), "A_B_STREAMING");
}

TEST(Names, SanitizeReplacesByteForByte) {
  EXPECT_EQ(Sanitize("a.b-c d_E9"), "a_b_c_d_E9");
  EXPECT_EQ(Sanitize("é"), "__");
}

TEST(Names, BadPartsAreRefused) {
  MetaData meta = Meta("not json");
  EXPECT_EQ(NamingRuleOf(meta), NamingRule::kChronon);
  meta.output_namespace = "a; drop";
  EXPECT_THAT(OutputTable(meta), IsError(ErrorCode::kInvalidArgument, "outputNamespace"));
  meta.output_namespace.reset();
  EXPECT_THAT(OutputTable(meta), IsError(ErrorCode::kInvalidArgument, "outputNamespace"));
  EXPECT_THAT(OutputTable(Meta(R"({"gnomon_name": "../x"})")),
              IsError(ErrorCode::kInvalidArgument, "'../x'"));
  meta.name.reset();
  EXPECT_THAT(OutputTable(meta), IsError(ErrorCode::kInvalidArgument, "metaData.name"));
}

TEST(Validate, ColumnsOfOneNameAreRefused) {
  const auto refused = [](const GroupBy& group_by, const char* text) {
    EXPECT_THAT(ValidateForBackfill(group_by, Places()),
                IsError(ErrorCode::kInvalidArgument, text));
    EXPECT_THAT(ValidateForUpload(group_by, Places()), IsError(ErrorCode::kInvalidArgument, text));
  };
  GroupBy twice = Valid();
  twice.aggregations->push_back(twice.aggregations->front());
  refused(twice, "has the name of the output column of aggregations[0]");
  refused(twice, "x_sum_7d");
  twice.aggregations->back().windows = {{{14, TimeUnit::kDays}}};
  EXPECT_THAT(ValidateForBackfill(twice, Places()), IsOk());
  twice.aggregations->back().windows = {{{14, TimeUnit::kDays}, {14, TimeUnit::kDays}}};
  refused(twice, "aggregations[1]");
  GroupBy key = Valid();
  key.key_columns = {"k", "X_sum_7d"};
  refused(key, "group_bys/t/f.py:9");
  refused(key, "has the name of a key");
  GroupBy day = Valid();
  day.key_columns = {"ds"};
  refused(day, "the column of the day");
}

TEST(Validate, AsManyLastOnesAsAskedForAreColumnsOfTheirOwn) {
  GroupBy group_by = Valid();
  for (const char* k : {"5", "10"}) {
    group_by.aggregations->push_back(Aggregation{
        .input_column = "x", .operation = 13, .arg_map = OrderedMap<std::string>{{"k", k}}});
  }
  EXPECT_THAT(ValidateForBackfill(group_by, Places()), IsOk());
}

TEST(Validate, AValidGroupByPasses) {
  EXPECT_THAT(ValidateForBackfill(Valid(), Places()), IsOk());
  EXPECT_THAT(ValidateForUpload(Valid(), Places()), IsOk());
  EXPECT_EQ(AccuracyOf(Valid()), Accuracy::kSnapshot);
}

TEST(Validate, BackfillNeedsItsStartAndUploadDoesNot) {
  GroupBy group_by = Valid();
  group_by.backfill_start_date.reset();
  EXPECT_THAT(ValidateForBackfill(group_by, Places()),
              IsError(ErrorCode::kInvalidArgument, "group_bys/t/f.py:3 backfillStartDate"));
  EXPECT_THAT(ValidateForUpload(group_by, Places()), IsOk());
  group_by.backfill_start_date = "2023-13-01";
  EXPECT_THAT(ValidateForBackfill(group_by, Places()),
              IsError(ErrorCode::kInvalidArgument, "2023-13-01"));
}

struct Refusal {
  const char* name;
  void (*change)(GroupBy&);
  ErrorCode code;
  const char* message;
};

class RefusalTest : public testing::TestWithParam<Refusal> {};

TEST_P(RefusalTest, NamesTheFeatureAndItsPlace) {
  GroupBy group_by = Valid();
  GetParam().change(group_by);
  EXPECT_THAT(ValidateForBackfill(group_by, Places()),
              IsError(GetParam().code, GetParam().message));
}

constexpr auto kWrong = ErrorCode::kInvalidArgument;
INSTANTIATE_TEST_SUITE_P(
    Rules, RefusalTest,
    testing::Values(
        Refusal{"NoKeys", [](GroupBy& g) { g.key_columns.clear(); }, kWrong, "needs a key"},
        Refusal{"TwiceAKey",
                [](GroupBy& g) {
                  g.key_columns = {"a", "a"};
                },
                kWrong, "keyColumns[1]"},
        Refusal{"NoSources", [](GroupBy& g) { g.sources.clear(); }, kWrong, "needs a source"},
        Refusal{"NoTable", [](GroupBy& g) { std::get<0>(g.sources[0]).table.reset(); }, kWrong,
                "no table"},
        Refusal{"NoTime", [](GroupBy& g) { std::get<0>(g.sources[0]).query->time_column.reset(); },
                kWrong, "no time column"},
        Refusal{"CumulativeWithoutTime",
                [](GroupBy& g) {
                  g.accuracy = Accuracy::kSnapshot;
                  std::get<0>(g.sources[0]).is_cumulative = true;
                  std::get<0>(g.sources[0]).query->time_column.reset();
                },
                kWrong, "a cumulative source has no time column"},
        Refusal{"MutationsOfEvents",
                [](GroupBy& g) { std::get<0>(g.sources[0]).query->reversal_column = "r"; }, kWrong,
                "drop reversal_column"},
        Refusal{"NoSnapshotTable", [](GroupBy& g) { g.sources = {EntitySource{}}; }, kWrong,
                "set snapshotTable"},
        Refusal{"WindowsOfEntitiesWithoutTime", [](GroupBy& g) { g.sources = {Entities()}; },
                kWrong, "an entity source that is aggregated over windows has no time column"},
        Refusal{"MixedKinds", [](GroupBy& g) { g.sources.emplace_back(Entities()); }, kWrong,
                "sources[1]"},
        Refusal{"NoJoin", [](GroupBy& g) { g.sources = {JoinSource{}}; }, kWrong,
                "sources[0].joinSource"},
        Refusal{"NoAggregations", [](GroupBy& g) { g.aggregations.reset(); }, kWrong,
                "needs aggregations"},
        Refusal{"MutationsWithoutAggregations",
                [](GroupBy& g) {
                  g.sources = {Entities()};
                  std::get<EntitySource>(g.sources[0]).mutation_topic = "t";
                  g.aggregations.reset();
                },
                kWrong, "a GroupBy over mutations needs aggregations"},
        Refusal{"NoOperation", [](GroupBy& g) { (*g.aggregations)[0].operation.reset(); }, kWrong,
                "group_bys/t/f.py:9 aggregations[0]"},
        Refusal{"Hours",
                [](GroupBy& g) {
                  (*g.aggregations)[0].windows = {{{6, TimeUnit::kHours}}};
                },
                kWrong, "6 hours"},
        Refusal{"NoLength",
                [](GroupBy& g) {
                  (*g.aggregations)[0].windows = {{{0, TimeUnit::kDays}}};
                },
                kWrong, "must be positive"},
        Refusal{"DerivationWithoutName", [](GroupBy& g) { g.derivations = {{Derivation{}}}; },
                kWrong, "derivations[0]"},
        Refusal{"DerivationOfTheDay",
                [](GroupBy& g) { g.derivations = {{Derivation{.name = "ds", .expression = "x"}}}; },
                kWrong, "the column of the day"},
        Refusal{"IncrementalEntities",
                [](GroupBy& g) {
                  g.sources = {Entities()};
                  std::get<EntitySource>(g.sources[0]).query->time_column = "ts";
                  g.is_incremental = true;
                },
                kWrong, "an incremental GroupBy reads events"},
        Refusal{"IncrementalTemporal",
                [](GroupBy& g) {
                  g.accuracy = Accuracy::kTemporal;
                  g.is_incremental = true;
                },
                kWrong, "has SNAPSHOT accuracy"},
        Refusal{"IncrementalWithoutWindows",
                [](GroupBy& g) {
                  (*g.aggregations)[0].windows.reset();
                  g.is_incremental = true;
                },
                kWrong, "needs a window"}),
    [](const auto& test) { return std::string(test.param.name); });

TEST(Validate, ATopicMakesItTemporal) {
  GroupBy group_by = Valid();
  std::get<EventSource>(group_by.sources[0]).topic = "events";
  EXPECT_EQ(AccuracyOf(group_by), Accuracy::kTemporal);
  EXPECT_THAT(ValidateForUpload(group_by, Places()), IsOk());
  group_by.accuracy = Accuracy::kSnapshot;
  EXPECT_THAT(ValidateForUpload(group_by, Places()), IsOk());
}

// SPEC edge case 10: backfills are SNAPSHOT whatever the accuracy.
TEST(Validate, WindowsInHoursNeedTheTimeOfDay) {
  GroupBy group_by = Valid();
  (*group_by.aggregations)[0].windows = {{{6, TimeUnit::kHours}}};
  EXPECT_THAT(ValidateForUpload(group_by, Places()), IsError(kWrong, "6 hours"));
  group_by.accuracy = Accuracy::kTemporal;
  EXPECT_THAT(ValidateForUpload(group_by, Places()), IsOk());
  EXPECT_THAT(ValidateForBackfill(group_by, Places()), IsError(kWrong, "6 hours"));
  group_by.sources = {Entities()};
  std::get<EntitySource>(group_by.sources[0]).query->time_column = "ts";
  EXPECT_THAT(ValidateForBackfill(group_by, Places()), IsOk());
}

// SPEC edge case 9.
TEST(Validate, EventsWithoutTimeAreOfTheirDay) {
  GroupBy group_by = Valid();
  std::get<EventSource>(group_by.sources[0]).query->time_column.reset();
  EXPECT_THAT(ValidateForBackfill(group_by, Places()), IsError(kWrong, "Accuracy.SNAPSHOT"));
  group_by.accuracy = Accuracy::kSnapshot;
  EXPECT_THAT(ValidateForBackfill(group_by, Places()), IsOk());
}

TEST(Validate, EntitiesPassThroughWithoutAggregations) {
  GroupBy group_by = Valid();
  group_by.sources = {Entities()};
  group_by.aggregations.reset();
  EXPECT_THAT(ValidateForBackfill(group_by, Places()), IsOk());
  EXPECT_THAT(ValidateForUpload(group_by, Places()), IsOk());
}

TEST(Validate, BucketsAndHoursAreInTheNamesOfColumns) {
  GroupBy group_by = Valid();
  group_by.accuracy = Accuracy::kTemporal;
  (*group_by.aggregations)[0].buckets = {{"b", "c"}};
  (*group_by.aggregations)[0].windows = {{{6, TimeUnit::kHours}, {6, TimeUnit::kDays}}};
  EXPECT_THAT(ValidateForUpload(group_by, Places()), IsOk());
  group_by.key_columns = {"x_sum_6h_by_c"};
  EXPECT_THAT(ValidateForUpload(group_by, Places()), IsError(kWrong, "has the name of a key"));
}

TEST(Validate, StagingQuery) {
  StagingQuery staging_query;
  staging_query.meta_data = Meta(std::nullopt);
  EXPECT_THAT(Validate(staging_query, Places()), IsError(kWrong, "no query"));
  staging_query.query = "SELECT 1";
  EXPECT_THAT(Validate(staging_query, Places()), IsOk());
  staging_query.create_view = true;
  EXPECT_THAT(Validate(staging_query, Places()), IsOk());
}

}  // namespace
}  // namespace gnomon::config
