// SPDX-License-Identifier: Apache-2.0
// Intervals get a slot when a row first falls into them: most queries see few of theirs filled.
#include "aggregate/interval_table.h"

#include <algorithm>
#include <array>
#include <bit>
#include <numeric>
#include <optional>

namespace gnomon::aggregate {

namespace {

constexpr std::uint32_t kUncovered = UINT32_MAX;
constexpr std::uint32_t kNoSlotYet = UINT32_MAX - 1;

constexpr std::int64_t kFiveMinutesMs = 5 * 60'000;

template <typename Interval>
std::uint32_t IndexOf(std::span<const Interval> intervals, std::int64_t bound) {
  return static_cast<std::uint32_t>(
      std::ranges::lower_bound(intervals, bound, {}, &Interval::end_ms) - intervals.begin());
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
    const std::string_view key = prepared.keys.view(at);
    queries_.keys.push_back(keys_.FindOrInsert(prepared.keys.hash(at), key));
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
  for (const std::int64_t bound : *bounds)
    intervals_.push_back({.end_ms = bound, .slot = kUncovered});
  of_key_.push_back({.first = intervals_.size() - bounds->size(),
                     .first_end_ms = bounds->front(),
                     .last_end_ms = bounds->back(),
                     .count = static_cast<std::uint32_t>(bounds->size())});
}

void IntervalTable::MarkCovered(std::uint32_t key) {
  const auto intervals = intervals_of(key);
  const std::span<const Interval> bounds = intervals;
  for (const auto& window : plan_.windows) {
    std::uint32_t marked = 0;  // Up to here nothing is left to mark: queries ascend.
    for (const std::int64_t query : queries_of(key)) {
      const std::int64_t upper = upper_(query);
      const std::int64_t lower = window.has_value() ? WindowBegin(query, *window) : INT64_MIN;
      if (lower >= upper) continue;
      const std::uint32_t end = IndexOf(bounds, upper) + 1;
      const std::uint32_t begin = window.has_value() ? IndexOf(bounds, lower) + 1 : 0;
      for (std::uint32_t i = std::max(marked, begin); i < end; ++i) intervals[i].slot = kNoSlotYet;
      marked = std::max(marked, end);
    }
  }
}

void IntervalTable::Seal() {
  SortQueries();
  of_key_.clear();
  std::vector<std::int64_t> bounds;
  const auto key_count = static_cast<std::uint32_t>(keys_.size());
  for (std::uint32_t key = 0; key < key_count; ++key) AddBounds(key, &bounds);
  intervals_.shrink_to_fit();
  for (std::uint32_t key = 0; key < key_count; ++key) {
    MarkCovered(key);
    FillBuckets(key);
  }
}

void IntervalTable::FillBuckets(std::uint32_t key) {
  KeyIntervals& of = of_key_[key];
  const auto intervals = intervals_of(key);
  const std::uint64_t span_ms =
      static_cast<std::uint64_t>(of.last_end_ms) - static_cast<std::uint64_t>(of.first_end_ms);
  // A power of two, so wide that the last bound's bucket is one of as many as there are bounds.
  of.bucket_shift = static_cast<std::uint8_t>(std::bit_width(span_ms / of.count));
  std::uint32_t filled = 0;
  for (std::uint32_t i = 0; i < of.count; ++i) {
    const std::size_t bucket = of.BucketOf(intervals[i].end_ms);
    while (filled <= bucket) intervals[filled++].bucket_begin = i;
  }
  while (filled < of.count) intervals[filled++].bucket_begin = of.count;
}

std::uint32_t IntervalTable::SlotOf(std::uint64_t hash, std::string_view key, HopIndex hop) {
  const std::optional<std::uint32_t> key_id = keys_.Find(hash, key);
  GNOMON_CHECK(key_id.has_value());
  std::uint32_t& slot = intervals_of(*key_id)[hop].slot;
  if (slot == kNoSlotYet) slot = AddSlot(*key_id, hop);
  return slot;
}

// REQUIRES: ts lies before the last bound.
HopIndex IntervalTable::HopOf(const KeyIntervals& key, std::int64_t ts) const {
  if (ts < key.first_end_ms) return 0;
  const auto intervals = std::span(intervals_).subspan(key.first, key.count);
  const std::size_t bucket = key.BucketOf(ts);
  const std::size_t begin = intervals[bucket].bucket_begin;
  const std::size_t end = bucket + 1 < key.count ? intervals[bucket + 1].bucket_begin : key.count;
  const auto inside = intervals.subspan(begin, end - begin);
  const auto after = std::ranges::upper_bound(inside, ts, {}, &Interval::end_ms);
  return static_cast<HopIndex>(begin + static_cast<std::size_t>(after - inside.begin()));
}

// A row on its way to its slot.
struct IntervalTable::Lookup {
  std::uint32_t key = 0;
  std::uint32_t row = 0;
  std::int64_t ts = 0;
};

// Step by step for all rows of the block: while one waits for memory, the loads of the others are
// under way.
void IntervalTable::FindSlotsOfBlock(std::span<const Lookup> block) {
  for (const Lookup& lookup : block) __builtin_prefetch(&of_key_[lookup.key]);
  for (const Lookup& lookup : block) {
    const KeyIntervals& key = of_key_[lookup.key];
    if (lookup.ts < key.last_end_ms)
      __builtin_prefetch(&intervals_[key.first + key.BucketOf(lookup.ts)]);
  }
  for (const Lookup& lookup : block) {
    const KeyIntervals& key = of_key_[lookup.key];
    if (lookup.ts >= key.last_end_ms) continue;
    const HopIndex hop = HopOf(key, lookup.ts);
    std::uint32_t& slot = intervals_[key.first + hop].slot;
    if (slot == kUncovered) continue;
    if (slot == kNoSlotYet) slot = AddSlot(lookup.key, hop);
    batch_rows_.push_back(lookup.row);
    batch_slots_.push_back(slot);
  }
}

void IntervalTable::FindSlots(const PreparedRows& prepared,
                              std::span<const std::uint32_t> selection) {
  const auto find = [this](std::uint64_t hash, std::string_view key) {
    return keys_.Find(hash, key);
  };
  std::array<Lookup, kBlockRows> lookups;
  ForEachBlock(prepared.keys, selection, find, [&](std::size_t begin, const auto& keys) {
    std::size_t count = 0;
    for (std::size_t i = 0; i < keys.size(); ++i) {
      if (!keys[i].has_value()) continue;
      const std::uint32_t row = prepared.rows[selection[begin + i]];
      lookups[count++] = {*keys[i], row, prepared.ts[row]};
    }
    FindSlotsOfBlock(std::span(lookups).first(count));
  });
}

std::int64_t IntervalTable::memory_bytes() const {
  const std::size_t words = queries_.keys.capacity() + query_begins_.capacity();
  const std::size_t longs = queries_.ts.capacity();
  return StateTable::memory_bytes() +
         static_cast<std::int64_t>(words * sizeof(std::uint32_t) + longs * sizeof(std::int64_t) +
                                   intervals_.capacity() * sizeof(Interval) +
                                   of_key_.capacity() * sizeof(KeyIntervals));
}

void IntervalTable::CountHops(std::uint32_t key, std::vector<std::uint32_t>* before) const {
  before->clear();
  std::uint32_t count = 0;
  for (const Interval& interval : intervals_of(key)) {
    before->push_back(count);
    if (interval.slot < kNoSlotYet) ++count;
  }
  before->push_back(count);
}

void IntervalTable::AppendRanges(std::uint32_t key, std::span<const std::int64_t> queries,
                                 std::span<const std::uint32_t> before,
                                 const std::optional<Window>& window,
                                 std::vector<HopRange>* ranges) const {
  const auto bounds = intervals_of(key);
  std::size_t begin = 0;  // The first interval that the window sees.
  std::size_t end = 0;    // The last one.
  if (!queries.empty()) end = IndexOf(bounds, upper_(queries.front()));
  for (const std::int64_t query : queries) {
    const std::int64_t upper = upper_(query);
    while (bounds[end].end_ms < upper) ++end;
    if (window.has_value()) {
      const std::int64_t lower = WindowBegin(query, *window);
      while (begin <= end && bounds[begin].end_ms <= lower) ++begin;
    }
    ranges->push_back({before[begin], before[end + 1]});
  }
}

}  // namespace gnomon::aggregate
