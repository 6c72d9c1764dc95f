// SPDX-License-Identifier: Apache-2.0
// Three states of a backfill's usual features cost three random accesses per row and three merges
// per window step; the fused one costs one.
#include "aggregate/fused_sums.h"

#include <arrow/api.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include "aggregate/grid_sweep.h"
#include "aggregate/input_types.h"
#include "aggregate/window_sweep.h"
#include "types/arrow_mapping.h"

namespace gnomon::aggregate {

namespace {

constexpr int kCountId = 6, kSumId = 7, kAverageId = 8;

// Of floating point, where SUM and AVERAGE add the same doubles. The identity of addition is the
// negative zero, as in SUM.
struct DoubleSums {
  double sum = -0.0;
  std::int64_t count = 0;

  template <typename T>
  void Add(T value) {
    sum += static_cast<double>(value);
    ++count;
  }
  void Merge(const DoubleSums& later) {
    sum += later.sum;
    count += later.count;
  }
  double average_total() const { return sum; }
};

// Of integers, which SUM adds with wrap-around and AVERAGE as doubles.
struct LongSums {
  std::int64_t sum = 0;
  double total = -0.0;
  std::int64_t count = 0;

  static std::int64_t Wrapped(std::int64_t a, std::int64_t b) {
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) + static_cast<std::uint64_t>(b));
  }
  template <typename T>
  void Add(T value) {
    sum = Wrapped(sum, static_cast<std::int64_t>(value));
    total += static_cast<double>(value);
    ++count;
  }
  void Merge(const LongSums& later) {
    sum = Wrapped(sum, later.sum);
    total += later.total;
    count += later.count;
  }
  double average_total() const { return total; }
};

template <typename In>
using SumsOf =
    std::conditional_t<std::is_floating_point_v<typename In::View>, DoubleSums, LongSums>;

DataType IntermediateOf(bool is_floating) {
  std::vector<Field> fields = {{"sum", is_floating ? TypeKind::kDouble : TypeKind::kLong},
                               {"total", TypeKind::kDouble},
                               {"count", TypeKind::kLong}};
  return DataType::Struct(std::move(fields));
}

template <typename In>
class SumsColumn final : public StateColumn {
 public:
  using Sums = SumsOf<In>;
  using SumBuilder = std::conditional_t<std::is_same_v<Sums, DoubleSums>, arrow::DoubleBuilder,
                                        arrow::Int64Builder>;
  using SumArray =
      std::conditional_t<std::is_same_v<Sums, DoubleSums>, arrow::DoubleArray, arrow::Int64Array>;

  const Sums* data() const { return sums_.data(); }

  void Resize(std::size_t size) override {
    if (size > sums_.capacity()) sums_.reserve(std::max(size, sums_.capacity() * 3 / 2));
    sums_.resize(size);
  }

  Status Update(const arrow::Array& values, const std::int64_t*,
                std::span<const std::uint32_t> rows,
                std::span<const std::uint32_t> slots) override {
    const auto& typed = static_cast<const typename In::Array&>(values);
    if (values.null_count() == 0) {
      for (std::size_t i = 0; i < rows.size(); ++i) sums_[slots[i]].Add(typed.Value(rows[i]));
      return Ok();
    }
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (typed.IsValid(rows[i])) sums_[slots[i]].Add(typed.Value(rows[i]));
    }
    return Ok();
  }

  // Only answers over events are fused, which never shrink.
  Status Delete(const arrow::Array&, const std::int64_t*, std::span<const std::uint32_t>,
                std::span<const std::uint32_t>) override {
    return Internal("a fused sum cannot be deleted from");
  }

  Status Merge(std::span<const std::uint32_t> slots, const StateColumn& from,
               std::span<const std::uint32_t> from_slots) override {
    const Sums* others = static_cast<const SumsColumn&>(from).data();
    for (std::size_t i = 0; i < slots.size(); ++i) sums_[slots[i]].Merge(others[from_slots[i]]);
    return Ok();
  }

  bool IsEmpty(std::uint32_t slot) const override { return sums_[slot].count == 0; }

  arrow::Status Finalize(std::span<const std::uint32_t>, arrow::ArrayBuilder*) const override {
    return arrow::Status::NotImplemented("a fused sum has three results");
  }

  arrow::Status Encode(std::span<const std::uint32_t> slots,
                       arrow::ArrayBuilder* intermediate) const override {
    auto* record = static_cast<arrow::StructBuilder*>(intermediate);
    auto* sum = static_cast<SumBuilder*>(record->field_builder(0));
    auto* total = static_cast<arrow::DoubleBuilder*>(record->field_builder(1));
    auto* count = static_cast<arrow::Int64Builder*>(record->field_builder(2));
    for (const std::uint32_t slot : slots) {
      ARROW_RETURN_NOT_OK(record->Append());
      ARROW_RETURN_NOT_OK(sum->Append(sums_[slot].sum));
      ARROW_RETURN_NOT_OK(total->Append(sums_[slot].average_total()));
      ARROW_RETURN_NOT_OK(count->Append(sums_[slot].count));
    }
    return arrow::Status::OK();
  }

  Status Decode(const arrow::Array& intermediate, std::span<const std::uint32_t> slots) override {
    const auto& record = static_cast<const arrow::StructArray&>(intermediate);
    const auto& sum = static_cast<const SumArray&>(*record.field(0));
    const auto& total = static_cast<const arrow::DoubleArray&>(*record.field(1));
    const auto& count = static_cast<const arrow::Int64Array&>(*record.field(2));
    for (std::size_t i = 0; i < slots.size(); ++i) {
      const auto row = static_cast<std::int64_t>(i);
      Sums& sums = sums_[slots[i]];
      sums.sum = sum.Value(row);
      if constexpr (std::is_same_v<Sums, LongSums>) sums.total = total.Value(row);
      sums.count = count.Value(row);
    }
    return Ok();
  }

  std::int64_t memory_bytes() const override {
    return static_cast<std::int64_t>(sums_.capacity() * sizeof(Sums));
  }

 private:
  std::vector<Sums> sums_;
};

