// SPDX-License-Identifier: Apache-2.0
// Tables as callers use them: create, append, overwrite, scan, conflict, evolve, and a random run
// against a naive model.
#include "iceberg/table.h"

#include <arrow/compute/api.h>
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <random>

#include "iceberg/location.h"
#include "iceberg/manifest.h"
#include "iceberg/metadata_json.h"
#include "iceberg/name_mapping.h"
#include "iceberg/table_fixture.h"
#include "storage/file_io.h"
#include "support/matchers.h"
#include "support/temp_dir.h"

namespace gnomon::iceberg {
namespace {

using Rows = std::vector<SampleRow>;

class TableTest : public testing::Test {
 protected:
  Table Create(std::vector<std::string> partition_columns = {"ds"}, Schema schema = SampleSchema(),
               std::map<std::string, std::string> properties = {}) {
    const auto location =
        Table::WriteInitialMetadata({.schema = std::move(schema),
                                     .partition_columns = std::move(partition_columns),
                                     .location = LocationOfPath(folder_ / "t"),
                                     .properties = std::move(properties)});
    EXPECT_THAT(location, IsOk());
    pointer_ = std::make_shared<MemoryPointer>(*location);
    return *Table::Load(pointer_);
  }

  std::size_t CountFiles(const std::string& extension) const {
    return iceberg::CountFiles(folder_.path(), extension);
  }

