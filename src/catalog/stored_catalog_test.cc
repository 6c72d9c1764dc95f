// SPDX-License-Identifier: Apache-2.0
// What a catalog makes of a store whose answers get lost: the outcome of a commit is what the store
// holds.
#include "catalog/stored_catalog.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <map>

#include "iceberg/table_fixture.h"
#include "support/matchers.h"
#include "support/temp_dir.h"

namespace gnomon::catalog {
namespace {

using iceberg::SampleRow;
using iceberg::WriteMode;

// A store of tables in memory. Writes whose answer is lost are done or not, as a test says.
class LossyStore final : public CatalogStore {
 public:
  enum class Fault : std::uint8_t { kNone, kNotDone, kDone };

  Result<std::vector<std::string>> Namespaces() override { return std::vector<std::string>{}; }
  Result<bool> InsertNamespace(const std::string&) override { return true; }
  Result<std::vector<TableName>> Names(EntryKind, const std::string&) override {
    return std::vector<TableName>{};
  }
  Result<std::optional<std::string>> Find(EntryKind kind, const TableName& name) override {
    if (loses_reads) return Unavailable("the reading was lost");
    const auto found = tables_.find(name.ToString());
    if (kind != EntryKind::kTable || found == tables_.end()) return std::optional<std::string>();
    return std::optional(found->second);
  }
  Result<bool> Insert(EntryKind, const TableName& name, const std::string& location) override {
    return Write([&] { return tables_.emplace(name.ToString(), location).second; });
  }
  Result<bool> Swap(EntryKind, const TableName& name, const std::string& expected,
                    const std::string& next) override {
    return Write([&] {
      std::string& location = tables_.at(name.ToString());
      if (location != expected) return false;
      location = next;
      return true;
    });
  }
  Result<bool> Delete(EntryKind, const TableName& name) override {
    return tables_.erase(name.ToString()) > 0;
  }
  Result<bool> Rename(const TableName&, const TableName&) override { return false; }
  Result<bool> Replace(const TableName& name, const std::string& expected, const TableName& archive,
                       const std::string& next) override {
    return Write([&] {
      std::string& location = tables_.at(name.ToString());
      if (location != expected) return false;
      tables_[archive.ToString()] = std::exchange(location, next);
      return true;
    });
  }

  Fault fault = Fault::kNone;
  bool loses_reads = false;

 private:
  template <typename Writing>
  Result<bool> Write(Writing write) {
    if (fault == Fault::kNone) return write();
    if (fault == Fault::kDone) write();
    return Unavailable("the answer was lost");
  }

  std::map<std::string, std::string> tables_;
};

const TableName kTable{.name_space = "db", .name = "t"};

class LostAnswer : public testing::Test {
 protected:
  iceberg::CreateTableOptions Options() const {
    return {.schema = iceberg::SampleSchema(), .partition_columns = {"ds"}};
  }
  // Begins a table in one of the three ways in which the first commit goes to the store.
  Result<iceberg::Table> Begin(const std::string& way) {
    if (way == "staged") return catalog_->StageTable(kTable, Options());
    auto table = catalog_->CreateTable(kTable, Options());
    if (way == "created") return table;
    return catalog_->ReplaceTable(kTable, {.name_space = "db", .name = "old"}, Options());
  }
  std::size_t CountDataFiles() const { return iceberg::CountFiles(folder_.path(), ".parquet"); }

  TempDir folder_;
  std::shared_ptr<LossyStore> store_ = std::make_shared<LossyStore>();
  std::unique_ptr<Catalog> catalog_ = MakeStoredCatalog(store_, folder_ / "warehouse");
};

const std::vector<SampleRow> kRows = {{1, 1, "a", 10}};

TEST_F(LostAnswer, OfACommitThatWasDoneIsASuccess) {
  for (const char* way : {"created", "staged", "replaced"}) {
    auto table = Begin(way);
    ASSERT_THAT(table, IsOk()) << way;
    store_->fault = LossyStore::Fault::kDone;
    EXPECT_THAT(WriteRows(*table, WriteMode::kAppend, kRows), IsOk()) << way;
    store_->fault = LossyStore::Fault::kNone;
    EXPECT_EQ(ReadRows(*catalog_->LoadTable(kTable))->size(), 1U) << way;
    EXPECT_THAT(WriteRows(*table, WriteMode::kAppend, kRows), IsOk()) << "and it goes on: " << way;
    ASSERT_THAT(catalog_->DropTable(kTable), IsOk());
  }
}

TEST_F(LostAnswer, OfACommitThatWasNotDoneLeavesNoFiles) {
  for (const char* way : {"created", "staged", "replaced"}) {
    auto table = Begin(way);
    ASSERT_THAT(table, IsOk()) << way;
    store_->fault = LossyStore::Fault::kNotDone;
    EXPECT_THAT(WriteRows(*table, WriteMode::kAppend, kRows),
                IsError(ErrorCode::kUnavailable, "the answer was lost"))
        << way;
    EXPECT_EQ(CountDataFiles(), 0U) << way;
    store_->fault = LossyStore::Fault::kNone;
    static_cast<void>(catalog_->DropTable(kTable).has_value());
  }
}

TEST_F(LostAnswer, OfACommitThatCannotBeLookedUpLeavesTheFiles) {
  for (const char* way : {"created", "staged", "replaced"}) {
    auto table = Begin(way);
    ASSERT_THAT(table, IsOk()) << way;
    const std::size_t files = CountDataFiles();
    store_->fault = LossyStore::Fault::kDone;
    store_->loses_reads = true;
    EXPECT_THAT(WriteRows(*table, WriteMode::kAppend, kRows),
                IsError(ErrorCode::kUnavailable, "is unknown, and its files stay in"))
        << way;
    EXPECT_EQ(CountDataFiles(), files + 1) << way;
    store_->fault = LossyStore::Fault::kNone;
    store_->loses_reads = false;
    EXPECT_EQ(ReadRows(*catalog_->LoadTable(kTable))->size(), 1U) << way;
    ASSERT_THAT(catalog_->DropTable(kTable), IsOk());
  }
}

}  // namespace
}  // namespace gnomon::catalog
