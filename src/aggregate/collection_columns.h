// SPDX-License-Identifier: Apache-2.0
// The second framework beside typed_columns.h, for states that own much (sets, lists, sketches) or
// depend on arguments: nothing of theirs is copied per row or per cell, results go straight into a
// builder of the output's type. An Op has kName, kDoc, kOperationId, kTimed, `template <typename
// In> kAccepts`, `template <typename In> struct State` that satisfies CollectionState, and
// `static Result<Parameters> Parse(const ArgumentMap&)`, Parameters being State's.
#pragma once

#include <arrow/api.h>

#include <concepts>
#include <memory>
#include <vector>

#include "aggregate/aggregate_function.h"
#include "aggregate/result_cells.h"
#include "aggregate/typed_columns.h"
#include "base/parse.h"

namespace gnomon::aggregate {

// A state for one group; default-constructed it is empty, and the identity of Merge. Update, Merge
// and Delete give by how many bytes the state's heap grew. Finalize and Encode append one value of
// a state that is not empty. `Window::Run(states, hops, ranges, parameters, give)` calls
// give(i, result) for the ranges that are not empty, where result.Finalize(parameters, builder)
// works as the state's does.
template <typename S, typename View>
concept CollectionState = std::default_initializable<S> && std::movable<S> &&
    requires(S state, const S& other, const typename S::Parameters& parameters, View value,
             std::int64_t ts, const DataType& type, arrow::ArrayBuilder* builder,
             const arrow::Array& array) {
  typename S::Window;
  { state.Update(value, ts, parameters) } -> std::same_as<std::int64_t>;
  { state.Merge(other, parameters) } -> std::same_as<std::int64_t>;
  { other.empty() } -> std::same_as<bool>;
  { other.heap_bytes() } -> std::same_as<std::int64_t>;
  { S::OutputType(type) } -> std::same_as<DataType>;
  { S::IntermediateType(type) } -> std::same_as<DataType>;
  { other.Finalize(parameters, builder) } -> std::same_as<arrow::Status>;
  { other.Encode(parameters, builder) } -> std::same_as<arrow::Status>;
  { S::Decode(array, std::int64_t{0}, parameters) } -> std::same_as<Result<S>>;
};

template <typename State, typename In, bool kTimed>
class CollectionColumn final : public StateColumn {
 public:
  using Parameters = typename State::Parameters;

  explicit CollectionColumn(const BoundAggregation& self)
      : intermediate_(ToArrow(self.intermediate)),
        parameters_(std::static_pointer_cast<const Parameters>(self.parameters)) {}

  const State* data() const { return states_.data(); }

  void Resize(std::size_t size) override {
    if (size > states_.capacity()) states_.reserve(std::max(size, states_.capacity() * 3 / 2));
    states_.resize(size);
  }

  Status Update(const arrow::Array& values, const std::int64_t* ts,
                std::span<const std::uint32_t> rows,
                std::span<const std::uint32_t> slots) override {
    Feed(values, rows, slots, [&](State& state, typename In::View value, std::uint32_t row) {
      return state.Update(value, kTimed ? ts[row] : 0, *parameters_);
    });
    return Ok();
  }

  Status Delete(const arrow::Array& values, const std::int64_t*,
                std::span<const std::uint32_t> rows,
                std::span<const std::uint32_t> slots) override {
    if constexpr (requires(State state, typename In::View value) {
                    state.Delete(value, *parameters_);
                  }) {
      Feed(values, rows, slots, [&](State& state, typename In::View value, std::uint32_t) {
        return state.Delete(value, *parameters_);
      });
    }
    return Ok();
  }

  Status Merge(std::span<const std::uint32_t> slots, const StateColumn& from,
               std::span<const std::uint32_t> from_slots) override {
    const State* others = static_cast<const CollectionColumn&>(from).data();
    for (std::size_t i = 0; i < slots.size(); ++i) {
      const State& other = others[from_slots[i]];
      if (!other.empty()) heap_bytes_ += states_[slots[i]].Merge(other, *parameters_);
    }
    return Ok();
  }

  bool IsEmpty(std::uint32_t slot) const override { return states_[slot].empty(); }

  arrow::Status Finalize(std::span<const std::uint32_t> slots,
                         arrow::ArrayBuilder* results) const override {
    for (const std::uint32_t slot : slots) {
      const State& state = states_[slot];
      ARROW_RETURN_NOT_OK(state.empty() ? results->AppendNull()
                                        : state.Finalize(*parameters_, results));
    }
    return arrow::Status::OK();
  }

