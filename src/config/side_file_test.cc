// SPDX-License-Identifier: Apache-2.0
// The side file is found, bound to its conf by hash, and gives places in the user's file.
#include "config/side_file.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "config/content_hash.h"
#include "support/matchers.h"
#include "support/temp_dir.h"

namespace gnomon::config {
namespace {

namespace fs = std::filesystem;

class SideFileTest : public testing::Test {
 protected:
  void Write(const std::string& path, const std::string& text) {
    fs::create_directories(fs::path(path).parent_path());
    std::ofstream(path, std::ios::binary) << text;
  }

  nlohmann::json Side() const {
    return {
        {"format", 1},
        {"conf_sha256", Sha256Hex("{conf}")},
        {"conf_hash", "abcdefghij"},
        {"source_file", "group_bys/bootcamp/x.py"},
        {"lines", {{"", 20}, {"aggregations[1]", 41}, {"sources[0].events.query", 22}}},
        {"dependencies",
         {{{"table", "a.b"}, {"conf", "staging_queries/a/b.py"}},
          {{"table", "c.d"}, {"conf", nullptr}}}},
        {"expressions", {{"sources[0].events.query.selects.u", {{"op", "column"}, {"name", "u"}}}}},
        {"setups", nlohmann::json::array()}};
  }

