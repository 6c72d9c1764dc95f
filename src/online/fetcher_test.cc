// SPDX-License-Identifier: Apache-2.0
// Fetching from a store that holds what the real Chronon uploaded, and from batches made here:
// names, new batches, refusals.
#include "online/fetcher.h"

#include <gtest/gtest.h>

#include <atomic>
#include <sstream>
#include <thread>

#include "avro/binary.h"
#include "avro/value.h"
#include "codec/record_schema.h"
#include "codec/serving_info.h"
#include "support/matchers.h"
#include "support/source_file.h"

namespace gnomon::online {
namespace {

using Json = nlohmann::ordered_json;

const std::string kInfoKey(codec::kServingInfoKey);

std::string GoldenPath(const std::string& name) { return SourcePath("test/golden/cases/" + name); }

// {"user":{"string":"u00"}} -> {"user":"u00"}: Avro's JSON names the branch of a union.
Json WithoutBranches(const Json& avro_json) {
  Json plain = Json::object();
  for (const auto& [name, value] : avro_json.items())
    plain[name] = value.is_null() ? Json() : value.front();
  return plain;
}

constexpr const char* kConf = R"({"metaData":{"name":"shop.features.v1","outputNamespace":"ns",
    "customJson":"{\"gnomon_name\": \"purchase_features\"}"},
    "sources":[{"events":{"table":"ns.t","query":{"timeColumn":"ts"}}}],"keyColumns":["user_id"],
    "aggregations":[{"inputColumn":"price","operation":7,
                      "windows":[{"length":1,"timeUnit":1},{"length":7,"timeUnit":1}]},
                    {"inputColumn":"price","operation":6},
                    {"inputColumn":"price","operation":8,"windows":[{"length":7,"timeUnit":1}]}]})";

class FetcherTest : public testing::Test {
 protected:
  FetcherTest() {
    auto store = kv::OpenKvStore("memory:");
    store_ = store->get();
    fetcher_ = std::make_unique<Fetcher>(*std::move(store));
  }

  void Load(const std::string& dataset,
            const std::vector<std::pair<std::string, std::string>>& pairs) {
    auto loader = store_->BeginBatch(dataset, "2023-12-08");
    ASSERT_THAT(loader, IsOk());
    for (const auto& [key, value] : pairs) ASSERT_THAT((*loader)->Put(key, value), IsOk());
    ASSERT_THAT((*loader)->Publish(), IsOk());
  }

  static std::string Info(const Json& conf, TypeKind key_type, const std::string& batch_end) {
    const auto info =
        codec::MakeServingInfo(conf.dump(), batch_end, {Field{.name = "user_id", .type = key_type}},
                               {Field{.name = "price", .type = TypeKind::kDouble}});
    EXPECT_THAT(info, IsOk());
    return codec::ToJson(*info);
  }

  static std::string Row(const avro::Values& values) {
    static const std::vector<TypeKind> kTypes = {TypeKind::kDouble, TypeKind::kDouble,
                                                 TypeKind::kLong, TypeKind::kDouble};
    std::vector<Field> fields;
    for (const TypeKind kind : kTypes) {
      fields.push_back(Field{.name = "c" + std::to_string(fields.size()), .type = kind});
    }
    std::string bytes;
    avro::BinaryWriter writer(bytes);
    EXPECT_THAT(avro::Encode(**codec::RecordSchema("Value", fields), avro::Value(values), writer),
                IsOk());
    return bytes;
  }

  // One user u1 with a sum of `sum`, keyed by a string.
  void LoadShop(double sum, const std::string& batch_end = "2023-12-08",
                const std::string& dataset = "SHOP_FEATURES_V1_BATCH",
                Json conf = Json::parse(kConf)) {
    Load(dataset, {{kInfoKey, Info(conf, TypeKind::kString, batch_end)},
                   {"\x02\x04u1", Row({avro::Value(), avro::Value(sum),
                                       avro::Value(std::int64_t{3}), avro::Value(sum / 3)})}});
  }

  kv::KvStore* store_ = nullptr;
  std::unique_ptr<Fetcher> fetcher_;
};

TEST_F(FetcherTest, ServesWhatTheRealChrononUploaded) {
  std::vector<std::pair<std::string, std::string>> pairs;
  std::vector<std::pair<Json, Json>> expected;
  std::istringstream lines(ReadText(GoldenPath("up_entity/rows.jsonl")));
  for (std::string line; std::getline(lines, line);) {
    const Json row = Json::parse(line);
    pairs.emplace_back(FromHex(row["key"]), FromHex(row["value"]));
    expected.emplace_back(WithoutBranches(Json::parse(row["key_json"].get<std::string>())),
                          WithoutBranches(Json::parse(row["value_json"].get<std::string>())));
  }
  ASSERT_GT(expected.size(), 20u);
  pairs.emplace_back(kInfoKey, ReadText(GoldenPath("up_entity/serving_info.json")));
  Load("CASES_UP_ENTITY_BATCH", pairs);
  for (const auto& [keys, values] : expected) {
    const auto features = fetcher_->FetchGroupBy("cases.up_entity", keys);
    ASSERT_THAT(features, IsOk());
    EXPECT_EQ(*features->values, values) << keys;
    EXPECT_EQ(FormatDay(features->batch_end), "2024-03-11");
  }
}

