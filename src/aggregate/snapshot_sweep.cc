// SPDX-License-Identifier: Apache-2.0
// A cell is one (key, output day). Where most keys have a row on most days, the cells of a block
// lie day after day, so that the rows of a day are copied as they lie; else key after key.
#include "aggregate/snapshot_sweep.h"

#include <arrow/api.h>

#include <algorithm>

#include "aggregate/cell_block.h"

namespace gnomon::aggregate {

namespace {

class ShardSweep {
 public:
  ShardSweep(const StateTable& table, const FusedPlan& fused, const KeyEncoding& encoding,
             OutputDays days, OutputBatches* batches)
      : table_(table),
        plan_(fused.plan),
        encoding_(encoding),
        days_(days),
        batches_(batches),
        block_(fused),
        day_cells_(days.end - days.first) {}

  Status Run() {
    hops_ = SortHops(table_);
    const auto key_count = static_cast<std::uint32_t>(table_.keys().size());
    for (std::uint32_t key = 0; key < key_count; ++key) {
      const KeyDays days = DaysOf(key);
      if (days.begin < days.end) {
        keys_.push_back(days);
        cell_count_ += days.end - days.begin;
      }
      if (cell_count_ >= CellBlock::kFullCells) GNOMON_RETURN_IF_ERROR(GiveBlock());
    }
    return GiveBlock();
  }

 private:
  // The output days on which the key can have a row.
  struct KeyDays {
    std::uint32_t key = 0;
    DayIndex begin = 0;
    DayIndex end = 0;
  };

  KeyDays DaysOf(std::uint32_t key) const {
    const auto hops = hops_.hops_of(key);
    KeyDays days = {key, std::max(days_.first, hops.front()), days_.end};
    if (!plan_.has_unbounded()) {
      const DayIndex reach = static_cast<DayIndex>(plan_.window_days_max());
      days.end = std::min(days.end, hops.back() + reach);
    }
    return days;
  }

  Status GiveBlock() {
    const std::size_t grid_cells = keys_.size() * day_cells_.size();
    const bool by_day = grid_cells < 2 * cell_count_;
    const HopGrid* grid = by_day && FillGrid() ? &grid_ : nullptr;
    block_.Resize(by_day ? grid_cells : cell_count_);
    cell_days_.resize(block_.size());
    CellPlaces next = {0, by_day ? keys_.size() : 1};
    for (std::size_t i = 0; i < keys_.size(); ++i) {
      const auto [key, begin, end] = keys_[i];
      if (by_day) next.first = (begin - days_.first) * keys_.size() + i;
      block_.AddKey(key, hops_.of(key), next, end - begin);
      for (DayIndex day = begin; day < end; ++day) cell_days_[next[day - begin]] = day;
      if (!by_day) next.first += end - begin;
      if (!block_.needs_ranges(grid)) continue;
      for (std::size_t window = 0; window < plan_.windows.size(); ++window)
        AddRanges(hops_.hops_of(key), begin, end, plan_.windows[window], block_.ranges(window));
    }
    GNOMON_RETURN_IF_ERROR(block_.Sweep(table_, grid));
    GNOMON_RETURN_IF_ERROR(GiveRows());
    block_.Clear();
    cell_days_.clear();
    keys_.clear();
    cell_count_ = 0;
    return Ok();
  }

  // Makes grid_ that of the next block's keys; false where it would be mostly empty.
  bool FillGrid() {
    grid_.key_count = keys_.size();
    grid_.begin = grid_.first = days_.first;
    grid_.end = days_.end;
    std::size_t hop_count = 0;
    for (const KeyDays& days : keys_) {
      grid_.begin = std::min(grid_.begin, hops_.hops_of(days.key).front());
      hop_count += hops_.hops_of(days.key).size();
    }
    const std::size_t grid_hops = grid_.key_count * (grid_.end - grid_.begin);
    if (grid_hops > 2 * (hop_count + cell_count_)) return false;
    grid_.slots.assign(grid_hops, HopGrid::kNoSlot);
    for (std::size_t i = 0; i < keys_.size(); ++i) {
      const auto hops = hops_.hops_of(keys_[i].key);
      const auto slots = hops_.of(keys_[i].key);
      for (std::size_t at = 0; at < hops.size(); ++at)
        grid_.slots[(hops[at] - grid_.begin) * grid_.key_count + i] = slots[at];
    }
    return true;
  }

  // The hops of days (day - window, day], for each day.
  static void AddRanges(std::span<const HopIndex> hops, DayIndex begin, DayIndex end,
                        const std::optional<Window>& bound, std::vector<HopRange>* ranges) {
    HopRange range;
    for (DayIndex day = begin; day < end; ++day) {
      while (range.end < hops.size() && hops[range.end] <= day) ++range.end;
      if (bound.has_value()) {
        const DayIndex window = static_cast<DayIndex>(bound->length);
        // Index 0 is no day: it collects what only unbounded windows see.
        const DayIndex first = day >= window ? day - window + 1 : 1;
        while (range.begin < range.end && hops[range.begin] < first) ++range.begin;
      }
      ranges->push_back(range);
    }
  }

  Status GiveRows() {
    const std::vector<std::uint8_t> any = block_.AnyValid();
    for (auto& cells : day_cells_) cells.clear();
    for (std::size_t cell = 0; cell < any.size(); ++cell) {
      if (any[cell] != 0) {
        day_cells_[cell_days_[cell] - days_.first].push_back(static_cast<std::uint32_t>(cell));
      }
    }
    for (std::size_t day = 0; day < day_cells_.size(); ++day) {
      const std::span<const std::uint32_t> cells = day_cells_[day];
      if (cells.empty()) continue;
      GNOMON_ASSIGN_OR_RETURN(OutputBatches::Builders * builders, batches_->At(day));
      const std::size_t first_output = builders->size() - plan_.columns.size();
      GNOMON_RETURN_IF_ERROR(block_.Append(table_, encoding_, cells, first_output, *builders));
      GNOMON_RETURN_IF_ERROR(batches_->Added(day, static_cast<std::int64_t>(cells.size())));
    }
    return Ok();
  }

  const StateTable& table_;
  const AggregationPlan& plan_;
  const KeyEncoding& encoding_;
  OutputDays days_;
  OutputBatches* batches_;
  HopsByKey hops_;
  // The keys of the next block, and how many cells they have.
  std::vector<KeyDays> keys_;
  std::size_t cell_count_ = 0;
  HopGrid grid_;
  CellBlock block_;
  std::vector<DayIndex> cell_days_;
  std::vector<std::vector<std::uint32_t>> day_cells_;
};

}  // namespace

Status SweepShard(const StateTable& table, const FusedPlan& fused, const KeyEncoding& encoding,
                  OutputDays days, OutputBatches* batches) {
  return ShardSweep(table, fused, encoding, days, batches).Run();
}

}  // namespace gnomon::aggregate
