// SPDX-License-Identifier: Apache-2.0
// The keys of one shard and, per key and day with events (a hop), one state of every aggregation.
// States lie in one column per aggregation; a slot is a hop's index in all of them. Not thread
// safe: the kernel locks a shard.
#pragma once

#include <arrow/type_fwd.h>

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "aggregate/aggregation_plan.h"
#include "aggregate/key_encoding.h"
#include "aggregate/key_table.h"
#include "base/result.h"

namespace gnomon::aggregate {

// Days are numbered from the first one that any window needs, which is 1; 0 collects all days
// before it.
using DayIndex = std::uint32_t;

// Rows of one batch that are wanted, with their days and keys.
struct PreparedRows {
  std::vector<const arrow::Array*> key_columns;
  std::vector<std::shared_ptr<arrow::Array>> inputs;        // By index in the schema of inputs.
  std::vector<std::shared_ptr<arrow::Array>> state_values;  // AggregationPlan::StateValues of them.
  const std::int64_t* ts = nullptr;
  std::vector<std::int64_t> ts_without_nulls;  // What `ts` points to when some are null.
  std::vector<std::uint32_t> rows;
  std::vector<DayIndex> days;  // By row of the batch.
  EncodedKeys keys;            // By index in `rows`.
};

class HopTable {
 public:
  // REQUIRES: `plan` outlives this.
  HopTable(const AggregationPlan& plan, DayIndex day_count);

  // Feeds the rows at `selection`, indices into prepared.rows. Error: as StateColumn::Update.
  Status Update(const PreparedRows& prepared, std::span<const std::uint32_t> selection);
  // Returns the slot of the hop, an empty one when it is new.
  std::uint32_t FindOrInsert(std::uint64_t hash, std::string_view key, DayIndex day);
  // Gives the states room for all slots.
  void ResizeStates();

  std::size_t slot_count() const { return slot_keys_.size(); }
  std::uint32_t slot_key(std::size_t slot) const { return slot_keys_[slot]; }
  DayIndex slot_day(std::size_t slot) const { return slot_days_[slot]; }
  const KeyTable& keys() const { return keys_; }
  StateColumn& states(std::size_t i) { return *states_[i]; }
  const StateColumn& states(std::size_t i) const { return *states_[i]; }
  std::int64_t memory_bytes() const;

  // Frees what only updates need. After it, no more updates.
  void Freeze();

 private:
  const AggregationPlan& plan_;
  KeyTable keys_;
  std::vector<std::unique_ptr<SlotTable>> days_;  // Made when first needed.
  std::vector<std::uint32_t> slot_keys_;
  std::vector<DayIndex> slot_days_;
  std::vector<std::unique_ptr<StateColumn>> states_;
  std::vector<std::uint32_t> batch_rows_;
  std::vector<std::uint32_t> batch_slots_;
};

}  // namespace gnomon::aggregate
