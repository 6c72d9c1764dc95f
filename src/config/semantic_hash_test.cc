// SPDX-License-Identifier: Apache-2.0
// The hashes that the real Chronon stored with the tables of its golden joins.
#include "config/semantic_hash.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "config/conf_json.h"
#include "support/matchers.h"
#include "support/source_file.h"

namespace gnomon::config {
namespace {

namespace fs = std::filesystem;

TEST(SemanticHash, IsTheOneThatChrononStoredWithEveryGoldenJoin) {
  int cases = 0;
  for (const auto& entry : fs::directory_iterator(SourcePath("test/golden/cases"))) {
    if (!entry.path().filename().string().starts_with("join_")) continue;
    const auto join = ParseJoin(ReadText(entry.path() / "conf.json"));
    ASSERT_THAT(join, IsOk());
    const auto schema = nlohmann::json::parse(ReadText(entry.path() / "schema.json"));
    const auto stored =
        nlohmann::json::parse(schema.at("tblproperties").at("semantic_hash").get<std::string>());
    const std::string table = schema.at("table").get<std::string>();
    EXPECT_EQ(SemanticHash(join->left), stored.at("left_source")) << table;
    EXPECT_EQ(SemanticHash(join->bootstrap_parts.value_or(std::vector<BootstrapPart>())),
              stored.at(table + "_bootstrap"))
        << table;
    for (const JoinPart& part : join->join_parts) {
      std::string name = part.prefix ? *part.prefix + "_" : "";
      name += *part.group_by.meta_data.name;
      std::replace(name.begin(), name.end(), '.', '_');
      EXPECT_EQ(SemanticHash(part.group_by), stored.at(table + "_" + name)) << name;
    }
    ++cases;
  }
  EXPECT_EQ(cases, 13);
}

TEST(SemanticHash, TopicsAndNamesDoNotCountAndExpressionsDo) {
  auto join = ParseJoin(ReadText(SourcePath("test/golden/cases/join_bootstrap/conf.json")));
  ASSERT_THAT(join, IsOk());
  const std::string left = SemanticHash(join->left);
  const std::string part = SemanticHash(join->join_parts[0].group_by);
  std::get<EventSource>(join->left).topic = "t";
  join->join_parts[0].group_by.meta_data.name = "other";
  EXPECT_EQ(SemanticHash(join->left), left);
  EXPECT_EQ(SemanticHash(join->join_parts[0].group_by), part);
  std::get<EventSource>(join->left).query->selects->back().second += " + 1";
  EXPECT_NE(SemanticHash(join->left), left);
}

}  // namespace
}  // namespace gnomon::config
