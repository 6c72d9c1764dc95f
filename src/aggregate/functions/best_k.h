// SPDX-License-Identifier: Apache-2.0
// What TOP_K, BOTTOM_K, FIRST_K and LAST_K share: the k best elements, best first. The order of
// elements is total, so no answer follows the order of arrival: among equal ts the greatest value
// is the better one (design, invariant 5).
#pragma once

#include <algorithm>

#include "aggregate/collection_columns.h"

namespace gnomon::aggregate {

struct BestKParameters {
  std::size_t k = 0;
};

// An element that is ordered by its value.
template <typename In, bool kGreatest>
struct ByValue {
  using Input = In;
  static constexpr bool kHasTs = false;
  static DataType IntermediateType(const DataType& input) { return DataType::List(input); }
  static bool IsBetter(std::int64_t, typename In::View a, std::int64_t, typename In::View b) {
    const int order = In::Compare(a, b);
    return kGreatest ? order > 0 : order < 0;
  }
};

// An element that is ordered by its ts, then by its value.
template <typename In, bool kLatest>
struct ByTimeThenValue {
  using Input = In;
  static constexpr bool kHasTs = true;
  static DataType IntermediateType(const DataType& input) {
    return DataType::List(DataType::Struct({{"epochMillis", TypeKind::kLong}, {"payload", input}}));
  }
  static bool IsBetter(std::int64_t a_ts, typename In::View a, std::int64_t b_ts,
                       typename In::View b) {
    if (a_ts != b_ts) return kLatest == (a_ts > b_ts);
    return In::Compare(a, b) > 0;
  }
};

// `Held` is In::Stored where rows arrive, and In::View where windows are merged.
template <typename Order, typename Held>
class BestK {
 public:
  using In = typename Order::Input;
  using View = typename In::View;
  using Parameters = BestKParameters;
  using Window = MergingWindow<BestK, BestK<Order, View>, Parameters>;

  static DataType OutputType(const DataType& input) { return DataType::List(input); }
  static DataType IntermediateType(const DataType& input) { return Order::IntermediateType(input); }

