// SPDX-License-Identifier: Apache-2.0
// A table whose hops are the same for all keys: the row says which one it falls into (a day, a part
// of a day's window, ...).
#pragma once

#include <cstdint>
#include <vector>

#include "aggregate/state_table.h"

namespace gnomon::aggregate {

class HopTable final : public StateTable {
 public:
  using StateTable::StateTable;

  std::uint32_t SlotOf(std::uint64_t hash, std::string_view key, HopIndex hop) override;
  std::int64_t memory_bytes() const override;
  void Freeze() override;

 protected:
  void FindSlots(const PreparedRows& prepared, std::span<const std::uint32_t> selection) override;

 private:
  static constexpr std::uint32_t kNone = UINT32_MAX;
  static constexpr std::size_t kStepsMax = 8;
  // Between two slots of a key, either of which may be none.
  struct Place {
    std::uint32_t later = kNone;
    std::uint32_t earlier = kNone;
  };

  void FindSlotsOfCodes(const PreparedRows& prepared, std::span<const std::uint32_t> selection);
  auto FindKey() {
    return
        [this](std::uint64_t hash, std::string_view key) { return keys_.FindOrInsert(hash, key); };
  }
  std::uint32_t SlotOf(std::uint32_t key_id, HopIndex hop);
  std::uint32_t IndexedSlotOf(std::uint32_t key_id, HopIndex hop, Place walked);
  std::uint32_t Insert(std::uint32_t key_id, HopIndex hop, Place place);

  // A key's slots as a list, the greatest hop first.
  std::vector<std::uint32_t> last_;     // By key.
  std::vector<std::uint32_t> earlier_;  // By slot.
  // The slots below indexed_, by key and hop: for rows that jump far back.
  PairTable index_;
  std::uint32_t indexed_ = 0;
  std::size_t lookups_by_index_ = 0;  // Of the selection.
  std::size_t steps_max_ = kStepsMax;
  // Of the selection: the rows that fall into another hop than their key's last one.
  std::vector<std::uint32_t> elsewhere_;
  std::vector<std::size_t> elsewhere_at_;
};

}  // namespace gnomon::aggregate
