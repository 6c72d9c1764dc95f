// SPDX-License-Identifier: Apache-2.0
// Windows over states by name: for each name of a key's hops the wrapped aggregation is swept over
// the hops that have it, then the cells' maps are put together, names in order.
#include <arrow/api.h>

#include <algorithm>

#include "aggregate/containers.h"
#include "aggregate/keyed_states.h"
#include "aggregate/result_cells.h"
#include "types/arrow_mapping.h"

namespace gnomon::aggregate {

namespace {

class KeyedWindow final : public WindowColumn {
 public:
  explicit KeyedWindow(const BoundAggregation& self)
      : part_(self.part->make_window(*self.part)), cells_(ToArrow(self.output)) {}

  void Reset(std::size_t cells) override { cells_.Reset(cells); }
  Status Sweep(const StateColumn& states, std::span<const std::uint32_t> hops,
               std::span<const HopRange> ranges, CellPlaces places) override;
  std::span<const std::uint8_t> valid() const override { return cells_.valid(); }
  arrow::Status Append(std::span<const std::uint32_t> cells,
                       arrow::ArrayBuilder* results) const override {
    return cells_.Append(cells, results);
  }

 private:
  // One part of one hop.
  struct HopPart {
    std::uint32_t name = 0;
    std::uint32_t hop = 0;  // Position among the hops.
    std::uint32_t slot = 0;
  };
  void CollectParts(const KeyedStates& states, std::span<const std::uint32_t> hops);
  Status SweepName(const KeyedStates& states, std::span<const HopPart> parts,
                   std::span<const HopRange> ranges, std::size_t first_part_cell);
  void MarkCells(const KeyedStates& states, std::span<const std::uint32_t> hops,
                 std::span<const HopRange> ranges);
  arrow::Status BuildMaps(const KeyedStates& states, std::size_t cell_count, CellPlaces places);

