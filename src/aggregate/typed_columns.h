// SPDX-License-Identifier: Apache-2.0
// From an operation written as a small struct (functions/*.cc) to the erased AggregateFunction. An
// Op has kName, kDoc, kOperationId, kTimed (it looks at ts, and takes containers whole), `template
// <typename In> static constexpr bool kAccepts`, and `template <typename In> struct State`, which
// must satisfy AggregationState below.
#pragma once

#include <arrow/api.h>

#include <cmath>
#include <concepts>
#include <memory>
#include <optional>
#include <vector>

#include "aggregate/aggregate_function.h"
#include "aggregate/containers.h"
#include "aggregate/grid_sweep.h"
#include "aggregate/input_types.h"
#include "aggregate/window_sweep.h"
#include "types/arrow_mapping.h"
#include "types/type_names.h"

namespace gnomon::aggregate {

// A state for one group. Default-constructed it is empty, and the identity of Merge. Merge(later)
// takes a state whose rows come after. `Partial` is what windows are merged from: the state itself,
// or a cheap view of it. `Out` is the input tag of the output's type; Finalize gives nullopt for
// empty. Encode appends the IR of a state that is not empty. With `Delete(value)` it is deletable.
template <typename S, typename In>
concept AggregationState = std::default_initializable<S> &&
    requires(S state, const S& other, typename In::View value, std::int64_t ts,
             const DataType& type, arrow::ArrayBuilder* builder, const arrow::Array& array,
             typename S::Partial partial) {
  typename S::Out;
  state.Update(value, ts);
  state.Merge(other);
  { other.empty() } -> std::same_as<bool>;
  { other.heap_bytes() } -> std::same_as<std::int64_t>;
  { S::OutputType(type) } -> std::same_as<DataType>;
  { S::IntermediateType(type) } -> std::same_as<DataType>;
  { other.Encode(builder) } -> std::same_as<arrow::Status>;
  { S::Decode(array, std::int64_t{0}) } -> std::same_as<S>;
  requires std::constructible_from<typename S::Partial, const S&>;
  partial.Merge(partial);
  { partial.Finalize() } -> std::same_as<std::optional<typename S::Out::View>>;
};

// NaN and infinity are null in the output (SPEC 4.2; golden gb_nan_inf), unless `keeps_nan`.
template <typename T>
bool IsShown(const std::optional<T>& value, bool keeps_nan) {
  if constexpr (std::is_floating_point_v<T>) {
    return value.has_value() && (keeps_nan || std::isfinite(*value));
  }
  return value.has_value();
}

// How a state column was asked to behave, taken from its BoundAggregation.
struct ColumnTraits {
  std::shared_ptr<arrow::DataType> intermediate;
  bool keeps_nan = false;
};

// Error: Corruption, when the array has another type or length.
Status CheckIntermediate(const arrow::Array& array, const arrow::DataType& intermediate,
                         std::size_t rows);

// BoundAggregation::plain_bytes of a state.
template <typename State>
constexpr std::size_t PlainBytes() {
  constexpr std::size_t kPlainBytesMax = 64;
  return std::is_trivially_copyable_v<State> && sizeof(State) <= kPlainBytesMax ? sizeof(State) : 0;
}

// `kTimed` false: ts is not looked at, and may be shorter than the values are.
template <typename State, typename In, bool kTimed>
class TypedStateColumn final : public StateColumn {
 public:
  explicit TypedStateColumn(ColumnTraits traits) : traits_(std::move(traits)) {}

  const State* data() const { return states_.data(); }

  void Resize(std::size_t size) override {
    // Less than doubling: the budget pays for what lies spare.
    if (size > states_.capacity()) states_.reserve(std::max(size, states_.capacity() * 3 / 2));
    states_.resize(size);
  }

  Status Update(const arrow::Array& values, const std::int64_t* ts,
                std::span<const std::uint32_t> rows,
                std::span<const std::uint32_t> slots) override {
    Feed(values, rows, slots, [ts](State& state, typename In::View value, std::uint32_t row) {
      state.Update(value, kTimed ? ts[row] : 0);
    });
    return Ok();
  }

  Status Delete(const arrow::Array& values, const std::int64_t*,
                std::span<const std::uint32_t> rows,
                std::span<const std::uint32_t> slots) override {
    if constexpr (requires(State state, typename In::View value) { state.Delete(value); }) {
      Feed(values, rows, slots,
           [](State& state, typename In::View value, std::uint32_t) { state.Delete(value); });
    }
    return Ok();
  }

  Status Merge(std::span<const std::uint32_t> slots, const StateColumn& from,
               std::span<const std::uint32_t> from_slots) override {
    const State* others = static_cast<const TypedStateColumn&>(from).data();
    for (std::size_t i = 0; i < slots.size(); ++i) {
      State& state = states_[slots[i]];
      heap_bytes_ -= state.heap_bytes();
      state.Merge(others[from_slots[i]]);
      heap_bytes_ += state.heap_bytes();
    }
    return Ok();
  }