  TempDir dir_;
  std::string conf_ = dir_ / "production/group_bys/bootcamp/x.v1";
  std::string side_ = dir_ / "production/.gnomon/group_bys/bootcamp/x.v1.json";
};

TEST(ContentHash, MatchesPublishedVectors) {
  EXPECT_EQ(Sha256Hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(Sha256Hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST_F(SideFileTest, LoadsAndGivesPlaces) {
  Write(conf_, "{conf}");
  Write(side_, Side().dump());
  const auto loaded = LoadConf(conf_);
  ASSERT_THAT(loaded, IsOk());
  EXPECT_EQ(loaded->text, "{conf}");
  const SideFile& side = loaded->side;
  EXPECT_EQ(side.conf_hash, "abcdefghij");
  EXPECT_EQ(side.expressions.at("sources[0].events.query.selects.u")["name"], "u");
  EXPECT_TRUE(side.query.is_null());
  const std::vector<Dependency> expected = {{"a.b", "staging_queries/a/b.py"}, {"c.d", ""}};
  EXPECT_EQ(side.dependencies, expected);
  EXPECT_EQ(side.Where("aggregations[1]"), "group_bys/bootcamp/x.py:41 aggregations[1]");
  EXPECT_EQ(side.Where("aggregations[1].windows[0]"),
            "group_bys/bootcamp/x.py:41 aggregations[1].windows[0]");
  EXPECT_EQ(side.Where("sources[0].events.query.selects.z"),
            "group_bys/bootcamp/x.py:22 sources[0].events.query.selects.z");
  EXPECT_EQ(side.Where("backfillStartDate"), "group_bys/bootcamp/x.py:20 backfillStartDate");
  EXPECT_EQ(side.Where(""), "group_bys/bootcamp/x.py:20");
}

TEST(SideFileView, AnEmbeddedConfHasItsOwnPathsAndTheUsersPlaces) {
  SideFile side;
  side.source_file = "joins/t/j.py";
  side.lines = {{"", 3}, {"joinParts[0]", 7}};
  side.expressions["joinParts[0].groupBy.sources[0].events.query.wheres[0]"] = 1;
  side.expressions["joinParts[0].groupByX.y"] = 2;
  side.expressions["left.events.query.selects.k"] = 3;
  const SideFile view = side.At("joinParts[0]").At("groupBy");
  ASSERT_EQ(view.expressions.size(), 1U);
  EXPECT_EQ(view.expressions.at("sources[0].events.query.wheres[0]"), 1);
  EXPECT_EQ(view.Where("keyColumns"), "joins/t/j.py:7 joinParts[0].groupBy.keyColumns");
  EXPECT_EQ(view.Where(""), "joins/t/j.py:7 joinParts[0].groupBy");
  EXPECT_EQ(side.Where(""), "joins/t/j.py:3");
}

TEST_F(SideFileTest, WhatAnotherFileDefinesStandsThere) {
  auto json = Side();
  json["embedded"] = {
      {"joinParts[0].groupBy",
       {{"source_file", "group_bys/t/g.py"}, {"lines", {{"", 5}, {"sources[0]", 8}}}}},
      {"joinParts[0].groupBy.sources[0].joinSource.join",
       {{"source_file", "joins/t/parent.py"}, {"lines", {{"", 2}, {"left", 3}}}}}};
  Write(conf_, "{conf}");
  Write(side_, json.dump());
  const auto loaded = LoadConf(conf_);
  ASSERT_THAT(loaded, IsOk());
  const SideFile& side = loaded->side;
  EXPECT_EQ(side.Where("joinParts[0].groupBy"), "group_bys/t/g.py:5");
  EXPECT_EQ(side.Where("joinParts[0].groupBy.keyColumns[0]"), "group_bys/t/g.py:5 keyColumns[0]");
  EXPECT_EQ(side.At("joinParts[0].groupBy").Where("sources[0].joinSource.join.left.events"),
            "joins/t/parent.py:3 left.events");
  EXPECT_EQ(side.At("joinParts[0].groupBy").Where("sources[0].joinSource.query"),
            "group_bys/t/g.py:8 sources[0].joinSource.query");
  EXPECT_EQ(side.Where("joinParts[0].prefix"), "group_bys/bootcamp/x.py:20 joinParts[0].prefix");
}

TEST_F(SideFileTest, WithoutSourceThePlaceIsTheConf) {
  auto side = Side();
  side["source_file"] = "";
  side["lines"] = nlohmann::json::object();
  Write(conf_, "{conf}");
  Write(side_, side.dump());
  const auto loaded = LoadConf(conf_);
  ASSERT_THAT(loaded, IsOk());
  EXPECT_EQ(loaded->side.Where("keyColumns"), conf_ + " keyColumns");
}

TEST_F(SideFileTest, MissingStaleAndDamagedFilesNameTheRemedy) {
  EXPECT_THAT(LoadConf(conf_),
              IsError(ErrorCode::kNotFound, "run.py --mode=compile --conf=" + conf_));
  Write(conf_, "{conf}");
  EXPECT_THAT(LoadConf(conf_), IsError(ErrorCode::kNotFound, "the side file"));
  Write(side_, Side().dump());
  Write(conf_, "{conf} changed");
  EXPECT_THAT(LoadConf(conf_), IsError(ErrorCode::kInvalidArgument, "was changed after"));
  Write(conf_, "{conf}");
  auto newer = Side();
  newer["format"] = 2;
  Write(side_, newer.dump());
  EXPECT_THAT(LoadConf(conf_), IsError(ErrorCode::kInvalidArgument, "has format 2"));
  auto wide = Side();
  wide["lines"][""] = (std::int64_t{1} << 32) + 20;
  Write(side_, wide.dump());
  EXPECT_THAT(LoadConf(conf_), IsError(ErrorCode::kCorruption, "damaged"));
  const std::string whole = Side().dump();
  for (std::size_t size = 0; size < whole.size(); ++size) {
    Write(side_, whole.substr(0, size));
    EXPECT_THAT(LoadConf(conf_), IsError(ErrorCode::kCorruption, "damaged")) << size;
  }
}

TEST(SideFilePath, NeedsThreeSegments) {
  EXPECT_EQ(*SideFilePath("/r/production/group_bys/t/f.v"),
            "/r/production/.gnomon/group_bys/t/f.v.json");
  EXPECT_THAT(SideFilePath("t/f.v"), IsError(ErrorCode::kInvalidArgument, "<type>/<team>/<name>"));
}

}  // namespace
}  // namespace gnomon::config
