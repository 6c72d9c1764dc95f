// SPDX-License-Identifier: Apache-2.0
// Compiled configs and side files, damaged: each is refused in one sentence, or can be used.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "config/any_conf.h"
#include "config/conf_json.h"
#include "config/content_hash.h"
#include "config/semantic_hash.h"
#include "config/validate.h"
#include "config/validate_join.h"
#include "support/damaged_bytes.h"
#include "support/matchers.h"
#include "support/source_file.h"
#include "support/temp_dir.h"

namespace gnomon::config {
namespace {

namespace fs = std::filesystem;

void ExpectOneSentence(const Error& error) {
  EXPECT_EQ(error.message.find('\n'), std::string::npos) << error.message;
  EXPECT_NE(error.code, ErrorCode::kInternal) << error.message;
}

struct Use {
  void operator()(const GroupBy& group_by) const {
    EXPECT_THAT(ParseGroupBy(ToJson(group_by)), IsOk());
    EXPECT_FALSE(SemanticHash(group_by).empty());
    for (const Status& status :
         {ValidateForBackfill(group_by, side), ValidateForUpload(group_by, side)}) {
      if (!status.has_value()) ExpectOneSentence(status.error());
    }
  }
  void operator()(const Join& join) const {
    EXPECT_THAT(ParseJoin(ToJson(join)), IsOk());
    const Status status = Validate(join, side);
    if (!status.has_value()) ExpectOneSentence(status.error());
  }
  void operator()(const StagingQuery& query) const {
    EXPECT_THAT(ParseStagingQuery(ToJson(query)), IsOk());
    const Status status = Validate(query, side);
    if (!status.has_value()) ExpectOneSentence(status.error());
  }
  const SideFile& side;
};

TEST(DamagedConf, IsRefusedOrCanBeUsed) {
  DamagedBytes damage(1);
  int refused = 0, cases = 0;
  for (const auto& entry : fs::directory_iterator(SourcePath("test/golden/cases"))) {
    const std::string whole = ReadText(entry.path() / "conf.json");
    ++cases;
    for (int i = 0; i < 60; ++i) {
      const auto conf = ParseConf(damage.OfJson(whole));
      if (!conf.has_value()) {
        ExpectOneSentence(conf.error());
        ++refused;
        continue;
      }
      const SideFile side{.conf_path = "x", .conf_hash = "h", .source_file = "x.py"};
      std::visit(Use{side}, *conf);
      (void)RowKeys(*conf);
      (void)MetaDataOf(*conf);
    }
  }
  EXPECT_GT(cases, 30);
  EXPECT_GT(refused, 10 * cases);
}

TEST(DamagedSideFile, IsRefusedOrGivesPlaces) {
  const TempDir dir;
  const std::string conf_path = dir / "production/group_bys/t/x.v1";
  const std::string side_path = dir / "production/.gnomon/group_bys/t/x.v1.json";
  for (const std::string& path : {conf_path, side_path})
    fs::create_directories(fs::path(path).parent_path());
  const std::string text =
      R"({"metaData":{"name":"t.x.v1"},"keyColumns":["k"],"sources":[{"events":{"table":"n.t"}}]})";
  std::ofstream(conf_path, std::ios::binary) << text;
  const nlohmann::ordered_json side = {
      {"format", 1},
      {"conf_sha256", Sha256Hex(text)},
      {"conf_hash", "abcdefghij"},
      {"source_file", "group_bys/t/x.py"},
      {"lines", {{"", 20}, {"sources[0].events.query", 22}}},
      {"embedded",
       {{"sources[0]", {{"source_file", "group_bys/t/g.py"}, {"lines", {{"", 5}, {"x", 8}}}}}}},
      {"dependencies",
       {{{"table", "a.b"}, {"conf", "staging_queries/a/b.py"}},
        {{"table", "c.d"}, {"conf", nullptr}}}},
      {"expressions", {{"sources[0].events.query.selects.u", {{"op", "column"}, {"name", "u"}}}}},
      {"setups", {{{"sql", "x"}}}},
      {"query", {{"sql", "SELECT 1"}}}};
  DamagedBytes damage(2);
  int refused = 0;
  for (int i = 0; i < 1500; ++i) {
    std::ofstream(side_path, std::ios::binary) << damage.OfJson(side.dump());
    const auto loaded = LoadAnyConf(conf_path);
    if (!loaded.has_value()) {
      ExpectOneSentence(loaded.error());
      ++refused;
      continue;
    }
    EXPECT_FALSE(loaded->side.Where("sources[0].events.query.selects.u").empty());
    EXPECT_FALSE(loaded->side.At("sources[0]").Where("x").empty());
  }
  EXPECT_GT(refused, 200);
}

}  // namespace
}  // namespace gnomon::config
