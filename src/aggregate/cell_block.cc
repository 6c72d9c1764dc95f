// SPDX-License-Identifier: Apache-2.0
// Column by column, so that one column's states pass through the cache once.
#include "aggregate/cell_block.h"

#include <arrow/api.h>

#include "types/arrow_mapping.h"

namespace gnomon::aggregate {

CellBlock::CellBlock(const FusedPlan& fused)
    : plan_(fused.plan),
      grid_states_(fused.plan.states.size()),
      parts_(fused.parts),
      ranges_(fused.plan.windows.size()) {
  const AggregationPlan& plan = fused.plan;
  for (std::size_t i = 0; i < plan.columns.size(); ++i) {
    const std::size_t state = plan.state_of_column[i];
    const std::size_t window = plan.window_of_column[i];
    std::size_t at = 0;
    while (at < swept_.size() && (swept_[at].state != state || swept_[at].window != window)) ++at;
    if (at == swept_.size()) {
      const BoundAggregation& bound = plan.states[state].bound;
      swept_.push_back({state, window, bound.make_window(bound)});
      sweeps_grids_ = sweeps_grids_ && swept_.back().column->sweeps_grids();
    }
    swept_of_output_.push_back(at);
  }
}

void CellBlock::AddKey(std::uint32_t key, std::span<const std::uint32_t> hops, std::size_t cells) {
  const std::size_t first = size();
  Resize(first + cells);
  AddKey(key, hops, {first}, cells);
}

void CellBlock::AddKey(std::uint32_t key, std::span<const std::uint32_t> hops, CellPlaces places,
                       std::size_t cells) {
  keys_.push_back({hops, places, cells});
  for (std::size_t i = 0; i < cells; ++i) cell_keys_[places[i]] = key;
}

Status CellBlock::Sweep(const StateTable& table, const HopGrid* grid) {
  for (const Swept& swept : swept_) {
    swept.column->Reset(size());
    if (grid == nullptr || !swept.column->sweeps_grids())
      GNOMON_RETURN_IF_ERROR(SweepKeys(table, swept));
  }
  if (grid != nullptr) SweepGrid(table, *grid);
  return Ok();
}

Status CellBlock::SweepKeys(const StateTable& table, const Swept& swept) {
  std::span<const HopRange> ranges = ranges_[swept.window];
  for (const BlockKey& key : keys_) {
    GNOMON_RETURN_IF_ERROR(swept.column->Sweep(table.states(swept.state), key.hops,
                                               ranges.first(key.cell_count), key.places));
    ranges = ranges.subspan(key.cell_count);
  }
  return Ok();
}

void CellBlock::SweepGrid(const StateTable& table, const HopGrid& grid) {
  std::vector<bool> is_loaded(grid_states_.size(), false);
  for (const Swept& swept : swept_) {
    if (!swept.column->sweeps_grids()) continue;
    std::unique_ptr<GridStates>& states = grid_states_[swept.state];
    if (!is_loaded[swept.state]) {
      swept.column->LoadGrid(table.states(swept.state), grid, &states);
      is_loaded[swept.state] = true;
    }
    const std::optional<Window>& window = plan_.windows[swept.window];
    swept.column->SweepGrid(
        *states, grid,
        window ? std::optional(static_cast<std::uint32_t>(window->length)) : std::nullopt);
  }
}

std::vector<std::uint8_t> CellBlock::AnyValid() const {
  std::vector<std::uint8_t> any(size(), 0);
  for (const Swept& swept : swept_) {
    const auto valid = swept.column->valid();
    for (std::size_t cell = 0; cell < any.size(); ++cell) any[cell] |= valid[cell];
  }
  return any;
}

Status CellBlock::Append(const StateTable& table, const KeyEncoding& encoding,
                         std::span<const std::uint32_t> cells, std::size_t first_output,
                         std::span<const std::unique_ptr<arrow::ArrayBuilder>> builders) const {
  std::vector<std::string_view> keys;
  keys.reserve(cells.size());
  for (const std::uint32_t cell : cells) keys.push_back(table.keys().key(cell_keys_[cell]));
  GNOMON_ARROW_RETURN_NOT_OK(encoding.AppendAll(keys, builders), "building output rows");
  for (std::size_t i = 0; i < swept_of_output_.size(); ++i) {
    const WindowColumn& column = *swept_[swept_of_output_[i]].column;
    arrow::ArrayBuilder* results = builders[first_output + i].get();
    GNOMON_ARROW_RETURN_NOT_OK(
        parts_[i] == SumPart::kNone
            ? column.Append(cells, results)
            : static_cast<const SumsWindow&>(column).AppendPart(parts_[i], cells, results),
        "building output rows");
  }
  return Ok();
}

void CellBlock::Clear() {
  keys_.clear();
  cell_keys_.clear();
  for (auto& ranges : ranges_) ranges.clear();
}

std::shared_ptr<arrow::Schema> ResultSchema(const Schema& keys, bool has_ts,
                                            const AggregationPlan& plan) {
  arrow::FieldVector fields;
  for (const Field& key : keys.fields) fields.push_back(arrow::field(key.name, ToArrow(key.type)));
  if (has_ts) fields.push_back(arrow::field("ts", arrow::int64()));
  for (const OutputColumn& column : plan.columns) {
    fields.push_back(arrow::field(column.name, ToArrow(column.type)));
  }
  return arrow::schema(std::move(fields));
}

}  // namespace gnomon::aggregate