TEST_F(FetcherTest, AggregatedFeaturesUnderEveryName) {
  LoadShop(6.0);
  for (const char* name : {"shop.features.v1", "shop/features.v1", "group_bys/shop/features.v1",
                           "purchase_features", "ns.purchase_features"}) {
    const auto features = fetcher_->FetchGroupBy(name, {{"user_id", "u1"}});
    ASSERT_THAT(features, IsOk()) << name;
    EXPECT_EQ(features->values->dump(),
              R"({"price_sum_1d":null,"price_sum_7d":6.0,"price_count":3,)"
              R"("price_average_7d":2.0})");
  }
}

// SPEC edge cases 66, 68 and appendix G 10.
TEST_F(FetcherTest, UnknownAndNullKeysGiveNoData) {
  LoadShop(6.0);
  const auto results =
      fetcher_->FetchGroupBys({{"purchase_features", {{"user_id", "nobody"}}},
                               {"purchase_features", {{"user_id", nullptr}}},
                               {"purchase_features", {{"user_id", "u1"}, {"extra", 1}}},
                               {"purchase_features", {{"usr", "u1"}}},
                               {"purchase_features", Json::array()},
                               {"elsewhere", {{"user_id", "u1"}}}});
  ASSERT_EQ(results.size(), 6u);
  EXPECT_FALSE(results[0]->values.has_value());
  EXPECT_FALSE(results[1]->values.has_value());
  EXPECT_EQ((*results[2]->values)["price_count"], 3);
  EXPECT_THAT(results[3], IsError(ErrorCode::kInvalidArgument, "user_id"));
  EXPECT_THAT(results[4], IsError(ErrorCode::kInvalidArgument, "not a JSON object"));
  EXPECT_THAT(results[5], IsError(ErrorCode::kNotFound, "elsewhere"));
}

// SPEC edge case 69, and what cannot be cast.
TEST_F(FetcherTest, KeysAreCast) {
  LoadShop(6.0);
  Load("SHOP_FEATURES_V1_BATCH",
       {{kInfoKey, Info(Json::parse(kConf), TypeKind::kLong, "2023-12-10")},
        {"\x02\x0a",
         Row({avro::Value(), avro::Value(1.0), avro::Value(std::int64_t{1}), avro::Value(1.0)})}});
  for (const Json& key : {Json("5"), Json(5), Json(5.0)}) {
    const auto features = fetcher_->FetchGroupBy("purchase_features", {{"user_id", key}});
    ASSERT_THAT(features, IsOk());
    EXPECT_TRUE(features->values.has_value()) << key;
  }
  EXPECT_THAT(fetcher_->FetchGroupBy("purchase_features", {{"user_id", "five"}}),
              IsError(ErrorCode::kInvalidArgument, "Failed to encode key for purchase_features"));
}

TEST_F(FetcherTest, NothingUploadedSaysHowTo) {
  EXPECT_THAT(fetcher_->FetchGroupBy("a.b.v1", {{"k", 1}}),
              IsError(ErrorCode::kNotFound, "--mode=upload"));
  LoadShop(1.0);
  EXPECT_THAT(fetcher_->FetchGroupBy("purchase_feature", {{"k", 1}}),
              IsError(ErrorCode::kNotFound, "did you mean 'purchase_features'"));
}

// A batch that cannot be read may be the one asked for, under a name that only it knows.
TEST_F(FetcherTest, ADamagedBatchIsNotAnEmptyStore) {
  Load("SHOP_FEATURES_V1_BATCH", {{kInfoKey, "not JSON"}});
  EXPECT_THAT(fetcher_->FetchGroupBy("purchase_features", {{"user_id", "u1"}}),
              IsError(ErrorCode::kCorruption, "SHOP_FEATURES_V1_BATCH cannot be read, upload it"));
  EXPECT_THAT(fetcher_->FetchGroupBy("shop.features.v1", {{"user_id", "u1"}}),
              IsError(ErrorCode::kCorruption, "run the upload again"));
  Json other = Json::parse(kConf);
  other["metaData"]["name"] = "market.features.v1";
  LoadShop(2.0, "2023-12-08", "MARKET_FEATURES_V1_BATCH", other);
  EXPECT_THAT(fetcher_->FetchGroupBy("purchase_features", {{"user_id", "u1"}}), IsOk());
}

