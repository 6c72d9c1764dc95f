// SPDX-License-Identifier: Apache-2.0
// Dictionaries as files of any writer hold them: over many pages and batches, with nulls and
// without, and damaged.
#include "storage/dictionary_column.h"

#include <arrow/api.h>
#include <arrow/compute/cast.h>
#include <arrow/io/file.h>
#include <arrow/io/memory.h>
#include <gtest/gtest.h>
#include <parquet/arrow/writer.h>

#include <optional>
#include <string>
#include <vector>

#include "base/check.h"
#include "storage/parquet_guard.h"

namespace gnomon {

namespace {

using Texts = std::vector<std::optional<std::string>>;

std::shared_ptr<arrow::Array> ToArray(const Texts& texts) {
  arrow::StringBuilder builder;
  for (const auto& text : texts)
    EXPECT_TRUE((text ? builder.Append(*text) : builder.AppendNull()).ok());
  return builder.Finish().ValueOrDie();
}

// The bytes of a file with one column; pages are small, so that there are many.
std::shared_ptr<arrow::Buffer> FileOf(const Texts& texts, bool is_nullable,
                                      bool has_dictionary = true) {
  const auto schema = arrow::schema({arrow::field("user", arrow::utf8(), is_nullable)});
  const auto table = arrow::Table::Make(schema, {ToArray(texts)});
  auto sink = arrow::io::BufferOutputStream::Create().ValueOrDie();
  parquet::WriterProperties::Builder properties;
  properties.data_pagesize(256)->write_batch_size(64);
  if (!has_dictionary) properties.disable_dictionary();
  EXPECT_TRUE(parquet::arrow::WriteTable(*table, arrow::default_memory_pool(), sink, 1 << 20,
                                         properties.build())
                  .ok());
  return sink->Finish().ValueOrDie();
}

bool AreCodesThere(const arrow::DictionaryArray& rows) {
  for (std::int64_t i = 0; i < rows.length(); ++i) {
    const std::int64_t code = rows.GetValueIndex(i);
    if (rows.IsValid(i) && (code < 0 || code >= rows.dictionary()->length())) return false;
  }
  return true;
}

// Reads all rows in calls of so many.
arrow::Result<std::shared_ptr<arrow::Array>> ReadAll(const std::shared_ptr<arrow::Buffer>& bytes,
                                                     std::int64_t step) {
  const auto file =
      parquet::ParquetFileReader::Open(std::make_shared<arrow::io::BufferReader>(bytes));
  const auto column = DictionaryColumn::Open(*file, 0, 0);
  if (column == nullptr) return nullptr;
  arrow::ArrayVector parts;
  for (std::int64_t left = file->metadata()->num_rows(); left > 0; left -= step) {
    ARROW_ASSIGN_OR_RAISE(const auto part, column->Read(std::min(step, left)));
    EXPECT_TRUE(AreCodesThere(static_cast<const arrow::DictionaryArray&>(*part)));
    ARROW_ASSIGN_OR_RAISE(parts.emplace_back(), arrow::compute::Cast(*part, arrow::utf8()));
  }
  return arrow::Concatenate(parts);
}

Texts SomeTexts(std::size_t count, std::size_t distinct, std::size_t null_every) {
  Texts texts(count);
  for (std::size_t i = 0; i < count; ++i) {
    if (null_every == 0 || i % null_every != 0)
      texts[i] = std::string(i % 5, 'x') + std::to_string(i * 31 % distinct);
  }
  return texts;
}

TEST(DictionaryColumnTest, GivesTheRowsOfTheFileInAnySteps) {
  for (const bool is_nullable : {true, false}) {
    for (const std::size_t null_every : {0, 1, 2, 7, 500}) {
      if (!is_nullable && null_every > 0) continue;
      const Texts texts = SomeTexts(3000, 17, null_every);
      for (const std::int64_t step : {1, 100, 257, 10'000}) {
        const auto rows = ReadAll(FileOf(texts, is_nullable), step);
        ASSERT_TRUE(rows.ok()) << rows.status();
        EXPECT_TRUE((*rows)->Equals(*ToArray(texts))) << null_every << " " << step;
      }
    }
  }
}

TEST(DictionaryColumnTest, IsOneForAllCalls) {
  const auto bytes = FileOf(SomeTexts(1000, 40, 3), true);
  const auto file =
      parquet::ParquetFileReader::Open(std::make_shared<arrow::io::BufferReader>(bytes));
  const auto column = DictionaryColumn::Open(*file, 0, 0);
  ASSERT_NE(column, nullptr);
  const auto dictionary_of = [](const std::shared_ptr<arrow::Array>& rows) {
    return static_cast<const arrow::DictionaryArray&>(*rows).data()->dictionary;
  };
  const auto first = dictionary_of(column->Read(10).ValueOrDie());
  EXPECT_EQ(dictionary_of(column->Read(990).ValueOrDie()), first);
}

TEST(DictionaryColumnTest, LeavesPlainPagesToOthers) {
  EXPECT_EQ(*ReadAll(FileOf(SomeTexts(100, 17, 0), true, /*has_dictionary=*/false), 100), nullptr);
}

// Without checksums a damaged page may still be one: then what it says must hold together.
TEST(DictionaryColumnTest, DamageIsAnErrorOrGivesOtherRows) {
  const auto sound = FileOf(SomeTexts(400, 9, 7), true);
  int errors = 0;
  for (std::int64_t at = 4; at < sound->size(); ++at) {
    for (const int flipped : {0x01, 0x80, 0xff}) {
      std::shared_ptr<arrow::Buffer> bytes = sound->CopySlice(0, sound->size()).ValueOrDie();
      auto& byte = const_cast<std::uint8_t*>(bytes->data())[at];
      byte = static_cast<std::uint8_t>(byte ^ flipped);
      const arrow::Status status = GuardParquet([&] { return ReadAll(bytes, 150).status(); });
      errors += status.ok() ? 0 : 1;
    }
  }
  EXPECT_GT(errors, 100);
}

}  // namespace

}  // namespace gnomon
