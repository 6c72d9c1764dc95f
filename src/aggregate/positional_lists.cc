// SPDX-License-Identifier: Apache-2.0
// Element-wise aggregation of lists (SPEC 4.4): a slot owns as many consecutive parts as its lists
// are long. The window honours the flag too (SPEC appendix G 6; Chronon fails there, golden
// gb_elementwise).
#include <arrow/api.h>

#include <algorithm>

#include "aggregate/containers.h"
#include "aggregate/result_cells.h"
#include "aggregate/typed_columns.h"
#include "types/arrow_mapping.h"

namespace gnomon::aggregate {

namespace {

constexpr std::int32_t kUnset = -1;

// "column vec", as far as the plan said whose lists these are (BoundAggregation::parameters).
std::string Whose(const BoundAggregation& self) {
  const auto column = std::static_pointer_cast<const std::string>(self.parameters);
  return column == nullptr ? "the input" : "column " + *column;
}

Error DifferentLengths(const std::string& whose, std::int32_t a, std::int32_t b) {
  return InvalidArgument(
      "an element-wise aggregation needs lists of one length: {} has lists of {} and of {} "
      "elements "
      "- select lists that are equally long, or drop element_wise",
      whose, a, b);
}

class PositionalStates final : public StateColumn {
 public:
  explicit PositionalStates(const BoundAggregation& self)
      : whose_(Whose(self)),
        intermediate_(ToArrow(self.intermediate)),
        parts_(self.part->make_states(*self.part)) {}

  const StateColumn& parts() const { return *parts_; }
  // -1 while the slot is empty.
  std::int32_t length(std::uint32_t slot) const { return lists_[slot].length; }
  std::uint32_t part(std::uint32_t slot, std::int32_t position) const {
    return lists_[slot].first_part + static_cast<std::uint32_t>(position);
  }

  void Resize(std::size_t size) override { lists_.resize(size); }
  Status Update(const arrow::Array& values, const std::int64_t* ts,
                std::span<const std::uint32_t> rows,
                std::span<const std::uint32_t> slots) override {
    GNOMON_RETURN_IF_ERROR(Split(values, rows, slots));
    const auto& elements = *static_cast<const arrow::ListArray&>(values).values();
    return parts_->Update(elements, ts, part_rows_, part_slots_);
  }
  Status Delete(const arrow::Array& values, const std::int64_t* ts,
                std::span<const std::uint32_t> rows,
                std::span<const std::uint32_t> slots) override {
    GNOMON_RETURN_IF_ERROR(Split(values, rows, slots));
    const auto& elements = *static_cast<const arrow::ListArray&>(values).values();
    return parts_->Delete(elements, ts, part_rows_, part_slots_);
  }
  Status Merge(std::span<const std::uint32_t> slots, const StateColumn& from,
               std::span<const std::uint32_t> from_slots) override;
  bool IsEmpty(std::uint32_t slot) const override { return length(slot) == kUnset; }
  arrow::Status Finalize(std::span<const std::uint32_t> slots,
                         arrow::ArrayBuilder* results) const override {
    return AppendLists(slots, results, [this](const auto& parts, arrow::ArrayBuilder* elements) {
      return parts_->Finalize(parts, elements);
    });
  }
  arrow::Status Encode(std::span<const std::uint32_t> slots,
                       arrow::ArrayBuilder* intermediate) const override {
    return AppendLists(slots, intermediate,
                       [this](const auto& parts, arrow::ArrayBuilder* elements) {
                         return parts_->Encode(parts, elements);
                       });
  }
  Status Decode(const arrow::Array& intermediate, std::span<const std::uint32_t> slots) override;
  std::int64_t memory_bytes() const override {
    const std::size_t words = part_rows_.capacity() + part_slots_.capacity();
    return parts_->memory_bytes() +
           static_cast<std::int64_t>(words * sizeof(std::uint32_t) +
                                     lists_.capacity() * sizeof(List) + sizeof(*this));
  }

 private:
  struct List {
    std::int32_t length = kUnset;
    std::uint32_t first_part = 0;
  };

  // Gives the slot parts if it is empty. Error: they are not that many.
  Status Ensure(std::uint32_t slot, std::int32_t length) {
    List& list = lists_[slot];
    if (list.length == length) return Ok();
    if (list.length != kUnset) return DifferentLengths(whose_, list.length, length);
    list = {length, part_count_};
    GNOMON_CHECK(part_count_ <= UINT32_MAX - static_cast<std::uint32_t>(length));
    part_count_ += static_cast<std::uint32_t>(length);
    return Ok();
  }
  Status Split(const arrow::Array& values, std::span<const std::uint32_t> rows,
               std::span<const std::uint32_t> slots);

