// SPDX-License-Identifier: Apache-2.0
#include "aggregate/intermediate_inputs.h"

#include <arrow/api.h>
#include <arrow/compute/api.h>

#include <set>

#include "types/arrow_mapping.h"

namespace gnomon::aggregate {

namespace {

// States that take IRs: each batch of them is decoded, then merged.
class MergedStates final : public StateColumn {
 public:
  explicit MergedStates(const BoundAggregation& part)
      : part_(part), states_(part.make_states(part)) {}

  const StateColumn& states() const { return *states_; }

  void Resize(std::size_t size) override { states_->Resize(size); }
  Status Update(const arrow::Array& values, const std::int64_t*,
                std::span<const std::uint32_t> rows,
                std::span<const std::uint32_t> slots) override {
    // Only rows that hold something: an empty state decodes to what was never seen.
    arrow::UInt32Builder indices;
    into_.clear();
    GNOMON_ARROW_RETURN_NOT_OK(indices.Reserve(static_cast<std::int64_t>(rows.size())),
                               "merging intermediate results");
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (values.IsNull(rows[i])) continue;
      indices.UnsafeAppend(rows[i]);
      into_.push_back(slots[i]);
    }
    GNOMON_ARROW_ASSIGN(const auto chosen, indices.Finish(), "merging intermediate results");
    GNOMON_ARROW_ASSIGN(const auto taken, arrow::compute::Take(values, *chosen),
                        "merging intermediate results");
    from_.clear();
    for (std::uint32_t i = 0; i < into_.size(); ++i) from_.push_back(i);
    const auto decoded = part_.make_states(part_);
    decoded->Resize(into_.size());
    GNOMON_RETURN_IF_ERROR(decoded->Decode(*taken, from_));
    return states_->Merge(into_, *decoded, from_);
  }
  Status Delete(const arrow::Array&, const std::int64_t*, std::span<const std::uint32_t>,
                std::span<const std::uint32_t>) override {
    return Ok();  // An IR holds what was deleted.
  }
  Status Merge(std::span<const std::uint32_t> slots, const StateColumn& from,
               std::span<const std::uint32_t> from_slots) override {
    return states_->Merge(slots, static_cast<const MergedStates&>(from).states(), from_slots);
  }
  bool IsEmpty(std::uint32_t slot) const override { return states_->IsEmpty(slot); }
  arrow::Status Finalize(std::span<const std::uint32_t> slots,
                         arrow::ArrayBuilder* results) const override {
    return states_->Finalize(slots, results);
  }
  arrow::Status Encode(std::span<const std::uint32_t> slots,
                       arrow::ArrayBuilder* intermediate) const override {
    return states_->Encode(slots, intermediate);
  }
  Status Decode(const arrow::Array& intermediate, std::span<const std::uint32_t> slots) override {
    return states_->Decode(intermediate, slots);
  }
  std::int64_t memory_bytes() const override {
    const std::size_t words = into_.capacity() + from_.capacity();
    return states_->memory_bytes() + static_cast<std::int64_t>(words * sizeof(std::uint32_t));
  }

 private:
  const BoundAggregation part_;
  std::unique_ptr<StateColumn> states_;
  std::vector<std::uint32_t> into_;
  std::vector<std::uint32_t> from_;
};

class MergedWindow final : public WindowColumn {
 public:
  explicit MergedWindow(const BoundAggregation& part) : window_(part.make_window(part)) {}

  void Reset(std::size_t cells) override { window_->Reset(cells); }
  Status Sweep(const StateColumn& states, std::span<const std::uint32_t> hops,
               std::span<const HopRange> ranges, CellPlaces places) override {
    return window_->Sweep(static_cast<const MergedStates&>(states).states(), hops, ranges, places);
  }
  std::span<const std::uint8_t> valid() const override { return window_->valid(); }
  arrow::Status Append(std::span<const std::uint32_t> cells,
                       arrow::ArrayBuilder* results) const override {
    return window_->Append(cells, results);
  }

 private:
  std::unique_ptr<WindowColumn> window_;
};

BoundAggregation Merging(BoundAggregation part) {
  BoundAggregation bound;
  bound.input = part.intermediate;
  bound.output = part.output;
  bound.intermediate = part.intermediate;
  bound.part = std::make_shared<const BoundAggregation>(std::move(part));
  bound.make_states = [](const BoundAggregation& self) -> std::unique_ptr<StateColumn> {
    return std::make_unique<MergedStates>(*self.part);
  };
  bound.make_window = [](const BoundAggregation& self) -> std::unique_ptr<WindowColumn> {
    return std::make_unique<MergedWindow>(*self.part);
  };
  return bound;
}

}  // namespace

Schema IntermediateColumns(const AggregationPlan& plan) {
  Schema schema;
  for (const PlannedState& state : plan.states) {
    schema.fields.push_back(Field{.name = state.name, .type = state.bound.intermediate});
  }
  return schema;
}

Status CheckIntermediateNames(const AggregationPlan& plan) {
  std::set<std::string> names;
  for (const PlannedState& state : plan.states) {
    if (names.insert(state.name).second) continue;
    return InvalidArgument(
        "two aggregations with other arguments share one column of intermediate results: {} - drop "
        "is_incremental",
        state.name);
  }
  return Ok();
}

AggregationPlan OverIntermediates(AggregationPlan plan) {
  for (std::size_t i = 0; i < plan.states.size(); ++i) {
    PlannedState& state = plan.states[i];
    state.bound = Merging(std::move(state.bound));
    state.input = i;
    state.bucket_input.reset();
    // No operation of Chronon's: nothing that is known of one holds of it.
    state.operation_id = -1;
  }
  return plan;
}

}  // namespace gnomon::aggregate
