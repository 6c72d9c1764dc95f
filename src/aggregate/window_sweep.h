// SPDX-License-Identifier: Apache-2.0
// Sliding windows over the hops of one key by two stacks (Tangwongsan et al., "General incremental
// sliding-window aggregation", VLDB 2015): each hop is merged at most twice per window, whatever
// the window's length, and no operation need be invertible (subtracting would leave rounding errors
// behind, and infinity would never go away).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "aggregate/aggregate_function.h"

namespace gnomon::aggregate {

// REQUIRES of Partial: default-constructed is empty; explicit construction from State; Merge(later)
// appends on the right.
template <typename State, typename Partial>
class WindowSweep {
 public:
  // Calls give(i, partial) for each range, in order. REQUIRES: neither bound of the ranges ever
  // falls.
  template <typename Give>
  void Run(const State* states, std::span<const std::uint32_t> hops,
           std::span<const HopRange> ranges, Give&& give) {
    // `back` holds the hops [middle, end); suffixes_[i] those of [i, middle).
    std::uint32_t middle = 0;
    std::uint32_t end = 0;
    Partial back;
    for (std::size_t i = 0; i < ranges.size(); ++i) {
      const auto [begin, range_end] = ranges[i];
      if (end < begin) {
        middle = end = begin;
        back = Partial();
      }
      for (; end < range_end; ++end) back.Merge(Partial(states[hops[end]]));
      if (begin > middle) {
        Flip(states, hops, begin, end);
        middle = end;
        back = Partial();
      }
      if (begin == middle) {
        give(i, back);
      } else {
        Partial all = suffixes_[begin];
        all.Merge(back);
        give(i, all);
      }
    }
  }

 private:
  void Flip(const State* states, std::span<const std::uint32_t> hops, std::uint32_t begin,
            std::uint32_t end) {
    if (suffixes_.size() < hops.size()) suffixes_.resize(hops.size());
    for (std::uint32_t i = end; i-- > begin;) {
      suffixes_[i] = Partial(states[hops[i]]);
      if (i + 1 < end) suffixes_[i].Merge(suffixes_[i + 1]);
    }
  }

  std::vector<Partial> suffixes_;
};

}  // namespace gnomon::aggregate
