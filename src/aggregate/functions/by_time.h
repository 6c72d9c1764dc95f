// SPDX-License-Identifier: Apache-2.0
// What FIRST and LAST share: the value with the smallest or largest ts. Among equal ts the greatest
// value wins, so that the answer does not follow the order of arrival (design, invariant 5; Chronon
// keeps the first seen).
#pragma once

#include "aggregate/typed_columns.h"

namespace gnomon::aggregate {

// `Payload` is In::Stored where rows arrive, and In::View where windows are merged.
template <typename In, bool kLatest, typename Payload>
struct ByTime {
  using Out = In;
  using View = typename In::View;
  using Partial = ByTime<In, kLatest, View>;
  static constexpr bool kIsView = std::same_as<Payload, View>;
  std::int64_t ts = 0;
  Payload value{};
  bool is_set = false;

  ByTime() = default;
  template <typename Other>
  requires(!std::same_as<Other, Payload>) explicit ByTime(const ByTime<In, kLatest, Other>& other)
      : ts(other.ts), value(other.view()), is_set(other.is_set) {}

  static DataType OutputType(const DataType& input) { return input; }
  static DataType IntermediateType(const DataType& input) {
    return DataType::Struct({{"epochMillis", TypeKind::kLong}, {"payload", input}});
  }
  View view() const {
    if constexpr (kIsView) {
      return value;
    } else {
      return In::ViewOf(value);
    }
  }
  bool IsBetter(View candidate, std::int64_t candidate_ts) const {
    if (candidate_ts != ts) return kLatest == (candidate_ts > ts);
    return In::Compare(candidate, view()) > 0;
  }
  void Update(View candidate, std::int64_t candidate_ts) {
    if (is_set && !IsBetter(candidate, candidate_ts)) return;
    ts = candidate_ts;
    if constexpr (kIsView || std::same_as<Payload, std::string>) {
      value = candidate;
    } else {
      value = In::Store(candidate);
    }
    is_set = true;
  }
  void Merge(const ByTime& later) {
    if (later.is_set) Update(later.view(), later.ts);
  }
  bool empty() const { return !is_set; }
  std::int64_t heap_bytes() const {
    if constexpr (In::kOwnsHeap && !kIsView) return In::HeapBytesOf(value);
    return 0;
  }
  std::optional<View> Finalize() const { return is_set ? std::optional(view()) : std::nullopt; }
  arrow::Status Encode(arrow::ArrayBuilder* builder) const {
    auto* pair = static_cast<arrow::StructBuilder*>(builder);
    ARROW_RETURN_NOT_OK(pair->Append());
    ARROW_RETURN_NOT_OK(static_cast<arrow::Int64Builder*>(pair->field_builder(0))->Append(ts));
    ARROW_RETURN_NOT_OK(pair->field_builder(1)->Reserve(1));
    return In::Append(static_cast<typename In::Builder*>(pair->field_builder(1)), view());
  }
  static ByTime Decode(const arrow::Array& array, std::int64_t row) {
    const auto& pair = static_cast<const arrow::StructArray&>(array);
    const auto payload = pair.field(1);
    ByTime state;
    state.Update(In::Get(static_cast<const typename In::Array&>(*payload), row),
                 static_cast<const arrow::Int64Array&>(*pair.field(0)).Value(row));
    return state;
  }
};

}  // namespace gnomon::aggregate
