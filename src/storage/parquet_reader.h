// SPDX-License-Identifier: Apache-2.0
// Streams one Parquet file as Arrow batches: projected, row groups skipped by statistics, memory
// bounded by the batch.
#pragma once

#include <arrow/type_fwd.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "types/data_type.h"

namespace gnomon {

// Lower and upper bound of a column in one row group, absent when the file does not say.
struct ColumnBounds {
  std::shared_ptr<arrow::Scalar> lower;
  std::shared_ptr<arrow::Scalar> upper;
  std::optional<std::int64_t> null_count;
  std::int64_t value_count = 0;
};

// A column of longs of which only matters between which multiples of `step` each value lies.
struct CoarseColumn {
  int column = 0;
  std::int64_t step = 1;
};

struct ParquetReaderOptions {
  // Top-level columns to read, by index in the file's schema; nullopt reads all. Order is kept.
  std::optional<std::vector<int>> columns;
  std::int64_t batch_rows = 64 * 1024;
  // Of `columns`, strings that may come as dictionaries of int32 where a row group has nothing
  // else: who looks at each value once is then done sooner. The types of a batch say what came.
  std::vector<int> dictionaries;
  // Of `columns`: where the statistics of a row group show that none of its values is null and that
  // all lie between the same multiples, its least value stands for all, and none is read.
  std::vector<CoarseColumn> coarse;
  // Decode the columns of a batch side by side; to no use where other files occupy the threads.
  bool side_by_side = true;
  // Says whether a row group may hold wanted rows; gets the bounds of a top-level column by file
  // column index.
  using BoundsOf = std::function<ColumnBounds(int column)>;
  std::function<bool(const BoundsOf&)> row_group_filter;  // Empty: read all.
};

class ParquetReader {
 public:
  // Errors: NotFound, Corruption (not Parquet).
  static Result<std::unique_ptr<ParquetReader>> Open(const std::string& path);
  virtual ~ParquetReader() = default;

  // The file's columns with their field ids (-1 where the file has none).
  virtual const Schema& schema() const = 0;
  virtual std::int64_t row_count() const = 0;

  // A stream of batches, each column of the Arrow type that ToArrow(schema) gives (dictionaries,
  // but those asked for, and large types decoded, timestamps in microseconds). The reader must
  // outlive it. Errors: Corruption.
  virtual Result<std::unique_ptr<arrow::RecordBatchReader>> Read(
      const ParquetReaderOptions& options) = 0;
};

}  // namespace gnomon
