// SPDX-License-Identifier: Apache-2.0
#include "run/analysis/heavy_hitters.h"

#include <algorithm>

namespace gnomon::run {

void HeavyHitters::Add(std::string_view value) {
  ++total_;
  ++counts_[std::string(value)];
  if (counts_.size() > room_) MakeRoom();
}

// Takes the median count from all, and forgets those that have nothing left: at least half.
void HeavyHitters::MakeRoom() {
  std::vector<std::int64_t> counts;
  counts.reserve(counts_.size());
  for (const auto& [value, count] : counts_) counts.push_back(count);
  const auto middle = counts.begin() + static_cast<std::ptrdiff_t>(counts.size() / 2);
  std::nth_element(counts.begin(), middle, counts.end());
  const std::int64_t median = *middle;
  for (auto entry = counts_.begin(); entry != counts_.end();) {
    entry->second -= median;
    entry = entry->second <= 0 ? counts_.erase(entry) : std::next(entry);
  }
}

std::vector<std::pair<std::string, std::int64_t>> HeavyHitters::Top(std::size_t count) const {
  std::vector<std::pair<std::string, std::int64_t>> all(counts_.begin(), counts_.end());
  std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) {
    return a.second != b.second ? a.second > b.second : a.first < b.first;
  });
  if (all.size() > count) all.resize(count);
  return all;
}

}  // namespace gnomon::run
