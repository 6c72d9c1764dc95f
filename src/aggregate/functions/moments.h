// SPDX-License-Identifier: Apache-2.0
// What SKEW and KURTOSIS share: central moments to the fourth, updated in one pass and merged by
// pairs (Pébay, "Formulas for robust, one-pass parallel computation of covariances and
// arbitrary-order statistical moments", 2008; SPEC 4.3).
#pragma once

#include "aggregate/typed_columns.h"

namespace gnomon::aggregate {

// `Statistic` has `static double Of(const Moments&)`.
template <typename In, typename Statistic>
struct Moments {
  using Out = DoubleInput;
  using Partial = Moments;
  double n = 0;
  double m1 = 0;  // The mean.
  double m2 = 0;  // Sums of powers of the distance to it.
  double m3 = 0;
  double m4 = 0;

  static DataType OutputType(const DataType&) { return TypeKind::kDouble; }
  // [n, m1, m2, m3, m4]
  static DataType IntermediateType(const DataType&) { return DataType::List(TypeKind::kDouble); }

  void Update(typename In::View value, std::int64_t) {
    const double n1 = n;
    n += 1;
    const double delta = static_cast<double>(value) - m1;
    const double delta_n = delta / n;
    const double delta_n2 = delta_n * delta_n;
    const double term = delta * delta_n * n1;
    m1 += delta_n;
    m4 += term * delta_n2 * (n * n - 3 * n + 3) + 6 * delta_n2 * m2 - 4 * delta_n * m3;
    m3 += term * delta_n * (n - 2) - 3 * delta_n * m2;
    m2 += term;
  }
  void Merge(const Moments& b) {
    if (b.n == 0) return;
    if (n == 0) {
      *this = b;
      return;
    }
    const double total = n + b.n;
    const double delta = b.m1 - m1;
    const double delta2 = delta * delta;
    const double delta3 = delta * delta2;
    const double delta4 = delta2 * delta2;
    const double product = n * b.n;
    const double merged_m4 =
        m4 + b.m4 + delta4 * product * (n * n - product + b.n * b.n) / (total * total * total) +
        6 * delta2 * (n * n * b.m2 + b.n * b.n * m2) / (total * total) +
        4 * delta * (n * b.m3 - b.n * m3) / total;
    const double merged_m3 = m3 + b.m3 + delta3 * product * (n - b.n) / (total * total) +
                             3 * delta * (n * b.m2 - b.n * m2) / total;
    m2 += b.m2 + delta2 * product / total;
    m1 = (n * m1 + b.n * b.m1) / total;
    m3 = merged_m3;
    m4 = merged_m4;
    n = total;
  }
  bool empty() const { return n == 0; }
  std::int64_t heap_bytes() const { return 0; }
  std::optional<double> Finalize() const {
    return empty() ? std::nullopt : std::optional(Statistic::Of(*this));
  }
  arrow::Status Encode(arrow::ArrayBuilder* builder) const {
    auto* list = static_cast<arrow::ListBuilder*>(builder);
    ARROW_RETURN_NOT_OK(list->Append());
    const double values[] = {n, m1, m2, m3, m4};
    return static_cast<arrow::DoubleBuilder*>(list->value_builder())->AppendValues(values, 5);
  }
  // Fewer values than five leave the rest 0.
  static Moments Decode(const arrow::Array& array, std::int64_t row) {
    const auto& list = static_cast<const arrow::ListArray&>(array);
    const auto& values = static_cast<const arrow::DoubleArray&>(*list.values());
    Moments moments;
    double* const fields[] = {&moments.n, &moments.m1, &moments.m2, &moments.m3, &moments.m4};
    const std::int32_t length = std::min(list.value_length(row), 5);
    for (std::int32_t i = 0; i < length; ++i) *fields[i] = values.Value(list.value_offset(row) + i);
    return moments;
  }
};

}  // namespace gnomon::aggregate
