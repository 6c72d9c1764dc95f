// SPDX-License-Identifier: Apache-2.0
// APPROX_PERCENTILE: a KLL sketch of floats. KLL tosses coins; ours is seeded by the sketch's own
// content before each step, so that runs repeat whatever else the thread works on. Up to k values
// the quantiles are exact, and the same as Chronon's.
#include <common_defs.hpp>
#include <nlohmann/json.hpp>

namespace datasketches {

// Stands in for the library's coin, which is seeded by the clock.
struct SeededCoin {
  std::uint64_t state = 0;
  std::uint32_t operator()() {
    // splitmix64
    std::uint64_t z = (state += 0x9E3779B97F4A7C15U);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
    return static_cast<std::uint32_t>((z ^ (z >> 31)) & 1);
  }
};
static thread_local SeededCoin gnomon_coin;

}  // namespace datasketches

#define random_bit gnomon_coin
#include <kll_sketch.hpp>
#undef random_bit

#include "aggregate/collection_columns.h"
#include "aggregate/functions/sketch_bytes.h"
#include "aggregate/functions/sketch_memory.h"

namespace gnomon::aggregate {

namespace {

using Sketch = datasketches::kll_sketch<float, std::less<float>, CountingAllocator<float>>;

void SeedCoin(std::uint64_t count, float value) {
  datasketches::gnomon_coin.state =
      count * 0x9E3779B97F4A7C15U ^ std::bit_cast<std::uint32_t>(value);
}

struct ApproxPercentile {
  static constexpr const char* kName = "APPROX_PERCENTILE";
  static constexpr const char* kDoc =
      "Approximate quantiles at `percentiles` ([0.5]) as array<float>: a KLL sketch with k (128).";
  static constexpr int kOperationId = 12;
  static constexpr bool kTimed = false;
  static constexpr bool kApproximate = true;
  template <typename In>
  static constexpr bool kAccepts = kIsNumber<In>;
  struct Parameters {
    std::uint16_t k = 0;
    std::vector<double> percentiles;
  };
  static Result<Parameters> Parse(const ArgumentMap& arguments);

