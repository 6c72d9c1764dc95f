// SPDX-License-Identifier: Apache-2.0
// Intervals get a slot when a row first falls into them: most queries see few of theirs filled.
#include "aggregate/interval_table.h"

#include <algorithm>
#include <numeric>

namespace gnomon::aggregate {

namespace {

constexpr std::uint32_t kUncovered = UINT32_MAX;
constexpr std::uint32_t kNoSlotYet = UINT32_MAX - 1;

constexpr std::int64_t kFiveMinutesMs = 5 * 60'000;

std::uint32_t IndexOf(std::span<const std::int64_t> bounds, std::int64_t bound) {
  return static_cast<std::uint32_t>(std::lower_bound(bounds.begin(), bounds.end(), bound) -
                                    bounds.begin());
}

}  // namespace

std::int64_t TailHopMs(const Window& window) {
  if (window.length_ms() >= 12 * kMillisPerDay) return kMillisPerDay;
  if (window.length_ms() >= 12 * kMillisPerHour) return kMillisPerHour;
  return kFiveMinutesMs;
}

std::int64_t WindowBegin(std::int64_t query_ms, const Window& window) {
  std::int64_t tail_ms = 0;
  if (__builtin_sub_overflow(query_ms, window.length_ms(), &tail_ms)) return INT64_MIN;
  return RoundToHop(tail_ms, TailHopMs(window));
}

void IntervalTable::AddQueries(const PreparedRows& prepared,
                               std::span<const std::uint32_t> selection) {
  for (const std::uint32_t at : selection) {
    const std::string_view key = prepared.keys.bytes[at];
    queries_.keys.push_back(keys_.FindOrInsert(prepared.keys.hashes[at], key));
    queries_.ts.push_back(prepared.ts[prepared.rows[at]]);
  }
}

// By key, then by time, each once.
void IntervalTable::SortQueries() {
  const std::size_t key_count = keys_.size();
  query_begins_.assign(key_count + 1, 0);
  for (const std::uint32_t key : queries_.keys) ++query_begins_[key + 1];
  std::partial_sum(query_begins_.begin(), query_begins_.end(), query_begins_.begin());
  std::vector<std::int64_t> sorted(queries_.ts.size());
  std::vector<std::uint32_t> next(query_begins_.begin(), query_begins_.end() - 1);
  for (std::size_t i = 0; i < queries_.ts.size(); ++i)
    sorted[next[queries_.keys[i]]++] = queries_.ts[i];
  queries_.keys.clear();
  std::size_t kept = 0;
  for (std::uint32_t key = 0; key < key_count; ++key) {
    const auto begin = sorted.begin() + query_begins_[key];
    const auto end = sorted.begin() + query_begins_[key + 1];
    std::sort(begin, end);
    const auto unique_end = std::unique(begin, end);
    query_begins_[key] = static_cast<std::uint32_t>(kept);
    std::copy(begin, unique_end, sorted.begin() + static_cast<std::ptrdiff_t>(kept));
    kept += static_cast<std::size_t>(unique_end - begin);
    queries_.keys.resize(kept, key);
  }
  query_begins_[key_count] = static_cast<std::uint32_t>(kept);
  sorted.resize(kept);
  sorted.shrink_to_fit();
  queries_.ts = std::move(sorted);
}

void IntervalTable::AddBounds(std::uint32_t key, std::vector<std::int64_t>* bounds) {
  bounds->clear();
  for (const std::int64_t query : queries_of(key)) {
    const std::int64_t upper = upper_(query);
    bounds->push_back(upper);
    for (const auto& window : plan_.windows) {
      if (!window.has_value()) continue;
      const std::int64_t lower = WindowBegin(query, *window);
      if (lower < upper) bounds->push_back(lower);
    }
  }
  std::sort(bounds->begin(), bounds->end());
  bounds->erase(std::unique(bounds->begin(), bounds->end()), bounds->end());
  bounds_.insert(bounds_.end(), bounds->begin(), bounds->end());
  bound_begins_.push_back(bounds_.size());
}

void IntervalTable::MarkCovered(std::uint32_t key) {
  const auto bounds = bounds_of(key);
  const auto slots = std::span(interval_slots_).subspan(bound_begins_[key], bounds.size());
  for (const auto& window : plan_.windows) {
    std::uint32_t marked = 0;  // Up to here nothing is left to mark: queries ascend.
    for (const std::int64_t query : queries_of(key)) {
      const std::int64_t upper = upper_(query);
      const std::int64_t lower = window.has_value() ? WindowBegin(query, *window) : INT64_MIN;
      if (lower >= upper) continue;
      const std::uint32_t end = IndexOf(bounds, upper) + 1;
      const std::uint32_t begin = window.has_value() ? IndexOf(bounds, lower) + 1 : 0;
      for (std::uint32_t i = std::max(marked, begin); i < end; ++i) slots[i] = kNoSlotYet;
      marked = std::max(marked, end);
    }
  }
}

void IntervalTable::Seal() {
  SortQueries();
  bound_begins_.assign(1, 0);
  std::vector<std::int64_t> bounds;
  const auto key_count = static_cast<std::uint32_t>(keys_.size());
  for (std::uint32_t key = 0; key < key_count; ++key) AddBounds(key, &bounds);
  bounds_.shrink_to_fit();
  interval_slots_.assign(bounds_.size(), kUncovered);
  for (std::uint32_t key = 0; key < key_count; ++key) MarkCovered(key);
}

std::uint32_t IntervalTable::SlotOf(std::uint64_t hash, std::string_view key, HopIndex hop) {
  const std::optional<std::uint32_t> key_id = keys_.Find(hash, key);
  GNOMON_CHECK(key_id.has_value());
  std::uint32_t& slot = interval_slots_[bound_begins_[*key_id] + hop];
  if (slot == kNoSlotYet) slot = AddSlot(*key_id, hop);
  return slot;
}

void IntervalTable::FindSlots(const PreparedRows& prepared,
                              std::span<const std::uint32_t> selection) {
  for (const std::uint32_t at : selection) {
    const auto key = keys_.Find(prepared.keys.hashes[at], prepared.keys.bytes[at]);
    if (!key.has_value()) continue;
    const auto bounds = bounds_of(*key);
    const std::uint32_t row = prepared.rows[at];
    const std::int64_t ts = prepared.ts[row];
    if (ts >= bounds.back()) continue;
    const auto hop =
        static_cast<HopIndex>(std::upper_bound(bounds.begin(), bounds.end(), ts) - bounds.begin());
    std::uint32_t& slot = interval_slots_[bound_begins_[*key] + hop];
    if (slot == kUncovered) continue;
    if (slot == kNoSlotYet) slot = AddSlot(*key, hop);
    batch_rows_.push_back(row);
    batch_slots_.push_back(slot);
  }
}

std::int64_t IntervalTable::memory_bytes() const {
  const std::size_t words =
      queries_.keys.capacity() + query_begins_.capacity() + interval_slots_.capacity();
  const std::size_t longs = queries_.ts.capacity() + bound_begins_.capacity() + bounds_.capacity();
  return StateTable::memory_bytes() +
         static_cast<std::int64_t>(words * sizeof(std::uint32_t) + longs * sizeof(std::int64_t));
}

void IntervalTable::CountHops(std::uint32_t key, std::vector<std::uint32_t>* before) const {
  before->clear();
  std::uint32_t count = 0;
  for (std::uint64_t i = bound_begins_[key]; i < bound_begins_[key + 1]; ++i) {
    before->push_back(count);
    if (interval_slots_[i] < kNoSlotYet) ++count;
  }
  before->push_back(count);
}

void IntervalTable::AppendRanges(std::uint32_t key, std::span<const std::int64_t> queries,
                                 std::span<const std::uint32_t> before,
                                 const std::optional<Window>& window,
                                 std::vector<HopRange>* ranges) const {
  const auto bounds = bounds_of(key);
  std::size_t begin = 0;  // The first interval that the window sees.
  std::size_t end = 0;    // The last one.
  if (!queries.empty()) end = IndexOf(bounds, upper_(queries.front()));
  for (const std::int64_t query : queries) {
    const std::int64_t upper = upper_(query);
    while (bounds[end] < upper) ++end;
    if (window.has_value()) {
      const std::int64_t lower = WindowBegin(query, *window);
      while (begin <= end && bounds[begin] <= lower) ++begin;
    }
    ranges->push_back({before[begin], before[end + 1]});
  }
}

}  // namespace gnomon::aggregate
