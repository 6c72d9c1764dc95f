// SPDX-License-Identifier: Apache-2.0
// A cell is one (key, output day); after the sweep of a block its rows are sorted to their days.
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
      AddKey(key);
      if (!block_.is_full() && key + 1 < key_count) continue;
      GNOMON_RETURN_IF_ERROR(block_.Sweep(table_));
      GNOMON_RETURN_IF_ERROR(GiveRows());
      block_.Clear();
      cell_days_.clear();
    }
    return Ok();
  }

 private:
  // The output days on which the key can have a row.
  void AddKey(std::uint32_t key) {
    const auto hops = hops_.hops_of(key);
    const DayIndex begin = std::max(days_.first, hops.front());
    DayIndex end = days_.end;
    if (!plan_.has_unbounded()) {
      const DayIndex reach = static_cast<DayIndex>(plan_.window_days_max());
      end = std::min(end, hops.back() + reach);
    }
    if (begin >= end) return;
    block_.AddKey(key, hops_.of(key), end - begin);
    for (DayIndex day = begin; day < end; ++day) cell_days_.push_back(day);
    for (std::size_t window = 0; window < plan_.windows.size(); ++window) {
      AddRanges(hops, begin, end, plan_.windows[window], block_.ranges(window));
    }
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
