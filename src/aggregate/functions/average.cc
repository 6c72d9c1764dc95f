// SPDX-License-Identifier: Apache-2.0
// AVERAGE: sum and count side by side; the division happens once, at the end.
#include "aggregate/typed_columns.h"

namespace gnomon::aggregate {

namespace {

struct Average {
  static constexpr const char* kName = "AVERAGE";
  static constexpr const char* kDoc = "The mean of a number, as double.";
  static constexpr int kOperationId = 8;
  static constexpr bool kTimed = false;
  template <typename In>
  static constexpr bool kAccepts = kIsNumber<In>;

  template <typename In>
  struct State {
    using Out = DoubleInput;
    using Partial = State;
    double total = -0.0;  // As in SUM.
    std::int64_t count = 0;

    static DataType OutputType(const DataType&) { return TypeKind::kDouble; }
    // The count is 32 bits wide in Chronon's record.
    static DataType IntermediateType(const DataType&) {
      return DataType::Struct({{"sum", TypeKind::kDouble}, {"count", TypeKind::kInt}});
    }
    void Update(typename In::View value, std::int64_t) {
      total += static_cast<double>(value);
      ++count;
    }
    void Delete(typename In::View value) {
      total -= static_cast<double>(value);
      --count;
    }
    void Merge(const State& later) {
      total += later.total;
      count += later.count;
    }
    // After deletions the count may be 0 again, but then the total is the positive zero.
    bool empty() const { return count == 0 && total == 0 && std::signbit(total); }
    std::int64_t heap_bytes() const { return 0; }
    // NaN once all values are deleted.
    std::optional<double> Finalize() const {
      return empty() ? std::nullopt : std::optional(total / static_cast<double>(count));
    }
    arrow::Status Encode(arrow::ArrayBuilder* builder) const {
      auto* record = static_cast<arrow::StructBuilder*>(builder);
      ARROW_RETURN_NOT_OK(record->Append());
      ARROW_RETURN_NOT_OK(
          static_cast<arrow::DoubleBuilder*>(record->field_builder(0))->Append(total));
      return static_cast<arrow::Int32Builder*>(record->field_builder(1))
          ->Append(static_cast<std::int32_t>(count));
    }
    static State Decode(const arrow::Array& array, std::int64_t row) {
      const auto& record = static_cast<const arrow::StructArray&>(array);
      return State{static_cast<const arrow::DoubleArray&>(*record.field(0)).Value(row),
                   static_cast<const arrow::Int32Array&>(*record.field(1)).Value(row)};
    }
  };
};

}  // namespace

extern constinit const AggregateFunction kAverage = Erase<Average>();

}  // namespace gnomon::aggregate
