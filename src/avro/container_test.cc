// SPDX-License-Identifier: Apache-2.0
#include "avro/container.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "support/matchers.h"
#include "support/source_file.h"
#include "support/temp_dir.h"

namespace gnomon::avro {
namespace {

SchemaPtr EntrySchema() {
  auto schema = ParseSchema(
      R"({"type":"record","name":"entry","fields":[{"name":"path","type":"string","field-id":1},)"
      R"({"name":"rows","type":["null","long"],"default":null,"field-id":2}]})");
  EXPECT_THAT(schema, IsOk());
  return *schema;
}

Values MakeRecords(std::int64_t count) {
  Values records;
  for (std::int64_t i = 0; i < count; ++i) {
    records.emplace_back(
        Values{Value("file-" + std::to_string(i)), i % 3 == 0 ? Value() : Value(i)});
  }
  return records;
}

TEST(ContainerTest, RoundTripsOverManyBlocks) {
  const Values records = MakeRecords(5000);
  const auto bytes = WriteContainer(*EntrySchema(), {{"format-version", "2"}}, records);
  ASSERT_THAT(bytes, IsOk());
  const auto file = ReadContainer(*bytes);
  ASSERT_THAT(file, IsOk());
  EXPECT_TRUE(file->records == records);
  EXPECT_EQ(file->metadata, (std::map<std::string, std::string>{{"format-version", "2"}}));
  EXPECT_EQ(ToJson(*file->schema), ToJson(*EntrySchema()));
  EXPECT_EQ(*WriteContainer(*EntrySchema(), {{"format-version", "2"}}, records), *bytes);
}

TEST(ContainerTest, EmptyFileHasOnlyItsHeader) {
  const auto bytes = WriteContainer(*EntrySchema(), {}, {});
  ASSERT_THAT(bytes, IsOk());
  const auto file = ReadContainer(*bytes);
  ASSERT_THAT(file, IsOk());
  EXPECT_TRUE(file->records.empty());
}

// A cut at the end of a block is a valid, shorter file: containers hold no total. There are none
// but the header's end here, as all records lie in one block.
TEST(ContainerTest, RefusesTruncations) {
  const auto bytes = WriteContainer(*EntrySchema(), {}, MakeRecords(20));
  ASSERT_THAT(bytes, IsOk());
  const std::size_t header_size = WriteContainer(*EntrySchema(), {}, {})->size();
  for (std::size_t size = 0; size < bytes->size(); ++size) {
    if (size == header_size) continue;
    EXPECT_THAT(ReadContainer(std::string_view(*bytes).substr(0, size)),
                IsError(ErrorCode::kCorruption, ""))
        << size;
  }
}

TEST(ContainerTest, DamagedBytesNeverCrash) {
  const auto bytes = WriteContainer(*EntrySchema(), {}, MakeRecords(50));
  ASSERT_THAT(bytes, IsOk());
  for (std::size_t at = 0; at < bytes->size(); ++at) {
    std::string damaged = *bytes;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x55);
    const auto file = ReadContainer(damaged);
    if (!file) {
      EXPECT_TRUE(file.error().code == ErrorCode::kCorruption ||
                  file.error().code == ErrorCode::kUnimplemented);
    }
  }
}

TEST(ContainerTest, RefusesOtherCodecs) {
  const auto bytes = WriteContainer(*EntrySchema(), {}, {});
  std::string snappy = *bytes;
  snappy.replace(snappy.find("deflate"), 7, "zstanda");
  EXPECT_THAT(ReadContainer(snappy), IsError(ErrorCode::kUnimplemented, "zstanda"));
}

TEST(ContainerTest, RefusesRecordsThatDoNotFit) {
  EXPECT_THAT(WriteContainer(*EntrySchema(), {}, {Value(std::int64_t{1})}),
              IsError(ErrorCode::kInvalidArgument, "does not fit"));
}

TEST(ContainerTest, PyicebergReadsIt) {
  const std::string python = SourcePath(".deps/venv/bin/python");
  if (std::system((python + " -c 'import pyiceberg' 2>/dev/null").c_str()) != 0) {
    GTEST_SKIP() << "pyiceberg is not installed in .deps/venv: run `make setup`";
  }
  const TempDir folder;
  const auto bytes = WriteContainer(*EntrySchema(), {{"content", "data"}}, MakeRecords(2500));
  ASSERT_THAT(bytes, IsOk());
  std::ofstream(folder / "x.avro", std::ios::binary) << *bytes;
  std::ofstream(folder / "read.py") << R"(import sys
from pyiceberg.avro.file import AvroFile
from pyiceberg.io.pyarrow import PyArrowFileIO
with AvroFile(PyArrowFileIO().new_input(sys.argv[1])) as f:
    rows = [(r[0], r[1]) for r in f]
assert rows == [(f"file-{i}", None if i % 3 == 0 else i) for i in range(2500)], rows[:3]
assert f.header.meta["content"] == "data"
)";
  EXPECT_EQ(std::system((python + " " + (folder / "read.py") + " " + (folder / "x.avro")).c_str()),
            0);
}

}  // namespace
}  // namespace gnomon::avro
