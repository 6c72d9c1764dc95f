// SPDX-License-Identifier: Apache-2.0
// By the library's columns, not by its Arrow reader: that one hashes all values of a dictionary to
// make another, which takes longer than reading the codes.
#include "storage/dictionary_column.h"

#include <arrow/api.h>
#include <arrow/util/bit_util.h>

#include <algorithm>
#include <span>

#include "types/buffer_pool.h"

namespace gnomon {

std::unique_ptr<DictionaryColumn> DictionaryColumn::Open(parquet::ParquetFileReader& file,
                                                         int group, int leaf) {
  auto column =
      file.RowGroup(group)->ColumnWithExposeEncoding(leaf, parquet::ExposedEncoding::DICTIONARY);
  if (column->GetExposedEncoding() != parquet::ExposedEncoding::DICTIONARY) return nullptr;
  return std::unique_ptr<DictionaryColumn>(
      new DictionaryColumn(std::static_pointer_cast<parquet::ByteArrayReader>(column)));
}

arrow::Result<std::shared_ptr<arrow::Array>> DictionaryColumn::Read(std::int64_t rows) {
  ARROW_ASSIGN_OR_RAISE(
      const std::shared_ptr<arrow::Buffer> buffer,
      arrow::AllocateBuffer(rows * static_cast<std::int64_t>(sizeof(std::int32_t)), BufferPool()));
  auto* codes = buffer->mutable_data_as<std::int32_t>();
  std::int64_t code_count = 0;
  ARROW_RETURN_NOT_OK(Append(rows, codes, &code_count));
  // Also negative ones are too large.
  const std::span known(reinterpret_cast<const std::uint32_t*>(codes),
                        static_cast<std::size_t>(code_count));
  if (!known.empty() && *std::ranges::max_element(known) >= values_->length())
    return arrow::Status::Invalid("a code is not in its dictionary");
  std::shared_ptr<arrow::Buffer> validity;
  if (code_count < rows) {
    ARROW_ASSIGN_OR_RAISE(validity, SpreadOverNulls(rows, code_count, codes));
  }
  const auto indices =
      std::make_shared<arrow::Int32Array>(rows, buffer, std::move(validity), rows - code_count);
  return std::make_shared<arrow::DictionaryArray>(arrow::dictionary(arrow::int32(), arrow::utf8()),
                                                  indices, values_);
}

// Page by page, without gaps for nulls.
arrow::Status DictionaryColumn::Append(std::int64_t rows, std::int32_t* codes,
                                       std::int64_t* code_count) {
  const bool has_levels = reader_->descr()->max_definition_level() > 0;
  levels_.resize(has_levels ? static_cast<std::size_t>(rows) : 0);
  for (std::int64_t done = 0; done < rows;) {
    const parquet::ByteArray* values = nullptr;
    std::int32_t value_count = 0;
    std::int64_t read = 0;
    const std::int64_t levels = reader_->ReadBatchWithDictionary(
        rows - done, has_levels ? levels_.data() + done : nullptr, nullptr, codes + *code_count,
        &read, &values, &value_count);
    if (levels == 0) return arrow::Status::Invalid("a column has too few rows");
    if (values_ == nullptr) ARROW_RETURN_NOT_OK(TakeValues(values, value_count));
    done += levels;
    *code_count += read;
  }
  if (values_ == nullptr) return TakeValues(nullptr, 0);
  return arrow::Status::OK();
}

arrow::Status DictionaryColumn::TakeValues(const parquet::ByteArray* values, std::int32_t count) {
  arrow::StringBuilder builder(BufferPool());
  std::int64_t bytes = 0;
  for (std::int32_t i = 0; i < count; ++i) bytes += values[i].len;
  ARROW_RETURN_NOT_OK(builder.Reserve(count));
  ARROW_RETURN_NOT_OK(builder.ReserveData(bytes));
  for (std::int32_t i = 0; i < count; ++i)
    builder.UnsafeAppend(values[i].ptr, static_cast<std::int32_t>(values[i].len));
  return builder.Finish(&values_);
}

// Moves the codes to their rows, and says which rows have one.
arrow::Result<std::shared_ptr<arrow::Buffer>> DictionaryColumn::SpreadOverNulls(
    std::int64_t rows, std::int64_t code_count, std::int32_t* codes) const {
  ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> validity,
                        arrow::AllocateEmptyBitmap(rows, BufferPool()));
  const std::int16_t there = reader_->descr()->max_definition_level();
  for (std::int64_t row = rows; row-- > 0;) {
    const bool is_there = levels_[static_cast<std::size_t>(row)] == there;
    codes[row] = is_there ? codes[--code_count] : 0;
    if (is_there) arrow::bit_util::SetBit(validity->mutable_data(), row);
  }
  return validity;
}

}  // namespace gnomon