  std::int64_t Update(View value, std::int64_t ts, const Parameters& parameters) {
    const std::size_t size = elements_.size();
    if (size == parameters.k && !IsBetter(ts, value, elements_.back())) return 0;
    const std::int64_t before = vector_bytes();
    std::int64_t value_bytes = 0;
    const auto place =
        std::partition_point(elements_.begin(), elements_.end(),
                             [&](const Element& element) { return !IsBetter(ts, value, element); });
    const auto at = place - elements_.begin();
    if (size == parameters.k) {
      value_bytes -= ValueBytes(elements_.back());
      elements_.pop_back();
    }
    elements_.insert(elements_.begin() + at, Element(ts, Hold(value)));
    value_bytes += ValueBytes(elements_[static_cast<std::size_t>(at)]);
    return vector_bytes() - before + value_bytes;
  }
  template <typename Other>
  std::int64_t Merge(const BestK<Order, Other>& later, const Parameters& parameters) {
    if constexpr (std::same_as<Other, Held>) {
      // Its own elements would move while they are read.
      if (&later == this) return Merge(BestK(later), parameters);
    }
    std::int64_t grown = 0;
    for (const auto& element : later.elements()) {
      grown += Update(element.view(), element.ts(), parameters);
    }
    return grown;
  }
  bool empty() const { return elements_.empty(); }
  std::int64_t heap_bytes() const {
    std::int64_t bytes = vector_bytes();
    for (const Element& element : elements_) bytes += ValueBytes(element);
    return bytes;
  }
  arrow::Status Finalize(const Parameters&, arrow::ArrayBuilder* builder) const {
    auto* list = static_cast<arrow::ListBuilder*>(builder);
    ARROW_RETURN_NOT_OK(list->Append());
    auto* values = static_cast<typename In::Builder*>(list->value_builder());
    ARROW_RETURN_NOT_OK(values->Reserve(static_cast<std::int64_t>(elements_.size())));
    for (const Element& element : elements_) {
      ARROW_RETURN_NOT_OK(In::Append(values, element.view()));
    }
    return arrow::Status::OK();
  }
  arrow::Status Encode(const Parameters& parameters, arrow::ArrayBuilder* builder) const {
    if constexpr (!Order::kHasTs) {
      return Finalize(parameters, builder);
    } else {
      auto* list = static_cast<arrow::ListBuilder*>(builder);
      ARROW_RETURN_NOT_OK(list->Append());
      auto* pair = static_cast<arrow::StructBuilder*>(list->value_builder());
      auto* times = static_cast<arrow::Int64Builder*>(pair->field_builder(0));
      auto* values = static_cast<typename In::Builder*>(pair->field_builder(1));
      ARROW_RETURN_NOT_OK(values->Reserve(static_cast<std::int64_t>(elements_.size())));
      for (const Element& element : elements_) {
        ARROW_RETURN_NOT_OK(pair->Append());
        ARROW_RETURN_NOT_OK(times->Append(element.ts()));
        ARROW_RETURN_NOT_OK(In::Append(values, element.view()));
      }
      return arrow::Status::OK();
    }
  }
  static Result<BestK> Decode(const arrow::Array& array, std::int64_t row,
                              const Parameters& parameters) {
    const auto& list = static_cast<const arrow::ListArray&>(array);
    BestK state;
    const arrow::Array* payloads = list.values().get();
    const arrow::Int64Array* times = nullptr;
    if constexpr (Order::kHasTs) {
      const auto& pairs = static_cast<const arrow::StructArray&>(*list.values());
      times = static_cast<const arrow::Int64Array*>(pairs.field(0).get());
      payloads = pairs.field(1).get();
    }
    const auto& values = static_cast<const typename In::Array&>(*payloads);
    for (std::int64_t i = list.value_offset(row); i < list.value_offset(row + 1); ++i) {
      if (values.IsNull(i)) return Corruption("a list of the best values holds a null");
      state.Update(In::Get(values, i), times == nullptr ? 0 : times->Value(i), parameters);
    }
    return state;
  }

  struct NoTs {};
  class Element {
   public:
    Element(std::int64_t ts, Held value) : value_(std::move(value)) {
      if constexpr (Order::kHasTs) ts_ = ts;
    }
    std::int64_t ts() const {
      if constexpr (Order::kHasTs) {
        return ts_;
      } else {
        return 0;
      }
    }
    View view() const {
      if constexpr (std::same_as<Held, View>) {
        return value_;
      } else {
        return In::ViewOf(value_);
      }
    }
    const Held& value() const { return value_; }

   private:
    [[no_unique_address]] std::conditional_t<Order::kHasTs, std::int64_t, NoTs> ts_{};
    Held value_;
  };
  // Best first.
  const std::vector<Element>& elements() const { return elements_; }

 private:
  static Held Hold(View value) {
    if constexpr (std::same_as<Held, View>) {
      return value;
    } else {
      return In::Store(value);
    }
  }
  static bool IsBetter(std::int64_t ts, View value, const Element& element) {
    return Order::IsBetter(ts, value, element.ts(), element.view());
  }
  static std::int64_t ValueBytes(const Element& element) {
    if constexpr (In::kOwnsHeap && !std::same_as<Held, View>) {
      return In::HeapBytesOf(element.value());
    } else {
      return 0;
    }
  }
  std::int64_t vector_bytes() const {
    return static_cast<std::int64_t>(elements_.capacity() * sizeof(Element));
  }

  std::vector<Element> elements_;
};

inline constexpr std::int32_t kBestKMax = 1'000'000;

inline Result<BestKParameters> ParseBestK(const ArgumentMap& arguments, const char* operation) {
  GNOMON_ASSIGN_OR_RETURN(const std::int32_t k,
                          ParseK(arguments, operation, std::nullopt, 1, kBestKMax));
  return BestKParameters{static_cast<std::size_t>(k)};
}

}  // namespace gnomon::aggregate
