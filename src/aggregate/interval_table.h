// SPDX-License-Identifier: Apache-2.0
// A table whose hops are made of queries. Of a key's queries q and the plan's windows w, the times
// `round(q - w, h)` and `upper(q)`, in order, cut the time into intervals; a row goes to the one
// interval that its ts lies in, and each (query, window) is a run of intervals. So nothing is kept
// of a row, and memory follows the queries. What comes at or after the last bound, and what no
// window covers, is dropped.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "aggregate/state_table.h"

namespace gnomon::aggregate {

// The hop by which the tail of a window is rounded (SPEC 5.1): 1 day, 1 hour, 5 minutes.
std::int64_t TailHopMs(const Window& window);
// ts rounded to a hop, toward zero (SPEC 5.1).
constexpr std::int64_t RoundToHop(std::int64_t ts_ms, std::int64_t hop_ms) {
  return ts_ms / hop_ms * hop_ms;
}
// The first ts that a query at `query_ms` sees through the window (SPEC 5.2).
std::int64_t WindowBegin(std::int64_t query_ms, const Window& window);

class IntervalTable : public StateTable {
 public:
  // The first ts that the query no longer sees. REQUIRES: it never falls when q rises.
  using UpperBound = std::int64_t (*)(std::int64_t query_ms);

  IntervalTable(const AggregationPlan& plan, UpperBound upper) : StateTable(plan), upper_(upper) {}

  void AddQueries(const PreparedRows& prepared, std::span<const std::uint32_t> selection) override;
  void Seal() override;
  const QueryLog* queries() const override { return &queries_; }
  // REQUIRES: a hop that was there, of a key with queries.
  std::uint32_t SlotOf(std::uint64_t hash, std::string_view key, HopIndex hop) override;
  std::int64_t memory_bytes() const override;

  // After Seal: the distinct queries of a key, ascending.
  std::span<const std::int64_t> queries_of(std::uint32_t key) const {
    return std::span(queries_.ts)
        .subspan(query_begins_[key], query_begins_[key + 1] - query_begins_[key]);
  }
  // Says how many of the key's hops, which SortHops gives, come before each of its intervals.
  void CountHops(std::uint32_t key, std::vector<std::uint32_t>* before) const;
  // Appends, for each of these queries of the key, the range of its hops that the window covers.
  void AppendRanges(std::uint32_t key, std::span<const std::int64_t> queries,
                    std::span<const std::uint32_t> before, const std::optional<Window>& window,
                    std::vector<HopRange>* ranges) const;

 protected:
  void FindSlots(const PreparedRows& prepared, std::span<const std::uint32_t> selection) override;

 private:
  // What a look-up needs lies together: the bucket of a time is near the bounds in it.
  struct Interval {
    std::int64_t end_ms = 0;  // A bound: the first ts after it.
    std::uint32_t slot = 0;
    // The time between a key's first and last bound is also cut into equal buckets, at most one for
    // each bound: of the bucket of this number, how many bounds come before it. So a search meets
    // few bounds, however many there are.
    std::uint32_t bucket_begin = 0;
  };

  // What a look-up needs of a key first, in one place.
  struct KeyIntervals {
    std::uint64_t first = 0;  // In intervals_.
    std::int64_t first_end_ms = 0;
    std::int64_t last_end_ms = 0;
    std::uint32_t count = 0;
    std::uint8_t bucket_shift = 0;

    std::size_t BucketOf(std::int64_t ts) const {
      if (ts < first_end_ms) return 0;
      return (static_cast<std::uint64_t>(ts) - static_cast<std::uint64_t>(first_end_ms)) >>
             bucket_shift;
    }
  };
  struct Lookup;

  void SortQueries();
  void FillBuckets(std::uint32_t key);
  void FindSlotsOfBlock(std::span<const Lookup> block);
  HopIndex HopOf(const KeyIntervals& key, std::int64_t ts) const;
  void AddBounds(std::uint32_t key, std::vector<std::int64_t>* bounds);
  void MarkCovered(std::uint32_t key);
  std::span<Interval> intervals_of(std::uint32_t key) {
    return std::span(intervals_).subspan(of_key_[key].first, of_key_[key].count);
  }
  std::span<const Interval> intervals_of(std::uint32_t key) const {
    return std::span(intervals_).subspan(of_key_[key].first, of_key_[key].count);
  }

  UpperBound upper_;
  QueryLog queries_;
  std::vector<std::uint32_t> query_begins_;
  std::vector<KeyIntervals> of_key_;
  std::vector<Interval> intervals_;
};

}  // namespace gnomon::aggregate
