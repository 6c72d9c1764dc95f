// SPDX-License-Identifier: Apache-2.0
// The hot loop of a backfill: first the slots of all rows, then one tight loop per aggregation.
#include "aggregate/hop_table.h"

#include <arrow/api.h>

namespace gnomon::aggregate {

HopTable::HopTable(const AggregationPlan& plan, DayIndex day_count)
    : plan_(plan), days_(day_count) {
  for (const PlannedState& state : plan.states)
    states_.push_back(state.bound.make_states(state.bound));
}

std::uint32_t HopTable::FindOrInsert(std::uint64_t hash, std::string_view key, DayIndex day) {
  const std::uint32_t key_id = keys_.FindOrInsert(hash, key);
  const auto next = static_cast<std::uint32_t>(slot_keys_.size());
  GNOMON_CHECK(next != UINT32_MAX);
  auto& slots = days_[day];
  if (slots == nullptr) slots = std::make_unique<SlotTable>();
  const std::uint32_t slot = slots->FindOrInsert(key_id, next);
  if (slot == next) {
    slot_keys_.push_back(key_id);
    slot_days_.push_back(day);
  }
  return slot;
}

void HopTable::ResizeStates() {
  for (const auto& column : states_) column->Resize(slot_count());
}

Status HopTable::Update(const PreparedRows& prepared, std::span<const std::uint32_t> selection) {
  batch_rows_.resize(selection.size());
  batch_slots_.resize(selection.size());
  for (std::size_t i = 0; i < selection.size(); ++i) {
    const std::uint32_t at = selection[i];
    const std::uint32_t row = prepared.rows[at];
    batch_rows_[i] = row;
    batch_slots_[i] =
        FindOrInsert(prepared.keys.hashes[at], prepared.keys.bytes[at], prepared.days[row]);
  }
  ResizeStates();
  for (std::size_t i = 0; i < states_.size(); ++i) {
    GNOMON_RETURN_IF_ERROR(
        states_[i]->Update(*prepared.state_values[i], prepared.ts, batch_rows_, batch_slots_));
  }
  return Ok();
}

std::int64_t HopTable::memory_bytes() const {
  std::int64_t bytes = keys_.memory_bytes();
  for (const auto& day : days_) {
    if (day != nullptr) bytes += day->memory_bytes() + static_cast<std::int64_t>(sizeof(SlotTable));
  }
  for (const auto& column : states_) bytes += column->memory_bytes();
  const std::size_t words = slot_keys_.capacity() + slot_days_.capacity() + batch_rows_.capacity() +
                            batch_slots_.capacity();
  return bytes + static_cast<std::int64_t>(words * sizeof(std::uint32_t) +
                                           days_.capacity() * sizeof(days_[0]));
}

void HopTable::Freeze() {
  std::vector<std::unique_ptr<SlotTable>>().swap(days_);
  std::vector<std::uint32_t>().swap(batch_rows_);
  std::vector<std::uint32_t>().swap(batch_slots_);
}

}  // namespace gnomon::aggregate
