// SPDX-License-Identifier: Apache-2.0
// The laws of a catalog, for every one in the list: a new line in backends/list.inc is tested on
// arrival.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>

#include "catalog/catalog_type.h"
#include "iceberg/table_fixture.h"
#include "support/matchers.h"
#include "support/temp_dir.h"

namespace gnomon::catalog {
namespace {

using iceberg::SampleRow;
using iceberg::WriteMode;

class CatalogLaws : public testing::TestWithParam<const CatalogType*> {
 protected:
  void SetUp() override {
    if (!GetParam()->test_uri_variable.empty()) {
      const char* uri = std::getenv(std::string(GetParam()->test_uri_variable).c_str());
      if (uri == nullptr) GTEST_SKIP() << "SKIPPED LOUDLY: set " << GetParam()->test_uri_variable;
      options_.uri = uri;
    } else {
      options_.uri = folder_ / "catalog.db";
    }
    options_.warehouse_dir = folder_ / "warehouse";
    catalog_ = Open();
  }

  std::unique_ptr<Catalog> Open() const {
    auto opened = GetParam()->open(options_);
    EXPECT_THAT(opened, IsOk());
    return *std::move(opened);
  }

  Result<iceberg::Table> Create(const TableName& name) {
    return catalog_->CreateTable(name,
                                 {.schema = iceberg::SampleSchema(), .partition_columns = {"ds"}});
  }

