// SPDX-License-Identifier: Apache-2.0
// Writes data files, then commits them as one snapshot: an append or a dynamic partition overwrite.
// Until Commit() nobody sees anything; a transaction that dies leaves only files that no metadata
// names (its destructor removes them).
#pragma once

#include <arrow/type_fwd.h>

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "iceberg/table.h"

namespace gnomon::iceberg {

enum class WriteMode : std::uint8_t {
  kAppend,
  kOverwritePartitions,  // Replaces the partitions that the written rows touch (all rows of an
                         // unpartitioned table).
};

struct WriteOptions {
  WriteMode mode = WriteMode::kAppend;
  // Put into the snapshot's summary; computed totals are never overridden (checklist 28).
  std::map<std::string, std::string> summary;
  std::int64_t target_file_bytes = 512 << 20;
  // An overwrite fails with Conflict if, since `Begin`, another commit touched a partition that
  // this one replaces (checklist 26). Partitions that are to be replaced although no row is written
  // for them (days found empty).
  std::vector<std::vector<std::shared_ptr<arrow::Scalar>>> also_replace;
};

struct CommitResult {
  std::int64_t snapshot_id = 0;  // 0 when there was nothing to commit.
  std::int64_t rows_written = 0;
  std::int64_t bytes_written = 0;
  std::int64_t files_written = 0;
  std::int64_t partitions_written = 0;
};

class WriteTransaction {
 public:
  // Starts from the table's state as loaded: conflicts are judged against it.
  static Result<std::unique_ptr<WriteTransaction>> Begin(Table& table, WriteOptions options);
  virtual ~WriteTransaction() = default;

  // Appends rows; columns are matched by name to the table's schema, missing ones are null. Rows
  // may come in any order: each is routed to its partition's open file, at most `open files` at a
  // time. Not thread safe. Errors: InvalidArgument (unknown column, wrong type), Unavailable (disk
  // full, permission).
  virtual Status Write(const arrow::RecordBatch& batch) = 0;

  // Encodes on so many threads (otherwise on the caller's alone). An error of the disk may then be
  // told by a later call. REQUIRES: nothing was written yet.
  virtual void UseThreads(int threads) = 0;

  // Table properties to set in the same commit as the data (known only when the rows are).
  virtual void SetProperties(std::map<std::string, std::string> properties) = 0;

  // Commits everything as one snapshot and refreshes the table. On a race with an unrelated commit
  // it rebases and retries with back-off (commit.retry.* properties). Errors: Conflict,
  // Unavailable.
  virtual Result<CommitResult> Commit() = 0;
};

}  // namespace gnomon::iceberg
