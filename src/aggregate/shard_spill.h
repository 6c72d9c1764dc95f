// SPDX-License-Identifier: Apache-2.0
// One shard on disk: the states that it had when memory ran out, and all later rows, in order.
// Reading back restores the states and feeds the rows to them, so the answer is the same to the
// last bit as without spilling. The files have no names: they are gone when the process is, however
// it ends.
#pragma once

#include <arrow/type_fwd.h>

#include <cstdint>
#include <memory>
#include <string>

#include "aggregate/hop_table.h"

namespace gnomon::aggregate {

class SpillFile;

class ShardSpill {
 public:
  // Writes the states of `table`. Error: Unavailable when the disk does not take them.
  static Result<std::unique_ptr<ShardSpill>> Make(const AggregationPlan& plan, const Schema& inputs,
                                                  const std::string& tmp_dir,
                                                  const HopTable& table);
  ~ShardSpill();

  // Writes the rows at `selection`, indices into prepared.rows.
  Status AddRows(const PreparedRows& prepared, std::span<const std::uint32_t> selection);
  // Brings all back into `table`, which is empty. Called once; no more rows after it.
  Status Restore(HopTable* table);

  std::int64_t bytes_written() const;

 private:
  ShardSpill(const AggregationPlan& plan, const Schema& inputs);
  Status WriteStates(const HopTable& table);
  Status RestoreStates(const arrow::RecordBatch& batch, HopTable* table) const;
  Status RestoreRows(const arrow::RecordBatch& batch, HopTable* table) const;

  const AggregationPlan& plan_;
  std::size_t input_count_;
  std::shared_ptr<arrow::Schema> states_schema_;
  std::shared_ptr<arrow::Schema> rows_schema_;
  std::unique_ptr<SpillFile> states_;
  std::unique_ptr<SpillFile> rows_;
};

}  // namespace gnomon::aggregate