  arrow::Status Encode(std::span<const std::uint32_t> slots,
                       arrow::ArrayBuilder* intermediate) const override {
    for (const std::uint32_t slot : slots) {
      const State& state = states_[slot];
      ARROW_RETURN_NOT_OK(state.empty() ? intermediate->AppendNull()
                                        : state.Encode(*parameters_, intermediate));
    }
    return arrow::Status::OK();
  }

  Status Decode(const arrow::Array& intermediate, std::span<const std::uint32_t> slots) override {
    GNOMON_RETURN_IF_ERROR(CheckIntermediate(intermediate, *intermediate_, slots.size()));
    for (std::size_t i = 0; i < slots.size(); ++i) {
      State& state = states_[slots[i]];
      const auto row = static_cast<std::int64_t>(i);
      heap_bytes_ -= state.heap_bytes();
      state = State();
      if (intermediate.IsNull(row)) continue;
      GNOMON_ASSIGN_OR_RETURN(state, State::Decode(intermediate, row, *parameters_));
      heap_bytes_ += state.heap_bytes();
    }
    return Ok();
  }

  std::int64_t memory_bytes() const override {
    return static_cast<std::int64_t>(states_.capacity() * sizeof(State) + sizeof(*this)) +
           heap_bytes_;
  }

 private:
  template <typename Apply>
  void Feed(const arrow::Array& values, std::span<const std::uint32_t> rows,
            std::span<const std::uint32_t> slots, Apply&& apply) {
    const auto& typed = static_cast<const typename In::Array&>(values);
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const std::uint32_t row = rows[i];
      if (typed.IsNull(row)) continue;
      heap_bytes_ += apply(states_[slots[i]], In::Get(typed, row), row);
    }
  }

  std::shared_ptr<arrow::DataType> intermediate_;
  std::shared_ptr<const Parameters> parameters_;
  std::vector<State> states_;
  std::int64_t heap_bytes_ = 0;
};

template <typename State, typename In, bool kTimed>
class CollectionWindow final : public WindowColumn {
 public:
  using Parameters = typename State::Parameters;

  explicit CollectionWindow(const BoundAggregation& self)
      : parameters_(std::static_pointer_cast<const Parameters>(self.parameters)),
        cells_(ToArrow(self.output)) {}

  void Reset(std::size_t cells) override { cells_.Reset(cells); }
  Status Sweep(const StateColumn& states, std::span<const std::uint32_t> hops,
               std::span<const HopRange> ranges, CellPlaces places) override {
    const State* data = static_cast<const CollectionColumn<State, In, kTimed>&>(states).data();
    arrow::Status status;
    window_.Run(data, hops, ranges, *parameters_, [&](std::size_t i, const auto& result) {
      status &= result.Finalize(*parameters_, cells_.builder());
      cells_.Set(places[i]);
    });
    GNOMON_ARROW_RETURN_NOT_OK(std::move(status), "aggregating");
    return Ok();
  }
  std::span<const std::uint8_t> valid() const override { return cells_.valid(); }
  arrow::Status Append(std::span<const std::uint32_t> cells,
                       arrow::ArrayBuilder* results) const override {
    return cells_.Append(cells, results);
  }

 private:
  std::shared_ptr<const Parameters> parameters_;
  typename State::Window window_;
  ResultCells cells_;
};

// Two stacks, as WindowSweep, for partial results that are filled in place: only the suffixes of a
// flip are copied, once per hop. REQUIRES of Partial: default-constructed is empty; Merge takes a
// State or a Partial; copy assignment keeps what memory it has.
template <typename State, typename Partial, typename Parameters>
class MergingWindow {
 public:
  template <typename Give>
  void Run(const State* states, std::span<const std::uint32_t> hops,
           std::span<const HopRange> ranges, const Parameters& parameters, Give&& give) {
    // `back_` holds the hops [middle, end); suffixes_[i] those of [i, middle).
    std::uint32_t middle = 0;
    std::uint32_t end = 0;
    back_ = empty_;
    for (std::size_t i = 0; i < ranges.size(); ++i) {
      const auto [begin, range_end] = ranges[i];
      if (end < begin) {
        middle = end = begin;
        back_ = empty_;
      }
      for (; end < range_end; ++end) Add(states[hops[end]], parameters, &back_);
      if (begin > middle) {
        Flip(states, hops, begin, end, parameters);
        middle = end;
        back_ = empty_;
      }
      if (begin == middle) {
        if (!back_.empty()) give(i, back_);
      } else if (back_.empty()) {
        if (!suffixes_[begin].empty()) give(i, suffixes_[begin]);
      } else {
        all_ = suffixes_[begin];
        all_.Merge(back_, parameters);
        give(i, all_);
      }
    }
  }

