// SPDX-License-Identifier: Apache-2.0
// Rows mostly come by time: then a row's hop is its key's last, or follows it. A few steps back
// find it, or the place of a new one; only rows that jump further ask a hash table.
#include "aggregate/hop_table.h"

namespace gnomon::aggregate {

std::uint32_t HopTable::SlotOf(std::uint64_t hash, std::string_view key, HopIndex hop) {
  return SlotOf(keys_.FindOrInsert(hash, key), hop);
}

std::uint32_t HopTable::SlotOf(std::uint32_t key_id, HopIndex hop) {
  if (key_id >= last_.size()) last_.resize(keys_.size(), kNone);
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

void HopTable::FindSlots(const PreparedRows& prepared, std::span<const std::uint32_t> selection) {
  batch_rows_.resize(selection.size());
  batch_slots_.resize(selection.size());
  // Rows that jump should not walk in vain first.
  steps_max_ = lookups_by_index_ * 8 > selection.size() ? 1 : kStepsMax;
  lookups_by_index_ = 0;
  for (std::size_t i = 0; i < selection.size(); ++i) batch_rows_[i] = prepared.rows[selection[i]];
  if (prepared.keys.is_dictionary()) return FindSlotsOfCodes(prepared, selection);
  ForEachKey(prepared.keys, selection, FindKey(), [&](std::size_t i, std::uint32_t key_id) {
    batch_slots_[i] = SlotOf(key_id, prepared.hops[batch_rows_[i]]);
  });
}

// Most rows of a key that follow each other fall into one hop: they go where the last one went.
void HopTable::FindSlotsOfCodes(const PreparedRows& prepared,
                                std::span<const std::uint32_t> selection) {
  const std::vector<std::uint32_t>& codes = prepared.keys.codes;
  std::vector<KeyDictionary::Slot>& last = prepared.keys.dictionary.slots;
  last.resize(prepared.keys.dictionary.ids.size());
  elsewhere_.clear();
  elsewhere_at_.clear();
  for (std::size_t i = 0; i < selection.size(); ++i) {
    const KeyDictionary::Slot here = last[codes[selection[i]]];
    batch_slots_[i] = here.slot;
    if (here.hop == prepared.hops[batch_rows_[i]]) continue;
    elsewhere_.push_back(selection[i]);
    elsewhere_at_.push_back(i);
  }
  ForEachKey(prepared.keys, elsewhere_, FindKey(), [&](std::size_t i, std::uint32_t key_id) {
    const std::size_t at = elsewhere_at_[i];
    const HopIndex hop = prepared.hops[batch_rows_[at]];
    batch_slots_[at] = SlotOf(key_id, hop);
    last[codes[elsewhere_[i]]] = {hop, batch_slots_[at]};
  });
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
