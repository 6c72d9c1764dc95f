// SPDX-License-Identifier: Apache-2.0
// One small hash table per hop: rows of a batch mostly fall into the same hop, whose table then
// lies in the cache. It is asked only when a key's hop changes.
#include "aggregate/hop_table.h"

namespace gnomon::aggregate {

std::uint32_t HopTable::SlotOf(std::uint64_t hash, std::string_view key, HopIndex hop) {
  return SlotOf(keys_.FindOrInsert(hash, key), hop);
}

std::uint32_t HopTable::SlotOf(std::uint32_t key_id, HopIndex hop) {
  if (key_id >= recent_.size()) recent_.resize(keys_.size());
  Recent& recent = recent_[key_id];
  if (recent.hop == hop) return recent.slot;
  const auto next = static_cast<std::uint32_t>(slot_count());
  auto& slots = slots_of_hop_[hop];
  if (slots == nullptr) slots = std::make_unique<SlotTable>();
  const std::uint32_t slot = slots->FindOrInsert(key_id, next);
  if (slot == next) AddSlot(key_id, hop);
  recent = {hop, slot};
  return slot;
}

void HopTable::FindSlots(const PreparedRows& prepared, std::span<const std::uint32_t> selection) {
  batch_rows_.resize(selection.size());
  batch_slots_.resize(selection.size());
  for (std::size_t i = 0; i < selection.size(); ++i) {
    const std::uint32_t at = selection[i];
    const std::uint32_t row = prepared.rows[at];
    batch_rows_[i] = row;
    batch_slots_[i] = SlotOf(prepared.keys.hashes[at], prepared.keys.bytes[at], prepared.hops[row]);
  }
}

std::int64_t HopTable::memory_bytes() const {
  std::int64_t bytes = StateTable::memory_bytes();
  for (const auto& slots : slots_of_hop_) {
    if (slots != nullptr)
      bytes += slots->memory_bytes() + static_cast<std::int64_t>(sizeof(SlotTable));
  }
  return bytes + static_cast<std::int64_t>(slots_of_hop_.capacity() * sizeof(slots_of_hop_[0]) +
                                           recent_.capacity() * sizeof(Recent));
}

void HopTable::Freeze() {
  StateTable::Freeze();
  std::vector<std::unique_ptr<SlotTable>>().swap(slots_of_hop_);
  std::vector<Recent>().swap(recent_);
}

}  // namespace gnomon::aggregate
