// SPDX-License-Identifier: Apache-2.0
// COUNT: how many values are not null. Zero only after deletions (SPEC 4.5); without any value the
// result is null.
#include "aggregate/typed_columns.h"

namespace gnomon::aggregate {

namespace {

struct Count {
  static constexpr const char* kName = "COUNT";
  static constexpr const char* kDoc = "The number of values that are not null, of any type.";
  static constexpr int kOperationId = 6;
  static constexpr bool kTimed = false;
  template <typename In>
  static constexpr bool kAccepts = true;

  template <typename In>
  struct State {
    using Out = LongInput;
    using Partial = State;
    // A count that nothing reaches stands for "never set": half the memory of a count and a flag.
    static constexpr std::int64_t kUnset = INT64_MIN;
    std::int64_t count = kUnset;

    static DataType OutputType(const DataType&) { return TypeKind::kLong; }
    static DataType IntermediateType(const DataType&) { return TypeKind::kLong; }
    void Add(std::int64_t by) { count = (count == kUnset ? 0 : count) + by; }
    void Update(const typename In::View&, std::int64_t) { Add(1); }
    void Delete(const typename In::View&) { Add(-1); }
    void Merge(const State& later) {
      if (!later.empty()) Add(later.count);
    }
    bool empty() const { return count == kUnset; }
    std::int64_t heap_bytes() const { return 0; }
    std::optional<std::int64_t> Finalize() const {
      return empty() ? std::nullopt : std::optional(count);
    }
    arrow::Status Encode(arrow::ArrayBuilder* builder) const {
      return LongInput::Append(static_cast<arrow::Int64Builder*>(builder), count);
    }
    static State Decode(const arrow::Array& array, std::int64_t row) {
      return State{static_cast<const arrow::Int64Array&>(array).Value(row)};
    }
  };
};

}  // namespace

extern constinit const AggregateFunction kCount = Erase<Count>();

}  // namespace gnomon::aggregate
