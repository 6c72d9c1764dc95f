// SPDX-License-Identifier: Apache-2.0
// The files of a table and of a view, damaged: each is refused in one sentence, or read.
#include <gtest/gtest.h>

#include <fstream>

#include "avro/container.h"
#include "iceberg/location.h"
#include "iceberg/manifest.h"
#include "iceberg/metadata_json.h"
#include "iceberg/table.h"
#include "iceberg/table_fixture.h"
#include "iceberg/view_metadata.h"
#include "storage/file_io.h"
#include "support/damaged_bytes.h"
#include "support/matchers.h"
#include "support/temp_dir.h"

namespace gnomon::iceberg {
namespace {

void ExpectOneSentence(const Error& error) {
  EXPECT_EQ(error.message.find('\n'), std::string::npos) << error.message;
  EXPECT_NE(error.code, ErrorCode::kInternal) << error.message;
}

// An Avro file with its blocks as they are, so that damage reaches the records.
std::string Inflated(const std::string& bytes) {
  const auto file = avro::ReadContainer(bytes);
  EXPECT_THAT(file, IsOk());
  auto metadata = file->metadata;
  metadata["avro.schema"] = avro::ToJson(*file->schema);
  metadata["avro.codec"] = "null";
  const std::string sync(16, 'S');
  std::string out("Obj\1", 4);
  avro::BinaryWriter writer(out);
  writer.WriteLong(static_cast<std::int64_t>(metadata.size()));
  for (const auto& [key, value] : metadata) {
    writer.WriteBytes(key);
    writer.WriteBytes(value);
  }
  writer.WriteLong(0);
  writer.WriteRaw(sync);
  std::string records;
  avro::BinaryWriter record_writer(records);
  for (const avro::Value& record : file->records)
    EXPECT_THAT(avro::Encode(*file->schema, record, record_writer), IsOk());
  writer.WriteLong(static_cast<std::int64_t>(file->records.size()));
  writer.WriteBytes(records);
  writer.WriteRaw(sync);
  return out;
}

class DamagedTable : public testing::Test {
 protected:
  void SetUp() override {
    const auto location = Table::WriteInitialMetadata({.schema = SampleSchema(),
                                                       .partition_columns = {"ds"},
                                                       .location = LocationOfPath(folder_ / "t"),
                                                       .properties = {{"a", "b"}}});
    ASSERT_THAT(location, IsOk());
    pointer_ = std::make_shared<MemoryPointer>(*location);
    auto table = Table::Load(pointer_);
    ASSERT_THAT(table, IsOk());
    for (const auto mode : {WriteMode::kAppend, WriteMode::kOverwritePartitions}) {
      ASSERT_THAT(WriteRows(*table, mode, {{1, 1.5, "a", 10}, {2, {}, "b", 11}, {3, 2.5, "", {}}}),
                  IsOk());
    }
    table_ = *std::move(table);
  }

  // Opens the table and reads all that there is; gives whether that went well.
  bool CanBeRead() const {
    const auto table = Table::Load(pointer_);
    if (!table.has_value()) return Refused(table.error());
    (void)table->partition_columns();
    const auto days = table->PartitionDays("ds");
    if (!days.has_value()) Refused(days.error());
    auto reader = OpenScan(*table, {});
    if (!reader.has_value()) return Refused(reader.error());
    for (;;) {
      std::shared_ptr<arrow::RecordBatch> batch;
      if (!(*reader)->ReadNext(&batch).ok()) return false;
      if (batch == nullptr) return true;
      EXPECT_TRUE(batch->ValidateFull().ok());
    }
  }
  static bool Refused(const Error& error) {
    ExpectOneSentence(error);
    return false;
  }
  // Damages one file so many times; gives how often the table could not be read.
  template <typename Damage>
  int Refusals(const std::string& location, const std::string& whole, int times, Damage&& damage) {
    const std::string path = *LocalPathOfLocation(location);
    const std::string kept = *ReadFile(path);
    int refusals = 0;
    for (int i = 0; i < times; ++i) {
      WriteOver(path, damage(whole));
      refusals += CanBeRead() ? 0 : 1;
    }
    WriteOver(path, kept);
    EXPECT_TRUE(CanBeRead());
    return refusals;
  }
  static void WriteOver(const std::string& path, const std::string& text) {
    std::ofstream(path, std::ios::binary) << text;
  }

  TempDir folder_;
  std::shared_ptr<MemoryPointer> pointer_;
  std::optional<Table> table_;
};

TEST_F(DamagedTable, MetadataIsRefusedOrRead) {
  DamagedBytes damage(1);
  const std::string whole = *ReadFile(*LocalPathOfLocation(table_->metadata_location()));
  EXPECT_GT(Refusals(table_->metadata_location(), whole, 600,
                     [&](const std::string& text) { return damage.OfJson(text); }),
            200);
}

TEST_F(DamagedTable, ManifestListsAndManifestsAreRefusedOrRead) {
  DamagedBytes damage(2);
  const std::string list = table_->current_snapshot()->manifest_list;
  std::vector<std::string> locations = {list};
  const auto manifests = ReadManifestList(*table_->current_snapshot());
  ASSERT_THAT(manifests, IsOk());
  for (const ManifestFile& manifest : *manifests) {
    // A scan leaves the others out.
    if (manifest.may_have_live_files()) locations.push_back(manifest.path);
  }
  ASSERT_GT(locations.size(), 1U);
  for (const std::string& location : locations) {
    const std::string whole = Inflated(*ReadFile(*LocalPathOfLocation(location)));
    EXPECT_GT(
        Refusals(location, whole, 500, [&](const std::string& bytes) { return damage.Of(bytes); }),
        100)
        << location;
  }
}

TEST(DamagedView, IsRefusedOrRead) {
  const TempDir folder;
  const auto location = WriteView({.schema = SampleSchema(),
                                   .representations = {{"spark", "SELECT 1"}, {"gnomon", "x"}},
                                   .properties = {{"a", "b"}}},
                                  LocationOfPath(folder / "v"), "");
  ASSERT_THAT(location, IsOk());
  const std::string path = *LocalPathOfLocation(*location);
  const std::string whole = *ReadFile(path);
  DamagedBytes damage(3);
  int refusals = 0;
  for (int i = 0; i < 600; ++i) {
    std::ofstream(path, std::ios::binary) << damage.OfJson(whole);
    const auto view = ReadView(*location);
    if (view.has_value()) {
      (void)view->FindSql("spark");
    } else {
      ExpectOneSentence(view.error());
      ++refusals;
    }
  }
  EXPECT_GT(refusals, 200);
}

// JSON as deep as a stack is not.
TEST(DamagedMetadata, DeepNestingIsRefused) {
  const std::string deep = std::string(300'000, '[') + std::string(300'000, ']');
  EXPECT_THAT(ParseTableMetadata(deep), IsError(ErrorCode::kCorruption, "malformed"));
  EXPECT_THAT(ParseTableMetadata(R"({"format-version":2,"x":)" + deep + "}"),
              IsError(ErrorCode::kCorruption, "malformed"));
}

}  // namespace
}  // namespace gnomon::iceberg
