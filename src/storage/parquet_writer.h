// SPDX-License-Identifier: Apache-2.0
// Writes one Parquet file from Arrow batches and reports what Iceberg keeps about it.
#pragma once

#include <arrow/type_fwd.h>

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

namespace gnomon {

// What is known of one leaf column of one file; bounds are scalars of the column's Arrow type,
// absent when unknown (no non-null value, or only NaN). Strings are whole here: truncation is the
// table format's business.
struct ColumnMetrics {
  std::int64_t size_bytes = 0;
  std::int64_t value_count = 0;
  std::int64_t null_count = 0;
  std::optional<std::int64_t> nan_count;  // Float and double only.
  std::shared_ptr<arrow::Scalar> lower;   // NaN left out; -0.0 and 0.0 widened (checklist 16).
  std::shared_ptr<arrow::Scalar> upper;
};

struct DataFileMetrics {
  std::int64_t record_count = 0;
  std::int64_t file_size_bytes = 0;
  std::map<std::int32_t, ColumnMetrics> columns;  // By field id of the leaf.
  std::vector<std::int64_t> split_offsets;        // Begin of each row group.
};

// Rows wait in memory until a row group is full by either limit.
struct ParquetWriterOptions {
  std::int64_t row_group_rows = 1'000'000;
  std::int64_t row_group_bytes = 64 << 20;
};

class ParquetWriter {
 public:
  // Creates `path` (parents too, as far as they are missing). The fields of `schema` carry
  // PARQUET:field_id. Errors: AlreadyExists, Unavailable.
  static Result<std::unique_ptr<ParquetWriter>> Open(const std::string& path,
                                                     std::shared_ptr<arrow::Schema> schema,
                                                     const ParquetWriterOptions& options = {});
  // An unfinished file is removed.
  virtual ~ParquetWriter() = default;

  // Appends a batch of exactly the schema's types. Errors: InvalidArgument, Unavailable.
  virtual Status Write(const arrow::RecordBatch& batch) = 0;

  // Lets the rows that wait go to the file, as a row group. Error: Unavailable.
  virtual Status EndRowGroup() = 0;

  // Finishes the file, which outlasts a crash only after SyncNewFiles. REQUIRES: not called before.
  virtual Result<DataFileMetrics> Close() = 0;

  virtual std::int64_t bytes_written() const = 0;
};

}  // namespace gnomon
