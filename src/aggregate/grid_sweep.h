// SPDX-License-Identifier: Apache-2.0
// Sliding windows over all keys of a block at once, for keys that have rows in most hops: each step
// is one loop over the keys, without a question per hop. The hops are cut into runs as long as the
// window; a window is the end of one run and the beginning of the next (van Herk, "A fast algorithm
// for local minimum and maximum filters", Pattern Recognition Letters 13, 1992). Three merges per
// cell, whatever the window's length, and nothing is ever taken back.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "aggregate/aggregate_function.h"

namespace gnomon::aggregate {

// The states of a grid, hop after hop and in each key after key; empty where a key has no hop.
template <typename Partial>
struct LoadedGrid final : GridStates {
  std::vector<Partial> partials;

  template <typename State>
  static void Load(const State* states, const HopGrid& grid, std::unique_ptr<GridStates>* loaded) {
    if (*loaded == nullptr) *loaded = std::make_unique<LoadedGrid>();
    std::vector<Partial>& partials = static_cast<LoadedGrid&>(**loaded).partials;
    partials.resize(grid.slots.size());
    static const State empty;
    for (std::size_t i = 0; i < grid.slots.size(); ++i) {
      const std::uint32_t slot = grid.slots[i];
      partials[i] = Partial(slot == HopGrid::kNoSlot ? empty : states[slot]);
    }
  }
};

template <typename Partial>
class GridSweep {
 public:
  // Calls give(cell, partial) for each cell, in order.
  template <typename Give>
  void Run(const GridStates& loaded, const HopGrid& grid, std::optional<std::uint32_t> window,
           Give&& give) {
    const auto& partials = static_cast<const LoadedGrid<Partial>&>(loaded).partials;
    const auto hop = [&](std::int64_t i) {
      return std::span(partials).subspan(static_cast<std::size_t>(i - grid.begin) * grid.key_count,
                                         grid.key_count);
    };
    if (window) {
      RunBounded(grid, *window, hop, give);
    } else {
      RunUnbounded(grid, hop, give);
    }
  }

 private:
  template <typename Hop, typename Give>
  void RunUnbounded(const HopGrid& grid, const Hop& hop, Give&& give) {
    prefix_.assign(grid.key_count, Partial());
    std::size_t cell = 0;
    for (std::int64_t i = grid.begin; i < grid.end; ++i) {
      const std::span<const Partial> here = hop(i);
      for (std::size_t key = 0; key < here.size(); ++key) prefix_[key].Merge(here[key]);
      if (i < grid.first) continue;
      for (const Partial& partial : prefix_) give(cell++, partial);
    }
  }

  template <typename Hop, typename Give>
  void RunBounded(const HopGrid& grid, std::int64_t window, const Hop& hop, Give&& give) {
    const std::int64_t starts_end = std::int64_t{grid.end} - window + 1;
    std::size_t cell = 0;
    for (std::int64_t run = grid.first - window + 1; run < starts_end; run += window) {
      const std::int64_t next_run = run + window;
      LoadSuffixes(grid, run, next_run, std::min(next_run, starts_end), hop);
      for (std::size_t key = 0; key < grid.key_count; ++key) give(cell++, suffixes_[key]);
      prefix_.assign(grid.key_count, Partial());
      std::span<const Partial> suffixes = suffixes_;
      for (std::int64_t i = next_run; i < std::min<std::int64_t>(next_run + window - 1, grid.end);
           ++i) {
        const std::span<const Partial> here = hop(i);
        suffixes = suffixes.subspan(grid.key_count);
        for (std::size_t key = 0; key < here.size(); ++key) {
          prefix_[key].Merge(here[key]);
          Partial all = suffixes[key];
          all.Merge(prefix_[key]);
          give(cell++, all);
        }
      }
    }
  }

  // suffixes_ become those of the run [begin, end) that begin before `starts_end`: of each hop what
  // it and the later ones of the run hold.
  template <typename Hop>
  void LoadSuffixes(const HopGrid& grid, std::int64_t begin, std::int64_t end,
                    std::int64_t starts_end, const Hop& hop) {
    suffixes_.resize(static_cast<std::size_t>(starts_end - begin) * grid.key_count);
    std::vector<Partial>& suffix = prefix_;
    suffix.assign(grid.key_count, Partial());
    for (std::int64_t i = end; i-- > begin;) {
      if (i >= grid.begin) {
        const std::span<const Partial> here = hop(i);
        for (std::size_t key = 0; key < here.size(); ++key) {
          Partial all = here[key];
          all.Merge(suffix[key]);
          suffix[key] = all;
        }
      }
      if (i < starts_end) {
        std::copy(suffix.begin(), suffix.end(),
                  suffixes_.begin() + static_cast<std::ptrdiff_t>(i - begin) *
                                          static_cast<std::ptrdiff_t>(grid.key_count));
      }
    }
  }

  std::vector<Partial> prefix_;
  std::vector<Partial> suffixes_;
};

}  // namespace gnomon::aggregate
