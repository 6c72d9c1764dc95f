// SPDX-License-Identifier: Apache-2.0
// Scans: a filter that prunes files by partition and column bounds, then row groups, then rows; and
// the stream of batches.
#pragma once

#include <arrow/type_fwd.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "types/data_type.h"

namespace gnomon::iceberg {

class Table;

// `column <op> value`; value is a scalar of the column's Arrow type (dates as date32). kIsNull and
// kNotNull have no value.
struct Comparison {
  enum class Op : std::uint8_t { kEq, kNe, kLt, kLe, kGt, kGe, kIsNull, kNotNull };
  std::string column;
  Op op = Op::kEq;
  std::shared_ptr<arrow::Scalar> value;
};

// A conjunction. Empty takes all.
using Filter = std::vector<Comparison>;

// The filter for people: `ds >= 2023-12-01 and user_id is not null`.
std::string FilterText(const Filter& filter);

struct ScanOptions {
  std::optional<std::vector<std::string>> columns;  // nullopt: all, in schema order.
  Filter filter;
  // False: the filter only prunes, rows are not filtered (the caller will).
  bool apply_filter = true;
  std::int64_t batch_rows = std::int64_t{64} * 1024;
  // Of the columns, strings that may come as dictionaries of int32, as the types of a batch say
  // then: ParquetReaderOptions. Those of the filter never do.
  std::vector<std::string> dictionaries;
  // Of the columns, longs of which only matters between which multiples of a step they lie, as
  // milliseconds of which only the day does: CoarseColumn. Those of the filter are always read.
  std::vector<std::pair<std::string, std::int64_t>> coarse;
  // Decode the columns of a batch side by side: ScanPlan::leaves_idle.
  bool side_by_side = true;
  std::optional<std::int64_t> snapshot_id;  // nullopt: current.
};

// One data file to read.
struct ScanTask {
  std::string path;               // Local path.
  std::int64_t record_count = 0;  // -1 in tables in place: the file is opened to know it.
  std::int64_t file_size_bytes = 0;
  // Source field id -> value (may be null).
  std::vector<std::pair<std::int32_t, std::shared_ptr<arrow::Scalar>>> partition;
};

struct ScanPlan {
  std::vector<ScanTask> tasks;
  std::int64_t files_skipped = 0;
  std::int64_t manifests_read = 0;
  std::int64_t manifests_skipped = 0;
  std::int64_t record_count = 0;  // Sum over tasks, before row filtering; guessed in place.
  std::int64_t file_size_bytes = 0;

  // Whether so many threads, each with a task of its own, would not all have one. Where they do,
  // handing columns to other threads only costs.
  bool leaves_idle(int threads) const { return tasks.size() < static_cast<std::size_t>(threads); }
};

// Opens one task of a plan as a stream of batches with the columns of `options`, by field id:
// columns that the file lacks are null, promoted types are widened. Thread safe for different
// tasks.
Result<std::unique_ptr<arrow::RecordBatchReader>> OpenTask(const Table& table, const ScanTask& task,
                                                           const ScanOptions& options);

// Opens a whole scan, file after file. The schema is that of `options.columns`.
// Errors: InvalidArgument for an unknown column (did you mean), Unimplemented for tables with
// delete files, Corruption.
Result<std::unique_ptr<arrow::RecordBatchReader>> OpenScan(const Table& table,
                                                           const ScanOptions& options);

}  // namespace gnomon::iceberg
