// SPDX-License-Identifier: Apache-2.0
// UNIQUE_COUNT: how many distinct values, exactly. Binary values count by content (SPEC appendix
// G 5; to the JVM each array is its own).
#include "aggregate/functions/distinct.h"

namespace gnomon::aggregate {

namespace {

struct UniqueCount {
  static constexpr const char* kName = "UNIQUE_COUNT";
  static constexpr const char* kDoc = "The exact number of distinct values.";
  static constexpr int kOperationId = 4;
  static constexpr bool kTimed = false;
  template <typename In>
  static constexpr bool kAccepts = kIsCountable<In>;
  struct Parameters {};
  static Result<Parameters> Parse(const ArgumentMap&) { return Parameters(); }

  template <typename In>
  class State {
   public:
    using Parameters = UniqueCount::Parameters;
    using Set = ValueTable<In, typename In::Stored, NoPayload>;
    using Window = SlidingWindow<State, SlidingSet<State, In>, Parameters>;

    static DataType OutputType(const DataType&) { return TypeKind::kLong; }
    static DataType IntermediateType(const DataType& input) { return DataType::List(input); }
    static std::int64_t Limited(std::size_t count, bool, const Parameters&) {
      return static_cast<std::int64_t>(count);
    }
    const Set& set() const { return set_; }
    bool is_full() const { return false; }
    std::int64_t Update(typename In::View value, std::int64_t, const Parameters&) {
      const std::int64_t before = set_.heap_bytes();
      set_.FindOrInsert(value);
      return set_.heap_bytes() - before;
    }
    std::int64_t Merge(const State& later, const Parameters&) {
      if (&later == this) return 0;
      const std::int64_t before = set_.heap_bytes();
      for (const auto& entry : later.set_.entries()) set_.FindOrInsert(Set::ViewOf(entry));
      return set_.heap_bytes() - before;
    }
    bool empty() const { return set_.size() == 0; }
    std::int64_t heap_bytes() const { return set_.heap_bytes(); }
    arrow::Status Finalize(const Parameters&, arrow::ArrayBuilder* builder) const {
      return static_cast<arrow::Int64Builder*>(builder)->Append(
          static_cast<std::int64_t>(set_.size()));
    }
    arrow::Status Encode(const Parameters&, arrow::ArrayBuilder* builder) const {
      auto* list = static_cast<arrow::ListBuilder*>(builder);
      ARROW_RETURN_NOT_OK(list->Append());
      auto* values = static_cast<typename In::Builder*>(list->value_builder());
      ARROW_RETURN_NOT_OK(values->Reserve(static_cast<std::int64_t>(set_.size())));
      for (const auto& entry : set_.entries()) {
        ARROW_RETURN_NOT_OK(In::Append(values, Set::ViewOf(entry)));
      }
      return arrow::Status::OK();
    }
    static Result<State> Decode(const arrow::Array& array, std::int64_t row, const Parameters&) {
      const auto& list = static_cast<const arrow::ListArray&>(array);
      const auto& values = static_cast<const typename In::Array&>(*list.values());
      State state;
      for (std::int64_t i = list.value_offset(row); i < list.value_offset(row + 1); ++i) {
        if (values.IsNull(i)) return Corruption("a set of distinct values holds a null");
        state.set_.FindOrInsert(In::Get(values, i));
      }
      return state;
    }

   private:
    Set set_;
  };
};

}  // namespace

extern constinit const AggregateFunction kUniqueCount = EraseCollection<UniqueCount>();

}  // namespace gnomon::aggregate