  // Appends one list per slot, or null; `append` takes the parts' slots and the elements' builder.
  template <typename Append>
  arrow::Status AppendLists(std::span<const std::uint32_t> slots, arrow::ArrayBuilder* builder,
                            Append&& append) const {
    auto* lists = static_cast<arrow::ListBuilder*>(builder);
    std::vector<std::uint32_t> parts;
    for (const std::uint32_t slot : slots) {
      if (IsEmpty(slot)) {
        ARROW_RETURN_NOT_OK(lists->AppendNull());
        continue;
      }
      ARROW_RETURN_NOT_OK(lists->Append());
      parts.clear();
      for (std::int32_t i = 0; i < length(slot); ++i) parts.push_back(part(slot, i));
      ARROW_RETURN_NOT_OK(append(parts, lists->value_builder()));
    }
    return arrow::Status::OK();
  }

  const std::string whose_;
  const std::shared_ptr<arrow::DataType> intermediate_;
  std::unique_ptr<StateColumn> parts_;
  std::uint32_t part_count_ = 0;
  std::vector<List> lists_;
  std::vector<std::uint32_t> part_rows_;
  std::vector<std::uint32_t> part_slots_;
};

Status PositionalStates::Split(const arrow::Array& values, std::span<const std::uint32_t> rows,
                               std::span<const std::uint32_t> slots) {
  const auto& lists = static_cast<const arrow::ListArray&>(values);
  const arrow::Array& elements = *lists.values();
  part_rows_.clear();
  part_slots_.clear();
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (lists.IsNull(rows[i])) continue;
    const std::int32_t begin = lists.value_offset(rows[i]);
    const std::int32_t list_length = lists.value_length(rows[i]);
    GNOMON_RETURN_IF_ERROR(Ensure(slots[i], list_length));
    for (std::int32_t position = 0; position < list_length; ++position) {
      if (elements.IsNull(begin + position)) {
        return InvalidArgument(
            "an element-wise aggregation takes no null elements: {}, element {} - select lists "
            "without nulls, or drop element_wise",
            whose_, position);
      }
      part_rows_.push_back(static_cast<std::uint32_t>(begin + position));
      part_slots_.push_back(part(slots[i], position));
    }
  }
  parts_->Resize(part_count_);
  return Ok();
}

Status PositionalStates::Merge(std::span<const std::uint32_t> slots, const StateColumn& from,
                               std::span<const std::uint32_t> from_slots) {
  const auto& other = static_cast<const PositionalStates&>(from);
  std::vector<std::uint32_t> to_parts;
  std::vector<std::uint32_t> from_parts;
  for (std::size_t i = 0; i < slots.size(); ++i) {
    const std::int32_t from_length = other.length(from_slots[i]);
    if (from_length == kUnset) continue;
    GNOMON_RETURN_IF_ERROR(Ensure(slots[i], from_length));
    for (std::int32_t position = 0; position < from_length; ++position) {
      to_parts.push_back(part(slots[i], position));
      from_parts.push_back(other.part(from_slots[i], position));
    }
  }
  parts_->Resize(part_count_);
  return parts_->Merge(to_parts, *other.parts_, from_parts);
}

Status PositionalStates::Decode(const arrow::Array& intermediate,
                                std::span<const std::uint32_t> slots) {
  GNOMON_RETURN_IF_ERROR(CheckIntermediate(intermediate, *intermediate_, slots.size()));
  const auto& lists = static_cast<const arrow::ListArray&>(intermediate);
  part_slots_.clear();
  for (std::int64_t row = 0; row < lists.length(); ++row) {
    const std::uint32_t slot = slots[static_cast<std::size_t>(row)];
    // What the slot held stays behind unused.
    lists_[slot] = List();
    if (lists.IsNull(row)) continue;
    GNOMON_RETURN_IF_ERROR(Ensure(slot, lists.value_length(row)));
    for (std::int32_t i = 0; i < length(slot); ++i) part_slots_.push_back(part(slot, i));
  }
  parts_->Resize(part_count_);
  // Flatten skips what null lists refer to.
  GNOMON_ARROW_ASSIGN(const auto elements, lists.Flatten(), "reading intermediate results");
  return parts_->Decode(*elements, part_slots_);
}

class PositionalWindow final : public WindowColumn {
 public:
  explicit PositionalWindow(const BoundAggregation& self)
      : whose_(Whose(self)),
        part_(self.part->make_window(*self.part)),
        cells_(ToArrow(self.output)) {}

  void Reset(std::size_t cells) override { cells_.Reset(cells); }
  Status Sweep(const StateColumn& states, std::span<const std::uint32_t> hops,
               std::span<const HopRange> ranges, CellPlaces places) override;
  std::span<const std::uint8_t> valid() const override { return cells_.valid(); }
  arrow::Status Append(std::span<const std::uint32_t> cells,
                       arrow::ArrayBuilder* results) const override {
    return cells_.Append(cells, results);
  }

