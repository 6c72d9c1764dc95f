// SPDX-License-Identifier: Apache-2.0
// A cell is one (key, output day). A block holds the cells of some keys, key after key; the columns
// of a block are swept one after the other, each in typed loops, then its rows are sorted to their
// days.
#include "aggregate/snapshot_sweep.h"

#include <arrow/api.h>

#include <algorithm>
#include <numeric>

#include "types/arrow_mapping.h"

namespace gnomon::aggregate {

namespace {

// Enough to pay for the calls, little enough for the cache.
constexpr std::size_t kBlockCells = 4096;

// The slots of all keys, key after key, each by day.
struct HopsByKey {
  std::vector<std::uint32_t> begins;
  std::vector<std::uint32_t> slots;

  std::span<const std::uint32_t> of(std::uint32_t key) const {
    return std::span(slots).subspan(begins[key], begins[key + 1] - begins[key]);
  }
};

HopsByKey SortHops(const HopTable& table) {
  HopsByKey hops;
  const std::size_t key_count = table.keys().size();
  hops.begins.assign(key_count + 1, 0);
  hops.slots.resize(table.slot_count());
  for (std::size_t slot = 0; slot < table.slot_count(); ++slot)
    ++hops.begins[table.slot_key(slot) + 1];
  std::partial_sum(hops.begins.begin(), hops.begins.end(), hops.begins.begin());
  std::vector<std::uint32_t> next(hops.begins.begin(), hops.begins.end() - 1);
  for (std::size_t slot = 0; slot < table.slot_count(); ++slot) {
    hops.slots[next[table.slot_key(slot)]++] = static_cast<std::uint32_t>(slot);
  }
  const auto by_day = [&](std::uint32_t a, std::uint32_t b) {
    return table.slot_day(a) < table.slot_day(b);
  };
  for (std::size_t key = 0; key < key_count; ++key) {
    const auto begin = hops.slots.begin() + hops.begins[key];
    const auto end = hops.slots.begin() + hops.begins[key + 1];
    if (!std::is_sorted(begin, end, by_day)) std::sort(begin, end, by_day);
  }
  return hops;
}

class ShardSweep {
 public:
  ShardSweep(const HopTable& table, const AggregationPlan& plan, const KeyEncoding& encoding,
             OutputDays days, DayBatches* batches)
      : table_(table),
        plan_(plan),
        encoding_(encoding),
        days_(days),
        batches_(batches),
        ranges_(plan.windows.size()),
        day_cells_(days.end - days.first) {
    for (const std::size_t state : plan.state_of_column) {
      const BoundAggregation& bound = plan.states[state].bound;
      columns_.push_back(bound.make_window(bound));
    }
  }

  Status Run() {
    hops_ = SortHops(table_);
    const auto key_count = static_cast<std::uint32_t>(table_.keys().size());
    for (std::uint32_t key = 0; key < key_count; ++key) {
      AddKey(key);
      if (cell_keys_.size() < kBlockCells && key + 1 < key_count) continue;
      GNOMON_RETURN_IF_ERROR(SweepColumns());
      GNOMON_RETURN_IF_ERROR(GiveRows());
      keys_.clear();
      cell_keys_.clear();
      cell_days_.clear();
      for (auto& ranges : ranges_) ranges.clear();
    }
    return Ok();
  }

 private:
  struct BlockKey {
    std::uint32_t key = 0;
    std::size_t first_cell = 0;
    std::size_t cell_count = 0;
  };

  // The output days on which the key can have a row.
  void AddKey(std::uint32_t key) {
    const auto hops = hops_.of(key);
    const DayIndex begin = std::max(days_.first, table_.slot_day(hops.front()));
    DayIndex end = days_.end;
    if (!plan_.has_unbounded()) {
      const DayIndex reach = static_cast<DayIndex>(plan_.window_days_max());
      end = std::min(end, table_.slot_day(hops.back()) + reach);
    }
    if (begin >= end) return;
    keys_.push_back({key, cell_keys_.size(), end - begin});
    for (DayIndex day = begin; day < end; ++day) {
      cell_keys_.push_back(key);
      cell_days_.push_back(day);
    }
    for (std::size_t window = 0; window < ranges_.size(); ++window) {
      AddRanges(hops, begin, end, plan_.windows[window], &ranges_[window]);
    }
  }