TEST_F(FetcherTest, ANewBatchIsNoticedWithItsSchema) {
  LoadShop(6.0);
  EXPECT_EQ(
      (*fetcher_->FetchGroupBy("purchase_features", {{"user_id", "u1"}})->values)["price_sum_7d"],
      6.0);
  LoadShop(9.0, "2023-12-09");
  const auto features = fetcher_->FetchGroupBy("purchase_features", {{"user_id", "u1"}});
  ASSERT_THAT(features, IsOk());
  EXPECT_EQ((*features->values)["price_sum_7d"], 9.0);
  EXPECT_EQ(FormatDay(features->batch_end), "2023-12-09");
  // The key becomes a LONG: requests are encoded anew.
  Load("SHOP_FEATURES_V1_BATCH",
       {{kInfoKey, Info(Json::parse(kConf), TypeKind::kLong, "2023-12-10")},
        {"\x02\x02",
         Row({avro::Value(), avro::Value(1.0), avro::Value(std::int64_t{1}), avro::Value(1.0)})}});
  const auto by_long = fetcher_->FetchGroupBy("purchase_features", {{"user_id", "1"}});
  ASSERT_THAT(by_long, IsOk());
  EXPECT_EQ((*by_long->values)["price_sum_7d"], 1.0);
}

TEST_F(FetcherTest, AnAmbiguousNameListsTheMeanings) {
  LoadShop(1.0);
  Json other = Json::parse(kConf);
  other["metaData"]["name"] = "market.features.v1";
  LoadShop(2.0, "2023-12-08", "MARKET_FEATURES_V1_BATCH", other);
  EXPECT_THAT(fetcher_->FetchGroupBy("purchase_features", {{"user_id", "u1"}}),
              IsError(ErrorCode::kInvalidArgument, "market.features.v1, shop.features.v1"));
  EXPECT_THAT(fetcher_->FetchGroupBy("shop.features.v1", {{"user_id", "u1"}}), IsOk());
}

TEST_F(FetcherTest, WhatCannotBeServedYetIsRefusedByName) {
  Json temporal = Json::parse(kConf);
  temporal["accuracy"] = 0;
  LoadShop(1.0, "2023-12-08", "SHOP_FEATURES_V1_BATCH", temporal);
  EXPECT_THAT(fetcher_->FetchGroupBy("purchase_features", {{"user_id", "u1"}}),
              IsError(ErrorCode::kUnimplemented, "TEMPORAL"));
  Json derived = Json::parse(kConf);
  derived["derivations"] = Json::array({{{"name", "x"}, {"expression", "y"}}});
  LoadShop(1.0, "2023-12-08", "SHOP_FEATURES_V1_BATCH", derived);
  EXPECT_THAT(fetcher_->FetchGroupBy("purchase_features", {{"user_id", "u1"}}),
              IsError(ErrorCode::kUnimplemented, "purchase_features"));
}

TEST_F(FetcherTest, DamageIsAnErrorOfItsKeyOnly) {
  LoadShop(1.0);
  const std::string good =
      Row({avro::Value(), avro::Value(1.0), avro::Value(std::int64_t{1}), avro::Value(1.0)});
  Load("SHOP_FEATURES_V1_BATCH",
       {{kInfoKey, Info(Json::parse(kConf), TypeKind::kString, "2023-12-08")},
        {"\x02\x04u1", good},
        {"\x02\x04u2", good.substr(0, 5)}});
  const auto results = fetcher_->FetchGroupBys(
      {{"purchase_features", {{"user_id", "u1"}}}, {"purchase_features", {{"user_id", "u2"}}}});
  EXPECT_THAT(results[0], IsOk());
  EXPECT_THAT(results[1], IsError(ErrorCode::kCorruption, "SHOP_FEATURES_V1_BATCH"));
  Load("SHOP_FEATURES_V1_BATCH", {{kInfoKey, "{}"}});
  EXPECT_THAT(fetcher_->FetchGroupBy("purchase_features", {{"user_id", "u1"}}),
              IsError(ErrorCode::kCorruption, "run the upload again"));
  Load("SHOP_FEATURES_V1_BATCH", {});
  EXPECT_THAT(fetcher_->FetchGroupBy("purchase_features", {{"user_id", "u1"}}),
              IsError(ErrorCode::kCorruption, "no serving info"));
}

TEST_F(FetcherTest, ManyThreadsWhileBatchesChange) {
  LoadShop(1.0);
  std::atomic<bool> done = false;
  std::atomic<int> wrong = 0;
  std::vector<std::thread> readers;
  for (int t = 0; t < 3; ++t) {
    readers.emplace_back([&] {
      while (!done) {
        const auto features = fetcher_->FetchGroupBy("purchase_features", {{"user_id", "u1"}});
        // The average is a third of the sum in every batch.
        const bool good = features.has_value() && features->values.has_value() &&
                          (*features->values)["price_sum_7d"] ==
                              3 * (*features->values)["price_average_7d"].get<double>();
        if (!good) ++wrong;
      }
    });
  }
  for (int i = 1; i <= 200; ++i) LoadShop(3.0 * i, i % 2 == 0 ? "2023-12-08" : "2023-12-09");
  done = true;
  for (std::thread& reader : readers) reader.join();
  EXPECT_EQ(wrong, 0);
}

}  // namespace
}  // namespace gnomon::online
