// SPDX-License-Identifier: Apache-2.0
#include "run/analysis/key_hitters.h"

#include <arrow/api.h>
#include <fmt/ranges.h>

#include <cmath>

#include "run/analysis/heavy_hitters.h"
#include "sql/result_printer.h"

namespace gnomon::run {

namespace {

// Twice the values that a user can ask for, and at least this many, are counted at once.
constexpr std::size_t kRoom = 1 << 16;

// SplitMix64: spreads a row's number over 64 bits.
std::uint64_t Mixed(std::uint64_t number) {
  number += 0x9E3779B97F4A7C15;
  number = (number ^ (number >> 30)) * 0xBF58476D1CE4E5B9;
  number = (number ^ (number >> 27)) * 0x94D049BB133111EB;
  return number ^ (number >> 31);
}

class Sampler {
 public:
  explicit Sampler(double share) : share_(share) {}
  bool Takes() {
    return share_ >= 1 || static_cast<double>(Mixed(row_++) >> 11) * 0x1p-53 < share_;
  }

 private:
  double share_;
  std::uint64_t row_ = 0;
};

}  // namespace

Result<SampledHitters> FindKeyHitters(const std::vector<AnalyzedSource>& sources,
                                      const std::vector<std::string>& keys, const DayRange& range,
                                      double share, std::size_t count) {
  SampledHitters found;
  std::vector<HeavyHitters> each(keys.size(), HeavyHitters(std::max(kRoom, 2 * count)));
  HeavyHitters together(std::max(kRoom, 2 * count));
  Sampler sampler(share);
  std::string all, one;
  for (const AnalyzedSource& source : sources) {
    GNOMON_RETURN_IF_ERROR(source.Read(range, keys, [&](const arrow::RecordBatch& rows) {
      for (std::int64_t row = 0; row < rows.num_rows(); ++row) {
        if (!sampler.Takes()) continue;
        ++found.rows;
        all.clear();
        for (std::size_t i = 0; i < keys.size(); ++i) {
          one.clear();
          sql::AppendSparkText(*rows.column(static_cast<int>(i)), row, &one);
          each[i].Add(one);
          all += (i == 0 ? "" : ", ") + one;
        }
        if (keys.size() > 1) together.Add(all);
      }
      return true;
    }));
  }
  const auto add = [&](const std::string& name, const HeavyHitters& hitters) {
    KeyHitters key{.key = name, .values = hitters.Top(count)};
    for (auto& [value, seen] : key.values) seen = std::llround(static_cast<double>(seen) / share);
    found.keys.push_back(std::move(key));
  };
  for (std::size_t i = 0; i < keys.size(); ++i) add(keys[i], each[i]);
  if (keys.size() > 1) add(fmt::format("{}", fmt::join(keys, ", ")), together);
  return found;
}

}  // namespace gnomon::run