  bool IsEmpty(std::uint32_t slot) const override { return states_[slot].empty(); }

  arrow::Status Finalize(std::span<const std::uint32_t> slots,
                         arrow::ArrayBuilder* results) const override {
    using Out = typename State::Out;
    auto* builder = static_cast<typename Out::Builder*>(results);
    ARROW_RETURN_NOT_OK(builder->Reserve(static_cast<std::int64_t>(slots.size())));
    for (const std::uint32_t slot : slots) {
      const typename State::Partial partial(states_[slot]);
      const auto value = partial.Finalize();
      ARROW_RETURN_NOT_OK(IsShown(value, traits_.keeps_nan) ? Out::Append(builder, *value)
                                                            : builder->AppendNull());
    }
    return arrow::Status::OK();
  }

  arrow::Status Encode(std::span<const std::uint32_t> slots,
                       arrow::ArrayBuilder* intermediate) const override {
    for (const std::uint32_t slot : slots) {
      const State& state = states_[slot];
      ARROW_RETURN_NOT_OK(intermediate->Reserve(1));
      ARROW_RETURN_NOT_OK(state.empty() ? intermediate->AppendNull() : state.Encode(intermediate));
    }
    return arrow::Status::OK();
  }

  Status Decode(const arrow::Array& intermediate, std::span<const std::uint32_t> slots) override {
    GNOMON_RETURN_IF_ERROR(CheckIntermediate(intermediate, *traits_.intermediate, slots.size()));
    for (std::size_t i = 0; i < slots.size(); ++i) {
      State& state = states_[slots[i]];
      const auto row = static_cast<std::int64_t>(i);
      heap_bytes_ -= state.heap_bytes();
      state = intermediate.IsNull(row) ? State() : State::Decode(intermediate, row);
      heap_bytes_ += state.heap_bytes();
    }
    return Ok();
  }

  std::int64_t memory_bytes() const override {
    return static_cast<std::int64_t>(states_.capacity() * sizeof(State)) + heap_bytes_;
  }

 private:
  template <typename Apply>
  void Feed(const arrow::Array& values, std::span<const std::uint32_t> rows,
            std::span<const std::uint32_t> slots, Apply&& apply) {
    const auto& typed = static_cast<const typename In::Array&>(values);
    const bool has_nulls = values.null_count() > 0;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const std::uint32_t row = rows[i];
      if (has_nulls && typed.IsNull(row)) continue;
      State& state = states_[slots[i]];
      if constexpr (In::kOwnsHeap) heap_bytes_ -= state.heap_bytes();
      apply(state, In::Get(typed, row), row);
      if constexpr (In::kOwnsHeap) heap_bytes_ += state.heap_bytes();
    }
  }

  ColumnTraits traits_;
  std::vector<State> states_;
  std::int64_t heap_bytes_ = 0;
};

template <typename State, typename In, bool kTimed>
class TypedWindowColumn final : public WindowColumn {
 public:
  using Out = typename State::Out;
  using Partial = typename State::Partial;

  explicit TypedWindowColumn(bool keeps_nan) : keeps_nan_(keeps_nan) {}

  void Reset(std::size_t cells) override {
    values_.clear();
    values_.resize(cells);
    valid_.assign(cells, 0);
  }

  Status Sweep(const StateColumn& states, std::span<const std::uint32_t> hops,
               std::span<const HopRange> ranges, CellPlaces places) override {
    const State* data = static_cast<const TypedStateColumn<State, In, kTimed>&>(states).data();
    sweep_.Run(data, hops, ranges,
               [&](std::size_t i, const Partial& partial) { Set(places[i], partial); });
    return Ok();
  }

  bool sweeps_grids() const override { return true; }
  void LoadGrid(const StateColumn& states, const HopGrid& grid,
                std::unique_ptr<GridStates>* loaded) const override {
    LoadedGrid<Partial>::Load(
        static_cast<const TypedStateColumn<State, In, kTimed>&>(states).data(), grid, loaded);
  }
  void SweepGrid(const GridStates& loaded, const HopGrid& grid,
                 std::optional<std::uint32_t> window) override {
    grid_sweep_.Run(loaded, grid, window,
                    [&](std::size_t cell, const Partial& partial) { Set(cell, partial); });
  }

  std::span<const std::uint8_t> valid() const override { return valid_; }

  arrow::Status Append(std::span<const std::uint32_t> cells,
                       arrow::ArrayBuilder* results) const override {
    auto* builder = static_cast<typename Out::Builder*>(results);
    ARROW_RETURN_NOT_OK(builder->Reserve(static_cast<std::int64_t>(cells.size())));
    for (const std::uint32_t cell : cells) {
      ARROW_RETURN_NOT_OK(valid_[cell] != 0 ? Out::Append(builder, values_[cell].view)
                                            : builder->AppendNull());
    }
    return arrow::Status::OK();
  }

