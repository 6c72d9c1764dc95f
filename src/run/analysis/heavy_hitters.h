// SPDX-License-Identifier: Apache-2.0
// The most frequent values of a column, in bounded memory: Misra and Gries' counters, which are
// exact as long as no more values are seen than there is room for.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace gnomon::run {

class HeavyHitters {
 public:
  // `room`: how many values are counted at once. Each count is too low by at most
  // total / (room / 2).
  explicit HeavyHitters(std::size_t room) : room_(room) {}

  void Add(std::string_view value);
  std::int64_t total() const { return total_; }

  // The `count` most frequent values and how often each was seen: greatest first, then by value.
  std::vector<std::pair<std::string, std::int64_t>> Top(std::size_t count) const;

 private:
  void MakeRoom();

  std::size_t room_;
  std::int64_t total_ = 0;
  std::unordered_map<std::string, std::int64_t> counts_;
};

}  // namespace gnomon::run
