// SPDX-License-Identifier: Apache-2.0
// Slots are dense in the order in which keys come, so that those of frequent keys lie together.
#include "aggregate/batch_partials.h"

#include <arrow/api.h>

#include <algorithm>

namespace gnomon::aggregate {

namespace {

constexpr std::uint32_t kNoSlot = UINT32_MAX;
// Beyond this the states would not stay in the cache of a core.
constexpr std::size_t kStatesBytesMax = 8 << 20;
// Rows per key below which adding up saves nothing.
constexpr std::size_t kRowsPerKeyMin = 2;

bool LieInOneHop(const PreparedRows& rows) {
  const HopIndex first = rows.hops[rows.rows.front()];
  return std::all_of(rows.rows.begin(), rows.rows.end(),
                     [&](std::uint32_t row) { return rows.hops[row] == first; });
}

}  // namespace

BatchPartials::BatchPartials(const AggregationPlan& plan, Give give)
    : plan_(plan), give_(std::move(give)) {
  for (const PlannedState& state : plan.states) {
    slot_bytes_ += state.bound.plain_bytes;
    is_plain_ = is_plain_ && state.bound.plain_bytes > 0;
  }
}

void BatchPartials::Start(std::int64_t batch_rows) {
  batch_rows_ = static_cast<std::size_t>(batch_rows);
  is_given_up_ = !is_plain_;
  rows_added_ = 0;
}

Status BatchPartials::Add(const PreparedRows& rows) {
  if (rows.rows.empty()) return Ok();
  const bool is_worth_adding = IsWorthAdding(rows);
  const HopIndex hop = is_worth_adding ? rows.hops[rows.rows.front()] : hop_;
  if (!is_worth_adding || hop != hop_) GNOMON_RETURN_IF_ERROR(Flush());
  if (!is_worth_adding || is_given_up_) return give_(rows);
  hop_ = hop;
  const std::size_t codes = rows.keys.dictionary.hashes.size();
  if (rows_added_ == 0) MakeRoom(codes);
  rows_added_ += rows.rows.size();
  FindSlots(rows.keys);
  for (std::size_t i = 0; i < states_.size(); ++i) {
    GNOMON_RETURN_IF_ERROR(
        states_[i]->Update(*rows.state_values[i], rows.ts, rows.rows, row_slots_));
  }
  return Ok();
}

bool BatchPartials::IsWorthAdding(const PreparedRows& rows) const {
  if (is_given_up_ || !rows.keys.is_dictionary()) return false;
  const std::size_t codes = rows.keys.dictionary.hashes.size();
  return codes * kRowsPerKeyMin <= batch_rows_ && codes * slot_bytes_ <= kStatesBytesMax &&
         LieInOneHop(rows);
}

void BatchPartials::MakeRoom(std::size_t codes) {
  states_.clear();
  for (const PlannedState& state : plan_.states) {
    states_.push_back(state.bound.make_states(state.bound));
    states_.back()->Resize(codes);
  }
  slot_of_code_.assign(codes, kNoSlot);
  partials_.keys.bytes.clear();
  partials_.keys.hashes.clear();
}

void BatchPartials::FindSlots(const EncodedKeys& keys) {
  row_slots_.resize(keys.codes.size());
  for (std::size_t i = 0; i < row_slots_.size(); ++i) {
    const std::uint32_t code = keys.codes[i];
    if (slot_of_code_[code] == kNoSlot) {
      slot_of_code_[code] = static_cast<std::uint32_t>(partials_.keys.bytes.size());
      partials_.keys.bytes.push_back(keys.dictionary.bytes[code]);
      partials_.keys.hashes.push_back(keys.dictionary.hashes[code]);
    }
    row_slots_[i] = slot_of_code_[code];
  }
}

Status BatchPartials::Flush() {
  if (rows_added_ == 0) return Ok();
  const std::size_t slots = partials_.keys.bytes.size();
  is_given_up_ = rows_added_ < kRowsPerKeyMin * slots;
  rows_added_ = 0;
  partials_.rows = Iota(0, slots);
  partials_.hops.assign(slots, hop_);
  partials_.partials = states_;
  return give_(partials_);
}

}  // namespace gnomon::aggregate
