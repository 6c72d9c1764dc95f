// SPDX-License-Identifier: Apache-2.0
// The contract of an aggregation, and the erased form in which callers hold it. All calls work on
// whole columns: there is no virtual call or allocation per row. A new operation is one file in
// functions/ (an Op as typed_columns.h describes it) and one line in functions/list.inc.
#pragma once

#include <arrow/type_fwd.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "aggregate/aggregation_spec.h"
#include "base/result.h"
#include "types/data_type.h"

namespace gnomon::aggregate {

// The states of one aggregation for many groups; a group is a slot 0..size-1. Not thread safe.
// Errors of values (InvalidArgument) come from element-wise aggregation only; after one the column
// is good for nothing.
class StateColumn {
 public:
  virtual ~StateColumn() = default;

  // Makes room for `size` slots; new ones are empty. REQUIRES: size is not less than before.
  virtual void Resize(std::size_t size) = 0;
  // Feeds values[rows[i]], seen at ts[rows[i]], to slot slots[i], in this order. Nulls do nothing.
  // `values` is what AggregationPlan::StateValues gives for this state.
  virtual Status Update(const arrow::Array& values, const std::int64_t* ts,
                        std::span<const std::uint32_t> rows,
                        std::span<const std::uint32_t> slots) = 0;
  // The reversal of Update (SPEC 4.5); the state of an empty slot becomes the negative of the
  // value. Operations that cannot be reversed ignore it.
  virtual Status Delete(const arrow::Array& values, const std::int64_t* ts,
                        std::span<const std::uint32_t> rows,
                        std::span<const std::uint32_t> slots) = 0;
  // Merges slot from_slots[i] of `from` into slot slots[i]; what the slot held counts as the
  // earlier part. REQUIRES: `from` is a column of the same bound aggregation.
  virtual Status Merge(std::span<const std::uint32_t> slots, const StateColumn& from,
                       std::span<const std::uint32_t> from_slots) = 0;
  // Whether the slot has seen no value: its IR and its result are null.
  virtual bool IsEmpty(std::uint32_t slot) const = 0;
  // Appends the results of these slots; empty ones, NaN and infinity are null. Changes no state.
  virtual arrow::Status Finalize(std::span<const std::uint32_t> slots,
                                 arrow::ArrayBuilder* results) const = 0;
  // Appends the intermediate results (SPEC 4.1, IR) of these slots; empty ones are null.
  virtual arrow::Status Encode(std::span<const std::uint32_t> slots,
                               arrow::ArrayBuilder* intermediate) const = 0;
  // Sets slot slots[i] to intermediate[i]. Error: Corruption when the array is not of the IR's
  // type, or what it holds is no state.
  virtual Status Decode(const arrow::Array& intermediate, std::span<const std::uint32_t> slots) = 0;
  // All that the column holds, on the heap too.
  virtual std::int64_t memory_bytes() const = 0;
};

// The groups that one output covers: [begin, end) of a key's hops.
struct HopRange {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
};

// The cells of consecutive results: first, first + step, ...
struct CellPlaces {
  std::size_t first = 0;
  std::size_t step = 1;

  std::size_t operator[](std::size_t i) const { return first + i * step; }
};

// The slots of some keys in each hop from `begin` to before `end`: hop after hop, in each key after
// key. The keys have one cell for each hop from `first` on, in the same order.
struct HopGrid {
  static constexpr std::uint32_t kNoSlot = UINT32_MAX;

  std::size_t key_count = 0;
  std::uint32_t begin = 0;  // Not after `first`.
  std::uint32_t first = 0;
  std::uint32_t end = 0;
  std::vector<std::uint32_t> slots;
};

// What windows of the same states read a grid's states into.
struct GridStates {
  virtual ~GridStates() = default;
};

// The results of one aggregation over one window, for a block of (key, day) cells. Values may refer
// to the states that they were swept from.
class WindowColumn {
 public:
  virtual ~WindowColumn() = default;

  // Forgets all, then holds `cells` nulls.
  virtual void Reset(std::size_t cells) = 0;
  // Sets the cells places[0], places[1]... to the aggregates of ranges[0], ranges[1]... of `hops`,
  // which are slots of `states`. REQUIRES: neither bound of the ranges ever falls; no Append since
  // Reset. Error: as StateColumn::Merge.
  virtual Status Sweep(const StateColumn& states, std::span<const std::uint32_t> hops,
                       std::span<const HopRange> ranges, CellPlaces places) = 0;
  // Where all keys of a block can be swept at once: reads a grid's states, for all windows over
  // them, and sets all cells to the aggregates of `window` hops each (of all, without one).
  // REQUIRES: as many cells as the grid has; no window reaches beyond the hop 0.
  virtual bool sweeps_grids() const { return false; }
  virtual void LoadGrid(const StateColumn&, const HopGrid&, std::unique_ptr<GridStates>*) const {}
  virtual void SweepGrid(const GridStates&, const HopGrid&, std::optional<std::uint32_t>) {}
  // One byte per cell: whether it is not null.
  virtual std::span<const std::uint8_t> valid() const = 0;
  // Appends these cells. REQUIRES: they ascend.
  virtual arrow::Status Append(std::span<const std::uint32_t> cells,
                               arrow::ArrayBuilder* results) const = 0;
};

// An operation bound to the type of its input and to its arguments. A value, cheap to copy.
struct BoundAggregation {
  DataType input;
  DataType output;
  DataType intermediate;      // IR of SPEC 4.1.
  bool is_timed = false;      // It looks at ts.
  bool is_deletable = false;  // Delete inverts Update; else it does nothing.
  // Of one state, where it is a small value that holds nothing elsewhere; else 0.
  std::size_t plain_bytes = 0;
  // NaN and infinity are null in columns of results, and stay inside of maps and lists (SPEC 4.2).
  bool keeps_nan = false;
  // What the operation made of its arguments; only its own make_states and make_window know it.
  std::shared_ptr<const void> parameters;
  // What a map, a list or buckets apply to each of their parts; nullptr elsewhere.
  std::shared_ptr<const BoundAggregation> part;
  std::unique_ptr<StateColumn> (*make_states)(const BoundAggregation&) = nullptr;
  std::unique_ptr<WindowColumn> (*make_window)(const BoundAggregation&) = nullptr;
};

// An operation; the list of all is functions/list.inc.
struct AggregateFunction {
  const char* name = nullptr;  // Chronon's: SUM.
  const char* doc = nullptr;
  int operation_id = -1;  // Chronon's number.
  // A sketch: its result depends, within a bound, on how rows are merged.
  bool is_approximate = false;
  // Lists of scalars are taken element by element and maps of strings key by key, unless the
  // operation is timed (SPEC 4.4). Errors: InvalidArgument: the type does not fit the operation, or
  // an argument is missing or bad.
  Result<BoundAggregation> (*bind)(const DataType& input, const ArgumentMap& arguments) = nullptr;
};

// Every operation.
std::span<const AggregateFunction* const> AggregateFunctions();

// The operation of that number. Error: InvalidArgument when Chronon has none.
Result<const AggregateFunction*> FindAggregateFunction(int operation_id);

}  // namespace gnomon::aggregate
