// SPDX-License-Identifier: Apache-2.0
// How batches come into a kernel: in slices, their columns found and checked, keys encoded, and
// what was left out counted. Thread safe.
#pragma once

#include <atomic>
#include <functional>

#include "aggregate/kernel_options.h"
#include "aggregate/key_encoding.h"
#include "aggregate/prepared_rows.h"
#include "base/idle_pool.h"

namespace gnomon::aggregate {

using WorkOnSlice = std::function<Status(const arrow::RecordBatch& slice, PreparedRows* rows)>;

class RowIntake {
 public:
  // REQUIRES: all outlive this.
  RowIntake(const Schema& keys, const Schema& inputs, const AggregationPlan& plan,
            const KeyEncoding& encoding)
      : keys_(keys), inputs_(inputs), plan_(plan), encoding_(encoding) {}

  // A batch is worked off in slices, so that what is prepared of it stays in the cache. All slices
  // are prepared in the same rows, whose room and dictionary serve the next.
  Status ForEachSlice(const arrow::RecordBatch& batch, const WorkOnSlice& work);
  // Finds the columns of a slice of rows; all rows are selected. Error: InvalidArgument for a
  // column that lacks or has another type.
  Status Open(const arrow::RecordBatch& slice, TsColumn ts, PreparedRows* rows);
  // Drops, of the selected rows, those whose keys are all null, and encodes the others' keys.
  void EncodeKeys(PreparedRows* rows);
  // Both at once for queries, which have no inputs; drops those with any null key. Error: also
  // InvalidArgument for a null ts.
  Status OpenQueries(const arrow::RecordBatch& slice, PreparedRows* queries);

  KernelCounters counters(std::int64_t bytes_spilled) const {
    return {rows_read_,    rows_null_key_,    rows_null_ts_,
            queries_read_, queries_null_key_, bytes_spilled};
  }

 private:
  const Schema& keys_;
  const Schema& inputs_;
  const AggregationPlan& plan_;
  const KeyEncoding& encoding_;
  IdlePool<PreparedRows> pool_;
  std::atomic<std::int64_t> rows_read_ = 0;
  std::atomic<std::int64_t> rows_null_key_ = 0;
  std::atomic<std::int64_t> rows_null_ts_ = 0;
  std::atomic<std::int64_t> queries_read_ = 0;
  std::atomic<std::int64_t> queries_null_key_ = 0;
};

}  // namespace gnomon::aggregate
