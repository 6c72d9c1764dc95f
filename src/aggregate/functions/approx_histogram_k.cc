// SPDX-License-Identifier: Apache-2.0
// APPROX_HISTOGRAM_K: how often each value occurs, exactly up to k distinct ones; then a
// frequent-items sketch, of which the top k that are surely frequent are shown (no false
// positives), keyed by the values' text. An exact state is written as a sketch too, of a map that
// is large enough to lose nothing. A sketch that has thrown out all of its values still knows by
// how much it errs: the library would forget that when it writes or merges it, so we do both.
#include <frequent_items_sketch.hpp>

#include <cstring>

#include "aggregate/collection_columns.h"
#include "aggregate/functions/histogram.h"
#include "aggregate/functions/sketch_bytes.h"
#include "aggregate/functions/sketch_memory.h"
#include "aggregate/value_table.h"
#include "types/java_number_text.h"

namespace gnomon::aggregate {

namespace {

constexpr std::uint32_t kMapSizeMin = 8;

struct ApproxHistogramK {
  static constexpr const char* kName = "APPROX_HISTOGRAM_K";
  static constexpr const char* kDoc =
      "How often the k (8) most frequent values occur, about, as map<string, bigint>.";
  static constexpr int kOperationId = 18;
  static constexpr bool kTimed = false;
  static constexpr bool kApproximate = true;
  template <typename In>
  static constexpr bool kAccepts = kIsNumber<In> || std::same_as<In, StringInput>;
  struct Parameters {
    std::size_t k = 0;
    std::uint8_t lg_map_size = 0;
  };
  static Result<Parameters> Parse(const ArgumentMap& arguments) {
    constexpr std::int32_t kMax = 1 << 26;
    GNOMON_ASSIGN_OR_RETURN(const std::int32_t k, ParseK(arguments, kName, 8, 1, kMax));
    // Java rounds smaller maps up to this size, too.
    const auto map_size = std::max(kMapSizeMin, std::bit_ceil(static_cast<std::uint32_t>(k)));
    return Parameters{static_cast<std::size_t>(k),
                      static_cast<std::uint8_t>(std::countr_zero(map_size))};
  }

  // What is counted: integers as long, floats as double, strings.
  template <typename In>
  using Counted = std::conditional_t<std::same_as<In, StringInput>, StringInput,
                                     std::conditional_t<kIsFloating<In>, DoubleInput, LongInput>>;
  template <typename Item>
  class Values;
  template <typename In>
  class State;
};

template <typename T>
std::string TextOf(const T& value) {
  if constexpr (std::same_as<T, std::string>) {
    return value;
  } else if constexpr (std::same_as<T, double>) {
    std::string text;
    AppendJavaNumber(value, &text);
    return text;
  } else {
    return std::to_string(value);
  }
}

// As value_order.h has it: NaN equals NaN.
struct SameValue {
  bool operator()(double a, double b) const { return CompareNumbers(a, b) == 0; }
  bool operator()(std::int64_t a, std::int64_t b) const { return a == b; }
  bool operator()(const std::string& a, const std::string& b) const { return a == b; }
};
struct HashValue {
  std::size_t operator()(double a) const {
    return Spread(std::bit_cast<std::uint64_t>(std::isnan(a) ? std::nan("") : a));
  }
  std::size_t operator()(std::int64_t a) const { return Spread(static_cast<std::uint64_t>(a)); }
  std::size_t operator()(const std::string& a) const { return KeyEncoding::Hash(a); }
  static std::size_t Spread(std::uint64_t bits) {
    bits *= 0x9E3779B97F4A7C15U;
    return bits ^ (bits >> 32);
  }
};

template <typename Item>
class ApproxHistogramK::Values {
 public:
  using Stored = typename Item::Stored;
  using View = typename Item::View;
  using Sketch = datasketches::frequent_items_sketch<Stored, std::uint64_t, HashValue, SameValue,
                                                     CountingAllocator<Stored>>;

  Values() = default;
  Values(Values&&) noexcept = default;
  Values& operator=(Values&&) noexcept = default;
  Values(const Values& other) { *this = other; }
  Values& operator=(const Values& other) {
    exact_ = other.exact_;
    sketch_ = SketchBox<Sketch>();
    if (!other.sketch_.empty()) {
      sketch_.Apply([&](std::unique_ptr<Sketch>& sketch) {
        sketch = std::make_unique<Sketch>(other.sketch_.get());
      });
    }
    return *this;
  }

