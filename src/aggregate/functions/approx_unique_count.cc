// SPDX-License-Identifier: Apache-2.0
// APPROX_UNIQUE_COUNT: a CPC sketch with lgK = k. Integers hash as long, floats as double, strings
// as UTF-8, with the default seed, so that counts and bytes are those of Chronon's Java library. A
// single state is estimated by its history (HIP), a merged one by its size, as there.
#include <cpc_sketch.hpp>
#include <cpc_union.hpp>

#include "aggregate/collection_columns.h"
#include "aggregate/functions/distinct.h"
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

std::int64_t Estimate(const Sketch& sketch) {
  return static_cast<std::int64_t>(sketch.get_estimate());
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
    State state;
    const auto read = ReadSketch(kName, [&] {
      return state.box_.Apply([&](std::unique_ptr<Sketch>& sketch) {
        sketch = std::make_unique<Sketch>(Sketch::deserialize(bytes.data(), bytes.size()));
      });
    });
    if (!read.has_value()) return read.error();
    if (state.sketch().get_lg_k() != parameters.lg_k) {
      return Corruption("a sketch of {} has lgK {} instead of {}", kName, state.sketch().get_lg_k(),
                        parameters.lg_k);
    }
    return state;
  }

 private:
  SketchBox<Sketch> box_;
};

}  // namespace

extern constinit const AggregateFunction kApproxUniqueCount = EraseCollection<ApproxUniqueCount>();

}  // namespace gnomon::aggregate
