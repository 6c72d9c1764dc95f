// SPDX-License-Identifier: Apache-2.0
// Column by column, so that one column's states pass through the cache once.
#include "aggregate/cell_block.h"

#include <arrow/api.h>

#include "types/arrow_mapping.h"

namespace gnomon::aggregate {

CellBlock::CellBlock(const AggregationPlan& plan) : plan_(plan), ranges_(plan.windows.size()) {
  for (const std::size_t state : plan.state_of_column) {
    const BoundAggregation& bound = plan.states[state].bound;
    columns_.push_back(bound.make_window(bound));
  }
}

void CellBlock::AddKey(std::uint32_t key, std::span<const std::uint32_t> hops, std::size_t cells) {
  keys_.push_back({hops, cell_keys_.size(), cells});
  cell_keys_.resize(cell_keys_.size() + cells, key);
}

Status CellBlock::Sweep(const StateTable& table) {
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    const StateColumn& states = table.states(plan_.state_of_column[i]);
    const std::span<const HopRange> ranges = ranges_[plan_.window_of_column[i]];
    columns_[i]->Reset(size());
    for (const BlockKey& key : keys_) {
      GNOMON_RETURN_IF_ERROR(columns_[i]->Sweep(
          states, key.hops, ranges.subspan(key.first_cell, key.cell_count), key.first_cell));
    }
  }
  return Ok();
}

std::vector<std::uint8_t> CellBlock::AnyValid() const {
  std::vector<std::uint8_t> any(size(), 0);
  for (const auto& column : columns_) {
    const auto valid = column->valid();
    for (std::size_t cell = 0; cell < any.size(); ++cell) any[cell] |= valid[cell];
  }
  return any;
}

Status CellBlock::Append(const StateTable& table, const KeyEncoding& encoding,
                         std::span<const std::uint32_t> cells, std::size_t first_output,
                         std::span<const std::unique_ptr<arrow::ArrayBuilder>> builders) const {
  for (const std::uint32_t cell : cells) {
    GNOMON_ARROW_RETURN_NOT_OK(encoding.Append(table.keys().key(cell_keys_[cell]), builders),
                               "building output rows");
  }
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    GNOMON_ARROW_RETURN_NOT_OK(columns_[i]->Append(cells, builders[first_output + i].get()),
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
