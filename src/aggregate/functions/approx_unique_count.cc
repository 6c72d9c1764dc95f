// SPDX-License-Identifier: Apache-2.0
// APPROX_UNIQUE_COUNT: a CPC sketch with lgK = k. Integers hash as long, floats as double, strings
// as UTF-8, with the default seed, so that counts and bytes are those of Chronon's Java library. A
// single state is estimated by its history (HIP), a merged one by its size, as there.
#include <cpc_sketch.hpp>
#include <cpc_union.hpp>

#include "aggregate/collection_columns.h"
#include "aggregate/functions/distinct.h"
#include "aggregate/functions/sketch_bytes.h"
#include "aggregate/functions/sketch_memory.h"

namespace gnomon::aggregate {

namespace {

using Allocator = CountingAllocator<std::uint8_t>;
using Sketch = datasketches::cpc_sketch_alloc<Allocator>;
using Union = datasketches::cpc_union_alloc<Allocator>;

struct ApproxUniqueCount {
  static constexpr const char* kName = "APPROX_UNIQUE_COUNT";
  static constexpr const char* kDoc =
      "The number of distinct values, about: a CPC sketch with lgK = k (8).";
  static constexpr int kOperationId = 5;
  static constexpr bool kTimed = false;
  static constexpr bool kApproximate = true;
  template <typename In>
  static constexpr bool kAccepts = kIsCountable<In>;
  struct Parameters {
    std::uint8_t lg_k = 0;
  };
  static Result<Parameters> Parse(const ArgumentMap& arguments) {
    GNOMON_ASSIGN_OR_RETURN(const std::int32_t k,
                            ParseK(arguments, kName, 8, datasketches::cpc_constants::MIN_LG_K,
                                   datasketches::cpc_constants::MAX_LG_K));
    return Parameters{static_cast<std::uint8_t>(k)};
  }

