// SPDX-License-Identifier: Apache-2.0
// The rows of one answer as Python gets them: streamed once, unless they are kept. What was looked
// at ahead (for a preview) is not lost for the stream. Thread safe.
#pragma once

#include <arrow/type_fwd.h>

#include <atomic>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "sql/session.h"

namespace gnomon {

class Rows {
 public:
  // `owner` keeps alive what the result reads from.
  Rows(std::shared_ptr<void> owner, sql::QueryResult result);

  const Schema& schema() const { return result_.schema; }

  // Reads all rows and keeps them: from then on every stream gives them from the start. Errors:
  // those of the query; InvalidArgument when a stream has taken rows already.
  Status Keep();

  // The first rows as texts of Spark's, NULL as none; they stay in the stream.
  struct Preview {
    std::vector<std::vector<std::optional<std::string>>> rows;
    bool has_more = false;
  };
  Result<Preview> PreviewRows(std::int64_t count);

  // True once the rows have been handed to a stream and are gone.
  bool is_spent() const { return is_spent_.load(); }

  // A reader of all rows; its errors carry ours (sql/result_stream.h). Errors: InvalidArgument when
  // the rows are spent.
  static Result<std::shared_ptr<arrow::RecordBatchReader>> Stream(
      const std::shared_ptr<Rows>& rows);

 private:
  class Reader;

  // The next batch of the query itself, nullptr at its end. REQUIRES: mutex_ is held.
  Result<std::shared_ptr<arrow::RecordBatch>> ReadQuery();
  // Of those looked at ahead, then of the query.
  Result<std::shared_ptr<arrow::RecordBatch>> Take();

  std::shared_ptr<void> owner_;  // Outlives result_, which reads from it.
  std::mutex mutex_;
  sql::QueryResult result_;
  std::deque<std::shared_ptr<arrow::RecordBatch>> ahead_;
  bool is_kept_ = false;                // ahead_ holds all rows and stays.
  std::atomic<bool> is_spent_ = false;  // A stream has them.
};

}  // namespace gnomon
