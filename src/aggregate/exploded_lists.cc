// SPDX-License-Identifier: Apache-2.0
// Lists taken element by element: the states are those of the elements' aggregation.
#include <arrow/api.h>

#include "aggregate/containers.h"

namespace gnomon::aggregate {

namespace {

class ExplodedStates final : public StateColumn {
 public:
  explicit ExplodedStates(const BoundAggregation& part) : part_(part.make_states(part)) {}

  const StateColumn& part() const { return *part_; }

  void Resize(std::size_t size) override { part_->Resize(size); }
  Status Update(const arrow::Array& values, const std::int64_t* ts,
                std::span<const std::uint32_t> rows,
                std::span<const std::uint32_t> slots) override {
    const auto& lists = Explode(values, rows, slots);
    // The part is not timed: no element has a ts.
    return part_->Update(*lists.values(), ts, element_rows_, element_slots_);
  }
  Status Delete(const arrow::Array& values, const std::int64_t* ts,
                std::span<const std::uint32_t> rows,
                std::span<const std::uint32_t> slots) override {
    const auto& lists = Explode(values, rows, slots);
    return part_->Delete(*lists.values(), ts, element_rows_, element_slots_);
  }
  Status Merge(std::span<const std::uint32_t> slots, const StateColumn& from,
               std::span<const std::uint32_t> from_slots) override {
    return part_->Merge(slots, static_cast<const ExplodedStates&>(from).part(), from_slots);
  }
  bool IsEmpty(std::uint32_t slot) const override { return part_->IsEmpty(slot); }
  arrow::Status Finalize(std::span<const std::uint32_t> slots,
                         arrow::ArrayBuilder* results) const override {
    return part_->Finalize(slots, results);
  }
  arrow::Status Encode(std::span<const std::uint32_t> slots,
                       arrow::ArrayBuilder* intermediate) const override {
    return part_->Encode(slots, intermediate);
  }
  Status Decode(const arrow::Array& intermediate, std::span<const std::uint32_t> slots) override {
    return part_->Decode(intermediate, slots);
  }
  std::int64_t memory_bytes() const override {
    const std::size_t words = element_rows_.capacity() + element_slots_.capacity();
    return part_->memory_bytes() + static_cast<std::int64_t>(words * sizeof(std::uint32_t));
  }

 private:
  const arrow::ListArray& Explode(const arrow::Array& values, std::span<const std::uint32_t> rows,
                                  std::span<const std::uint32_t> slots) {
    const auto& lists = static_cast<const arrow::ListArray&>(values);
    element_rows_.clear();
    element_slots_.clear();
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (lists.IsNull(rows[i])) continue;
      const auto begin = static_cast<std::uint32_t>(lists.value_offset(rows[i]));
      const auto end = begin + static_cast<std::uint32_t>(lists.value_length(rows[i]));
      for (std::uint32_t row = begin; row < end; ++row) {
        element_rows_.push_back(row);
        element_slots_.push_back(slots[i]);
      }
    }
    return lists;
  }

  std::unique_ptr<StateColumn> part_;
  std::vector<std::uint32_t> element_rows_;
  std::vector<std::uint32_t> element_slots_;
};

class ExplodedWindow final : public WindowColumn {
 public:
  explicit ExplodedWindow(const BoundAggregation& part) : part_(part.make_window(part)) {}

  void Reset(std::size_t cells) override { part_->Reset(cells); }
  Status Sweep(const StateColumn& states, std::span<const std::uint32_t> hops,
               std::span<const HopRange> ranges, CellPlaces places) override {
    return part_->Sweep(static_cast<const ExplodedStates&>(states).part(), hops, ranges, places);
  }
  std::span<const std::uint8_t> valid() const override { return part_->valid(); }
  arrow::Status Append(std::span<const std::uint32_t> cells,
                       arrow::ArrayBuilder* results) const override {
    return part_->Append(cells, results);
  }

 private:
  std::unique_ptr<WindowColumn> part_;
};

// What shows NaN of the whole shows it of the parts.
BoundAggregation PartOf(const BoundAggregation& self) {
  BoundAggregation part = *self.part;
  part.keeps_nan = self.keeps_nan;
  return part;
}

}  // namespace

BoundAggregation OverElements(BoundAggregation part, const DataType& list) {
  BoundAggregation bound;
  bound.input = list;
  bound.output = part.output;
  bound.intermediate = part.intermediate;
  bound.is_deletable = part.is_deletable;
  bound.part = std::make_shared<const BoundAggregation>(std::move(part));
  bound.make_states = [](const BoundAggregation& self) -> std::unique_ptr<StateColumn> {
    return std::make_unique<ExplodedStates>(PartOf(self));
  };
  bound.make_window = [](const BoundAggregation& self) -> std::unique_ptr<WindowColumn> {
    return std::make_unique<ExplodedWindow>(PartOf(self));
  };
  return bound;
}

}  // namespace gnomon::aggregate
