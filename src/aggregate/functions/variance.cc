// SPDX-License-Identifier: Apache-2.0
// VARIANCE: of the population, by Welford's update and the pairwise merge (SPEC 4.3).
#include "aggregate/typed_columns.h"

namespace gnomon::aggregate {

namespace {

struct Variance {
  static constexpr const char* kName = "VARIANCE";
  static constexpr const char* kDoc = "The population variance of a number, as double.";
  static constexpr int kOperationId = 9;
  static constexpr bool kTimed = false;
  template <typename In>
  static constexpr bool kAccepts = kIsNumber<In>;

  template <typename In>
  struct State {
    using Out = DoubleInput;
    using Partial = State;
    std::int64_t count = 0;
    double mean = 0;
    double m2 = 0;

    static DataType OutputType(const DataType&) { return TypeKind::kDouble; }
    // The count is 32 bits wide in Chronon's record.
    static DataType IntermediateType(const DataType&) {
      return DataType::Struct(
          {{"count", TypeKind::kInt}, {"mean", TypeKind::kDouble}, {"m2", TypeKind::kDouble}});
    }
    void Update(typename In::View value, std::int64_t) {
      const double number = static_cast<double>(value);
      ++count;
      const double delta = number - mean;
      mean += delta / static_cast<double>(count);
      m2 += delta * (number - mean);
    }
    void Merge(const State& later) {
      if (later.count == 0) return;
      if (count == 0) {
        *this = later;
        return;
      }
      const auto n = static_cast<double>(count + later.count);
      const auto weight = static_cast<double>(count);
      const auto later_weight = static_cast<double>(later.count);
      const double delta = later.mean - mean;
      m2 += later.m2 + delta * (delta / n) * weight * later_weight;
      mean = CombinedMean(weight, mean, later_weight, later.mean);
      count += later.count;
    }
    // A light side moves the heavy side's mean; sides of like weight are weighed. Either is the
    // more exact one where it is used.
    static double CombinedMean(double weight_a, double mean_a, double weight_b, double mean_b) {
      const double n = weight_a + weight_b;
      if (weight_b > weight_a) {
        std::swap(weight_a, weight_b);
        std::swap(mean_a, mean_b);
      }
      constexpr double kLight = 0.1;
      const double share = weight_b / n;
      if (share < kLight) return mean_a + (mean_b - mean_a) * share;
      return (weight_a * mean_a + weight_b * mean_b) / n;
    }
    bool empty() const { return count == 0; }
    std::int64_t heap_bytes() const { return 0; }
    std::optional<double> Finalize() const {
      return empty() ? std::nullopt : std::optional(m2 / static_cast<double>(count));
    }
    arrow::Status Encode(arrow::ArrayBuilder* builder) const {
      auto* record = static_cast<arrow::StructBuilder*>(builder);
      ARROW_RETURN_NOT_OK(record->Append());
      ARROW_RETURN_NOT_OK(static_cast<arrow::Int32Builder*>(record->field_builder(0))
                              ->Append(static_cast<std::int32_t>(count)));
      ARROW_RETURN_NOT_OK(
          static_cast<arrow::DoubleBuilder*>(record->field_builder(1))->Append(mean));
      return static_cast<arrow::DoubleBuilder*>(record->field_builder(2))->Append(m2);
    }
    static State Decode(const arrow::Array& array, std::int64_t row) {
      const auto& record = static_cast<const arrow::StructArray&>(array);
      return State{static_cast<const arrow::Int32Array&>(*record.field(0)).Value(row),
                   static_cast<const arrow::DoubleArray&>(*record.field(1)).Value(row),
                   static_cast<const arrow::DoubleArray&>(*record.field(2)).Value(row)};
    }
  };
};

}  // namespace

extern constinit const AggregateFunction kVariance = Erase<Variance>();

}  // namespace gnomon::aggregate
