// SPDX-License-Identifier: Apache-2.0
// What HISTOGRAM and APPROX_HISTOGRAM_K share: maps from text to count, cut to the k greatest
// counts. Ties at the cut are settled by the key (SPEC appendix G 3; Chronon takes the order of a
// hash map).
#pragma once

#include <arrow/api.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

namespace gnomon::aggregate {

template <typename Text>
struct TextCount {
  Text text;
  std::int64_t count = 0;
};

// Leaves the k entries with the greatest counts (all for k = 0), in order of their keys.
template <typename Text>
void KeepGreatest(std::size_t k, std::vector<TextCount<Text>>* counts) {
  if (k > 0 && counts->size() > k) {
    const auto is_greater = [](const TextCount<Text>& a, const TextCount<Text>& b) {
      return a.count != b.count ? a.count > b.count : a.text < b.text;
    };
    const auto end = counts->begin() + static_cast<std::ptrdiff_t>(k);
    std::nth_element(counts->begin(), end, counts->end(), is_greater);
    counts->erase(end, counts->end());
  }
  std::sort(counts->begin(), counts->end(),
            [](const TextCount<Text>& a, const TextCount<Text>& b) { return a.text < b.text; });
}

// Appends a map<string, int> or map<string, bigint>, as CountBuilder says.
template <typename CountBuilder, typename Text>
arrow::Status AppendCounts(const std::vector<TextCount<Text>>& counts,
                           arrow::ArrayBuilder* builder) {
  auto* map = static_cast<arrow::MapBuilder*>(builder);
  ARROW_RETURN_NOT_OK(map->Append());
  auto* keys = static_cast<arrow::StringBuilder*>(map->key_builder());
  auto* values = static_cast<CountBuilder*>(map->item_builder());
  for (const TextCount<Text>& entry : counts) {
    ARROW_RETURN_NOT_OK(keys->Append(entry.text));
    ARROW_RETURN_NOT_OK(
        values->Append(static_cast<typename CountBuilder::value_type>(entry.count)));
  }
  return arrow::Status::OK();
}

}  // namespace gnomon::aggregate