template <typename In>
class TypedSumsWindow final : public SumsWindow {
 public:
  using Sums = SumsOf<In>;

  void Reset(std::size_t cells) override {
    cells_.assign(cells, Sums());
    valid_.assign(cells, 0);
  }
  Status Sweep(const StateColumn& states, std::span<const std::uint32_t> hops,
               std::span<const HopRange> ranges, CellPlaces places) override {
    const Sums* data = static_cast<const SumsColumn<In>&>(states).data();
    sweep_.Run(data, hops, ranges, [&](std::size_t i, const Sums& sums) { Set(places[i], sums); });
    return Ok();
  }
  bool sweeps_grids() const override { return true; }
  void LoadGrid(const StateColumn& states, const HopGrid& grid,
                std::unique_ptr<GridStates>* loaded) const override {
    LoadedGrid<Sums>::Load(static_cast<const SumsColumn<In>&>(states).data(), grid, loaded);
  }
  void SweepGrid(const GridStates& loaded, const HopGrid& grid,
                 std::optional<std::uint32_t> window) override {
    grid_sweep_.Run(loaded, grid, window,
                    [&](std::size_t cell, const Sums& sums) { Set(cell, sums); });
  }

  std::span<const std::uint8_t> valid() const override { return valid_; }

  arrow::Status Append(std::span<const std::uint32_t>, arrow::ArrayBuilder*) const override {
    return arrow::Status::NotImplemented("a fused sum has three results");
  }

  arrow::Status AppendPart(SumPart part, std::span<const std::uint32_t> cells,
                           arrow::ArrayBuilder* results) const override {
    switch (part) {
      case SumPart::kCount:
        return AppendEach<arrow::Int64Builder>(cells, results,
                                               [](const Sums& sums) { return sums.count; });
      case SumPart::kAverage:
        return AppendEach<arrow::DoubleBuilder>(cells, results, [](const Sums& sums) {
          return sums.average_total() / static_cast<double>(sums.count);
        });
      default:
        return AppendEach<typename SumsColumn<In>::SumBuilder>(
            cells, results, [](const Sums& sums) { return sums.sum; });
    }
  }

 private:
  static constexpr std::size_t kPieceCells = 256;

  void Set(std::size_t cell, const Sums& sums) {
    cells_[cell] = sums;
    valid_[cell] = sums.count != 0 ? 1 : 0;
  }

  // NaN and infinity are null, as everywhere (SPEC 4.2). In pieces: the builder takes many values
  // at once, and mostly none is null.
  template <typename Builder, typename ValueOf>
  arrow::Status AppendEach(std::span<const std::uint32_t> cells, arrow::ArrayBuilder* results,
                           const ValueOf& value_of) const {
    const bool lie_together = !cells.empty() && cells.back() - cells.front() + 1 == cells.size();
    auto* builder = static_cast<Builder*>(results);
    for (std::size_t begin = 0; begin < cells.size(); begin += kPieceCells) {
      const auto piece = cells.subspan(begin, std::min(kPieceCells, cells.size() - begin));
      const Sums* first = cells_.data() + piece.front();
      ARROW_RETURN_NOT_OK(
          lie_together
              ? AppendPiece(
                    piece.size(), [&](std::size_t i) { return first[i]; }, builder, value_of)
              : AppendPiece(
                    piece.size(), [&](std::size_t i) { return cells_[piece[i]]; }, builder,
                    value_of));
    }
    return arrow::Status::OK();
  }

