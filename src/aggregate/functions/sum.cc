// SPDX-License-Identifier: Apache-2.0
// SUM: integers and booleans as 64-bit with wrap-around, floating point in double. The sum of
// doubles runs in the order of arrival, so its last digits follow that order (SPEC appendix I 12).
#include "aggregate/typed_columns.h"

namespace gnomon::aggregate {

namespace {

struct Sum {
  static constexpr const char* kName = "SUM";
  static constexpr const char* kDoc =
      "The sum of a number or boolean: bigint (wrapping) for integers and booleans, else double.";
  static constexpr int kOperationId = 7;
  static constexpr bool kTimed = false;
  template <typename In>
  static constexpr bool kAccepts = kIsNumber<In> || std::same_as<In, BooleanInput>;

  template <typename In>
  struct State {
    using Out = std::conditional_t<kIsFloating<In>, DoubleInput, LongInput>;
    using Number = typename Out::View;
    using Partial = State;
    // The identity of addition for doubles is the negative zero: a sum of negative zeros stays one
    // (golden gb_nan_inf).
    Number total = kIsFloating<In> ? static_cast<Number>(-0.0) : Number{0};
    bool is_set = false;

    static DataType OutputType(const DataType&) { return Out::kKind; }
    static DataType IntermediateType(const DataType&) { return Out::kKind; }
    void Add(Number value) {
      if constexpr (kIsFloating<In>) {
        total += value;
      } else {
        total = static_cast<Number>(static_cast<std::uint64_t>(total) +
                                    static_cast<std::uint64_t>(value));
      }
    }
    void Update(typename In::View value, std::int64_t) {
      Add(static_cast<Number>(value));
      is_set = true;
    }
    void Delete(typename In::View value) {
      if constexpr (kIsFloating<In>) {
        total -= value;
      } else {
        total = static_cast<Number>(static_cast<std::uint64_t>(total) -
                                    static_cast<std::uint64_t>(value));
      }
      is_set = true;
    }
    void Merge(const State& later) {
      Add(later.total);
      is_set |= later.is_set;
    }
    bool empty() const { return !is_set; }
    std::int64_t heap_bytes() const { return 0; }
    std::optional<Number> Finalize() const { return is_set ? std::optional(total) : std::nullopt; }
    arrow::Status Encode(arrow::ArrayBuilder* builder) const {
      return Out::Append(static_cast<typename Out::Builder*>(builder), total);
    }
    static State Decode(const arrow::Array& array, std::int64_t row) {
      return State{Out::Get(static_cast<const typename Out::Array&>(array), row), true};
    }
  };
};

}  // namespace

extern constinit const AggregateFunction kSum = Erase<Sum>();

}  // namespace gnomon::aggregate
