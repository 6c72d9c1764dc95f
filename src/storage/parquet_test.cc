// SPDX-License-Identifier: Apache-2.0
// Writer and reader against each other, and against pyarrow as the second opinion.
#include <arrow/api.h>
#include <arrow/compute/cast.h>
#include <arrow/json/from_string.h>
#include <gtest/gtest.h>
#include <parquet/file_reader.h>
#include <sys/resource.h>

#include <cmath>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>

#include "storage/file_io.h"
#include "storage/parquet_reader.h"
#include "storage/parquet_writer.h"
#include "support/matchers.h"
#include "support/source_file.h"
#include "support/temp_dir.h"
#include "types/arrow_mapping.h"

namespace gnomon {
namespace {

Field Column(std::string name, DataType type, std::int32_t id) {
  return Field{.name = std::move(name), .type = std::move(type), .id = id};
}

// One column of every type that Iceberg has, nested ones too, ids given.
Schema EveryType() {
  DataType list = DataType::List(TypeKind::kString);
  list.children[0].id = 21;
  DataType map = DataType::Map(TypeKind::kString, TypeKind::kLong);
  map.children[0].id = 22;
  map.children[1].id = 23;
  return Schema{
      {Column("flag", TypeKind::kBoolean, 1), Column("small", TypeKind::kInt, 2),
       Column("large", TypeKind::kLong, 3), Column("real", TypeKind::kFloat, 4),
       Column("wide", TypeKind::kDouble, 5), Column("text", TypeKind::kString, 6),
       Column("bytes", TypeKind::kBinary, 7), Column("day", TypeKind::kDate, 8),
       Column("at", TypeKind::kTimestamp, 9), Column("clock", TypeKind::kTimestampNtz, 10),
       Column("cents", DataType::Decimal(10, 2), 11), Column("tags", list, 12),
       Column("attrs", map, 13),
       Column(
           "point",
           DataType::Struct({Column("x", TypeKind::kDouble, 31), Column("y", TypeKind::kInt, 32)}),
           14)}};
}

std::shared_ptr<arrow::RecordBatch> Batch(const Schema& schema, const std::string& json) {
  const auto arrow_schema = ToArrow(schema);
  const auto array = arrow::json::ArrayFromJSONString(arrow::struct_(arrow_schema->fields()), json);
  EXPECT_TRUE(array.ok()) << array.status().ToString();
  const auto batch = arrow::RecordBatch::FromStructArray(*array).ValueOrDie();
  return arrow::RecordBatch::Make(arrow_schema, batch->num_rows(), batch->columns());
}

std::shared_ptr<arrow::RecordBatch> EveryTypeBatch() {
  return Batch(EveryType(), R"([
    {"flag": true, "small": -5, "large": 9007199254740993, "real": 1.5, "wide": 0.1, "text": "é",
     "bytes": "b", "day": 19700, "at": 1700000000000001, "clock": -1, "cents": "-12.34",
     "tags": ["a", null, "b"], "attrs": [["k", 1], ["l", null]], "point": {"x": 1.0, "y": 2}},
    {"flag": false, "small": 7, "large": -1, "real": NaN, "wide": -0.0, "text": "", "bytes": "",
     "day": -1, "at": -1, "clock": 5, "cents": "99.99", "tags": [], "attrs": [], "point": null},
    {"flag": null, "small": null, "large": null, "real": null, "wide": null, "text": null,
     "bytes": null, "day": null, "at": null, "clock": null, "cents": null, "tags": null,
     "attrs": null, "point": {"x": null, "y": 9}}])");
}

DataFileMetrics Write(const std::string& path,
                      const std::vector<std::shared_ptr<arrow::RecordBatch>>& batches,
                      const ParquetWriterOptions& options = {}) {
  auto writer = ParquetWriter::Open(path, batches.front()->schema(), options);
  EXPECT_THAT(writer, IsOk());
  for (const auto& batch : batches) EXPECT_THAT((*writer)->Write(*batch), IsOk());
  const auto metrics = (*writer)->Close();
  EXPECT_THAT(metrics, IsOk());
  return metrics.value_or(DataFileMetrics{});
}

std::shared_ptr<arrow::Table> ReadAll(ParquetReader& reader,
                                      const ParquetReaderOptions& options = {}) {
  const auto batches = reader.Read(options);
  EXPECT_THAT(batches, IsOk());
  const auto table = (*batches)->ToTable();
  EXPECT_TRUE(table.ok()) << table.status().ToString();
  return *table;
}

std::shared_ptr<arrow::RecordBatch> Numbers(std::int64_t begin, std::int64_t count) {
  arrow::Int64Builder builder;
  for (std::int64_t i = 0; i < count; ++i) EXPECT_TRUE(builder.Append(begin + i).ok());
  return arrow::RecordBatch::Make(ToArrow(Schema{{Column("n", TypeKind::kLong, 1)}}), count,
                                  {builder.Finish().ValueOrDie()});
}

int RunPython(const TempDir& folder, const std::string& script, const std::string& arguments) {
  const std::string python = SourcePath(".deps/venv/bin/python");
  std::ofstream(folder / "script.py") << script;
  return std::system((python + " " + (folder / "script.py") + " " + arguments).c_str());
}

TEST(ParquetTest, RoundTripsEveryType) {
  const TempDir folder;
  const auto batch = EveryTypeBatch();
  Write(folder / "deep/x.parquet", {batch, batch});
  const auto reader = ParquetReader::Open(folder / "deep/x.parquet");
  ASSERT_THAT(reader, IsOk());
  EXPECT_EQ((*reader)->schema(), EveryType());
  EXPECT_EQ((*reader)->schema().fields[12].id, 13);
  EXPECT_EQ((*reader)->schema().fields[12].type.children[1].id, 23);
  EXPECT_EQ((*reader)->row_count(), 6);
  const auto table = ReadAll(**reader);
  const auto expected = arrow::Table::FromRecordBatches({batch, batch}).ValueOrDie();
  EXPECT_TRUE(table->Equals(*expected->CombineChunks().ValueOrDie(),
                            arrow::EqualOptions::Defaults().nans_equal(true)))
      << table->ToString();
}

TEST(ParquetTest, MetricsAreExact) {
  const TempDir folder;
  const auto metrics = Write(folder / "x.parquet", {EveryTypeBatch()});
  EXPECT_EQ(metrics.record_count, 3);
  EXPECT_EQ(metrics.file_size_bytes,
            static_cast<std::int64_t>(std::filesystem::file_size(folder / "x.parquet")));
  EXPECT_EQ(metrics.split_offsets.size(), 1u);
  const auto bounds = [&](std::int32_t id) {
    const ColumnMetrics& column = metrics.columns.at(id);
    return column.lower->ToString() + ".." + column.upper->ToString();
  };
  EXPECT_EQ(bounds(1), "false..true");
  EXPECT_EQ(bounds(2), "-5..7");
  EXPECT_EQ(bounds(3), "-1..9007199254740993");
  EXPECT_EQ(bounds(4), "1.5..1.5");
  EXPECT_EQ(metrics.columns.at(4).nan_count, 1);
  EXPECT_EQ(bounds(6), "..é");
  EXPECT_EQ(bounds(11), "-12.34..99.99");
  EXPECT_EQ(bounds(32), "2..9") << "the row whose struct is null does not count";
  EXPECT_EQ(metrics.columns.at(32).null_count, 1);
  EXPECT_EQ(metrics.columns.at(6).null_count, 1);
  EXPECT_EQ(metrics.columns.at(6).value_count, 3);
  EXPECT_EQ(metrics.columns.at(21).lower, nullptr) << "no bounds inside of lists";
  EXPECT_EQ(metrics.columns.at(5).nan_count, 0);
  EXPECT_GT(metrics.columns.at(6).size_bytes, 0);
  EXPECT_FALSE(metrics.columns.contains(14)) << "only leaves have metrics";
}

TEST(ParquetTest, ZerosWidenAndNanStaysOut) {
  const TempDir folder;
  const Schema schema{{Column("d", TypeKind::kDouble, 1), Column("n", TypeKind::kDouble, 2)}};
  const auto metrics = Write(folder / "x.parquet", {Batch(schema, R"([{"d": 0.0, "n": NaN},
                                                                      {"d": 0.0, "n": null}])")});
  const auto value = [](const std::shared_ptr<arrow::Scalar>& scalar) {
    return static_cast<const arrow::DoubleScalar&>(*scalar).value;
  };
  EXPECT_TRUE(std::signbit(value(metrics.columns.at(1).lower)));
  EXPECT_FALSE(std::signbit(value(metrics.columns.at(1).upper)));
  EXPECT_EQ(metrics.columns.at(2).lower, nullptr);
  EXPECT_EQ(metrics.columns.at(2).nan_count, 1);
}

TEST(ParquetTest, RowGroupsCloseAtEitherLimit) {
  const TempDir folder;
  const auto by_rows = Write(folder / "rows.parquet", {Numbers(0, 1000), Numbers(1000, 24)},
                             {.row_group_rows = 256});
  EXPECT_EQ(by_rows.split_offsets.size(), 4u);
  const auto by_bytes = Write(folder / "bytes.parquet", {Numbers(0, 100'000), Numbers(100'000, 10)},
                              {.row_group_bytes = 80'000});
  EXPECT_GE(by_bytes.split_offsets.size(), 9u);
  EXPECT_LE(by_bytes.split_offsets.size(), 12u);
  const auto reader = ParquetReader::Open(folder / "bytes.parquet");
  ASSERT_THAT(reader, IsOk());
  EXPECT_EQ(ReadAll(**reader)->num_rows(), 100'010);
}

// Rows that wait for their row group must not keep the batches that they are slices of.
TEST(ParquetTest, WaitingSlicesLetTheirBatchesGo) {
  constexpr std::int64_t kRows = 64 * 1024;
  const TempDir folder;
  auto writer = ParquetWriter::Open(folder / "x.parquet", Numbers(0, 0)->schema());
  ASSERT_THAT(writer, IsOk());
  std::vector<std::weak_ptr<arrow::Buffer>> buffers;
  for (std::int64_t i = 0; i < 4; ++i) {
    const auto batch = Numbers(i * kRows, kRows);
    buffers.push_back(batch->column_data(0)->buffers[1]);
    ASSERT_THAT((*writer)->Write(*batch->Slice(i, 2)), IsOk());
  }
  for (const auto& buffer : buffers) EXPECT_TRUE(buffer.expired());
  ASSERT_THAT((*writer)->Close(), IsOk());
  const auto reader = ParquetReader::Open(folder / "x.parquet");
  ASSERT_THAT(reader, IsOk());
  const auto table = ReadAll(**reader);
  const auto& written = static_cast<const arrow::Int64Array&>(*table->column(0)->chunk(0));
  const std::vector<std::int64_t> values(written.raw_values(),
                                         written.raw_values() + written.length());
  EXPECT_EQ(values, (std::vector<std::int64_t>{0, 1, kRows + 1, kRows + 2, 2 * kRows + 2,
                                               2 * kRows + 3, 3 * kRows + 3, 3 * kRows + 4}));
}

TEST(ParquetTest, EmptyFileKeepsItsColumns) {
  const TempDir folder;
  const auto metrics = Write(folder / "x.parquet", {EveryTypeBatch()->Slice(0, 0)});
  EXPECT_EQ(metrics.record_count, 0);
  EXPECT_TRUE(metrics.split_offsets.empty());
  const auto reader = ParquetReader::Open(folder / "x.parquet");
  ASSERT_THAT(reader, IsOk());
  EXPECT_EQ(ReadAll(**reader)->num_rows(), 0);
  EXPECT_EQ((*reader)->schema(), EveryType());
}

TEST(ParquetTest, ReadsChosenColumnsInTheAskedOrder) {
  const TempDir folder;
  Write(folder / "x.parquet", {EveryTypeBatch()});
  const auto reader = ParquetReader::Open(folder / "x.parquet");
  ASSERT_THAT(reader, IsOk());
  const auto table = ReadAll(**reader, {.columns = std::vector{13, 5, 1}});
  EXPECT_EQ(table->ColumnNames(), (std::vector<std::string>{"point", "text", "small"}));
  EXPECT_EQ(table->column(1)->GetScalar(0).ValueOrDie()->ToString(), "é");
  EXPECT_EQ(ReadAll(**reader, {.columns = std::vector<int>{}})->num_rows(), 3);
}

TEST(ParquetTest, SkipsRowGroupsAndBoundsBatches) {
  const TempDir folder;
  Write(folder / "x.parquet", {Numbers(0, 1000)}, {.row_group_rows = 100});
  const auto reader = ParquetReader::Open(folder / "x.parquet");
  ASSERT_THAT(reader, IsOk());
  ParquetReaderOptions options;
  options.batch_rows = 30;
  options.row_group_filter = [](const ParquetReaderOptions::BoundsOf& bounds_of) {
    const ColumnBounds bounds = bounds_of(0);
    EXPECT_EQ(bounds.null_count, 0);
    EXPECT_EQ(bounds.value_count, 100);
    return static_cast<const arrow::Int64Scalar&>(*bounds.lower).value <= 450 &&
           static_cast<const arrow::Int64Scalar&>(*bounds.upper).value >= 450;
  };
  auto batches = (*reader)->Read(options);
  ASSERT_THAT(batches, IsOk());
  std::int64_t rows = 0;
  for (std::shared_ptr<arrow::RecordBatch> batch;;) {
    ASSERT_TRUE((*batches)->ReadNext(&batch).ok());
    if (batch == nullptr) break;
    EXPECT_LE(batch->num_rows(), 30);
    rows += batch->num_rows();
  }
  EXPECT_EQ(rows, 100);
}

// Row groups whose pages are not all of codes come as plain strings.
TEST(ParquetTest, GivesDictionariesWhereAskedAndThere) {
  const TempDir folder;
  const auto schema =
      ToArrow(Schema{{Column("user", TypeKind::kString, 1), Column("n", TypeKind::kLong, 2)}});
  constexpr std::int64_t kRows = 60'000;
  const auto batch_of = [&](std::int64_t users) {
    arrow::StringBuilder names;
    arrow::Int64Builder numbers;
    for (std::int64_t i = 0; i < kRows; ++i) {
      const std::string name = fmt::format("a user with a long name {:060}", i % users);
      EXPECT_TRUE((i == 5 ? names.AppendNull() : names.Append(name)).ok());
      EXPECT_TRUE(numbers.Append(i).ok());
    }
    return arrow::RecordBatch::Make(schema, kRows,
                                    {names.Finish().ValueOrDie(), numbers.Finish().ValueOrDie()});
  };
  // The second one's dictionary is outgrown.
  const std::vector<std::shared_ptr<arrow::RecordBatch>> written = {batch_of(100), batch_of(kRows)};
  Write(folder / "x.parquet", written, {.row_group_rows = kRows});
  const auto reader = ParquetReader::Open(folder / "x.parquet");
  ASSERT_THAT(reader, IsOk());
  ParquetReaderOptions options{.columns = std::vector{1, 0}, .batch_rows = kRows};
  options.dictionaries = {0};
  const auto batches = (*reader)->Read(options);
  ASSERT_THAT(batches, IsOk());
  for (const bool is_dictionary : {true, false}) {
    std::shared_ptr<arrow::RecordBatch> batch;
    ASSERT_TRUE((*batches)->ReadNext(&batch).ok());
    ASSERT_NE(batch, nullptr);
    ASSERT_TRUE(batch->Validate().ok());
    ASSERT_EQ(batch->num_rows(), kRows);
    std::shared_ptr<arrow::Array> users = batch->GetColumnByName("user");
    ASSERT_EQ(users->type_id(), is_dictionary ? arrow::Type::DICTIONARY : arrow::Type::STRING);
    if (is_dictionary) {
      EXPECT_EQ(static_cast<const arrow::DictionaryArray&>(*users).dictionary()->length(), 100);
      users = *arrow::compute::Cast(*users, arrow::utf8());
    }
    EXPECT_TRUE(users->Equals(written[is_dictionary ? 0 : 1]->column(0)));
  }
}

TEST(ParquetTest, DoesNotReadLongsWhoseStepIsKnown) {
  const TempDir folder;
  const auto schema =
      ToArrow(Schema{{Column("a", TypeKind::kLong, 1), Column("t", TypeKind::kLong, 2),
                      Column("z", TypeKind::kLong, 3)}});
  using Longs = std::vector<std::optional<std::int64_t>>;
  // Row groups of three: within a step; over the bounds of two; with a null; below zero.
  const Longs times = {12, 10, 19, 9, 10, 11, 20, {}, 22, -10, -1, -3};
  const Longs expected = {10, 10, 10, 9, 10, 11, 20, {}, 22, -10, -10, -10};
  const auto column_of = [](const Longs& values) {
    arrow::Int64Builder builder;
    for (const auto& value : values)
      EXPECT_TRUE((value ? builder.Append(*value) : builder.AppendNull()).ok());
    return builder.Finish().ValueOrDie();
  };
  const auto numbers = column_of({1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12});
  Write(folder / "x.parquet",
        {arrow::RecordBatch::Make(schema, 12, {numbers, column_of(times), numbers})},
        {.row_group_rows = 3});
  const auto reader = ParquetReader::Open(folder / "x.parquet");
  ASSERT_THAT(reader, IsOk());
  const auto read = [&](ParquetReaderOptions options) {
    options.coarse = {{1, 10}};
    const auto batches = (*reader)->Read(options);
    EXPECT_THAT(batches, IsOk());
    return (*batches)->ToTable().ValueOrDie();
  };
  for (const std::vector<int>& columns :
       {std::vector{0, 1, 2}, std::vector{2, 1}, std::vector{1, 0}}) {
    const auto table = read({.columns = columns});
    EXPECT_TRUE(table->GetColumnByName("t")->Equals(arrow::ChunkedArray(column_of(expected))));
    for (const int column : columns) {
      if (column == 1) continue;
      EXPECT_TRUE(table->GetColumnByName(schema->field(column)->name())
                      ->Equals(arrow::ChunkedArray(numbers)));
    }
  }
  EXPECT_TRUE(read({.columns = std::vector{1}, .batch_rows = 2})
                  ->column(0)
                  ->Equals(arrow::ChunkedArray(column_of(expected))));
}

// A dictionary is worth its room from two rows per value on.
TEST(ParquetTest, ChoosesDictionariesByHowOftenValuesCome) {
  const TempDir folder;
  constexpr std::int64_t kRows = 60'000;
  std::mt19937 random(1);
  for (const std::int64_t distinct : {10, 10'000, 20'000, 1'000'000}) {
    arrow::Int64Builder numbers;
    for (std::int64_t i = 0; i < kRows; ++i)
      ASSERT_TRUE(numbers.Append(static_cast<std::int64_t>(random()) % distinct).ok());
    const auto schema = ToArrow(Schema{{Column("n", TypeKind::kLong, 1)}});
    const std::string path = folder / fmt::format("{}.parquet", distinct);
    Write(path, {arrow::RecordBatch::Make(schema, kRows, {numbers.Finish().ValueOrDie()})});
    const auto footer = parquet::ParquetFileReader::OpenFile(path)->metadata();
    EXPECT_EQ(footer->RowGroup(0)->ColumnChunk(0)->has_dictionary_page(), distinct < kRows)
        << distinct;
  }
}

TEST(ParquetTest, UnfinishedFilesVanishAndFinishedOnesStay) {
  const TempDir folder;
  const std::string path = folder / "x.parquet";
  {
    auto writer = ParquetWriter::Open(path, Numbers(0, 1)->schema());
    ASSERT_THAT(writer, IsOk());
    ASSERT_THAT((*writer)->Write(*Numbers(0, 100)), IsOk());
    EXPECT_THAT((*writer)->Write(*EveryTypeBatch()),
                IsError(ErrorCode::kInvalidArgument, "other columns"));
    EXPECT_TRUE(std::filesystem::exists(path));
  }
  EXPECT_FALSE(std::filesystem::exists(path));
  Write(path, {Numbers(0, 5)});
  EXPECT_THAT(ParquetWriter::Open(path, Numbers(0, 1)->schema()),
              IsError(ErrorCode::kAlreadyExists, path));
  EXPECT_TRUE(std::filesystem::exists(path));
}

// A limit on the file's size stands for a full disk: the write fails in the same place.
TEST(ParquetTest, FullDiskIsUnavailableAndLeavesNothing) {
  const TempDir folder;
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  const auto old_handler = std::signal(SIGXFSZ, SIG_IGN);
  rlimit limited = before;
  limited.rlim_cur = 20'000;
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &limited), 0);
  Status status = Ok();
  {
    auto writer = ParquetWriter::Open(folder / "x.parquet", Numbers(0, 1)->schema(),
                                      {.row_group_rows = 1000});
    for (int i = 0; i < 100 && status.has_value(); ++i) {
      status = (*writer)->Write(*Numbers(i * 10'000, 10'000));
    }
    EXPECT_THAT((*writer)->Close(), IsError(ErrorCode::kUnavailable, "x.parquet"));
  }
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
  std::signal(SIGXFSZ, old_handler);
  EXPECT_THAT(status, IsError(ErrorCode::kUnavailable, "x.parquet"));
  EXPECT_FALSE(std::filesystem::exists(folder / "x.parquet"));
}

TEST(ParquetTest, RefusesColumnsWithoutType) {
  const TempDir folder;
  EXPECT_THAT(ParquetWriter::Open(folder / "x", ToArrow(Schema{{Column("v", TypeKind::kVoid, 1)}})),
              IsError(ErrorCode::kInvalidArgument, "v"));
}

TEST(ParquetTest, DamagedFilesAreCorruption) {
  const TempDir folder;
  Write(folder / "x.parquet", {Numbers(0, 10'000)});
  std::string content = *ReadFile(folder / "x.parquet");
  const auto open = [&](std::string bytes) {
    EXPECT_THAT(ReplaceFile(folder / "bad.parquet", bytes), IsOk());
    return ParquetReader::Open(folder / "bad.parquet");
  };
  EXPECT_THAT(open(""), IsError(ErrorCode::kCorruption, "bad.parquet"));
  EXPECT_THAT(open("hello, this is no Parquet"), IsError(ErrorCode::kCorruption, "bad.parquet"));
  EXPECT_THAT(open(content.substr(0, content.size() - 9)), IsError(ErrorCode::kCorruption, ""));
  EXPECT_THAT(ParquetReader::Open(folder / "none"), IsError(ErrorCode::kNotFound, "none"));
  content[200] = static_cast<char>(content[200] ^ 0x55);
  auto reader = open(content);
  ASSERT_THAT(reader, IsOk());
  const auto batches = (*reader)->Read({});
  ASSERT_THAT(batches, IsOk());
  const auto table = (*batches)->ToTable();
  ASSERT_FALSE(table.ok());
  EXPECT_THAT(table.status().message(), testing::HasSubstr("bad.parquet"));
  EXPECT_EQ(FromArrowStatus(table.status(), "scan").code, ErrorCode::kCorruption);
}

TEST(ParquetTest, PyarrowAndDuckdbReadIt) {
  const TempDir folder;
  Write(folder / "x.parquet", {EveryTypeBatch()});
  EXPECT_EQ(RunPython(folder, R"(import sys, pyarrow.parquet as pq
f = pq.ParquetFile(sys.argv[1])
s = f.schema
columns = [s.column(i) for i in range(len(s))]
kinds = {column.path: (column.physical_type, str(column.logical_type)) for column in columns}
assert kinds["at"][0] == "INT64", kinds["at"]
assert "isAdjustedToUTC=true, timeUnit=microseconds" in kinds["at"][1], kinds["at"]
assert "isAdjustedToUTC=false, timeUnit=microseconds" in kinds["clock"][1], kinds["clock"]
assert kinds["text"] == ("BYTE_ARRAY", "String"), kinds["text"]
assert kinds["cents"][0] == "INT64", kinds["cents"]
assert "tags.list.element" in kinds and "attrs.key_value.value" in kinds, kinds
ids = lambda field: int(field.metadata[b"PARQUET:field_id"])
assert ids(f.schema_arrow.field("tags").type.value_field) == 21
assert ids(f.schema_arrow.field("attrs").type.item_field) == 23
assert f.metadata.row_group(0).column(0).compression in ("ZSTD", "SNAPPY")
assert f.read().column("large").to_pylist() == [9007199254740993, -1, None]
import duckdb
columns = 'text, cents::varchar, epoch_us("at"), tags, point.y'
rows = duckdb.read_parquet(sys.argv[1]).project(columns).fetchall()
assert rows[0] == ("é", "-12.34", 1700000000000001, ["a", None, "b"], 2), rows
assert rows[2] == (None, None, None, None, 9), rows
)",
                      folder / "x.parquet"),
            0);
}

TEST(ParquetTest, ForeignTypesBecomeOurs) {
  const TempDir folder;
  ASSERT_EQ(RunPython(folder, R"(import sys, datetime as dt, pyarrow as pa, pyarrow.parquet as pq
t = pa.table({
  "dict": pa.array(["a", None, "b"]).dictionary_encode(),
  "large": pa.array(["x", "y", None], pa.large_string()),
  "view": pa.array(["x", "y", None], pa.string_view()),
  "unsigned": pa.array([1, 2**32 - 1, None], pa.uint32()),
  "ns": pa.array([1_700_000_000_123_456_789, None, 0], pa.timestamp("ns")),
  "ms": pa.array([1_700_000_000_123, None, 0], pa.timestamp("ms", "America/New_York")),
  "lists": pa.array([[1], None, [None, 2]], pa.large_list(pa.timestamp("ms", "Asia/Tokyo"))),
  "fixed": pa.array([b"abcd", None, b"efgh"], pa.binary(4)),
})
pq.write_table(t, sys.argv[1])
pq.write_table(t.select(["ns"]), sys.argv[1] + ".int96", use_deprecated_int96_timestamps=True)
)",
                      folder / "x.parquet"),
            0);
  const auto reader = ParquetReader::Open(folder / "x.parquet");
  ASSERT_THAT(reader, IsOk());
  const auto table = ReadAll(**reader);
  ASSERT_TRUE(table->schema()->Equals(*ToArrow((*reader)->schema())))
      << table->schema()->ToString();
  ASSERT_TRUE(table->ValidateFull().ok());
  const auto at = [&](int column, std::int64_t row) {
    return table->column(column)->GetScalar(row).ValueOrDie();
  };
  EXPECT_EQ(at(0, 2)->ToString(), "b");
  EXPECT_EQ(at(1, 1)->ToString(), "y");
  EXPECT_EQ(at(2, 0)->ToString(), "x");
  EXPECT_EQ(at(3, 1)->ToString(), "4294967295");
  EXPECT_EQ(static_cast<const arrow::TimestampScalar&>(*at(4, 0)).value, 1'700'000'000'123'456);
  EXPECT_EQ(static_cast<const arrow::TimestampScalar&>(*at(5, 0)).value, 1'700'000'000'123'000);
  EXPECT_EQ((*reader)->schema().fields[5].type.kind, TypeKind::kTimestamp);

  const auto int96 = ParquetReader::Open(folder / "x.parquet.int96");
  ASSERT_THAT(int96, IsOk());
  EXPECT_EQ((*int96)->schema().fields[0].type.kind, TypeKind::kTimestamp);
  const auto old_times = ReadAll(**int96);
  EXPECT_TRUE(
      old_times->column(0)->type()->Equals(arrow::timestamp(arrow::TimeUnit::MICRO, "UTC")));
  EXPECT_EQ(
      static_cast<const arrow::TimestampScalar&>(*old_times->column(0)->GetScalar(0).ValueOrDie())
          .value,
      1'700'000'000'123'456);
}

}  // namespace
}  // namespace gnomon
