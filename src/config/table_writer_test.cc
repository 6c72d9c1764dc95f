// SPDX-License-Identifier: Apache-2.0
#include "config/table_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "support/temp_dir.h"

namespace gnomon::config {
namespace {

using testing::Eq;
using testing::Optional;

void Write(const std::filesystem::path& path, std::string_view text) {
  std::filesystem::create_directories(path.parent_path());
  std::ofstream(path) << text;
}

TEST(TableWriter, IsTheCompiledConfElseTheFileOfTheName) {
  const TempDir folder;
  const std::filesystem::path root = folder.path();
  EXPECT_EQ(CommandThatFills(root, "db.t"), std::nullopt);
  Write(root / "staging_queries/team/t.py", "output_namespace=\"db\"");
  EXPECT_THAT(CommandThatFills(root, "db.t"), Optional(Eq("run.py --mode=staging-query-backfill "
                                                          "--conf=staging_queries/team/t.py")));
  EXPECT_EQ(CommandThatFills(root, "db.u"), std::nullopt);
  Write(root / "production/group_bys/team/x.v1",
        R"({"metaData": {"name": "team.x.v1", "outputNamespace": "db"}})");
  Write(root / "production/group_bys/team/broken.v1", "{");
  EXPECT_THAT(CommandThatFills(root, "db.team_x_v1"),
              Optional(Eq("run.py --mode=backfill --conf=production/group_bys/team/x.v1")));
  Write(root / "group_bys/team/x.py", "");
  Write(root / "production/.gnomon/group_bys/team/x.v1.json",
        R"({"source_file": "group_bys/team/x.py"})");
  EXPECT_THAT(CommandThatFills(root, "db.team_x_v1"),
              Optional(Eq("run.py --mode=backfill --conf=group_bys/team/x.py")));
}

// The remedy sent the user in a circle: purchases.py reads data.purchases, and writes another one.
TEST(TableWriter, AFileThatReadsTheTableOfItsNameDoesNotMakeIt) {
  const TempDir folder;
  const std::filesystem::path root = folder.path();
  Write(root / "teams.json", R"({"team": {"namespace": "features"}})");
  Write(root / "group_bys/team/purchases.py", "Source(table='data.purchases')");
  EXPECT_EQ(CommandThatFills(root, "data.purchases"), std::nullopt);
  // Not even in the namespace of its team, once it is compiled.
  EXPECT_NE(CommandThatFills(root, "features.purchases"), std::nullopt);
  Write(root / "production/group_bys/team/purchases.v1",
        R"({"metaData": {"name": "team.purchases.v1", "outputNamespace": "features"}})");
  Write(root / "production/.gnomon/group_bys/team/purchases.v1.json",
        R"({"source_file": "group_bys/team/purchases.py"})");
  EXPECT_EQ(CommandThatFills(root, "features.purchases"), std::nullopt);
}

TEST(TableWriter, AJoinMakesItsTable) {
  const TempDir folder;
  const std::filesystem::path root = folder.path();
  Write(root / "teams.json", R"({"team": {"namespace": "db"}})");
  Write(root / "joins/team/training.py", "");
  EXPECT_THAT(CommandThatFills(root, "db.training"),
              Optional(Eq("run.py --mode=backfill --conf=joins/team/training.py")));
  Write(root / "production/joins/team/other.v1",
        R"({"metaData": {"name": "team.other.v1", "outputNamespace": "db"}})");
  EXPECT_THAT(CommandThatFills(root, "db.team_other_v1"),
              Optional(Eq("run.py --mode=backfill --conf=production/joins/team/other.v1")));
}

TEST(TableWriter, AFileWhoseConfigsAreKnownIsNoGuess) {
  const TempDir folder;
  const std::filesystem::path root = folder.path();
  Write(root / "group_bys/team/t.py", "");
  Write(root / "production/group_bys/team/t.v1",
        R"({"metaData": {"name": "team.t.v1", "outputNamespace": "db"}})");
  EXPECT_EQ(CommandThatFills(root, "other.t"), std::nullopt);
}

TEST(TableWriter, AnUploadIsFoundByEachName) {
  const TempDir folder;
  const std::filesystem::path root = folder.path();
  Write(root / "group_bys/team/x.py", "");
  for (const char* name : {"x", "team/x.v1", "team.x.v2"}) {
    EXPECT_THAT(CommandThatUploads(root, name),
                Optional(Eq("run.py --mode=upload --conf=group_bys/team/x.py")));
  }
  EXPECT_EQ(CommandThatUploads(root, "team/xyz.v1"), std::nullopt);
  Write(root / "production/group_bys/team/y.v1",
        R"({"metaData": {"name": "team.y.v1", "outputNamespace": "db", "customJson": )"
        R"("{\"gnomon_name\": \"why\"}"}})");
  for (const char* name : {"why", "team/y.v1", "db.why"}) {
    EXPECT_THAT(CommandThatUploads(root, name),
                Optional(Eq("run.py --mode=upload --conf=production/group_bys/team/y.v1")));
  }
}

}  // namespace
}  // namespace gnomon::config