  std::int64_t Add(View value, std::int64_t count, const Parameters& parameters) {
    const std::int64_t before = heap_bytes();
    if (sketch_.empty()) {
      std::int64_t& held = exact_.entry(exact_.FindOrInsert(value)).payload;
      // As Java adds; only damaged sketches count that far.
      held = static_cast<std::int64_t>(static_cast<std::uint64_t>(held) +
                                       static_cast<std::uint64_t>(count));
      if (exact_.size() > parameters.k) Approximate(parameters);
    } else {
      sketch_.Apply([&](std::unique_ptr<Sketch>& sketch) {
        sketch->update(Item::Store(value), static_cast<std::uint64_t>(count));
      });
    }
    return heap_bytes() - before;
  }
  std::int64_t Merge(const Values& later, const Parameters& parameters) {
    if (&later == this) return Merge(Values(later), parameters);
    const std::int64_t before = heap_bytes();
    if (!later.sketch_.empty()) {
      if (sketch_.empty()) Approximate(parameters);
      sketch_.Apply([&](std::unique_ptr<Sketch>& sketch) {
        MergeSketch(later.sketch_.get(), parameters, &sketch);
      });
    } else {
      for (const auto& entry : later.exact_.entries()) {
        Add(Exact::ViewOf(entry), entry.payload, parameters);
      }
    }
    return heap_bytes() - before;
  }
  bool empty() const { return exact_.size() == 0 && sketch_.empty(); }
  std::int64_t heap_bytes() const { return exact_.heap_bytes() + sketch_.heap_bytes(); }

  arrow::Status Finalize(const Parameters& parameters, arrow::ArrayBuilder* builder) const {
    std::vector<TextCount<std::string>> counts;
    if (sketch_.empty()) {
      for (const auto& entry : exact_.entries()) {
        counts.push_back({TextOf(entry.value), entry.payload});
      }
    } else {
      const auto rows = sketch_.get().get_frequent_items(datasketches::NO_FALSE_POSITIVES);
      for (const auto& row : rows) {
        counts.push_back({TextOf(row.get_item()), static_cast<std::int64_t>(row.get_estimate())});
      }
    }
    KeepGreatest(parameters.k, &counts);
    return AppendCounts<arrow::Int64Builder>(counts, builder);
  }
  arrow::Status Encode(arrow::ArrayBuilder* builder) const {
    const auto append = [&](const Sketch& sketch) {
      const auto bytes = sketch.serialize();
      return static_cast<arrow::BinaryBuilder*>(builder)->Append(
          bytes.data(), static_cast<std::int32_t>(bytes.size()));
    };
    if (!sketch_.empty() && sketch_.get().is_empty()) {
      const auto bytes =
          EmptiedBytes(sketch_.get().serialize()[kLgMapSizeAt], LostBy(sketch_.get()));
      return static_cast<arrow::BinaryBuilder*>(builder)->Append(
          bytes.data(), static_cast<std::int32_t>(bytes.size()));
    }
    if (!sketch_.empty()) return append(sketch_.get());
    // The map takes three quarters of its size before it throws out.
    const auto map_size = std::max<std::size_t>(kMapSizeMin, std::bit_ceil(exact_.size() * 2));
    Sketch whole(static_cast<std::uint8_t>(std::countr_zero(map_size)));
    for (const auto& entry : exact_.entries()) {
      whole.update(entry.value, static_cast<std::uint64_t>(entry.payload));
    }
    return append(whole);
  }
  Status Read(std::string_view bytes, const Parameters& parameters) {
    GNOMON_RETURN_IF_ERROR(CheckMapSize(bytes, parameters));
    SketchBox<Sketch> box;
    const auto read = ReadSketch(kName, [&] {
      return box.Apply([&](std::unique_ptr<Sketch>& sketch) {
        sketch = std::make_unique<Sketch>(SketchOf(bytes));
      });
    });
    if (!read.has_value()) return read.error();
    // Chronon writes no sketch without a value: an empty one has thrown them out.
    if (box.get().is_empty() || box.get().get_maximum_error() > 0 ||
        box.get().get_num_active_items() > parameters.k) {
      sketch_ = std::move(box);
      return Ok();
    }
    for (const auto& row : box.get().get_frequent_items(datasketches::NO_FALSE_NEGATIVES)) {
      Add(Item::ViewOf(row.get_item()), static_cast<std::int64_t>(row.get_estimate()), parameters);
    }
    return Ok();
  }

 private:
  using Exact = ValueTable<Item, Stored, std::int64_t>;

  // What is left of values that were thrown out.
  struct Lost {
    std::uint64_t weight = 0;
    std::uint64_t error = 0;
  };
  // Where the bytes of a sketch have them; those of one that the library calls empty end after 8.
  static constexpr std::size_t kLgMapSizeAt = 3, kItemsAt = 8, kWeightAt = 16, kErrorAt = 24;
  static constexpr std::size_t kItemCountsAt = 32;