  template <typename Builder, typename SumsAt, typename ValueOf>
  static arrow::Status AppendPiece(std::size_t size, const SumsAt& sums_at, Builder* builder,
                                   const ValueOf& value_of) {
    using Value = typename Builder::value_type;
    std::array<Value, kPieceCells> values;
    constexpr std::size_t kWordBits = 64;
    std::array<std::uint64_t, kPieceCells / kWordBits> shown = {};
    bool are_all_shown = true;
    for (std::size_t i = 0; i < size; ++i) {
      const Sums& sums = sums_at(i);
      values[i] = value_of(sums);
      bool shows = sums.count != 0;
      if constexpr (std::is_floating_point_v<Value>) shows = shows && std::isfinite(values[i]);
      shown[i / kWordBits] |= std::uint64_t{shows} << (i % kWordBits);
      are_all_shown = are_all_shown && shows;
    }
    const auto* bitmap = reinterpret_cast<const std::uint8_t*>(shown.data());
    return builder->AppendValues(values.data(), static_cast<std::int64_t>(size),
                                 are_all_shown ? nullptr : bitmap, /*bitmap_offset=*/0);
  }

  WindowSweep<Sums, Sums> sweep_;
  GridSweep<Sums> grid_sweep_;
  std::vector<Sums> cells_;
  std::vector<std::uint8_t> valid_;
};

template <typename In>
BoundAggregation FusedOver(const DataType& input) {
  BoundAggregation bound;
  bound.input = input;
  bound.output = TypeKind::kDouble;
  bound.intermediate = IntermediateOf(std::is_floating_point_v<typename In::View>);
  bound.plain_bytes = sizeof(SumsOf<In>);
  bound.make_states = [](const BoundAggregation&) -> std::unique_ptr<StateColumn> {
    return std::make_unique<SumsColumn<In>>();
  };
  bound.make_window = [](const BoundAggregation&) -> std::unique_ptr<WindowColumn> {
    return std::make_unique<TypedSumsWindow<In>>();
  };
  return bound;
}

std::optional<BoundAggregation> FusedOverNumbers(const DataType& input) {
  switch (input.kind) {
    case TypeKind::kShort:
      return FusedOver<ShortInput>(input);
    case TypeKind::kInt:
      return FusedOver<IntInput>(input);
    case TypeKind::kLong:
      return FusedOver<LongInput>(input);
    case TypeKind::kFloat:
      return FusedOver<FloatInput>(input);
    case TypeKind::kDouble:
      return FusedOver<DoubleInput>(input);
    default:
      return std::nullopt;
  }
}

SumPart PartOf(const PlannedState& state) {
  if (state.bucket_input.has_value() || state.element_wise) return SumPart::kNone;
  switch (state.operation_id) {
    case kCountId:
      return SumPart::kCount;
    case kSumId:
      return SumPart::kSum;
    case kAverageId:
      return SumPart::kAverage;
    default:
      return SumPart::kNone;
  }
}

}  // namespace

FusedPlan FuseSums(AggregationPlan plan) {
  FusedPlan fused;
  std::vector<PlannedState> states;
  std::vector<std::size_t> state_of(plan.states.size());
  std::vector<SumPart> part_of(plan.states.size(), SumPart::kNone);
  std::vector<bool> is_placed(plan.states.size(), false);
  for (std::size_t i = 0; i < plan.states.size(); ++i) {
    if (is_placed[i]) continue;
    std::vector<std::size_t> alike = {i};
    for (std::size_t j = i + 1; j < plan.states.size(); ++j) {
      const bool shares = plan.states[j].input == plan.states[i].input &&
                          PartOf(plan.states[i]) != SumPart::kNone &&
                          PartOf(plan.states[j]) != SumPart::kNone;
      if (shares) alike.push_back(j);
    }
    auto bound = FusedOverNumbers(plan.states[i].bound.input);
    if (alike.size() == 1 || !bound.has_value()) alike = {i};
    for (const std::size_t j : alike) {
      state_of[j] = states.size();
      part_of[j] = alike.size() > 1 ? PartOf(plan.states[j]) : SumPart::kNone;
      is_placed[j] = true;
    }
    states.push_back(plan.states[i]);
    if (alike.size() > 1) states.back().bound = *std::move(bound);
  }
  for (std::size_t& state : plan.state_of_column) {
    fused.parts.push_back(part_of[state]);
    state = state_of[state];
  }
  plan.states = std::move(states);
  fused.plan = std::move(plan);
  return fused;
}

}  // namespace gnomon::aggregate
