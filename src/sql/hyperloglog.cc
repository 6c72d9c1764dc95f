// SPDX-License-Identifier: Apache-2.0
// HyperLogLog++ without its sparse form, as Spark's HyperLogLogPlusPlusHelper has it: a register
// holds the longest run of zeros among the hashes of its address, so that the estimate depends on
// the set of values alone, however they are spread and merged.
#include "sql/hyperloglog.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <duckdb/function/aggregate_function.hpp>
#include <duckdb/main/extension/extension_loader.hpp>
#include <span>

namespace gnomon::sql {

namespace {

#include "sql/hyperloglog_biases.inc"
#include "sql/hyperloglog_estimates.inc"

constexpr int kBitsMin = 4;
constexpr int kBitsMax = 18;
constexpr std::size_t kNeighbours = 6;
// Where the points of 4, 5, ... bits begin in the two tables.
constexpr std::size_t kBegins[] = {0,    79,   238,  438,  638,  838,  1039, 1239,
                                   1440, 1641, 1841, 2042, 2243, 2443, 2644, 2844};
constexpr double kThresholds[] = {10,   20,   40,    80,    220,   400,    900,   1800,
                                  3100, 6500, 15500, 20000, 50000, 120000, 350000};

// The mean bias of the six points whose raw estimates are the nearest.
double EstimateBias(double estimate, int bits) {
  const auto row = static_cast<std::size_t>(bits - kBitsMin);
  const std::size_t count = kBegins[row + 1] - kBegins[row];
  const std::span<const double> estimates(kRawEstimates + kBegins[row], count);
  const std::span<const double> biases(kBiases + kBegins[row], count);
  const auto nearest = static_cast<std::size_t>(
      std::lower_bound(estimates.begin(), estimates.end(), estimate) - estimates.begin());
  std::size_t low = nearest + 1 > kNeighbours ? nearest + 1 - kNeighbours : 0;
  std::size_t high = std::min(low + kNeighbours, count);
  const auto distance = [&](std::size_t i) {
    return (estimate - estimates[i]) * (estimate - estimates[i]);
  };
  while (high < count && distance(high) < distance(low)) {
    ++low;
    ++high;
  }
  double sum = 0;
  for (std::size_t i = low; i < high; ++i) sum += biases[i];
  return sum / static_cast<double>(high - low);
}

double Alpha(double registers) {
  if (registers == 16) return 0.673;
  if (registers == 32) return 0.697;
  if (registers == 64) return 0.709;
  return 0.7213 / (1.0 + 1.079 / registers);
}

std::int64_t Estimate(std::span<const std::uint8_t> registers, int bits) {
  const auto count = static_cast<double>(registers.size());
  double inverses = 0;
  double empty = 0;
  for (const std::uint8_t run : registers) {
    inverses += 1.0 / static_cast<double>(std::int64_t{1} << run);
    empty += run == 0 ? 1 : 0;
  }
  const double raw = Alpha(count) * count * count / inverses;
  const auto corrected = [&] { return raw < 5.0 * count ? raw - EstimateBias(raw, bits) : raw; };
  double estimate = 0;
  if (empty > 0) {
    const double linear = count * std::log(count / empty);
    const double threshold = kThresholds[bits - kBitsMin];
    estimate = linear <= threshold || raw <= 2.5 * count ? linear : corrected();
  } else {
    estimate = corrected();
  }
  return static_cast<std::int64_t>(std::floor(estimate + 0.5));
}

struct Registers {
  std::uint8_t* runs;  // nullptr before the first value.
};

template <int kBits>
struct HyperLogLog {
  static constexpr std::size_t kCount = std::size_t{1} << kBits;

  template <typename State>
  static void Initialize(State& state) {
    state.runs = nullptr;
  }
  template <typename Input, typename State, typename>
  static void Operation(State& state, const Input& value, duckdb::AggregateUnaryInput&) {
    if (state.runs == nullptr) state.runs = new std::uint8_t[kCount]();
    const auto hash = static_cast<std::uint64_t>(value);
    const std::uint64_t rest = hash << kBits | std::uint64_t{1} << (kBits - 1);
    const auto run = static_cast<std::uint8_t>(std::countl_zero(rest) + 1);
    std::uint8_t& longest = state.runs[hash >> (64 - kBits)];
    longest = std::max(longest, run);
  }
  template <typename Input, typename State, typename Op>
  static void ConstantOperation(State& state, const Input& value,
                                duckdb::AggregateUnaryInput& input, duckdb::idx_t) {
    Operation<Input, State, Op>(state, value, input);
  }
  template <typename State, typename>
  static void Combine(const State& source, State& target, duckdb::AggregateInputData&) {
    if (source.runs == nullptr) return;
    if (target.runs == nullptr) target.runs = new std::uint8_t[kCount]();
    for (std::size_t i = 0; i < kCount; ++i)
      target.runs[i] = std::max(target.runs[i], source.runs[i]);
  }
  template <typename T, typename State>
  static void Finalize(State& state, T& target, duckdb::AggregateFinalizeData&) {
    target = state.runs == nullptr ? 0 : Estimate({state.runs, kCount}, kBits);
  }
  template <typename State>
  static void Destroy(State& state, duckdb::AggregateInputData&) {
    delete[] state.runs;
    state.runs = nullptr;
  }
  static bool IgnoreNull() { return true; }
};

template <int kBits>
void Register(duckdb::ExtensionLoader& loader) {
  auto function =
      duckdb::AggregateFunction::UnaryAggregateDestructor<Registers, std::int64_t, std::int64_t,
                                                          HyperLogLog<kBits>>(
          duckdb::LogicalType::BIGINT, duckdb::LogicalType::BIGINT);
  function.name = "spark_approx_count_distinct_" + std::to_string(kBits);
  // Of no values it is 0.
  function.SetNullHandling(duckdb::FunctionNullHandling::SPECIAL_HANDLING);
  loader.RegisterFunction(std::move(function));
  if constexpr (kBits < kBitsMax) Register<kBits + 1>(loader);
}

}  // namespace

void RegisterHyperLogLog(duckdb::DatabaseInstance& database) {
  duckdb::ExtensionLoader loader(database, "gnomon");
  Register<kBitsMin>(loader);
}

}  // namespace gnomon::sql
