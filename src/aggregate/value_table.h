// SPDX-License-Identifier: Apache-2.0
// A set or map of distinct values of one type, made for many small ones: entries lie densely, and a
// hash index exists only beyond a few. Equality is value_order.h's: NaN equals NaN, and 0.0 is not
// -0.0 (as Java's boxed numbers).
#pragma once

#include <bit>
#include <cstdint>
#include <vector>

#include "aggregate/input_types.h"
#include "aggregate/key_encoding.h"

namespace gnomon::aggregate {

struct NoPayload {};

// `Held` is In::Stored, or In::View when the values outlive the table. REQUIRES: In is not nested.
template <typename In, typename Held, typename Payload>
class ValueTable {
 public:
  using View = typename In::View;
  struct Entry {
    Held value;
    [[no_unique_address]] Payload payload{};
  };
  static constexpr std::uint32_t kMissing = UINT32_MAX;

  std::size_t size() const { return entries_.size(); }
  const std::vector<Entry>& entries() const { return entries_; }
  Entry& entry(std::uint32_t position) { return entries_[position]; }
  static View ViewOf(const Entry& entry) {
    if constexpr (std::same_as<Held, View>) {
      return entry.value;
    } else {
      return In::ViewOf(entry.value);
    }
  }

  std::uint32_t Find(View value) const {
    if (entries_.size() <= kLinearMax) {
      for (std::uint32_t i = 0; i < entries_.size(); ++i) {
        if (In::Compare(ViewOf(entries_[i]), value) == 0) return i;
      }
      return kMissing;
    }
    return index_[Probe(value)] - 1;  // 0 is "free", and wraps to kMissing.
  }

  // Returns the position of the value, which is added when missing.
  std::uint32_t FindOrInsert(View value) {
    const std::uint32_t found = Find(value);
    if (found != kMissing) return found;
    if constexpr (std::same_as<Held, View>) {
      entries_.push_back({value});
    } else {
      entries_.push_back({In::Store(value)});
      value_bytes_ += In::HeapBytesOf(entries_.back().value);
    }
    if (entries_.size() > kLinearMax) {
      if (entries_.size() * 4 > index_.size() * 3) {
        Rebuild();
      } else {
        index_[Probe(value)] = static_cast<std::uint32_t>(entries_.size());
      }
    }
    return static_cast<std::uint32_t>(entries_.size() - 1);
  }

  // The last entry takes the place of the one that goes.
  void Erase(std::uint32_t position) {
    if constexpr (!std::same_as<Held, View>) {
      value_bytes_ -= In::HeapBytesOf(entries_[position].value);
    }
    const bool indexed = entries_.size() > kLinearMax;
    if (indexed) Unindex(Probe(ViewOf(entries_[position])));
    const auto last = static_cast<std::uint32_t>(entries_.size() - 1);
    if (position != last) {
      if (indexed) index_[Probe(ViewOf(entries_[last]))] = position + 1;
      entries_[position] = std::move(entries_[last]);
    }
    entries_.pop_back();
    if (entries_.size() <= kLinearMax) index_.clear();
  }

  void Clear() {
    entries_.clear();
    index_.clear();
    value_bytes_ = 0;
  }

  std::int64_t heap_bytes() const {
    return static_cast<std::int64_t>(entries_.capacity() * sizeof(Entry) +
                                     index_.capacity() * sizeof(std::uint32_t)) +
           value_bytes_;
  }

 private:
  static constexpr std::size_t kLinearMax = 8;

  static std::uint64_t Hash(View value) {
    if constexpr (std::same_as<View, std::string_view>) {
      return KeyEncoding::Hash(value);
    } else if constexpr (std::is_floating_point_v<View>) {
      const double number = std::isnan(value) ? std::nan("") : static_cast<double>(value);
      return Spread(std::bit_cast<std::uint64_t>(number));
    } else {
      return Spread(static_cast<std::uint64_t>(value));
    }
  }
  static std::uint64_t Spread(std::uint64_t bits) {
    bits *= 0x9E3779B97F4A7C15U;
    return bits ^ (bits >> 32);
  }
  // The place of the value in the index, or the free place where it would go.
  std::size_t Probe(View value) const {
    const std::size_t mask = index_.size() - 1;
    std::size_t at = Hash(value) & mask;
    while (index_[at] != 0 && In::Compare(ViewOf(entries_[index_[at] - 1]), value) != 0) {
      at = (at + 1) & mask;
    }
    return at;
  }
  void Rebuild() {
    index_.assign(std::bit_ceil(entries_.size() * 2), 0);
    for (std::uint32_t i = 0; i < entries_.size(); ++i) index_[Probe(ViewOf(entries_[i]))] = i + 1;
  }
  // Frees a place; entries behind it that probing would no longer find move up.
  void Unindex(std::size_t hole) {
    const std::size_t mask = index_.size() - 1;
    for (std::size_t at = (hole + 1) & mask; index_[at] != 0; at = (at + 1) & mask) {
      const std::size_t home = Hash(ViewOf(entries_[index_[at] - 1])) & mask;
      if (((at - home) & mask) < ((at - hole) & mask)) continue;
      index_[hole] = index_[at];
      hole = at;
    }
    index_[hole] = 0;
  }

  std::vector<Entry> entries_;
  std::vector<std::uint32_t> index_;  // Positions plus one; a power of two in size.
  std::int64_t value_bytes_ = 0;
};

}  // namespace gnomon::aggregate