  // The hops of days (day - window, day], for each day.
  void AddRanges(std::span<const std::uint32_t> hops, DayIndex begin, DayIndex end,
                 const std::optional<Window>& bound, std::vector<HopRange>* ranges) const {
    HopRange range;
    for (DayIndex day = begin; day < end; ++day) {
      while (range.end < hops.size() && table_.slot_day(hops[range.end]) <= day) ++range.end;
      if (bound.has_value()) {
        const DayIndex window = static_cast<DayIndex>(bound->length);
        // Index 0 is no day: it collects what only unbounded windows see.
        const DayIndex first = day >= window ? day - window + 1 : 1;
        while (range.begin < range.end && table_.slot_day(hops[range.begin]) < first) ++range.begin;
      }
      ranges->push_back(range);
    }
  }

  Status SweepColumns() {
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      const StateColumn& states = table_.states(plan_.state_of_column[i]);
      const std::span<const HopRange> ranges = ranges_[plan_.window_of_column[i]];
      columns_[i]->Reset(cell_keys_.size());
      for (const BlockKey& block_key : keys_) {
        GNOMON_RETURN_IF_ERROR(columns_[i]->Sweep(
            states, hops_.of(block_key.key),
            ranges.subspan(block_key.first_cell, block_key.cell_count), block_key.first_cell));
      }
    }
    return Ok();
  }

  Status GiveRows() {
    std::vector<std::uint8_t> any(cell_keys_.size(), 0);
    for (const auto& column : columns_) {
      const auto valid = column->valid();
      for (std::size_t cell = 0; cell < any.size(); ++cell) any[cell] |= valid[cell];
    }
    for (auto& cells : day_cells_) cells.clear();
    for (std::size_t cell = 0; cell < any.size(); ++cell) {
      if (any[cell] != 0) {
        day_cells_[cell_days_[cell] - days_.first].push_back(static_cast<std::uint32_t>(cell));
      }
    }
    for (DayIndex day = days_.first; day < days_.end; ++day) {
      GNOMON_RETURN_IF_ERROR(GiveDay(day, day_cells_[day - days_.first]));
    }
    return Ok();
  }

  Status GiveDay(DayIndex day, std::span<const std::uint32_t> cells) {
    if (cells.empty()) return Ok();
    GNOMON_ASSIGN_OR_RETURN(DayBatches::Builders * builders, batches_->ForDay(day));
    for (const std::uint32_t cell : cells) {
      GNOMON_ARROW_RETURN_NOT_OK(
          encoding_.Append(table_.keys().key(cell_keys_[cell]), builders->keys),
          "building output rows");
    }
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      GNOMON_ARROW_RETURN_NOT_OK(columns_[i]->Append(cells, builders->outputs[i].get()),
                                 "building output rows");
    }
    return batches_->Added(day, static_cast<std::int64_t>(cells.size()));
  }

  const HopTable& table_;
  const AggregationPlan& plan_;
  const KeyEncoding& encoding_;
  OutputDays days_;
  DayBatches* batches_;
  HopsByKey hops_;
  std::vector<std::unique_ptr<WindowColumn>> columns_;
  std::vector<BlockKey> keys_;
  std::vector<std::uint32_t> cell_keys_;
  std::vector<DayIndex> cell_days_;
  std::vector<std::vector<HopRange>> ranges_;  // By window, then by cell.
  std::vector<std::vector<std::uint32_t>> day_cells_;
};

}  // namespace

Status SweepShard(HopTable* table, const AggregationPlan& plan, const KeyEncoding& encoding,
                  OutputDays days, DayBatches* batches) {
  table->Freeze();
  return ShardSweep(*table, plan, encoding, days, batches).Run();
}

}  // namespace gnomon::aggregate