  // A map of any size would be made for bytes that say so. Exact states are written with up to
  // twice the map that the sketch has.
  static Status CheckMapSize(std::string_view bytes, const Parameters& parameters) {
    const int lg_size_max = parameters.lg_map_size + 1;
    SketchFields fields(bytes);
    fields.Take(kLgMapSizeAt);
    for (const int lg_size : {fields.Next<std::uint8_t>(), fields.Next<std::uint8_t>()}) {
      if (lg_size > lg_size_max) {
        return DamagedSketch(kName, "its map has 2^{} places, and at most 2^{} are possible",
                             lg_size, lg_size_max);
      }
    }
    return Ok();
  }
  static Lost LostBy(const Sketch& emptied) {
    return {emptied.get_total_weight(), emptied.get_maximum_error()};
  }
  // In the form of a sketch with values, of which there are none.
  static std::string EmptiedBytes(std::uint8_t lg_map_size, Lost lost) {
    constexpr char kLongsBeforeItems = 4, kVersion = 1, kFamily = 10, kLgMapSizeNow = 3;
    std::string bytes(kItemCountsAt, '\0');
    bytes[0] = kLongsBeforeItems;
    bytes[1] = kVersion;
    bytes[2] = kFamily;
    bytes[kLgMapSizeAt] = static_cast<char>(lg_map_size);
    bytes[kLgMapSizeAt + 1] = kLgMapSizeNow;
    std::memcpy(bytes.data() + kWeightAt, &lost.weight, sizeof(lost.weight));
    std::memcpy(bytes.data() + kErrorAt, &lost.error, sizeof(lost.error));
    return bytes;
  }
  // The library's reader wants an item (else it copies from null): it drops one of no weight.
  static Sketch SketchOf(std::string_view bytes) {
    std::uint32_t items = 1;
    if (bytes.size() >= kItemCountsAt) std::memcpy(&items, &bytes[kItemsAt], sizeof(items));
    if (items != 0) return Sketch::deserialize(bytes.data(), bytes.size());
    std::string padded(bytes.substr(0, kItemCountsAt));
    padded[kItemsAt] = 1;
    padded.append(sizeof(std::uint64_t) + datasketches::serde<Stored>().size_of_item(Stored()),
                  '\0');
    return Sketch::deserialize(padded.data(), padded.size());
  }
  static void MergeSketch(const Sketch& later, const Parameters& parameters,
                          std::unique_ptr<Sketch>* sketch) {
    if (!later.is_empty()) return (*sketch)->merge(later);
    Lost lost = LostBy(later);
    if ((*sketch)->is_empty()) {
      lost.weight += LostBy(**sketch).weight;
      lost.error += LostBy(**sketch).error;
    }
    auto merged = std::make_unique<Sketch>(SketchOf(EmptiedBytes(parameters.lg_map_size, lost)));
    merged->merge(**sketch);
    *sketch = std::move(merged);
  }

  // Values enter in their order, so that what the sketch throws out does not follow arrival.
  void Approximate(const Parameters& parameters) {
    std::vector<typename Exact::Entry> entries = exact_.entries();
    std::sort(entries.begin(), entries.end(), [](const auto& a, const auto& b) {
      return Item::Compare(Exact::ViewOf(a), Exact::ViewOf(b)) < 0;
    });
    sketch_.Apply([&](std::unique_ptr<Sketch>& sketch) {
      sketch = std::make_unique<Sketch>(parameters.lg_map_size);
      for (const auto& entry : entries) {
        sketch->update(entry.value, static_cast<std::uint64_t>(entry.payload));
      }
    });
    exact_ = Exact();
  }

  Exact exact_;
  SketchBox<Sketch> sketch_;
};

template <typename In>
class ApproxHistogramK::State : public Values<Counted<In>> {
 public:
  using Parameters = ApproxHistogramK::Parameters;
  using Item = Counted<In>;
  using Window = MergingWindow<State, State, Parameters>;

  static DataType OutputType(const DataType&) {
    return DataType::Map(TypeKind::kString, TypeKind::kLong);
  }
  static DataType IntermediateType(const DataType&) { return TypeKind::kBinary; }
  std::int64_t Update(typename In::View value, std::int64_t, const Parameters& parameters) {
    return this->Add(static_cast<typename Item::View>(value), 1, parameters);
  }
  std::int64_t Merge(const State& later, const Parameters& parameters) {
    return Values<Item>::Merge(later, parameters);
  }
  arrow::Status Encode(const Parameters&, arrow::ArrayBuilder* builder) const {
    return Values<Item>::Encode(builder);
  }
  static Result<State> Decode(const arrow::Array& array, std::int64_t row,
                              const Parameters& parameters) {
    State state;
    GNOMON_RETURN_IF_ERROR(
        state.Read(static_cast<const arrow::BinaryArray&>(array).GetView(row), parameters));
    return state;
  }
};

}  // namespace

extern constinit const AggregateFunction kApproxHistogramK = EraseCollection<ApproxHistogramK>();

}  // namespace gnomon::aggregate