  TempDir folder_;
  CatalogOptions options_;
  std::unique_ptr<Catalog> catalog_;
};

const TableName kTable{.name_space = "bootcamp", .name = "purchases"};

TEST_P(CatalogLaws, ACreatedTableIsThereUntilItIsDropped) {
  EXPECT_THAT(catalog_->LoadTable(kTable), IsError(ErrorCode::kNotFound, "bootcamp.purchases"));
  ASSERT_THAT(Create(kTable), IsOk());
  EXPECT_THAT(Create(kTable), IsError(ErrorCode::kAlreadyExists, "bootcamp.purchases"));
  EXPECT_EQ(*catalog_->ListNamespaces(), std::vector<std::string>{"bootcamp"});
  EXPECT_EQ(*catalog_->ListTables("bootcamp"), std::vector<TableName>{kTable});
  EXPECT_EQ(Open()->LoadTable(kTable)->schema().names(), iceberg::SampleSchema().names());
  EXPECT_THAT(catalog_->LoadTable({.name_space = "bootcamp", .name = "purchase"}),
              IsError(ErrorCode::kNotFound, "did you mean 'bootcamp.purchases'"));
  ASSERT_THAT(catalog_->DropTable(kTable), IsOk());
  EXPECT_THAT(catalog_->DropTable(kTable), IsError(ErrorCode::kNotFound, "bootcamp.purchases"));
  EXPECT_EQ(catalog_->ListTables("bootcamp")->size(), 0U);
  EXPECT_THAT(Create(kTable), IsOk()) << "a dropped name is free";
}

TEST_P(CatalogLaws, AStagedTableIsThereWithItsRows) {
  const iceberg::CreateTableOptions options{.schema = iceberg::SampleSchema(),
                                            .partition_columns = {"ds"}};
  auto table = catalog_->StageTable(kTable, options);
  ASSERT_THAT(table, IsOk());
  auto other = catalog_->StageTable(kTable, options);
  ASSERT_THAT(other, IsOk());
  EXPECT_THAT(catalog_->LoadTable(kTable), IsError(ErrorCode::kNotFound, "bootcamp.purchases"));
  ASSERT_THAT(WriteRows(*table, WriteMode::kAppend, {{1, 1, "a", 10}}), IsOk());
  EXPECT_EQ(ReadRows(*catalog_->LoadTable(kTable))->size(), 1U);
  EXPECT_THAT(WriteRows(*other, WriteMode::kAppend, {{2, 1, "b", 10}}),
              IsError(ErrorCode::kAlreadyExists, "bootcamp.purchases"));
  // From then on it is a table like all others.
  ASSERT_THAT(WriteRows(*table, WriteMode::kAppend, {{3, 1, "c", 10}}), IsOk());
  EXPECT_EQ(ReadRows(*catalog_->LoadTable(kTable))->size(), 2U);
  EXPECT_THAT(catalog_->StageTable(kTable, options), IsError(ErrorCode::kAlreadyExists, "exists"));
}

TEST_P(CatalogLaws, ViewsShareTheirNamesWithTables) {
  const TableName view{.name_space = "bootcamp", .name = "cheap"};
  iceberg::ViewDefinition definition;
  definition.schema = iceberg::SampleSchema();
  definition.representations = {{.dialect = "spark", .sql = "SELECT 1"}};
  definition.properties = {{"comment", "c"}};
  EXPECT_THAT(catalog_->LoadView(view), IsError(ErrorCode::kNotFound, "bootcamp.cheap"));
  ASSERT_THAT(catalog_->PutView(view, definition, false), IsOk());
  ASSERT_THAT(Create(kTable), IsOk());
  EXPECT_TRUE(*catalog_->HasView(view));
  EXPECT_EQ(*catalog_->ListViews("bootcamp"), std::vector<TableName>{view});
  EXPECT_EQ(*catalog_->ListTables("bootcamp"), std::vector<TableName>{kTable});

  definition.representations[0].sql = "SELECT 2";
  EXPECT_THAT(catalog_->PutView(view, definition, false),
              IsError(ErrorCode::kAlreadyExists, "CREATE OR REPLACE"));
  ASSERT_THAT(catalog_->PutView(view, definition, true), IsOk());
  const auto loaded = Open()->LoadView(view);
  ASSERT_THAT(loaded, IsOk());
  EXPECT_EQ(*loaded->FindSql("spark"), "SELECT 2");
  EXPECT_EQ(loaded->FindSql("trino"), nullptr);
  EXPECT_EQ(loaded->schema.names(), iceberg::SampleSchema().names());
  EXPECT_EQ(loaded->properties.at("comment"), "c");

  EXPECT_THAT(Create(view), IsError(ErrorCode::kAlreadyExists, "is a view"));
  EXPECT_THAT(catalog_->LoadTable(view), IsError(ErrorCode::kInvalidArgument, "is a view"));
  EXPECT_THAT(catalog_->DropTable(view), IsError(ErrorCode::kInvalidArgument, "DROP VIEW"));
  EXPECT_THAT(catalog_->PutView(kTable, definition, true),
              IsError(ErrorCode::kAlreadyExists, "is a table"));
  EXPECT_THAT(catalog_->DropView(kTable), IsError(ErrorCode::kInvalidArgument, "DROP TABLE"));
  ASSERT_THAT(catalog_->DropView(view), IsOk());
  EXPECT_THAT(catalog_->DropView(view), IsError(ErrorCode::kNotFound, "bootcamp.cheap"));
}

TEST_P(CatalogLaws, NamespacesExistOnce) {
  ASSERT_THAT(catalog_->CreateNamespace("a"), IsOk());
  EXPECT_THAT(catalog_->CreateNamespace("a"), IsError(ErrorCode::kAlreadyExists, "a"));
  EXPECT_THAT(catalog_->CreateNamespace("a/../b"), IsError(ErrorCode::kInvalidArgument, "a/../b"));
  EXPECT_THAT(catalog_->ListTables("b"), IsError(ErrorCode::kNotFound, "namespace b"));
}

TEST_P(CatalogLaws, ARenamedTableKeepsItsRows) {
  auto table = Create(kTable);
  ASSERT_THAT(WriteRows(*table, WriteMode::kAppend, {{1, 1, "a", 10}}), IsOk());
  const TableName other{.name_space = "archive", .name = "purchases"};
  ASSERT_THAT(catalog_->RenameTable(kTable, other), IsOk());
  EXPECT_EQ(ReadRows(*catalog_->LoadTable(other))->size(), 1U);
  EXPECT_THAT(catalog_->LoadTable(kTable), IsError(ErrorCode::kNotFound, "purchases"));
  EXPECT_THAT(catalog_->RenameTable(kTable, other), IsError(ErrorCode::kNotFound, "purchases"));
  const auto again = Create(kTable);
  ASSERT_THAT(again, IsOk());
  EXPECT_NE(again->metadata().location, catalog_->LoadTable(other)->metadata().location);
  EXPECT_THAT(catalog_->RenameTable(kTable, other),
              IsError(ErrorCode::kAlreadyExists, "archive.purchases"));
}

TEST_P(CatalogLaws, AReplacingTableIsSeenWithItsFirstCommitAlone) {
  auto table = Create(kTable);
  ASSERT_THAT(WriteRows(*table, WriteMode::kAppend, {{1, 1, "a", 10}}), IsOk());
  const TableName archive{.name_space = "bootcamp", .name = "purchases_20231201000000"};
  const iceberg::CreateTableOptions options{.schema = iceberg::SampleSchema(),
                                            .partition_columns = {"ds"}};
  auto next = catalog_->ReplaceTable(kTable, archive, options);
  ASSERT_THAT(next, IsOk());
  EXPECT_EQ(ReadRows(*catalog_->LoadTable(kTable))->size(), 1U);
  EXPECT_THAT(catalog_->LoadTable(archive), IsError(ErrorCode::kNotFound, "purchases"));
  ASSERT_THAT(WriteRows(*next, WriteMode::kAppend, {{2, 2, "b", 20}, {3, 3, "c", 30}}), IsOk());
  EXPECT_EQ(ReadRows(*catalog_->LoadTable(kTable))->size(), 2U);
  EXPECT_EQ(ReadRows(*catalog_->LoadTable(archive))->size(), 1U);
  ASSERT_THAT(next->SetProperties({{"k", "1"}}), IsOk());
  EXPECT_EQ(catalog_->LoadTable(kTable)->properties().at("k"), "1");
}

TEST_P(CatalogLaws, AReplacingTableYieldsToAChangeOfTheReplaced) {
  auto table = Create(kTable);
  const TableName archive{.name_space = "bootcamp", .name = "archived"};
  iceberg::CreateTableOptions options{.schema = iceberg::SampleSchema(),
                                      .partition_columns = {"ds"},
                                      .properties = {{"commit.retry.num-retries", "0"}}};
  auto next = catalog_->ReplaceTable(kTable, archive, options);
  ASSERT_THAT(next, IsOk());
  ASSERT_THAT(WriteRows(*table, WriteMode::kAppend, {{1, 1, "a", 10}}), IsOk());
  EXPECT_THAT(WriteRows(*next, WriteMode::kAppend, {{2, 2, "b", 20}}),
              IsError(ErrorCode::kConflict, "bootcamp.purchases"));
  EXPECT_EQ(ReadRows(*catalog_->LoadTable(kTable))->size(), 1U);
  EXPECT_THAT(catalog_->LoadTable(archive), IsError(ErrorCode::kNotFound, "archived"));
  EXPECT_THAT(catalog_->ReplaceTable(archive, kTable, options),
              IsError(ErrorCode::kNotFound, "archived"));
}

TEST_P(CatalogLaws, AStaleCommitChangesNothing) {
  auto table = Create(kTable);
  const auto stale = catalog_->LoadTable(kTable);
  ASSERT_THAT(table->SetProperties({{"k", "1"}, {"commit.retry.num-retries", "0"}}), IsOk());
  iceberg::Table late = *stale;
  // A lost race is retried upon the winner's metadata, so both changes stand.
  ASSERT_THAT(late.SetProperties({{"l", "2"}}), IsOk());
  EXPECT_EQ(catalog_->LoadTable(kTable)->properties().at("k"), "1");
  EXPECT_EQ(catalog_->LoadTable(kTable)->properties().at("l"), "2");
  // Without retries the loser is told.
  auto first = catalog_->LoadTable(kTable);
  auto second = catalog_->LoadTable(kTable);
  ASSERT_THAT(first->SetProperties({{"m", "3"}}), IsOk());
  const std::string location = first->metadata_location();
  EXPECT_THAT(second->SetProperties({{"m", "4"}}),
              IsError(ErrorCode::kConflict, "bootcamp.purchases"));
  EXPECT_EQ(catalog_->LoadTable(kTable)->metadata_location(), location);
  ASSERT_THAT(catalog_->DropTable(kTable), IsOk());
  EXPECT_THAT(first->SetProperties({{"m", "5"}}),
              IsError(ErrorCode::kNotFound, "bootcamp.purchases"));
}

TEST_P(CatalogLaws, OfTwoRacingProcessesNoCommitIsLost) {
  ASSERT_THAT(catalog_->CreateTable(kTable, {.schema = iceberg::SampleSchema(),
                                             .partition_columns = {"ds"},
                                             .properties = {{"commit.retry.num-retries", "200"},
                                                            {"commit.retry.min-wait-ms", "2"},
                                                            {"commit.retry.max-wait-ms", "50"}}}),
              IsOk());
  catalog_.reset();
  constexpr int kCommits = 20;
  std::vector<pid_t> children;
  for (int child = 0; child < 2; ++child) {
    const pid_t pid = fork();
    ASSERT_GE(pid, 0);
    if (pid == 0) {
      auto catalog = GetParam()->open(options_);
      for (int i = 0; catalog && i < kCommits; ++i) {
        auto table = (*catalog)->LoadTable(kTable);
        const std::int64_t id = child * 1000 + i;
        if (!table || !WriteRows(*table, WriteMode::kAppend, {{id, 1, "x", child}})) _exit(1);
      }
      _exit(catalog ? 0 : 1);
    }
    children.push_back(pid);
  }
  for (const pid_t pid : children) {
    int status = 0;
    ASSERT_EQ(waitpid(pid, &status, 0), pid);
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  }
  const auto table = Open()->LoadTable(kTable);
  ASSERT_THAT(table, IsOk());
  EXPECT_EQ(ReadRows(*table)->size(), std::size_t{2 * kCommits});
  EXPECT_EQ(table->metadata().snapshots.size(), std::size_t{2 * kCommits});
}

INSTANTIATE_TEST_SUITE_P(All, CatalogLaws,
                         testing::ValuesIn(CatalogTypes().begin(), CatalogTypes().end()),
                         [](const auto& type) { return std::string(type.param->name); });

TEST(CatalogTypes, AMissNamesTheKnown) {
  EXPECT_THAT(FindCatalogType("sqlite"), IsOk());
  EXPECT_THAT(FindCatalogType("sqlit"),
              IsError(ErrorCode::kInvalidArgument, "did you mean 'sqlite'"));
}

TEST(TableNames, StayInTheWarehouse) {
  EXPECT_EQ(*ParseTableName("a.b-1"), (TableName{.name_space = "a", .name = "b-1"}));
  EXPECT_EQ(*ParseTableName("t"), (TableName{.name_space = "default", .name = "t"}));
  for (const char* wrong :
       {"", ".", "a.", ".b", "a.b.c", "../a.b", "a./b", "a.b c", "a.\"b\"", "a.ä"}) {
    EXPECT_THAT(ParseTableName(wrong), IsError(ErrorCode::kInvalidArgument, "table name")) << wrong;
  }
}

TEST(SqliteCatalog, AFileThatIsNoDatabaseIsCorruption) {
  TempDir folder;
  { std::ofstream(folder / "c.db") << std::string(4096, 'x'); }
  EXPECT_THAT(OpenSqliteCatalog(folder / "c.db", folder / "w"),
              IsError(ErrorCode::kCorruption, "c.db"));
}

}  // namespace
}  // namespace gnomon::catalog
