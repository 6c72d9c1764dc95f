// SPDX-License-Identifier: Apache-2.0
#include "run/select_order.h"

#include <algorithm>
#include <cstdint>

namespace gnomon::run {

namespace {

// Larger maps are hash tries, smaller ones keep what was added in order.
constexpr std::size_t kOrderedMax = 4;

// The code units of UTF-16, over which Java hashes.
std::vector<std::uint16_t> CodeUnits(const std::string& text) {
  std::vector<std::uint16_t> units;
  for (std::size_t i = 0; i < text.size();) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const int extra = byte < 0x80 ? 0 : byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : 3;
    std::uint32_t point = extra == 0 ? byte : byte & (0x3fU >> extra);
    for (int k = 1; k <= extra && i + static_cast<std::size_t>(k) < text.size(); ++k) {
      point = (point << 6) |
              (static_cast<unsigned char>(text[i + static_cast<std::size_t>(k)]) & 0x3fU);
    }
    i += static_cast<std::size_t>(extra) + 1;
    if (point < 0x10000) {
      units.push_back(static_cast<std::uint16_t>(point));
    } else {
      units.push_back(static_cast<std::uint16_t>(0xd800 + ((point - 0x10000) >> 10)));
      units.push_back(static_cast<std::uint16_t>(0xdc00 + ((point - 0x10000) & 0x3ff)));
    }
  }
  return units;
}

std::uint32_t TrieHash(const std::string& name) {
  std::uint32_t hash = 0;
  for (const std::uint16_t unit : CodeUnits(name)) hash = 31 * hash + unit;
  // As scala.collection.immutable.HashMap improves Java's hash.
  hash += ~(hash << 9);
  hash ^= hash >> 14;
  hash += hash << 4;
  return hash ^ (hash >> 10);
}

// A trie is walked by five bits at a time, the lowest first.
bool ComesFirst(std::uint32_t left, std::uint32_t right) {
  for (int shift = 0; shift < 32; shift += 5) {
    const std::uint32_t a = (left >> shift) & 31, b = (right >> shift) & 31;
    if (a != b) return a < b;
  }
  return false;
}

}  // namespace

std::vector<std::string> InScalaMapOrder(std::vector<std::string> names) {
  if (names.size() <= kOrderedMax) return names;
  std::stable_sort(names.begin(), names.end(), [](const auto& left, const auto& right) {
    return ComesFirst(TrieHash(left), TrieHash(right));
  });
  return names;
}

}  // namespace gnomon::run
