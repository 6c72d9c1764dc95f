// SPDX-License-Identifier: Apache-2.0
// What counts of distinct values share: sets of values, and a window that counts in how many hops
// each value lies, so that a hop can leave again.
#pragma once

#include "aggregate/collection_columns.h"
#include "aggregate/value_table.h"

namespace gnomon::aggregate {

// The values that occur in the hops of a window. `State` has set() and is_full(); a full state
// stands for at least `limit` values.
template <typename State, typename In>
class SlidingSet {
 public:
  void Add(const State& state) {
    if (state.empty()) return;
    ++states_;
    full_ += state.is_full() ? 1 : 0;
    for (const auto& entry : state.set().entries()) {
      ++hops_of_value_.entry(hops_of_value_.FindOrInsert(State::Set::ViewOf(entry))).payload;
    }
  }
  void Remove(const State& state) {
    if (state.empty()) return;
    --states_;
    full_ -= state.is_full() ? 1 : 0;
    for (const auto& entry : state.set().entries()) {
      const std::uint32_t at = hops_of_value_.Find(State::Set::ViewOf(entry));
      if (--hops_of_value_.entry(at).payload == 0) hops_of_value_.Erase(at);
    }
  }
  void Clear() {
    hops_of_value_.Clear();
    states_ = full_ = 0;
  }
  bool empty() const { return states_ == 0; }
  arrow::Status Finalize(const typename State::Parameters& parameters,
                         arrow::ArrayBuilder* builder) const {
    const std::int64_t count = State::Limited(hops_of_value_.size(), full_ > 0, parameters);
    return static_cast<arrow::Int64Builder*>(builder)->Append(count);
  }

 private:
  ValueTable<In, typename In::View, std::uint32_t> hops_of_value_;
  std::uint32_t states_ = 0;
  std::uint32_t full_ = 0;
};

// The types that Chronon counts.
template <typename In>
inline constexpr bool kIsCountable =
    kIsNumber<In> || std::same_as<In, StringInput> || std::same_as<In, BinaryInput>;

}  // namespace gnomon::aggregate
