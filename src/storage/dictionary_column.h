// SPDX-License-Identifier: Apache-2.0
// Strings of one row group as the file has them: codes and a dictionary.
#pragma once

#include <arrow/array/array_base.h>
#include <arrow/result.h>
#include <parquet/column_reader.h>
#include <parquet/file_reader.h>

#include <cstdint>
#include <memory>
#include <vector>

namespace gnomon {

class DictionaryColumn {
 public:
  // The flat column of strings at `leaf`; nullptr when the group has other pages of it than codes.
  // REQUIRES: `file` outlives this. Throws as the library does.
  static std::unique_ptr<DictionaryColumn> Open(parquet::ParquetFileReader& file, int group,
                                                int leaf);

  // The next rows, of which there are so many: dictionary<int32, utf8>, in each call the same
  // dictionary. Error: Invalid, when the file is damaged. Throws as the library does.
  arrow::Result<std::shared_ptr<arrow::Array>> Read(std::int64_t rows);

 private:
  explicit DictionaryColumn(std::shared_ptr<parquet::ByteArrayReader> reader)
      : reader_(std::move(reader)) {}
  arrow::Status Append(std::int64_t rows, std::int32_t* codes, std::int64_t* code_count);
  arrow::Status TakeValues(const parquet::ByteArray* values, std::int32_t count);
  arrow::Result<std::shared_ptr<arrow::Buffer>> SpreadOverNulls(std::int64_t rows,
                                                                std::int64_t code_count,
                                                                std::int32_t* codes) const;

  std::shared_ptr<parquet::ByteArrayReader> reader_;
  std::shared_ptr<arrow::Array> values_;
  std::vector<std::int16_t> levels_;  // Of the rows of a call; below the highest one is null.
};

}  // namespace gnomon
