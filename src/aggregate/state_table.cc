// SPDX-License-Identifier: Apache-2.0
// The hot loop of every kernel: first the slots of all rows, then one tight loop per aggregation.
#include "aggregate/state_table.h"

#include <arrow/api.h>

#include <algorithm>
#include <numeric>

namespace gnomon::aggregate {

StateTable::StateTable(const AggregationPlan& plan) : plan_(plan) {
  for (const PlannedState& state : plan.states)
    states_.push_back(state.bound.make_states(state.bound));
}

void StateTable::ResizeStates() {
  GNOMON_CHECK(slot_count() < UINT32_MAX - 1);
  for (const auto& column : states_) column->Resize(slot_count());
}

Status StateTable::Update(const PreparedRows& prepared, std::span<const std::uint32_t> selection) {
  batch_rows_.clear();
  batch_slots_.clear();
  FindSlots(prepared, selection);
  ResizeStates();
  for (std::size_t i = 0; i < states_.size(); ++i) {
    GNOMON_RETURN_IF_ERROR(
        prepared.partials.empty()
            ? states_[i]->Update(*prepared.state_values[i], prepared.ts, batch_rows_, batch_slots_)
            : states_[i]->Merge(batch_slots_, *prepared.partials[i], batch_rows_));
  }
  return Ok();
}

std::int64_t StateTable::memory_bytes() const {
  std::int64_t bytes = keys_.memory_bytes();
  for (const auto& column : states_) bytes += column->memory_bytes();
  const std::size_t words = slot_keys_.capacity() + slot_hops_.capacity() + batch_rows_.capacity() +
                            batch_slots_.capacity();
  return bytes + static_cast<std::int64_t>(words * sizeof(std::uint32_t));
}

void StateTable::Freeze() {
  std::vector<std::uint32_t>().swap(batch_rows_);
  std::vector<std::uint32_t>().swap(batch_slots_);
}

HopsByKey SortHops(const StateTable& table) {
  HopsByKey hops;
  const std::size_t key_count = table.keys().size();
  hops.begins.assign(key_count + 1, 0);
  hops.slots.resize(table.slot_count());
  hops.hops.resize(table.slot_count());
  for (std::size_t slot = 0; slot < table.slot_count(); ++slot)
    ++hops.begins[table.slot_key(slot) + 1];
  std::partial_sum(hops.begins.begin(), hops.begins.end(), hops.begins.begin());
  std::vector<std::uint32_t> next(hops.begins.begin(), hops.begins.end() - 1);
  for (std::size_t slot = 0; slot < table.slot_count(); ++slot) {
    const std::uint32_t at = next[table.slot_key(slot)]++;
    hops.slots[at] = static_cast<std::uint32_t>(slot);
    hops.hops[at] = table.slot_hop(slot);
  }
  const auto by_hop = [&](std::uint32_t a, std::uint32_t b) {
    return table.slot_hop(a) < table.slot_hop(b);
  };
  for (std::size_t key = 0; key < key_count; ++key) {
    const auto hops_begin = hops.hops.begin() + hops.begins[key];
    const auto hops_end = hops.hops.begin() + hops.begins[key + 1];
    if (std::is_sorted(hops_begin, hops_end)) continue;
    std::sort(hops_begin, hops_end);
    std::sort(hops.slots.begin() + hops.begins[key], hops.slots.begin() + hops.begins[key + 1],
              by_hop);
  }
  return hops;
}

}  // namespace gnomon::aggregate
