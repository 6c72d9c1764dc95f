// SPDX-License-Identifier: Apache-2.0
// HISTOGRAM: how often each string occurs; with k > 0 the k most frequent. Deletions count down,
// below zero too; a count of zero is no entry.
#include "aggregate/functions/histogram.h"

#include "aggregate/collection_columns.h"
#include "aggregate/value_table.h"

namespace gnomon::aggregate {

namespace {

// Counts by text, and whether anything was ever counted.
template <typename Held>
class Counts {
 public:
  using Table = ValueTable<StringInput, Held, std::int64_t>;

  void Add(std::string_view text, std::int64_t count) {
    const std::uint32_t at = table_.FindOrInsert(text);
    std::int64_t& held = table_.entry(at).payload;
    held += count;
    if (held == 0) table_.Erase(at);
  }
  template <typename Other>
  void AddAll(const Counts<Other>& other, std::int64_t sign) {
    for (const auto& entry : other.table().entries()) {
      Add(Counts<Other>::Table::ViewOf(entry), sign * entry.payload);
    }
  }
  const Table& table() const { return table_; }
  void Clear() { table_.Clear(); }
  arrow::Status Finalize(std::size_t k, arrow::ArrayBuilder* builder) const {
    std::vector<TextCount<std::string_view>> counts;
    counts.reserve(table_.size());
    for (const auto& entry : table_.entries()) {
      counts.push_back({Table::ViewOf(entry), entry.payload});
    }
    KeepGreatest(k, &counts);
    return AppendCounts<arrow::Int32Builder>(counts, builder);
  }

 private:
  Table table_;
};

struct Histogram {
  static constexpr const char* kName = "HISTOGRAM";
  static constexpr const char* kDoc =
      "How often each string occurs, as map<string, int>; k > 0: the k most frequent.";
  static constexpr int kOperationId = 17;
  static constexpr bool kTimed = false;
  template <typename In>
  static constexpr bool kAccepts = std::same_as<In, StringInput>;
  struct Parameters {
    std::size_t k = 0;  // 0 is all.
  };
  static Result<Parameters> Parse(const ArgumentMap& arguments) {
    GNOMON_ASSIGN_OR_RETURN(const std::int32_t k, ParseK(arguments, kName, 0, 0, INT32_MAX));
    return Parameters{static_cast<std::size_t>(k)};
  }

  template <typename In>
  class State;
  class Sliding;
};

template <typename In>
class Histogram::State {
 public:
  using Parameters = Histogram::Parameters;
  using Window = SlidingWindow<State, Sliding, Parameters>;

  static DataType OutputType(const DataType&) {
    return DataType::Map(TypeKind::kString, TypeKind::kInt);
  }
  static DataType IntermediateType(const DataType& input) { return OutputType(input); }
  const Counts<std::string>& counts() const { return counts_; }
  std::int64_t Update(std::string_view text, std::int64_t, const Parameters&) {
    return Count(text, 1);
  }
  std::int64_t Delete(std::string_view text, const Parameters&) { return Count(text, -1); }
  std::int64_t Merge(const State& later, const Parameters&) {
    const std::int64_t before = heap_bytes();
    if (&later == this) {
      counts_.AddAll(Counts<std::string>(counts_), 1);
    } else {
      counts_.AddAll(later.counts_, 1);
    }
    is_set_ = true;
    return heap_bytes() - before;
  }
  bool empty() const { return !is_set_; }
  std::int64_t heap_bytes() const { return counts_.table().heap_bytes(); }
  arrow::Status Finalize(const Parameters& parameters, arrow::ArrayBuilder* builder) const {
    return counts_.Finalize(parameters.k, builder);
  }
  arrow::Status Encode(const Parameters&, arrow::ArrayBuilder* builder) const {
    return counts_.Finalize(0, builder);
  }
  static Result<State> Decode(const arrow::Array& array, std::int64_t row, const Parameters&) {
    const auto& map = static_cast<const arrow::MapArray&>(array);
    const auto& keys = static_cast<const arrow::StringArray&>(*map.keys());
    const auto& values = static_cast<const arrow::Int32Array&>(*map.items());
    State state;
    state.is_set_ = true;
    for (std::int64_t i = map.value_offset(row); i < map.value_offset(row + 1); ++i) {
      if (values.IsNull(i)) return Corruption("a histogram holds a null");
      state.counts_.Add(keys.GetView(i), values.Value(i));
    }
    return state;
  }

 private:
  std::int64_t Count(std::string_view text, std::int64_t by) {
    const std::int64_t before = heap_bytes();
    counts_.Add(text, by);
    is_set_ = true;
    return heap_bytes() - before;
  }

  Counts<std::string> counts_;
  bool is_set_ = false;
};

// The sum over the hops of a window: counts are integers, so a hop leaves without a trace.
class Histogram::Sliding {
 public:
  void Add(const State<StringInput>& state) { Apply(state, 1); }
  void Remove(const State<StringInput>& state) { Apply(state, -1); }
  void Clear() {
    counts_.Clear();
    states_ = 0;
  }
  bool empty() const { return states_ == 0; }
  arrow::Status Finalize(const Parameters& parameters, arrow::ArrayBuilder* builder) const {
    return counts_.Finalize(parameters.k, builder);
  }

 private:
  void Apply(const State<StringInput>& state, std::int64_t sign) {
    if (state.empty()) return;
    states_ += sign;
    counts_.AddAll(state.counts(), sign);
  }

  Counts<std::string_view> counts_;
  std::int64_t states_ = 0;
};

}  // namespace

extern constinit const AggregateFunction kHistogram = EraseCollection<Histogram>();

}  // namespace gnomon::aggregate
