// SPDX-License-Identifier: Apache-2.0
// From a shard's hops to output rows: key by key over its days, all windows, a block of keys at a
// time.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "aggregate/hop_table.h"
#include "aggregate/snapshot_kernel.h"

namespace gnomon::aggregate {

// The output days as indices, [first, end); `day_of_index_0` turns an index into a day.
struct OutputDays {
  DayIndex first = 0;
  DayIndex end = 0;
  Day day_of_index_0;
};

// Collects rows of each output day and hands them on in batches. One per thread.
class DayBatches {
 public:
  DayBatches(const Schema& keys, const AggregationPlan& plan, OutputDays days,
             const SnapshotKernel::Emit& emit);

  struct Builders {
    std::vector<std::unique_ptr<arrow::ArrayBuilder>> keys;
    std::vector<std::unique_ptr<arrow::ArrayBuilder>> outputs;
    std::int64_t rows = 0;
  };
  Result<Builders*> ForDay(DayIndex day);
  // Says that rows were appended; hands on when there are enough.
  Status Added(DayIndex day, std::int64_t rows);
  Status Flush();

 private:
  Status FlushDay(DayIndex day);

  std::shared_ptr<arrow::Schema> schema_;
  std::size_t key_count_;
  OutputDays days_;
  const SnapshotKernel::Emit& emit_;
  std::vector<Builders> builders_;
  std::int64_t rows_held_ = 0;
};

// Gives all rows of the table, whose hops are complete. The table is frozen.
Status SweepShard(HopTable* table, const AggregationPlan& plan, const KeyEncoding& encoding,
                  OutputDays days, DayBatches* batches);

}  // namespace gnomon::aggregate