  template <typename In>
  class State;
};

// Java's cast: the nearest long. (Only a damaged sketch counts what none holds.)
std::int64_t Estimate(const Sketch& sketch) {
  constexpr double kEnd = 0x1p63;
  const double estimate = sketch.get_estimate();
  if (estimate >= kEnd) return std::numeric_limits<std::int64_t>::max();
  if (estimate < -kEnd) return std::numeric_limits<std::int64_t>::min();
  return std::isnan(estimate) ? 0 : static_cast<std::int64_t>(estimate);
}

constexpr std::uint8_t kHasHip = 1 << 2, kHasTable = 1 << 3, kHasWindow = 1 << 4;

// The bits of a window or of a table of row and column pairs, with room behind them: what reads on
// stays inside, and finds ones, with which every code ends.
std::vector<std::uint32_t> WithRoom(std::string_view bytes, std::size_t room_words) {
  std::vector<std::uint32_t> words(bytes.size() / sizeof(std::uint32_t) + room_words, UINT32_MAX);
  std::memcpy(words.data(), bytes.data(), bytes.size());
  return words;
}

// Unpacks a table by itself, to see that its pairs are of the matrix.
Status CheckTable(std::string_view bytes, std::uint32_t pair_count, bool has_window,
                  std::uint8_t lg_k) {
  constexpr const char* kWhat = "its table is damaged";
  constexpr std::size_t kBitsPerPairMin = 2;
  const std::uint32_t rows = 1U << lg_k;
  const std::uint32_t columns = has_window ? 56 : 64;  // The window has eight.
  // The library's hash table has a place for each bit of the matrix, of which it fills 3 of 4.
  if (pair_count > 48 * rows || pair_count > bytes.size() * 8 / kBitsPerPairMin)
    return DamagedSketch(ApproxUniqueCount::kName, kWhat);
  if (pair_count == 0) return Ok();
  const std::uint32_t rows_per_pair = rows / pair_count;
  const auto base_bits = static_cast<std::uint8_t>(  // Of Golomb's code.
      rows_per_pair == 0 ? 0 : std::bit_width(rows_per_pair) - 1);
  std::vector<std::uint32_t> pairs(pair_count);
  const auto words = WithRoom(bytes, 2 * std::size_t{pair_count} + 2);
  const auto read = ReadSketch(ApproxUniqueCount::kName, [&] {
    datasketches::get_compressor<Allocator>().low_level_uncompress_pairs(
        pairs.data(), pair_count, base_bits, words.data(),
        static_cast<std::uint32_t>(bytes.size() / sizeof(std::uint32_t)));
    return true;
  });
  if (!read.has_value()) return read.error();
  for (const std::uint32_t pair : pairs) {
    if (pair >> 6 >= rows || (pair & 63) >= columns)
      return DamagedSketch(ApproxUniqueCount::kName, kWhat);
  }
  return Ok();
}

// Unpacks a window by itself, to see that it ends where it should.
Status CheckWindow(std::string_view bytes, std::uint32_t coupon_count, std::uint8_t lg_k) {
  constexpr std::size_t kBitsPerRowMax = 12;
  const std::size_t room_words = (kBitsPerRowMax << lg_k) / 32 + 2;
  const auto words = WithRoom(bytes, room_words);
  datasketches::compressed_state<Allocator> packed{Allocator()};
  packed.window_data.assign(words.begin(), words.end());
  packed.window_data_words = static_cast<std::uint32_t>(words.size() - room_words);
  packed.table_data_words = packed.table_num_entries = 0;
  datasketches::uncompressed_state<Allocator> unpacked{Allocator()};
  const auto read = ReadSketch(ApproxUniqueCount::kName, [&] {
    datasketches::get_compressor<Allocator>().uncompress(packed, unpacked, lg_k, coupon_count);
    return true;
  });
  return read.has_value() ? Ok() : Status(read.error());
}

// Error: the library would leave its buffers for these bytes, or make of them a sketch of which it
// cannot say how much it counts.
Status CheckBytes(std::string_view bytes, std::uint8_t lg_k) {
  SketchFields fields(bytes);
  fields.Take(3);
  const auto own_lg_k = fields.Next<std::uint8_t>();
  fields.Take(1);
  const auto flags = fields.Next<std::uint8_t>();
  fields.Take(2);
  if (fields.ok() && own_lg_k != lg_k) {
    return Corruption("a sketch of {} has lgK {} instead of {}", ApproxUniqueCount::kName, own_lg_k,
                      lg_k);
  }
  const bool has_table = (flags & kHasTable) != 0, has_window = (flags & kHasWindow) != 0;
  const bool has_hip = (flags & kHasHip) != 0;
  if (!has_table && !has_window) return Ok();
  const auto coupon_count = fields.Next<std::uint32_t>();
  std::uint32_t pair_count = has_table ? coupon_count : 0;
  double kxp = 1, hip = 0;
  const auto read_history = [&] {
    kxp = fields.Next<double>();
    hip = fields.Next<double>();
  };
  if (has_table && has_window) {
    pair_count = fields.Next<std::uint32_t>();
    if (has_hip) read_history();
  }
  const std::size_t table_words = has_table ? fields.Next<std::uint32_t>() : 0;
  const std::size_t window_words = has_window ? fields.Next<std::uint32_t>() : 0;
  if (has_hip && !(has_table && has_window)) read_history();
  const auto window = fields.Take(window_words * sizeof(std::uint32_t));
  const auto table = fields.Take(table_words * sizeof(std::uint32_t));
  if (!fields.ok() || (has_table && table.empty()) || (has_window && window.empty()))
    return DamagedSketch(ApproxUniqueCount::kName, "it is cut off");
  constexpr double kCountMax = 1e18;
  const auto rows = static_cast<double>(1U << lg_k);
  // The next value that is new adds rows / kxp to the count.
  if (!(kxp <= rows && rows / kxp <= kCountMax && kxp > 0 && hip >= 0 && hip <= kCountMax))
    return DamagedSketch(ApproxUniqueCount::kName, "its estimate is no number");
  if (has_window) GNOMON_RETURN_IF_ERROR(CheckWindow(window, coupon_count, lg_k));
  return CheckTable(table, pair_count, has_window, lg_k);
}

Sketch Merged(const Sketch& a, const Sketch& b, std::uint8_t lg_k) {
  Union both(lg_k);
  both.update(a);
  both.update(b);
  return both.get_result();
}

// A window's result: a single sketch as it is, or a union.
template <typename State>
class MergedSketch {
 public:
  using Parameters = ApproxUniqueCount::Parameters;

  std::int64_t Merge(const State& later, const Parameters& parameters) {
    Add(later.sketch(), parameters);
    return 0;
  }
  std::int64_t Merge(const MergedSketch& later, const Parameters& parameters) {
    if (later.union_) {
      Add(later.union_->get_result(), parameters);
    } else if (later.single_ != nullptr) {
      Add(*later.single_, parameters);
    }
    return 0;
  }
  bool empty() const { return single_ == nullptr && !union_; }
  arrow::Status Finalize(const Parameters&, arrow::ArrayBuilder* builder) const {
    const std::int64_t count = union_ ? Estimate(union_->get_result()) : Estimate(*single_);
    return static_cast<arrow::Int64Builder*>(builder)->Append(count);
  }

