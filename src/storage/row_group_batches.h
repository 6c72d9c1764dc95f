// SPDX-License-Identifier: Apache-2.0
// The rows of a file's row groups, one group after another: what of each must be read at all, and
// in which form.
#pragma once

#include <arrow/record_batch.h>
#include <parquet/arrow/reader.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "storage/parquet_reader.h"

namespace gnomon {

// What is read of a file: its leaves in the order of the file, and where the wanted columns are in
// what the library makes of them.
struct RowGroupSelection {
  std::vector<int> row_groups;
  std::vector<int> leaves;
  std::vector<int> order;
  // A flat column: its place among the wanted ones, and its leaf.
  struct Flat {
    std::size_t wanted = 0;
    int leaf = 0;
  };
  std::vector<Flat> dictionaries;
  std::vector<std::pair<Flat, CoarseColumn>> coarse;
  std::function<ColumnBounds(int group, int column)> bounds_of;
  std::int64_t batch_rows = 0;
};

// Batches of `schema`, but for columns that come as dictionaries. REQUIRES: `file` outlives them.
std::unique_ptr<arrow::RecordBatchReader> ReadRowGroups(std::string path,
                                                        parquet::arrow::FileReader& file,
                                                        std::shared_ptr<arrow::Schema> schema,
                                                        RowGroupSelection selection);

}  // namespace gnomon
