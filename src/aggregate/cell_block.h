// SPDX-License-Identifier: Apache-2.0
// The cells (key and time of an answer) of some keys and their results: the output columns are
// swept one after the other, each in typed loops. A block is large enough to pay for the calls and
// small enough for the cache.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "aggregate/fused_sums.h"
#include "aggregate/state_table.h"

namespace gnomon::aggregate {

class CellBlock {
 public:
  // REQUIRES: `fused` outlives this.
  explicit CellBlock(const FusedPlan& fused);

  // Adds a key's cells, after those there are. `hops` are the key's slots by time, and live until
  // Clear. After it the caller appends, for each window of the plan, one range of them per cell to
  // ranges(window).
  void AddKey(std::uint32_t key, std::span<const std::uint32_t> hops, std::size_t cells);
  // The same with cells that lie as the caller likes among `size` of them; those of no key are
  // null.
  void Resize(std::size_t size) { cell_keys_.resize(size); }
  void AddKey(std::uint32_t key, std::span<const std::uint32_t> hops, CellPlaces places,
              std::size_t cells);
  std::vector<HopRange>* ranges(std::size_t window) { return &ranges_[window]; }

  static constexpr std::size_t kFullCells = 4096;
  std::size_t size() const { return cell_keys_.size(); }
  bool is_full() const { return size() >= kFullCells; }
  std::uint32_t cell_key(std::size_t cell) const { return cell_keys_[cell]; }

  // Computes all columns. Error: as StateColumn::Merge.
  Status Sweep(const StateTable& table) { return Sweep(table, nullptr); }
  // The same; of a grid of days that has just these cells, what can be swept key by key only needs
  // ranges. Null without one.
  Status Sweep(const StateTable& table, const HopGrid* grid);
  bool needs_ranges(const HopGrid* grid) const { return grid == nullptr || !sweeps_grids_; }
  // One byte per cell: whether any column is not null.
  std::vector<std::uint8_t> AnyValid() const;
  // Appends the cells' keys and, from `first_output` on, their results, to one builder per column.
  Status Append(const StateTable& table, const KeyEncoding& encoding,
                std::span<const std::uint32_t> cells, std::size_t first_output,
                std::span<const std::unique_ptr<arrow::ArrayBuilder>> builders) const;
  void Clear();

 private:
  struct BlockKey {
    std::span<const std::uint32_t> hops;
    CellPlaces places;
    std::size_t cell_count = 0;
  };

  // What is swept: one for each state and window that some output shows.
  struct Swept {
    std::size_t state = 0;
    std::size_t window = 0;
    std::unique_ptr<WindowColumn> column;
  };

  Status SweepKeys(const StateTable& table, const Swept& swept);
  void SweepGrid(const StateTable& table, const HopGrid& grid);

  const AggregationPlan& plan_;
  std::vector<Swept> swept_;
  std::vector<std::size_t> swept_of_output_;
  bool sweeps_grids_ = true;                              // All of them.
  std::vector<std::unique_ptr<GridStates>> grid_states_;  // By state; kept for their room.
  const std::vector<SumPart>& parts_;
  std::vector<BlockKey> keys_;
  std::vector<std::uint32_t> cell_keys_;
  std::vector<std::vector<HopRange>> ranges_;  // By window, then by cell.
};

// Key columns, `ts` (bigint) if wanted, output columns.
std::shared_ptr<arrow::Schema> ResultSchema(const Schema& keys, bool has_ts,
                                            const AggregationPlan& plan);

}  // namespace gnomon::aggregate
