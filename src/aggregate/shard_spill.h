// SPDX-License-Identifier: Apache-2.0
// One shard on disk: the queries and states that it had when memory ran out, and all later queries,
// rows and partial results, in order. Reading back restores the states and feeds the rest to them,
// so the answer is the same to the last bit as without spilling. The files have no names: they are
// gone when the process is, however it ends.
#pragma once

#include <arrow/type_fwd.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "aggregate/row_codec.h"
#include "aggregate/state_table.h"

namespace gnomon::aggregate {

class SpillFile;

class ShardSpill {
 public:
  // Writes what `table` holds. Error: Unavailable when the disk does not take it.
  static Result<std::unique_ptr<ShardSpill>> Make(const AggregationPlan& plan, const Schema& inputs,
                                                  const std::string& tmp_dir,
                                                  const StateTable& table);
  ~ShardSpill();

  // Writes the rows or partial results at `selection`, indices into prepared.rows.
  Status Add(const PreparedRows& prepared, std::span<const std::uint32_t> selection);
  // The same for queries, of which keys and ts are kept.
  Status AddQueries(const PreparedRows& prepared, std::span<const std::uint32_t> selection);
  // Brings all back into `table`, which is empty, and seals it. Called once; no more rows after it.
  Status Restore(StateTable* table);

  std::int64_t bytes_written() const;

 private:
  ShardSpill(const AggregationPlan& plan, const Schema& inputs, std::string tmp_dir);
  Status WriteQueries(const StateTable& table);
  Status WriteStates(const StateTable& table);
  Status WriteRows(const arrow::RecordBatch& rows);
  Status WritePartials(const PreparedRows& prepared, std::span<const std::uint32_t> selection);
  Status RestoreStates(const arrow::RecordBatch& batch, StateTable* table) const;
  Status RestoreRows(const arrow::RecordBatch& batch, StateTable* table) const;
  Status RestorePartials(const arrow::RecordBatch& batch, StateTable* table) const;

  const AggregationPlan& plan_;
  const std::string tmp_dir_;
  RowCodec rows_codec_;
  RowCodec queries_codec_;
  std::shared_ptr<arrow::Schema> states_schema_;
  std::unique_ptr<SpillFile> queries_;
  std::unique_ptr<SpillFile> states_;
  std::unique_ptr<SpillFile> rows_;
  std::unique_ptr<SpillFile> partials_;  // Null where there are none.
  std::vector<bool> is_partials_;        // Of each batch of both, in order.
};

}  // namespace gnomon::aggregate
