// SPDX-License-Identifier: Apache-2.0
// What MIN and MAX share. A NaN among the values makes either NaN, hence null, as Java's Math.min
// and Math.max do (golden gb_nan_inf: user b on 2024-03-05); -0.0 lies below 0.0; strings compare
// by units of UTF-16 (value_order.h).
#pragma once

#include "aggregate/typed_columns.h"

namespace gnomon::aggregate {

// `Payload` is In::Stored where rows arrive, and In::View where windows are merged.
template <typename In, bool kGreatest, typename Payload>
struct Extremum {
  using Out = In;
  using Partial = Extremum<In, kGreatest, typename In::View>;
  Payload value{};
  bool is_set = false;

  Extremum() = default;
  explicit Extremum(Payload payload) : value(std::move(payload)), is_set(true) {}
  template <typename Other>
  requires(!std::same_as<Other, Payload>) explicit Extremum(
      const Extremum<In, kGreatest, Other>& other)
      : value(In::ViewOf(other.value)), is_set(other.is_set) {}

  static DataType OutputType(const DataType& input) { return input; }
  static DataType IntermediateType(const DataType& input) { return input; }
  static bool IsBetter(typename In::View candidate, typename In::View held) {
    if constexpr (kIsFloating<In>) {
      if (std::isnan(held)) return false;
      if (std::isnan(candidate)) return true;
    }
    const int order = In::Compare(candidate, held);
    return kGreatest ? order > 0 : order < 0;
  }
  void Update(typename In::View candidate, std::int64_t) {
    if (is_set && !IsBetter(candidate, value)) return;
    value = candidate;
    is_set = true;
  }
  void Merge(const Extremum& later) {
    if (later.is_set) Update(later.value, 0);
  }
  bool empty() const { return !is_set; }
  std::int64_t heap_bytes() const {
    if constexpr (std::same_as<Payload, std::string>) return HeapBytes(value);
    return 0;
  }
  std::optional<typename In::View> Finalize() const {
    return is_set ? std::optional<typename In::View>(value) : std::nullopt;
  }
  arrow::Status Encode(arrow::ArrayBuilder* builder) const {
    return In::Append(static_cast<typename In::Builder*>(builder), value);
  }
  static Extremum Decode(const arrow::Array& array, std::int64_t row) {
    return Extremum(Payload(In::Get(static_cast<const typename In::Array&>(array), row)));
  }
};

// Chronon takes numbers and strings.
template <typename In>
inline constexpr bool kHasExtremes = kIsNumber<In> || std::same_as<In, StringInput>;

}  // namespace gnomon::aggregate