 private:
  static void Add(const State& state, const Parameters& parameters, Partial* partial) {
    if (!state.empty()) partial->Merge(state, parameters);
  }
  void Flip(const State* states, std::span<const std::uint32_t> hops, std::uint32_t begin,
            std::uint32_t end, const Parameters& parameters) {
    if (suffixes_.size() < hops.size()) suffixes_.resize(hops.size());
    for (std::uint32_t i = end; i-- > begin;) {
      suffixes_[i] = empty_;
      Add(states[hops[i]], parameters, &suffixes_[i]);
      if (i + 1 < end && !suffixes_[i + 1].empty()) {
        suffixes_[i].Merge(suffixes_[i + 1], parameters);
      }
    }
  }

  const Partial empty_{};  // Assigned, not made: what is assigned to keeps its memory.
  Partial back_;
  Partial all_;
  std::vector<Partial> suffixes_;
};

// Slides one partial result along, adding hops in front and taking them off behind: for results
// that can be taken back exactly. REQUIRES of Sliding: Add(state), Remove(state), Clear(), empty().
template <typename State, typename Sliding, typename Parameters>
class SlidingWindow {
 public:
  template <typename Give>
  void Run(const State* states, std::span<const std::uint32_t> hops,
           std::span<const HopRange> ranges, const Parameters&, Give&& give) {
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
    sliding_.Clear();
    for (std::size_t i = 0; i < ranges.size(); ++i) {
      if (end <= ranges[i].begin) {
        sliding_.Clear();
        begin = end = ranges[i].begin;
      }
      for (; begin < ranges[i].begin; ++begin) sliding_.Remove(states[hops[begin]]);
      for (; end < ranges[i].end; ++end) sliding_.Add(states[hops[end]]);
      if (!sliding_.empty()) give(i, sliding_);
    }
  }

 private:
  Sliding sliding_;
};

// The argument k. Errors: InvalidArgument: it is missing and there is no default, or no integer of
// `min` to `max`.
Result<std::int32_t> ParseK(const ArgumentMap& arguments, const char* operation,
                            std::optional<std::int32_t> default_k, std::int32_t min,
                            std::int32_t max);

template <typename Op, typename In>
Result<BoundAggregation> BindCollectionOne(const DataType& input, const ArgumentMap& arguments) {
  if constexpr (Op::template kAccepts<In>) {
    using State = typename Op::template State<In>;
    static_assert(CollectionState<State, typename In::View>);
    GNOMON_ASSIGN_OR_RETURN(typename State::Parameters parameters, Op::Parse(arguments));
    BoundAggregation bound;
    bound.input = input;
    bound.output = State::OutputType(input);
    bound.intermediate = State::IntermediateType(input);
    bound.is_timed = Op::kTimed;
    bound.is_deletable =
        requires(State state, typename In::View value, const typename State::Parameters& p) {
      state.Delete(value, p);
    };
    bound.parameters = std::make_shared<const typename State::Parameters>(std::move(parameters));
    bound.make_states = [](const BoundAggregation& self) -> std::unique_ptr<StateColumn> {
      return std::make_unique<CollectionColumn<State, In, Op::kTimed>>(self);
    };
    bound.make_window = [](const BoundAggregation& self) -> std::unique_ptr<WindowColumn> {
      return std::make_unique<CollectionWindow<State, In, Op::kTimed>>(self);
    };
    return bound;
  } else {
    return InvalidArgument("{} is incompatible with {}", ChrononTypeName(input), Op::kName);
  }
}

// The counterpart of Erase for operations of this framework.
template <typename Op>
constexpr AggregateFunction EraseCollection() {
  return AggregateFunction{Op::kName, Op::kDoc, Op::kOperationId, requires {Op::kApproximate;
}
, [](const DataType& input, const ArgumentMap& arguments) -> Result<BoundAggregation> {
  return BindContainers<Op>(input, [&](const DataType& type) {
    return DispatchInput<Op>(
        type, [&]<typename In>() { return BindCollectionOne<Op, In>(type, arguments); });
  });
}
};  // namespace gnomon::aggregate
}

}  // namespace gnomon::aggregate