 private:
  // The length of the lists in the range, -1 without any.
  Result<std::int32_t> LengthIn(const PositionalStates& states, std::span<const std::uint32_t> hops,
                                HopRange range) const;
  Status SweepPosition(const PositionalStates& states, std::span<const std::uint32_t> hops,
                       std::span<const HopRange> ranges, std::int32_t position);
  arrow::Status BuildLists(CellPlaces places);

  const std::string whose_;
  std::unique_ptr<WindowColumn> part_;
  ResultCells cells_;
  std::vector<std::int32_t> lengths_;  // By range.
  std::vector<std::uint32_t> part_hops_;
  std::vector<std::uint32_t> part_hop_at_;  // Positions of those among the hops.
  std::vector<HopRange> part_ranges_;
  std::vector<std::uint32_t> part_cells_;
};

Result<std::int32_t> PositionalWindow::LengthIn(const PositionalStates& states,
                                                std::span<const std::uint32_t> hops,
                                                HopRange range) const {
  std::int32_t length = kUnset;
  for (std::uint32_t i = range.begin; i < range.end; ++i) {
    const std::int32_t other = states.length(hops[i]);
    if (other == kUnset || other == length) continue;
    if (length != kUnset) return DifferentLengths(whose_, length, other);
    length = other;
  }
  return length;
}

Status PositionalWindow::SweepPosition(const PositionalStates& states,
                                       std::span<const std::uint32_t> hops,
                                       std::span<const HopRange> ranges, std::int32_t position) {
  part_hops_.clear();
  part_hop_at_.clear();
  part_ranges_.clear();
  for (std::uint32_t i = 0; i < hops.size(); ++i) {
    if (states.length(hops[i]) <= position) continue;
    part_hops_.push_back(states.part(hops[i], position));
    part_hop_at_.push_back(i);
  }
  HopRange range;
  for (const auto& [begin, end] : ranges) {
    while (range.begin < part_hop_at_.size() && part_hop_at_[range.begin] < begin) ++range.begin;
    while (range.end < part_hop_at_.size() && part_hop_at_[range.end] < end) ++range.end;
    part_ranges_.push_back({range.begin, std::max(range.begin, range.end)});
  }
  return part_->Sweep(states.parts(), part_hops_, part_ranges_,
                      {static_cast<std::size_t>(position) * ranges.size()});
}

Status PositionalWindow::Sweep(const StateColumn& states, std::span<const std::uint32_t> hops,
                               std::span<const HopRange> ranges, CellPlaces places) {
  const auto& lists = static_cast<const PositionalStates&>(states);
  lengths_.clear();
  std::int32_t longest = 0;
  for (const HopRange& range : ranges) {
    GNOMON_ASSIGN_OR_RETURN(lengths_.emplace_back(), LengthIn(lists, hops, range));
    longest = std::max(longest, lengths_.back());
  }
  part_->Reset(static_cast<std::size_t>(longest) * ranges.size());
  for (std::int32_t position = 0; position < longest; ++position) {
    GNOMON_RETURN_IF_ERROR(SweepPosition(lists, hops, ranges, position));
  }
  GNOMON_ARROW_RETURN_NOT_OK(BuildLists(places), "aggregating element by element");
  return Ok();
}

arrow::Status PositionalWindow::BuildLists(CellPlaces places) {
  auto* lists = static_cast<arrow::ListBuilder*>(cells_.builder());
  for (std::size_t cell = 0; cell < lengths_.size(); ++cell) {
    if (lengths_[cell] == kUnset) continue;
    part_cells_.clear();
    for (std::int32_t position = 0; position < lengths_[cell]; ++position) {
      part_cells_.push_back(
          static_cast<std::uint32_t>(static_cast<std::size_t>(position) * lengths_.size() + cell));
    }
    ARROW_RETURN_NOT_OK(lists->Append());
    ARROW_RETURN_NOT_OK(part_->Append(part_cells_, lists->value_builder()));
    cells_.Set(places[cell]);
  }
  return arrow::Status::OK();
}

}  // namespace

BoundAggregation ByPosition(BoundAggregation part, const DataType& list) {
  part.keeps_nan = true;
  BoundAggregation bound;
  bound.input = list;
  bound.output = DataType::List(part.output);
  bound.intermediate = DataType::List(part.intermediate);
  bound.is_deletable = part.is_deletable;
  bound.part = std::make_shared<const BoundAggregation>(std::move(part));
  bound.make_states = [](const BoundAggregation& self) -> std::unique_ptr<StateColumn> {
    return std::make_unique<PositionalStates>(self);
  };
  bound.make_window = [](const BoundAggregation& self) -> std::unique_ptr<WindowColumn> {
    return std::make_unique<PositionalWindow>(self);
  };
  return bound;
}

}  // namespace gnomon::aggregate