  // One of all input types: every value counts as a float.
  class Values;
  template <typename In>
  class State;
};

Result<std::vector<double>> ParsePercentiles(const std::string& text) {
  const auto refused = [&](const char* why) {
    return InvalidArgument(
        "the argument percentiles of {} is bad: {} - write a JSON list such as "
        "[0.5, 0.95]: {}",
        ApproxPercentile::kName, why, text);
  };
  const auto json = nlohmann::json::parse(text, nullptr, false);
  if (!json.is_array() || json.empty()) return refused("it is no list of numbers");
  std::vector<double> percentiles;
  for (const auto& item : json) {
    if (!item.is_number()) return refused("it is no list of numbers");
    percentiles.push_back(item.get<double>());
    if (!(percentiles.back() >= 0 && percentiles.back() <= 1)) {
      return refused("a number lies outside of 0 to 1");
    }
  }
  return percentiles;
}

Result<ApproxPercentile::Parameters> ApproxPercentile::Parse(const ArgumentMap& arguments) {
  Parameters parameters;
  GNOMON_ASSIGN_OR_RETURN(const std::int32_t k,
                          ParseK(arguments, kName, 128, Sketch::MIN_K, Sketch::MAX_K));
  parameters.k = static_cast<std::uint16_t>(k);
  const auto percentiles = arguments.find("percentiles");
  GNOMON_ASSIGN_OR_RETURN(
      parameters.percentiles,
      ParsePercentiles(percentiles == arguments.end() ? "[0.5]" : percentiles->second));
  return parameters;
}

// Where the library would believe what damaged bytes say about the levels, and that no value is
// NaN.
Status CheckBytes(std::string_view bytes) {
  constexpr int kLevelsMax = 50;  // Of 2^50 values.
  constexpr std::uint8_t kIsEmpty = 1 << 0, kIsSingleValue = 1 << 2;
  const auto damaged = [](const char* what) {
    return DamagedSketch(ApproxPercentile::kName, "{}", what);
  };
  SketchFields fields(bytes);
  fields.Take(3);
  const auto flags = fields.Next<std::uint8_t>();
  const auto k = fields.Next<std::uint16_t>();
  fields.Take(2);
  if (fields.ok() && k < Sketch::MIN_K) return damaged("its k is too small");
  std::size_t values = 1;
  if ((flags & kIsEmpty) != 0) return Ok();
  if ((flags & kIsSingleValue) == 0) {
    const auto count = fields.Next<std::uint64_t>();
    fields.Take(2);
    const auto level_count = fields.Next<std::uint8_t>();
    fields.Take(1);
    if (level_count > kLevelsMax) return damaged("it has too many levels");
    std::vector<std::uint32_t> levels(level_count);
    for (std::uint32_t& begin : levels) begin = fields.Next<std::uint32_t>();
    levels.push_back(
        datasketches::kll_helper::compute_total_capacity(k, Sketch::DEFAULT_M, level_count));
    if (!fields.ok() || level_count == 0 || !std::is_sorted(levels.begin(), levels.end()))
      return damaged("its levels overlap");
    if (datasketches::kll_helper::sum_the_sample_weights(level_count, levels.data()) != count)
      return damaged("its levels do not hold the values that it counts");
    values = 2 + levels.back() - levels.front();  // The least and the greatest come first.
  }
  for (; values > 0 && fields.ok(); --values) {
    if (std::isnan(fields.Next<float>())) return damaged("it holds NaN");
  }
  return Ok();
}

// The view of a sketch, which sorts its newest values in place: that changes neither its content
// nor what becomes of it, but its bytes, so both reading and writing begin with it.
auto SortedView(const Sketch& sketch) { return sketch.get_sorted_view(); }

class ApproxPercentile::Values {
 public:
  const Sketch& sketch() const { return box_.get(); }
  // NaN is no quantile, and counts for nothing.
  std::int64_t Add(float value, const Parameters& parameters) {
    if (std::isnan(value)) return 0;
    return box_.Apply([&](std::unique_ptr<Sketch>& sketch) {
      if (sketch == nullptr) sketch = std::make_unique<Sketch>(parameters.k);
      SeedCoin(sketch->get_n(), value);
      sketch->update(value);
    });
  }
  std::int64_t Merge(const Values& later, const Parameters& parameters) {
    if (&later == this) {
      Values copy;
      copy.Merge(later, parameters);
      return Merge(copy, parameters);
    }
    return box_.Apply([&](std::unique_ptr<Sketch>& sketch) {
      if (sketch == nullptr) {
        sketch = std::make_unique<Sketch>(later.sketch());
      } else {
        SeedCoin(sketch->get_n() + later.sketch().get_n(), later.sketch().get_max_item());
        sketch->merge(later.sketch());
      }
    });
  }
  bool empty() const { return box_.empty(); }
  std::int64_t heap_bytes() const { return box_.heap_bytes(); }
  arrow::Status Finalize(const Parameters& parameters, arrow::ArrayBuilder* builder) const {
    auto* list = static_cast<arrow::ListBuilder*>(builder);
    ARROW_RETURN_NOT_OK(list->Append());
    const auto view = SortedView(sketch());
    for (const double rank : parameters.percentiles) {
      // The rank excludes the value's own weight, and the ends are the extremes, as in the Java
      // library.
      const float quantile = rank == 0   ? sketch().get_min_item()
                             : rank == 1 ? sketch().get_max_item()
                                         : view.get_quantile(rank, false);
      ARROW_RETURN_NOT_OK(
          static_cast<arrow::FloatBuilder*>(list->value_builder())->Append(quantile));
    }
    return arrow::Status::OK();
  }
  arrow::Status Encode(const Parameters&, arrow::ArrayBuilder* builder) const {
    SortedView(sketch());
    const auto bytes = sketch().serialize();
    return static_cast<arrow::BinaryBuilder*>(builder)->Append(
        bytes.data(), static_cast<std::int32_t>(bytes.size()));
  }
  Status Read(std::string_view bytes) {
    GNOMON_RETURN_IF_ERROR(CheckBytes(bytes));
    const auto read = ReadSketch(kName, [&] {
      return box_.Apply([&](std::unique_ptr<Sketch>& sketch) {
        sketch = std::make_unique<Sketch>(Sketch::deserialize(bytes.data(), bytes.size()));
      });
    });
    if (!read.has_value()) return read.error();
    if (sketch().is_empty()) return Corruption("a sketch of {} is empty", kName);
    return Ok();
  }

 private:
  SketchBox<Sketch> box_;
};

template <typename In>
class ApproxPercentile::State : public Values {
 public:
  using Parameters = ApproxPercentile::Parameters;

  // A state that can be copied, for windows.
  class Partial {
   public:
    Partial() = default;
    Partial(const Partial& other) { *this = other; }
    Partial& operator=(const Partial& other) {
      values_ = Values();
      if (!other.values_.empty()) values_.Merge(other.values_, Parameters());
      return *this;
    }
    Partial(Partial&&) noexcept = default;
    Partial& operator=(Partial&&) noexcept = default;
    std::int64_t Merge(const Values& later, const Parameters& parameters) {
      return values_.Merge(later, parameters);
    }
    std::int64_t Merge(const Partial& later, const Parameters& parameters) {
      return values_.Merge(later.values_, parameters);
    }
    bool empty() const { return values_.empty(); }
    arrow::Status Finalize(const Parameters& parameters, arrow::ArrayBuilder* builder) const {
      return values_.Finalize(parameters, builder);
    }

   private:
    Values values_;
  };
  using Window = MergingWindow<State, Partial, Parameters>;

  static DataType OutputType(const DataType&) { return DataType::List(TypeKind::kFloat); }
  static DataType IntermediateType(const DataType&) { return TypeKind::kBinary; }
  std::int64_t Update(typename In::View value, std::int64_t, const Parameters& parameters) {
    return this->Add(static_cast<float>(value), parameters);
  }
  static Result<State> Decode(const arrow::Array& array, std::int64_t row, const Parameters&) {
    State state;
    GNOMON_RETURN_IF_ERROR(state.Read(static_cast<const arrow::BinaryArray&>(array).GetView(row)));
    return state;
  }
};

}  // namespace

extern constinit const AggregateFunction kApproxPercentile = EraseCollection<ApproxPercentile>();

}  // namespace gnomon::aggregate
