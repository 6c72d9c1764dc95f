// SPDX-License-Identifier: Apache-2.0
// One shard in memory: its keys and, per hop of a key that rows fell into, one state of every
// aggregation. States lie in one column per aggregation; a slot is a hop's index in all of them.
// How a row finds its slot is the derived table's matter. Not thread safe: a shard is locked.
#pragma once

#include <arrow/type_fwd.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "aggregate/aggregation_plan.h"
#include "aggregate/key_table.h"
#include "aggregate/prepared_rows.h"
#include "base/result.h"

namespace gnomon::aggregate {

// The queries of a shard in the order of arrival: ids of their keys, and times.
struct QueryLog {
  std::vector<std::uint32_t> keys;
  std::vector<std::int64_t> ts;
};

class StateTable {
 public:
  // REQUIRES: `plan` outlives this.
  explicit StateTable(const AggregationPlan& plan);
  virtual ~StateTable() = default;
  StateTable(const StateTable&) = delete;
  StateTable& operator=(const StateTable&) = delete;

  // Feeds the rows or partial results at `selection`, indices into prepared.rows.
  virtual Status Update(const PreparedRows& prepared, std::span<const std::uint32_t> selection);
  // Returns the slot of a hop, an empty one when it is new; what restoring needs.
  virtual std::uint32_t SlotOf(std::uint64_t hash, std::string_view key, HopIndex hop) = 0;
  // Gives the states room for all slots.
  void ResizeStates();

  // Tables that are made of queries: takes them, and after the last one becomes ready for rows.
  virtual void AddQueries(const PreparedRows&, std::span<const std::uint32_t>) {}
  virtual void Seal() {}
  // Null when there are none, or after Seal.
  virtual const QueryLog* queries() const { return nullptr; }

  // Rows that are kept as they came, for spilling: in the form of RowCodec.
  using GiveRows = std::function<Status(const arrow::RecordBatch& rows)>;
  virtual Status GiveKeptRows(const GiveRows&) const { return Ok(); }

  std::size_t slot_count() const { return slot_keys_.size(); }
  std::uint32_t slot_key(std::size_t slot) const { return slot_keys_[slot]; }
  HopIndex slot_hop(std::size_t slot) const { return slot_hops_[slot]; }
  const KeyTable& keys() const { return keys_; }
  StateColumn& states(std::size_t i) { return *states_[i]; }
  const StateColumn& states(std::size_t i) const { return *states_[i]; }
  virtual std::int64_t memory_bytes() const;

  // Frees what only updates need. After it, no more updates.
  virtual void Freeze();

 protected:
  // Appends each row at `selection` that counts to batch_rows_ and its slot to batch_slots_.
  virtual void FindSlots(const PreparedRows& prepared,
                         std::span<const std::uint32_t> selection) = 0;
  static constexpr std::size_t kBlockRows = 64;

  // Calls take(begin, keys) for blocks of rows of the selection, in order, with what
  // find(hash, bytes) gave for their keys; each code of a dictionary is looked up once.
  template <typename Find, typename Take>
  void ForEachBlock(const EncodedKeys& keys, std::span<const std::uint32_t> selection, Find&& find,
                    Take&& take) {
    using Found = decltype(find(0, std::string_view()));
    std::array<Found, kBlockRows> found;
    for (std::size_t begin = 0; begin < selection.size(); begin += kBlockRows) {
      const auto block = selection.subspan(begin, std::min(kBlockRows, selection.size() - begin));
      if (keys.is_dictionary()) {
        LookUpCodes(keys, block, find, found.data());
      } else {
        LookUp(keys, block, find, found.data());
      }
      take(begin, std::span<const Found>(found).first(block.size()));
    }
  }
  // The same row by row: take(i, key).
  template <typename Find, typename Take>
  void ForEachKey(const EncodedKeys& keys, std::span<const std::uint32_t> selection, Find&& find,
                  Take&& take) {
    ForEachBlock(keys, selection, find, [&](std::size_t begin, const auto& found) {
      for (std::size_t i = 0; i < found.size(); ++i) take(begin + i, found[i]);
    });
  }

  std::uint32_t AddSlot(std::uint32_t key_id, HopIndex hop) {
    slot_keys_.push_back(key_id);
    slot_hops_.push_back(hop);
    return static_cast<std::uint32_t>(slot_keys_.size() - 1);
  }

  const AggregationPlan& plan_;
  KeyTable keys_;
  std::vector<std::uint32_t> batch_rows_;
  std::vector<std::uint32_t> batch_slots_;

 private:
  template <typename Find, typename Found>
  void LookUp(const EncodedKeys& keys, std::span<const std::uint32_t> block, Find&& find,
              Found* found) const {
    std::array<std::uint32_t, kBlockRows> guesses;
    for (const std::uint32_t at : block) keys_.Prefetch(keys.hash(at));
    for (std::size_t i = 0; i < block.size(); ++i) guesses[i] = keys_.Guess(keys.hash(block[i]));
    for (std::size_t i = 0; i < block.size(); ++i) {
      if (guesses[i] != KeyTable::kNoGuess) keys_.PrefetchBytes(guesses[i]);
    }
    for (std::size_t i = 0; i < block.size(); ++i) {
      const std::string_view bytes = keys.view(block[i]);
      const bool is_right = guesses[i] != KeyTable::kNoGuess && keys_.Is(guesses[i], bytes);
      found[i] = is_right ? guesses[i] : find(keys.hash(block[i]), bytes);
    }
  }

  template <typename Find, typename Found>
  void LookUpCodes(const EncodedKeys& keys, std::span<const std::uint32_t> block, Find&& find,
                   Found* found) const {
    std::vector<std::uint32_t>& ids = keys.dictionary.ids;
    std::array<std::uint32_t, kBlockRows> new_rows;
    std::size_t new_count = 0;
    for (const std::uint32_t at : block) {
      if (ids[keys.codes[at]] == KeyDictionary::kNotLookedUp) new_rows[new_count++] = at;
    }
    LookUp(keys, std::span(new_rows).first(new_count), find, found);
    for (std::size_t i = 0; i < new_count; ++i) {
      const std::optional<std::uint32_t> id = found[i];
      ids[keys.codes[new_rows[i]]] = id.value_or(KeyDictionary::kNotThere);
    }
    for (std::size_t i = 0; i < block.size(); ++i) {
      const std::uint32_t id = ids[keys.codes[block[i]]];
      found[i] = id == KeyDictionary::kNotThere ? Found() : Found(id);
    }
  }

  std::vector<std::uint32_t> slot_keys_;
  std::vector<HopIndex> slot_hops_;
  std::vector<std::unique_ptr<StateColumn>> states_;
};

// The slots of all keys, key after key, each by hop.
struct HopsByKey {
  std::vector<std::uint32_t> begins;
  std::vector<std::uint32_t> slots;
  std::vector<HopIndex> hops;  // Of the slots.

  std::span<const std::uint32_t> of(std::uint32_t key) const {
    return std::span(slots).subspan(begins[key], begins[key + 1] - begins[key]);
  }
  std::span<const HopIndex> hops_of(std::uint32_t key) const {
    return std::span(hops).subspan(begins[key], begins[key + 1] - begins[key]);
  }
};

HopsByKey SortHops(const StateTable& table);

}  // namespace gnomon::aggregate
