// SPDX-License-Identifier: Apache-2.0
// Rows mostly come by time: then a row's hop is its key's last, or follows it. A few steps back
// find it, or the place of a new one; only rows that jump further ask a hash table.
#include "aggregate/hop_table.h"

#include <algorithm>
#include <array>

namespace gnomon::aggregate {

std::uint32_t HopTable::SlotOf(std::uint64_t hash, std::string_view key, HopIndex hop) {
  const std::uint32_t key_id = keys_.FindOrInsert(hash, key);
  if (key_id >= last_.size()) last_.resize(keys_.size(), kNone);
  return SlotOf(key_id, hop);
}

std::uint32_t HopTable::SlotOf(std::uint32_t key_id, HopIndex hop) {
  Place place{.earlier = last_[key_id]};
  for (std::size_t step = 0; place.earlier != kNone; ++step) {
    const HopIndex here = slot_hop(place.earlier);
    if (here == hop) return place.earlier;
    if (here < hop) break;
    if (step == steps_max_) return IndexedSlotOf(key_id, hop, place);
    place = {place.earlier, earlier_[place.earlier]};
  }
  return Insert(key_id, hop, place);
}

std::uint32_t HopTable::IndexedSlotOf(std::uint32_t key_id, HopIndex hop, Place walked) {
  ++lookups_by_index_;
  const auto next = static_cast<std::uint32_t>(slot_count());
  for (; indexed_ < next; ++indexed_)
    index_.FindOrInsert(slot_key(indexed_), slot_hop(indexed_), indexed_);
  const std::uint32_t slot = index_.FindOrInsert(key_id, hop, next);
  if (slot != next) return slot;
  ++indexed_;
  while (walked.earlier != kNone && slot_hop(walked.earlier) > hop)
    walked = {walked.earlier, earlier_[walked.earlier]};
  return Insert(key_id, hop, walked);
}

std::uint32_t HopTable::Insert(std::uint32_t key_id, HopIndex hop, Place place) {
  const std::uint32_t slot = AddSlot(key_id, hop);
  earlier_.push_back(place.earlier);
  (place.later == kNone ? last_[key_id] : earlier_[place.later]) = slot;
  return slot;
}

// In blocks, each look-up of all its rows before the next: while one row waits for memory, the
// others' are under way.
void HopTable::FindSlots(const PreparedRows& prepared, std::span<const std::uint32_t> selection) {
  constexpr std::size_t kBlockRows = 64;
  std::array<std::uint32_t, kBlockRows> key_ids;
  batch_rows_.resize(selection.size());
  batch_slots_.resize(selection.size());
  // Rows that jump should not walk in vain first.
  steps_max_ = lookups_by_index_ * 8 > selection.size() ? 1 : kStepsMax;
  lookups_by_index_ = 0;
  for (std::size_t begin = 0; begin < selection.size(); begin += kBlockRows) {
    const auto block = selection.subspan(begin, std::min(kBlockRows, selection.size() - begin));
    for (const std::uint32_t at : block) keys_.Prefetch(prepared.keys.hashes[at]);
    for (std::size_t i = 0; i < block.size(); ++i) {
      key_ids[i] =
          keys_.FindOrInsert(prepared.keys.hashes[block[i]], prepared.keys.bytes[block[i]]);
    }
    last_.resize(keys_.size(), kNone);
    for (std::size_t i = 0; i < block.size(); ++i) {
      const std::uint32_t row = prepared.rows[block[i]];
      batch_rows_[begin + i] = row;
      batch_slots_[begin + i] = SlotOf(key_ids[i], prepared.hops[row]);
    }
  }
}

std::int64_t HopTable::memory_bytes() const {
  const std::size_t numbers = last_.capacity() + earlier_.capacity();
  return StateTable::memory_bytes() + index_.memory_bytes() +
         static_cast<std::int64_t>(numbers * sizeof(std::uint32_t));
}

void HopTable::Freeze() {
  StateTable::Freeze();
  std::vector<std::uint32_t>().swap(last_);
  std::vector<std::uint32_t>().swap(earlier_);
  index_ = PairTable();
}

}  // namespace gnomon::aggregate