 private:
  // In a struct, so that a vector of booleans is not packed into bits.
  struct Cell {
    typename Out::View view{};
  };
  void Set(std::size_t cell, const Partial& partial) {
    const auto value = partial.Finalize();
    if (!IsShown(value, keeps_nan_)) return;
    values_[cell].view = *value;
    valid_[cell] = 1;
  }

  bool keeps_nan_;
  WindowSweep<State, Partial> sweep_;
  GridSweep<Partial> grid_sweep_;
  std::vector<Cell> values_;
  std::vector<std::uint8_t> valid_;
};

template <typename State, typename In, bool kTimed>
requires AggregationState<State, In> BoundAggregation BoundTo(const DataType& input) {
  BoundAggregation bound;
  bound.input = input;
  bound.output = State::OutputType(input);
  bound.intermediate = State::IntermediateType(input);
  bound.is_timed = kTimed;
  bound.plain_bytes = PlainBytes<State>();
  bound.is_deletable = requires(State state, typename In::View value) { state.Delete(value); };
  bound.make_states = [](const BoundAggregation& self) -> std::unique_ptr<StateColumn> {
    return std::make_unique<TypedStateColumn<State, In, kTimed>>(
        ColumnTraits{ToArrow(self.intermediate), self.keeps_nan});
  };
  bound.make_window = [](const BoundAggregation& self) -> std::unique_ptr<WindowColumn> {
    return std::make_unique<TypedWindowColumn<State, In, kTimed>>(self.keeps_nan);
  };
  return bound;
}

// Containers that operations which are not timed take apart (SPEC 4.4).
bool ExplodesList(const DataType& input);
bool ExplodesMap(const DataType& input);

template <typename Op, typename In>
Result<BoundAggregation> BindOne(const DataType& input) {
  if constexpr (Op::template kAccepts<In>) {
    return BoundTo<typename Op::template State<In>, In, Op::kTimed>(input);
  } else {
    return InvalidArgument("{} is incompatible with {}", ChrononTypeName(input), Op::kName);
  }
}

// Calls bind.operator()<In>() with the input tag of the type; containers count as one value.
template <typename Op, typename BindTag>
Result<BoundAggregation> DispatchInput(const DataType& input, BindTag&& bind) {
  switch (input.kind) {
    case TypeKind::kBoolean:
      return bind.template operator()<BooleanInput>();
    case TypeKind::kByte:
      return bind.template operator()<ByteInput>();
    case TypeKind::kShort:
      return bind.template operator()<ShortInput>();
    case TypeKind::kInt:
      return bind.template operator()<IntInput>();
    case TypeKind::kLong:
      return bind.template operator()<LongInput>();
    case TypeKind::kFloat:
      return bind.template operator()<FloatInput>();
    case TypeKind::kDouble:
      return bind.template operator()<DoubleInput>();
    case TypeKind::kString:
      return bind.template operator()<StringInput>();
    case TypeKind::kBinary:
      return bind.template operator()<BinaryInput>();
    case TypeKind::kList:
    case TypeKind::kMap:
    case TypeKind::kStruct:
      return bind.template operator()<NestedInput>();
    default:
      // Dates and timestamps are refused by every operation (SPEC 4.1), and Chronon has no
      // decimals.
      return InvalidArgument("{} is incompatible with {}", SparkTypeName(input), Op::kName);
  }
}

// Takes apart the containers that the operation does not take whole; bind_whole(type) binds the
// rest.
template <typename Op, typename BindWhole>
Result<BoundAggregation> BindContainers(const DataType& input, BindWhole&& bind_whole) {
  if (!Op::kTimed && ExplodesList(input)) {
    GNOMON_ASSIGN_OR_RETURN(BoundAggregation part, bind_whole(input.element()));
    return OverElements(std::move(part), input);
  }
  if (!Op::kTimed && ExplodesMap(input)) {
    GNOMON_ASSIGN_OR_RETURN(BoundAggregation part, bind_whole(input.value()));
    return OverMapValues(std::move(part), input);
  }
  return bind_whole(input);
}

template <typename Op>
Result<BoundAggregation> Bind(const DataType& input, const ArgumentMap&) {
  return BindContainers<Op>(input, [](const DataType& type) {
    return DispatchInput<Op>(type, [&]<typename In>() { return BindOne<Op, In>(type); });
  });
}

template <typename Op>
constexpr AggregateFunction Erase() {
  return AggregateFunction{Op::kName, Op::kDoc, Op::kOperationId, false, &Bind<Op>};
}

// Tags by what they hold.
template <typename In>
inline constexpr bool kIsNumber =
    std::same_as<In, ByteInput> || std::same_as<In, ShortInput> || std::same_as<In, IntInput> ||
    std::same_as<In, LongInput> || std::same_as<In, FloatInput> || std::same_as<In, DoubleInput>;
template <typename In>
inline constexpr bool kIsFloating = std::same_as<In, FloatInput> || std::same_as<In, DoubleInput>;

}  // namespace gnomon::aggregate