 private:
  void Add(const Sketch& sketch, const Parameters& parameters) {
    if (empty()) {
      single_ = &sketch;
      return;
    }
    MakeUnion(parameters);
    union_->update(sketch);
  }
  // One that does not outlive the call cannot be referred to.
  void Add(Sketch&& sketch, const Parameters& parameters) {
    MakeUnion(parameters);
    union_->update(std::move(sketch));
  }
  void MakeUnion(const Parameters& parameters) {
    if (union_) return;
    union_.emplace(parameters.lg_k);
    if (single_ != nullptr) union_->update(*single_);
    single_ = nullptr;
  }

  const Sketch* single_ = nullptr;
  std::optional<Union> union_;
};

template <typename In>
class ApproxUniqueCount::State {
 public:
  using Parameters = ApproxUniqueCount::Parameters;
  using Window = MergingWindow<State, MergedSketch<State>, Parameters>;

  static DataType OutputType(const DataType&) { return TypeKind::kLong; }
  static DataType IntermediateType(const DataType&) { return TypeKind::kBinary; }

  const Sketch& sketch() const { return box_.get(); }
  std::int64_t Update(typename In::View value, std::int64_t, const Parameters& parameters) {
    return box_.Apply([&](std::unique_ptr<Sketch>& sketch) {
      if (sketch == nullptr) sketch = std::make_unique<Sketch>(parameters.lg_k);
      if constexpr (std::same_as<typename In::View, std::string_view>) {
        // An empty string counts for nothing, as in Java.
        if (!value.empty()) sketch->update(value.data(), value.size());
      } else if constexpr (kIsFloating<In>) {
        sketch->update(static_cast<double>(value));
      } else {
        sketch->update(static_cast<std::int64_t>(value));
      }
    });
  }
  std::int64_t Merge(const State& later, const Parameters& parameters) {
    return box_.Apply([&](std::unique_ptr<Sketch>& sketch) {
      if (sketch == nullptr) {
        sketch = std::make_unique<Sketch>(later.sketch());
      } else {
        *sketch = Merged(*sketch, later.sketch(), parameters.lg_k);
      }
    });
  }
  bool empty() const { return box_.empty(); }
  std::int64_t heap_bytes() const { return box_.heap_bytes(); }
  arrow::Status Finalize(const Parameters&, arrow::ArrayBuilder* builder) const {
    return static_cast<arrow::Int64Builder*>(builder)->Append(Estimate(sketch()));
  }
  arrow::Status Encode(const Parameters&, arrow::ArrayBuilder* builder) const {
    const auto bytes = sketch().serialize();
    return static_cast<arrow::BinaryBuilder*>(builder)->Append(
        bytes.data(), static_cast<std::int32_t>(bytes.size()));
  }
  static Result<State> Decode(const arrow::Array& array, std::int64_t row,
                              const Parameters& parameters) {
    const auto bytes = static_cast<const arrow::BinaryArray&>(array).GetView(row);
    GNOMON_RETURN_IF_ERROR(CheckBytes(bytes, parameters.lg_k));
    State state;
    bool is_whole = false;
    const auto read = ReadSketch(kName, [&] {
      return state.box_.Apply([&](std::unique_ptr<Sketch>& sketch) {
        sketch = std::make_unique<Sketch>(Sketch::deserialize(bytes.data(), bytes.size()));
        is_whole = sketch->validate();
        // The library forgets the constant with which the history of an empty one begins.
        constexpr std::size_t kFlagsAt = 5;
        if (sketch->is_empty() && (static_cast<std::uint8_t>(bytes[kFlagsAt]) & kHasHip) != 0)
          *sketch = Sketch(parameters.lg_k);
      });
    });
    if (!read.has_value()) return read.error();
    if (!is_whole) return DamagedSketch(kName, "it counts other bits than it has");
    return state;
  }

 private:
  SketchBox<Sketch> box_;
};

}  // namespace

extern constinit const AggregateFunction kApproxUniqueCount = EraseCollection<ApproxUniqueCount>();

}  // namespace gnomon::aggregate
