// SPDX-License-Identifier: Apache-2.0
// Rows of a batch that fall into one hop and whose keys come as a dictionary are first added up by
// code: a row then costs one access to a state that is near, and what a code gathered goes to the
// table of its shard once (Larson, "Data Reduction by Partial Preaggregation", ICDE 2002). Only
// states of a few bytes are worth it.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "aggregate/prepared_rows.h"

namespace gnomon::aggregate {

class BatchPartials {
 public:
  // Takes rows, or partial results (PreparedRows::partials).
  using Give = std::function<Status(const PreparedRows& rows)>;

  // REQUIRES: `plan` outlives this.
  BatchPartials(const AggregationPlan& plan, Give give);

  // A batch of so many rows begins.
  void Start(std::int64_t batch_rows);
  // Adds rows of the batch up, or gives them on as they are where that is better; in order either
  // way.
  Status Add(const PreparedRows& rows);
  // Gives what was added up and not yet given. To be called after the last rows of the batch.
  Status Flush();

 private:
  bool IsWorthAdding(const PreparedRows& rows) const;
  void MakeRoom(std::size_t codes);
  // The slots of the rows' codes; new codes get new ones.
  void FindSlots(const EncodedKeys& keys);

  const AggregationPlan& plan_;
  const Give give_;
  bool is_plain_ = true;        // All states are.
  std::size_t slot_bytes_ = 0;  // Of a key's states.

  std::size_t batch_rows_ = 0;
  bool is_given_up_ = false;  // Too few rows of the batch had the same key.
  HopIndex hop_ = 0;
  std::size_t rows_added_ = 0;
  std::vector<std::uint32_t> slot_of_code_;
  std::vector<std::uint32_t> row_slots_;
  std::vector<std::unique_ptr<StateColumn>> states_;
  PreparedRows partials_;  // One row per slot.
};

}  // namespace gnomon::aggregate