  std::unique_ptr<WindowColumn> part_;
  ResultCells cells_;
  std::vector<KeyedStates::Part> hop_parts_;
  std::vector<HopPart> parts_;              // By name's text, then by hop.
  std::vector<std::uint32_t> names_;        // The distinct ones, by text.
  std::vector<std::uint32_t> hops_before_;  // By hop: how many before it are not empty.
  std::vector<std::uint8_t> has_value_;     // By cell.
  std::vector<std::uint32_t> part_hops_;
  std::vector<HopRange> part_ranges_;
  std::vector<std::uint32_t> part_cells_;
};

void KeyedWindow::CollectParts(const KeyedStates& states, std::span<const std::uint32_t> hops) {
  parts_.clear();
  names_.clear();
  for (std::uint32_t hop = 0; hop < hops.size(); ++hop) {
    hop_parts_.clear();
    states.AppendParts(hops[hop], &hop_parts_);
    for (const KeyedStates::Part& part : hop_parts_) parts_.push_back({part.name, hop, part.slot});
  }
  std::sort(parts_.begin(), parts_.end(), [&](const HopPart& a, const HopPart& b) {
    if (a.name != b.name) return states.name(a.name) < states.name(b.name);
    return a.hop < b.hop;
  });
}

Status KeyedWindow::SweepName(const KeyedStates& states, std::span<const HopPart> parts,
                              std::span<const HopRange> ranges, std::size_t first_part_cell) {
  part_hops_.clear();
  part_ranges_.clear();
  for (const HopPart& part : parts) part_hops_.push_back(part.slot);
  HopRange range;
  for (const auto& [begin, end] : ranges) {
    while (range.begin < parts.size() && parts[range.begin].hop < begin) ++range.begin;
    while (range.end < parts.size() && parts[range.end].hop < end) ++range.end;
    part_ranges_.push_back({range.begin, std::max(range.begin, range.end)});
  }
  return part_->Sweep(states.parts(), part_hops_, part_ranges_, {first_part_cell});
}

// A cell has a value if a hop of its range has one; maybe an empty map.
void KeyedWindow::MarkCells(const KeyedStates& states, std::span<const std::uint32_t> hops,
                            std::span<const HopRange> ranges) {
  hops_before_.assign(1, 0);
  for (const std::uint32_t hop : hops) {
    hops_before_.push_back(hops_before_.back() + (states.IsEmpty(hop) ? 0 : 1));
  }
  has_value_.clear();
  for (const HopRange& range : ranges) {
    has_value_.push_back(hops_before_[range.end] > hops_before_[range.begin] ? 1 : 0);
  }
}

Status KeyedWindow::Sweep(const StateColumn& states, std::span<const std::uint32_t> hops,
                          std::span<const HopRange> ranges, CellPlaces places) {
  const auto& keyed = static_cast<const KeyedStates&>(states);
  CollectParts(keyed, hops);
  MarkCells(keyed, hops, ranges);
  std::vector<std::size_t> begins;
  for (std::size_t i = 0; i < parts_.size(); ++i) {
    if (i > 0 && parts_[i].name == parts_[i - 1].name) continue;
    begins.push_back(i);
    names_.push_back(parts_[i].name);
  }
  begins.push_back(parts_.size());
  part_->Reset(names_.size() * ranges.size());
  for (std::size_t i = 0; i < names_.size(); ++i) {
    const auto parts = std::span(parts_).subspan(begins[i], begins[i + 1] - begins[i]);
    GNOMON_RETURN_IF_ERROR(SweepName(keyed, parts, ranges, i * ranges.size()));
  }
  GNOMON_ARROW_RETURN_NOT_OK(BuildMaps(keyed, ranges.size(), places), "aggregating by name");
  return Ok();
}

arrow::Status KeyedWindow::BuildMaps(const KeyedStates& states, std::size_t cell_count,
                                     CellPlaces places) {
  auto* maps = static_cast<arrow::MapBuilder*>(cells_.builder());
  auto* keys = static_cast<arrow::StringBuilder*>(maps->key_builder());
  const auto valid = part_->valid();
  for (std::size_t cell = 0; cell < cell_count; ++cell) {
    if (has_value_[cell] == 0) continue;
    part_cells_.clear();
    ARROW_RETURN_NOT_OK(maps->Append());
    for (std::size_t i = 0; i < names_.size(); ++i) {
      const std::size_t part_cell = i * cell_count + cell;
      if (valid[part_cell] == 0) continue;
      part_cells_.push_back(static_cast<std::uint32_t>(part_cell));
      ARROW_RETURN_NOT_OK(keys->Append(states.name(names_[i])));
    }
    ARROW_RETURN_NOT_OK(part_->Append(part_cells_, maps->item_builder()));
    cells_.Set(places[cell]);
  }
  return arrow::Status::OK();
}

template <KeyedInput kInput>
BoundAggregation Keyed(BoundAggregation part, DataType input) {
  part.keeps_nan = true;
  BoundAggregation bound;
  bound.input = std::move(input);
  bound.output = DataType::Map(TypeKind::kString, part.output);
  bound.intermediate = DataType::Map(TypeKind::kString, part.intermediate);
  bound.is_timed = part.is_timed;
  bound.is_deletable = part.is_deletable;
  bound.part = std::make_shared<const BoundAggregation>(std::move(part));
  bound.make_states = [](const BoundAggregation& self) -> std::unique_ptr<StateColumn> {
    return std::make_unique<KeyedStates>(self, kInput);
  };
  bound.make_window = [](const BoundAggregation& self) -> std::unique_ptr<WindowColumn> {
    return std::make_unique<KeyedWindow>(self);
  };
  return bound;
}

}  // namespace

BoundAggregation OverMapValues(BoundAggregation part, const DataType& map) {
  return Keyed<KeyedInput::kMap>(std::move(part), map);
}

BoundAggregation ByBucket(BoundAggregation part) {
  DataType pair = DataType::Struct({{"bucket", TypeKind::kString}, {"value", part.input}});
  return Keyed<KeyedInput::kBucket>(std::move(part), std::move(pair));
}

}  // namespace gnomon::aggregate