  TempDir folder_;
  std::shared_ptr<MemoryPointer> pointer_;
};

Comparison DayIs(Comparison::Op op, std::int32_t day) {
  return {.column = "ds", .op = op, .value = MakeIntegerScalar(TypeKind::kDate, day)};
}

TEST_F(TableTest, AnEmptyTableScansToNothing) {
  const Table table = Create();
  EXPECT_EQ(table.current_snapshot(), nullptr);
  EXPECT_EQ(table.partition_columns(), std::vector<std::string>{"ds"});
  EXPECT_EQ(*ReadRows(table), Rows{});
}

TEST_F(TableTest, AppendsAddUp) {
  Table table = Create();
  ASSERT_THAT(WriteRows(table, WriteMode::kAppend, {{1, 1.5, "a", 10}, {2, {}, "b", 11}}), IsOk());
  const auto second = WriteRows(table, WriteMode::kAppend, {{3, 2.5, "", {}}, {4, -0.0, "d", 10}});
  ASSERT_THAT(second, IsOk());
  EXPECT_EQ(second->partitions_written, 2);
  EXPECT_EQ(second->rows_written, 2);
  EXPECT_EQ(*ReadRows(table),
            (Rows{{1, 1.5, "a", 10}, {2, {}, "b", 11}, {3, 2.5, "", {}}, {4, 0.0, "d", 10}}));
  const auto& summary = table.current_snapshot()->summary;
  EXPECT_EQ(summary.at("operation"), "append");
  EXPECT_EQ(summary.at("total-records"), "4");
  EXPECT_EQ(summary.at("added-records"), "2");
  EXPECT_EQ(summary.at("changed-partition-count"), "2");
  EXPECT_EQ(*table.PartitionDays("ds"), (std::set<Day>{Day{10}, Day{11}}));
  EXPECT_EQ(table.current_snapshot()->sequence_number, 2);
}

TEST_F(TableTest, AnOverwriteReplacesThePartitionsItTouches) {
  Table table = Create();
  ASSERT_THAT(
      WriteRows(table, WriteMode::kAppend, {{1, 1, "a", 10}, {2, 1, "b", 11}, {3, 1, "c", 12}}),
      IsOk());
  ASSERT_THAT(WriteRows(table, WriteMode::kAppend, {{4, 1, "d", 13}}), IsOk());
  const auto before = *ReadManifestList(*table.current_snapshot());
  WriteOptions options;
  options.summary = {{"total-records", "999"}, {"gnomon.filled", "x"}};
  options.also_replace = {{MakeIntegerScalar(TypeKind::kDate, 12)}};
  ASSERT_THAT(WriteRows(table, WriteMode::kOverwritePartitions, {{5, 2, "e", 11}}, options),
              IsOk());
  EXPECT_EQ(*ReadRows(table), (Rows{{1, 1, "a", 10}, {4, 1, "d", 13}, {5, 2, "e", 11}}));
  const Snapshot& snapshot = *table.current_snapshot();
  EXPECT_EQ(snapshot.summary.at("operation"), "overwrite");
  EXPECT_EQ(snapshot.summary.at("total-records"), "3");
  EXPECT_EQ(snapshot.summary.at("deleted-records"), "2");
  EXPECT_EQ(snapshot.summary.at("gnomon.filled"), "x");
  // Sequence numbers: the survivor keeps its own, the untouched manifest is carried over.
  const auto after = *ReadManifestList(snapshot);
  ASSERT_EQ(after.size(), 3U);
  EXPECT_TRUE(std::any_of(after.begin(), after.end(),
                          [&](const auto& m) { return m.path == before[0].path; }));
  for (const ManifestFile& manifest : after) {
    const auto entries = *ReadManifest(manifest, table.metadata());
    for (const ManifestEntry& entry : entries) {
      if (entry.status == EntryStatus::kExisting) {
        EXPECT_EQ(entry.sequence_number, 1);
      }
      if (entry.status == EntryStatus::kDeleted) {
        EXPECT_EQ(entry.sequence_number, 1);
        EXPECT_EQ(entry.snapshot_id, snapshot.id);
      }
    }
  }
  ScanOptions history;
  history.snapshot_id = snapshot.parent_id;
  EXPECT_EQ(ReadRows(table, history)->size(), 4U);
}

TEST_F(TableTest, AnOverwriteOfNothingIsAnAppend) {
  Table table = Create();
  ASSERT_THAT(WriteRows(table, WriteMode::kOverwritePartitions, {{1, 1, "a", 10}}), IsOk());
  EXPECT_EQ(table.current_snapshot()->summary.at("operation"), "append");
  ASSERT_THAT(WriteRows(table, WriteMode::kOverwritePartitions, {}), IsOk());
  EXPECT_EQ(table.metadata().snapshots.size(), 1U);
}

TEST_F(TableTest, AnUnpartitionedOverwriteReplacesAll) {
  Table table = Create({});
  ASSERT_THAT(WriteRows(table, WriteMode::kAppend, {{1, 1, "a", 10}}), IsOk());
  ASSERT_THAT(WriteRows(table, WriteMode::kOverwritePartitions, {{2, 1, "b", 10}}), IsOk());
  EXPECT_EQ(*ReadRows(table), (Rows{{2, 1, "b", 10}}));
}

TEST_F(TableTest, OfTwoOverwritesOfOneDayTheSecondIsAConflict) {
  Table table = Create();
  ASSERT_THAT(WriteRows(table, WriteMode::kAppend, {{1, 1, "a", 10}, {2, 1, "b", 11}}), IsOk());
  Table other = table;
  auto slow = WriteTransaction::Begin(table, {.mode = WriteMode::kOverwritePartitions});
  ASSERT_THAT((*slow)->Write(*SampleBatch({{3, 3, "slow", 11}})), IsOk());
  ASSERT_THAT(WriteRows(other, WriteMode::kOverwritePartitions, {{4, 4, "fast", 11}}), IsOk());
  const std::size_t files = CountFiles(".parquet");
  EXPECT_THAT((*slow)->Commit(),
              IsError(ErrorCode::kConflict, "another run wrote ds=1970-01-12 of db.t"));
  slow->reset();
  EXPECT_EQ(CountFiles(".parquet"), files - 1) << "the loser's file is removed";
  ASSERT_THAT(table.Refresh(), IsOk());
  EXPECT_EQ(*ReadRows(table), (Rows{{1, 1, "a", 10}, {4, 4, "fast", 11}}));
}

TEST_F(TableTest, UnrelatedCommitsAreRebasedUpon) {
  Table table = Create({"ds"}, SampleSchema(), {{"commit.retry.min-wait-ms", "1"}});
  ASSERT_THAT(WriteRows(table, WriteMode::kAppend, {{1, 1, "a", 10}, {2, 1, "b", 11}}), IsOk());
  Table other = table;
  pointer_->before_swap = [&] {
    ASSERT_THAT(WriteRows(other, WriteMode::kOverwritePartitions, {{3, 1, "c", 10}}), IsOk());
  };
  ASSERT_THAT(WriteRows(table, WriteMode::kOverwritePartitions, {{4, 1, "d", 11}}), IsOk());
  EXPECT_EQ(*ReadRows(table), (Rows{{3, 1, "c", 10}, {4, 1, "d", 11}}));
  EXPECT_EQ(table.metadata().last_sequence_number, 3);
  Table third = table;
  pointer_->before_swap = [&] {
    ASSERT_THAT(WriteRows(third, WriteMode::kAppend, {{5, 1, "e", 11}}), IsOk());
  };
  ASSERT_THAT(WriteRows(table, WriteMode::kAppend, {{6, 1, "f", 11}}), IsOk());
  EXPECT_EQ(ReadRows(table)->size(), 4U);
}

TEST_F(TableTest, AnUnknownOutcomeIsSettledByWhatTheCatalogHolds) {
  Table table = Create();
  pointer_->lose_answer = true;
  EXPECT_THAT(WriteRows(table, WriteMode::kAppend, {{1, 1, "a", 10}}),
              IsError(ErrorCode::kUnavailable, "the answer was lost"));
  EXPECT_EQ(pointer_->swaps, 1) << "nothing is sent twice";
  EXPECT_EQ(CountFiles(".parquet"), 0U) << "it did not arrive";
  EXPECT_EQ(CountFiles(".avro"), 0U);
  EXPECT_EQ(CountFiles(".json"), 1U);
  pointer_->arrives = true;
  EXPECT_THAT(WriteRows(table, WriteMode::kAppend, {{2, 1, "b", 10}}), IsOk());
  EXPECT_EQ(*ReadRows(table), (Rows{{2, 1, "b", 10}}));
}

TEST_F(TableTest, AnOutcomeThatStaysUnknownRemovesNothing) {
  for (const bool arrives : {false, true}) {
    Table table = Create();
    pointer_->lose_answer = true;
    pointer_->arrives = arrives;
    pointer_->before_swap = [&] { pointer_->lose_reads = true; };
    const std::size_t files = CountFiles(".parquet");
    EXPECT_THAT(WriteRows(table, WriteMode::kAppend, {{1, 1, "a", 10}}),
                IsError(ErrorCode::kUnavailable,
                        "the outcome of a commit to table db.t is unknown, and its files stay in"));
    EXPECT_EQ(CountFiles(".parquet"), files + 1);
    pointer_->lose_reads = false;
    ASSERT_THAT(table.Refresh(), IsOk());
    EXPECT_EQ(ReadRows(table)->size(), arrives ? 1U : 0U);
  }
}

TEST_F(TableTest, ADroppedTransactionLeavesNothing) {
  Table table = Create();
  {
    auto transaction = WriteTransaction::Begin(table, {});
    ASSERT_THAT((*transaction)->Write(*SampleBatch({{1, 1, "a", 10}, {2, 1, "b", 11}})), IsOk());
  }
  EXPECT_EQ(CountFiles(".parquet"), 0U);
}

TEST_F(TableTest, AddedColumnsAreNullInOldFiles) {
  Table table = Create();
  ASSERT_THAT(WriteRows(table, WriteMode::kAppend, {{1, 1, "a", 10}}), IsOk());
  ASSERT_THAT(table.AddColumns({Field{.name = "extra", .type = TypeKind::kInt}}), IsOk());
  EXPECT_EQ(table.schema().Find("extra")->id, 5);
  EXPECT_THAT(table.AddColumns({Field{.name = "extra", .type = TypeKind::kInt}}),
              IsError(ErrorCode::kAlreadyExists, "extra"));
  ScanOptions options;
  options.columns = {"extra", "id"};
  options.filter = {{.column = "extra", .op = Comparison::Op::kIsNull}};
  const auto reader = OpenScan(table, options);
  ASSERT_THAT(reader, IsOk());
  std::shared_ptr<arrow::RecordBatch> batch;
  ASSERT_TRUE((*reader)->ReadNext(&batch).ok());
  ASSERT_NE(batch, nullptr);
  EXPECT_EQ(batch->column(0)->null_count(), 1);
  EXPECT_EQ(table.metadata().schemas.size(), 2U);
}

// Who filters by a column, or reads a file that lacks it, gets it plain.
TEST_F(TableTest, StringsMayComeAsDictionaries) {
  Table table = Create();
  ASSERT_THAT(WriteRows(table, WriteMode::kAppend, {{1, 1, "a", 10}, {2, 1, "a", 20}}), IsOk());
  ScanOptions options;
  options.columns = {"name", "id"};
  options.dictionaries = {"name", "id"};
  const auto type_of_names = [&] {
    const auto reader = OpenScan(table, options);
    EXPECT_THAT(reader, IsOk());
    std::shared_ptr<arrow::RecordBatch> batch;
    EXPECT_TRUE((*reader)->ReadNext(&batch).ok());
    EXPECT_TRUE(batch->Validate().ok());
    EXPECT_EQ(batch->column(1)->type_id(), arrow::Type::INT64);
    return batch->column(0)->type_id();
  };
  EXPECT_EQ(type_of_names(), arrow::Type::DICTIONARY);
  options.filter = {{.column = "name",
                     .op = Comparison::Op::kEq,
                     .value = std::make_shared<arrow::StringScalar>("a")}};
  EXPECT_EQ(type_of_names(), arrow::Type::STRING);
}

// Another engine widened two columns; the old files and their bounds still serve.
TEST_F(TableTest, PromotedColumnsReadOldFilesAndPruneByOldBounds) {
  Schema narrow = SampleSchema();
  narrow.fields[0].type = TypeKind::kInt;
  narrow.fields[1].type = TypeKind::kFloat;
  Table table = Create({"ds"}, narrow);
  auto transaction = WriteTransaction::Begin(table, {});
  const auto rows = SampleBatch({{1, 1, "a", 10}, {-2, 2.5, "b", 11}});
  const auto cast = [&](int column, const std::shared_ptr<arrow::DataType>& type) {
    return *arrow::compute::Cast(*rows->column(column), type);
  };
  const auto fitted = arrow::RecordBatch::Make(
      ToArrow(narrow), 2,
      std::vector<std::shared_ptr<arrow::Array>>{cast(0, arrow::int32()), cast(1, arrow::float32()),
                                                 rows->column(2), rows->column(3)});
  ASSERT_THAT((*transaction)->Write(*fitted), IsOk());
  ASSERT_THAT((*transaction)->Commit(), IsOk());
  const auto path = *LocalPathOfLocation(table.metadata_location());
  auto json = nlohmann::json::parse(*ReadFile(path));
  json["schemas"][0]["fields"][0]["type"] = "long";
  json["schemas"][0]["fields"][1]["type"] = "double";
  ASSERT_THAT(ReplaceFile(path, json.dump()), IsOk());
  ASSERT_THAT(table.Refresh(), IsOk());
  EXPECT_EQ(*ReadRows(table), (Rows{{-2, 2.5, "b", 11}, {1, 1, "a", 10}}));
  ScanOptions options;
  options.filter = {{.column = "id",
                     .op = Comparison::Op::kLt,
                     .value = std::make_shared<arrow::Int64Scalar>(0)}};
  EXPECT_EQ(table.PlanScan(options)->tasks.size(), 1U);
  EXPECT_EQ(*ReadRows(table, options), (Rows{{-2, 2.5, "b", 11}}));
}

// Live delete files would change the answer, so the scan is refused; deleted ones do not count.
TEST_F(TableTest, LiveDeleteFilesAreRefused) {
  Table table = Create();
  ASSERT_THAT(WriteRows(table, WriteMode::kAppend, {{1, 1, "a", 10}}), IsOk());
  TableMetadata metadata = table.metadata();
  Snapshot& snapshot = metadata.snapshots[0];
  auto manifests = *ReadManifestList(snapshot);
  manifests.push_back(manifests[0]);
  manifests[1].content = 1;
  for (const bool live : {false, true}) {
    auto entries = *ReadManifest(manifests[0], metadata);
    entries[0].file.content = 1;
    entries[0].status = live ? EntryStatus::kAdded : EntryStatus::kDeleted;
    const auto written = WriteManifest(LocationOfPath(folder_ / (live ? "live.avro" : "dead.avro")),
                                       metadata, metadata.spec(), snapshot, entries);
    ASSERT_THAT(written, IsOk());
    manifests[1] = *written;
    manifests[1].content = 1;
    snapshot.manifest_list = LocationOfPath(folder_ / (live ? "live-list.avro" : "dead-list.avro"));
    ASSERT_THAT(WriteManifestList(snapshot, manifests), IsOk());
    ASSERT_THAT(
        ReplaceFile(*LocalPathOfLocation(table.metadata_location()), TableMetadataToJson(metadata)),
        IsOk());
    ASSERT_THAT(table.Refresh(), IsOk());
    if (live) {
      EXPECT_THAT(ReadRows(table), IsError(ErrorCode::kUnimplemented, "db.t has delete files"));
    } else {
      EXPECT_EQ(ReadRows(table)->size(), 1U);
    }
  }
}

TEST_F(TableTest, FilesWithoutIdsFollowTheNameMapping) {
  const Schema file{{Field{.name = "old_id", .type = TypeKind::kLong},
                     Field{.name = "name", .type = TypeKind::kString}}};
  Table table = Create();
  const auto by_name = WithFieldIds(file, table.metadata());
  EXPECT_EQ(by_name->fields[0].id, -1);
  EXPECT_EQ(by_name->fields[1].id, 3);
  ASSERT_THAT(table.SetProperties({{"schema.name-mapping.default",
                                    R"([{"field-id": 1, "names": ["id", "old_id"]}])"}}),
              IsOk());
  const auto mapped = WithFieldIds(file, table.metadata());
  EXPECT_EQ(mapped->fields[0].id, 1);
  EXPECT_EQ(mapped->fields[1].id, -1);
}

TEST_F(TableTest, FiltersPruneManifestsAndFiles) {
  Table table = Create();
  for (std::int32_t day = 0; day < 5; ++day) {
    ASSERT_THAT(WriteRows(table, WriteMode::kAppend,
                          {{day, 1.0 * day, "n" + std::to_string(day), day * 2},
                           {day, 9, "n", day * 2 + 1}}),
                IsOk());
  }
  ScanOptions options;
  options.filter = {DayIs(Comparison::Op::kGe, 4), DayIs(Comparison::Op::kLt, 7)};
  const auto plan = table.PlanScan(options);
  ASSERT_THAT(plan, IsOk());
  EXPECT_EQ(plan->tasks.size(), 3U);
  EXPECT_EQ(plan->files_skipped, 7);
  EXPECT_EQ(plan->manifests_read, 2);
  EXPECT_EQ(plan->manifests_skipped, 3);
  options.filter = {{.column = "price",
                     .op = Comparison::Op::kEq,
                     .value = std::make_shared<arrow::DoubleScalar>(3)}};
  EXPECT_EQ(table.PlanScan(options)->tasks.size(), 1U);
  EXPECT_EQ(*ReadRows(table, options), (Rows{{3, 3, "n3", 6}}));
  options.filter = {{.column = "prize", .op = Comparison::Op::kNotNull}};
  EXPECT_THAT(table.PlanScan(options),
              IsError(ErrorCode::kInvalidArgument, "did you mean 'price'"));
}

TEST_F(TableTest, UnsupportedPropertiesAreRefusedWithTheRemedy) {
  for (const auto& [key, value] : std::map<std::string, std::string>{
           {"write.format.default", "orc"}, {"format-version", "3"}, {"provider", "parquet"}}) {
    EXPECT_THAT(Table::WriteInitialMetadata({.schema = SampleSchema(),
                                             .location = LocationOfPath(folder_ / "x"),
                                             .properties = {{key, value}}}),
                IsError(ErrorCode::kUnimplemented, key));
  }
}

TEST_F(TableTest, WrongRowsAreRefused) {
  Table table = Create();
  auto transaction = WriteTransaction::Begin(table, {});
  const auto wrong = SampleBatch({{1, 1, "a", 10}})->RenameColumns({"id", "prize", "name", "ds"});
  EXPECT_THAT((*transaction)->Write(**wrong),
              IsError(ErrorCode::kInvalidArgument, "did you mean 'price'"));
  const auto swapped = SampleBatch({{1, 1, "a", 10}})->RenameColumns({"name", "price", "id", "ds"});
  EXPECT_THAT((*transaction)->Write(**swapped),
              IsError(ErrorCode::kInvalidArgument, "string, the table wants bigint"));
}

TEST_F(TableTest, MetadataOfOtherEnginesSurvives) {
  Table table = Create();
  const auto path = *LocalPathOfLocation(table.metadata_location());
  auto json = nlohmann::json::parse(*ReadFile(path));
  json["statistics"] = nlohmann::json::array({{{"snapshot-id", 1}}});
  json["schemas"][0]["fields"].push_back(
      {{"id", 9}, {"name", "u"}, {"required", false}, {"type", "uuid"}});
  json["last-column-id"] = 9;
  ASSERT_THAT(ReplaceFile(path, json.dump()), IsOk());
  ASSERT_THAT(table.Refresh(), IsOk());
  ASSERT_THAT(table.SetProperties({{"k", "v"}}), IsOk());
  ASSERT_THAT(table.AddColumns({Field{.name = "more", .type = TypeKind::kLong}}), IsOk());
  const auto after =
      nlohmann::json::parse(*ReadFile(*LocalPathOfLocation(table.metadata_location())));
  EXPECT_EQ(after["statistics"], json["statistics"]);
  EXPECT_EQ(after["schemas"][0], json["schemas"][0]);
  EXPECT_EQ(after["schemas"][1]["fields"][4]["type"], "uuid");
  EXPECT_EQ(after["schemas"][1]["fields"][5]["id"], 10);
  EXPECT_EQ(after["metadata-log"].size(), 2U);
  EXPECT_EQ(after["properties"]["k"], "v");
}

TEST_F(TableTest, Version1IsReadAndNewerIsRefused) {
  Table table = Create();
  const auto path = *LocalPathOfLocation(table.metadata_location());
  auto json = nlohmann::json::parse(*ReadFile(path));
  json["format-version"] = 3;
  EXPECT_THAT(ParseTableMetadata(json.dump()), IsError(ErrorCode::kUnimplemented, "version 3"));
  json["format-version"] = 1;
  json["schema"] = json["schemas"][0];
  json["partition-spec"] =
      nlohmann::json::array({{{"name", "ds"}, {"transform", "identity"}, {"source-id", 4}}});
  for (const char* key :
       {"schemas", "partition-specs", "last-sequence-number", "last-partition-id", "sort-orders"}) {
    json.erase(key);
  }
  const auto parsed = ParseTableMetadata(json.dump());
  ASSERT_THAT(parsed, IsOk());
  EXPECT_EQ(parsed->spec().fields[0].field_id, 1000);
  EXPECT_EQ(parsed->current_snapshot(), nullptr);
  EXPECT_THAT(ParseTableMetadata("{}"), IsError(ErrorCode::kCorruption, "malformed"));
  EXPECT_THAT(ParseTableMetadata("[1"), IsError(ErrorCode::kCorruption, "malformed"));
}

TEST_F(TableTest, AnIdThatIsNoIntegerOfItsWidthIsRefused) {
  Table table = Create();
  const auto whole =
      nlohmann::json::parse(*ReadFile(*LocalPathOfLocation(table.metadata_location())));
  for (const char* key :
       {"current-schema-id", "default-spec-id", "last-column-id", "default-sort-order-id"}) {
    auto json = whole;
    json[key] = (std::int64_t{1} << 32) + json[key].get<std::int64_t>();
    EXPECT_THAT(ParseTableMetadata(json.dump()), IsError(ErrorCode::kCorruption, "of 32 bits"))
        << key;
  }
  for (const char* key : {"last-updated-ms", "last-sequence-number", "current-snapshot-id"}) {
    auto json = whole;
    json[key] = 1e300;
    EXPECT_THAT(ParseTableMetadata(json.dump()),
                IsError(ErrorCode::kCorruption, "an integer of 64 bits was expected, not 1e+300"))
        << key;
  }
}

TEST_F(TableTest, TheMetadataLogIsTrimmed) {
  Table table = Create({}, SampleSchema(), {{"write.metadata.previous-versions-max", "3"}});
  for (int i = 0; i < 6; ++i) ASSERT_THAT(table.SetProperties({{"k", std::to_string(i)}}), IsOk());
  EXPECT_EQ(table.metadata().metadata_log.size(), 3U);
}

// Many days at once: more partitions than files may be open.
TEST_F(TableTest, RowsOfManyPartitionsInAnyOrder) {
  Table table = Create();
  Rows rows;
  for (int i = 0; i < 1000; ++i) rows.push_back({i, 1.0 * i, "r", (i * 37) % 100});
  ASSERT_THAT(WriteRows(table, WriteMode::kAppend, rows), IsOk());
  EXPECT_EQ(*ReadRows(table), rows);
  EXPECT_EQ(table.PartitionDays("ds")->size(), 100U);
}

// Every step is compared with a vector of rows; filters with a loop over it.
TEST_F(TableTest, RandomRunsAgreeWithANaiveModel) {
  for (const unsigned seed : {1U, 2U, 3U}) {
    std::mt19937 random(seed);
    std::filesystem::remove_all(folder_.path() / "t");
    Table table = Create();
    Rows model;
    for (int step = 0; step < 25; ++step) {
      Rows rows;
      for (unsigned i = 0; i < 1 + random() % 30; ++i) {
        SampleRow row{.id = static_cast<std::int64_t>(random() % 1000),
                      .name = std::to_string(random() % 50)};
        if (random() % 5 != 0) row.price = static_cast<double>(random() % 100) / 4;
        if (random() % 10 != 0) row.day = static_cast<std::int32_t>(random() % 8);
        rows.push_back(row);
      }
      const bool overwrite = random() % 2 == 0;
      if (overwrite) {
        std::erase_if(model, [&](const SampleRow& old) {
          return std::any_of(rows.begin(), rows.end(),
                             [&](const SampleRow& row) { return row.day == old.day; });
        });
      }
      model.insert(model.end(), rows.begin(), rows.end());
      ASSERT_THAT(
          WriteRows(table, overwrite ? WriteMode::kOverwritePartitions : WriteMode::kAppend, rows),
          IsOk());
      std::sort(model.begin(), model.end());
      ASSERT_EQ(*ReadRows(table), model) << "seed " << seed << " step " << step;
      const auto day = static_cast<std::int32_t>(random() % 8);
      const double price = static_cast<double>(random() % 100) / 4;
      ScanOptions options;
      options.filter = {DayIs(Comparison::Op::kLe, day),
                        {.column = "price",
                         .op = Comparison::Op::kGt,
                         .value = std::make_shared<arrow::DoubleScalar>(price)}};
      Rows wanted;
      std::copy_if(
          model.begin(), model.end(), std::back_inserter(wanted),
          [&](const SampleRow& row) { return row.day && *row.day <= day && row.price > price; });
      ASSERT_EQ(*ReadRows(table, options), wanted) << "seed " << seed << " step " << step;
    }
    EXPECT_EQ(table.current_snapshot()->summary.at("total-records"), std::to_string(model.size()));
  }
}

}  // namespace
}  // namespace gnomon::iceberg
