// SPDX-License-Identifier: Apache-2.0
// A table whose hops are the same for all keys: the row says which one it falls into (a day, a part
// of a day's window, ...).
#pragma once

#include <memory>
#include <vector>

#include "aggregate/state_table.h"

namespace gnomon::aggregate {

class HopTable final : public StateTable {
 public:
  // Hops are 0 .. hop_count - 1. REQUIRES: `plan` outlives this.
  HopTable(const AggregationPlan& plan, HopIndex hop_count)
      : StateTable(plan), slots_of_hop_(hop_count) {}

  std::uint32_t SlotOf(std::uint64_t hash, std::string_view key, HopIndex hop) override;
  std::int64_t memory_bytes() const override;
  void Freeze() override;

 protected:
  void FindSlots(const PreparedRows& prepared, std::span<const std::uint32_t> selection) override;

 private:
  struct Recent {
    HopIndex hop = UINT32_MAX;
    std::uint32_t slot = 0;
  };
  std::uint32_t SlotOf(std::uint32_t key_id, HopIndex hop);

  std::vector<std::unique_ptr<SlotTable>> slots_of_hop_;  // Made when first needed.
  // By key, where its last row went: rows mostly come by time.
  std::vector<Recent> recent_;
};

}  // namespace gnomon::aggregate
