// SPDX-License-Identifier: Apache-2.0
// Open-addressing hash tables with linear probing: from key bytes to a dense key id, and from a
// pair of numbers to a third. Both only grow; split by shard, they stay in the cache while a batch
// is worked off.
#pragma once

#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gnomon::aggregate {

class KeyTable {
 public:
  // Returns the id of the key, the next free one when it is new. Ids are dense from 0.
  std::uint32_t FindOrInsert(std::uint64_t hash, std::string_view key);

  // Looking up many keys, a step at a time for all of them, so that while one waits for memory the
  // others' loads are under way: first Prefetch, then Guess, PrefetchBytes, and Is.
  void Prefetch(std::uint64_t hash) const {
    if (!entries_.empty()) __builtin_prefetch(&entries_[hash & (entries_.size() - 1)]);
  }
  static constexpr std::uint32_t kNoGuess = UINT32_MAX;
  // The id that probably is the key's, by its tag alone; kNoGuess when it is not there.
  std::uint32_t Guess(std::uint64_t hash) const {
    if (entries_.empty()) return kNoGuess;
    const std::uint32_t id =
        entries_[Probe(hash, [](std::uint32_t) { return true; })].id_plus_one - 1;
    if (id != kNoGuess) __builtin_prefetch(&begins_[id]);
    return id;
  }
  void PrefetchBytes(std::uint32_t id) const { __builtin_prefetch(bytes_.data() + begins_[id]); }
  bool Is(std::uint32_t id, std::string_view bytes) const { return AreEqual(key(id), bytes); }

  // The id of the key, if it is there.
  std::optional<std::uint32_t> Find(std::uint64_t hash, std::string_view key) const;

  std::size_t size() const { return hashes_.size(); }
  std::string_view key(std::uint32_t id) const {
    return std::string_view(bytes_).substr(begins_[id], begins_[id + 1] - begins_[id]);
  }
  std::int64_t memory_bytes() const;

 private:
  // An id and the upper half of the key's hash, which spares most comparisons of bytes.
  struct Entry {
    std::uint32_t id_plus_one = 0;
    std::uint32_t tag = 0;
  };
  template <typename Word>
  static bool DifferAt(std::string_view a, std::string_view b, std::size_t at) {
    Word of_a, of_b;
    std::memcpy(&of_a, a.data() + at, sizeof(Word));
    std::memcpy(&of_b, b.data() + at, sizeof(Word));
    return of_a != of_b;
  }
  // Without a call: keys are short, and once per row.
  static bool AreEqual(std::string_view a, std::string_view b) {
    if (a.size() != b.size()) return false;
    if (a.size() < sizeof(std::uint32_t)) return a == b;
    if (a.size() < sizeof(std::uint64_t))
      return !DifferAt<std::uint32_t>(a, b, 0) &&
             !DifferAt<std::uint32_t>(a, b, a.size() - sizeof(std::uint32_t));
    const std::size_t last = a.size() - sizeof(std::uint64_t);
    for (std::size_t at = 0; at < last; at += sizeof(std::uint64_t)) {
      if (DifferAt<std::uint64_t>(a, b, at)) return false;
    }
    return !DifferAt<std::uint64_t>(a, b, last);
  }
  static std::uint32_t TagOf(std::uint64_t hash) { return static_cast<std::uint32_t>(hash >> 32); }
  // Where the first key of this tag stands that is_wanted(id), or a free entry.
  template <typename IsWanted>
  std::size_t Probe(std::uint64_t hash, const IsWanted& is_wanted) const {
    const std::size_t mask = entries_.size() - 1;
    const std::uint32_t tag = TagOf(hash);
    std::size_t at = hash & mask;
    for (; entries_[at].id_plus_one != 0; at = (at + 1) & mask) {
      if (entries_[at].tag == tag && is_wanted(entries_[at].id_plus_one - 1)) break;
    }
    return at;
  }
  void Grow();

  std::vector<Entry> entries_;
  std::vector<std::uint64_t> hashes_;
  std::vector<std::uint64_t> begins_ = {0};
  std::string bytes_;
};

// From a pair of numbers to a third: the parts of slots by slot and name (keyed_states.h), the
// slots of keys by key and hop.
class PairTable {
 public:
  // Returns the value of the pair; when it has none, `next` becomes it.
  std::uint32_t FindOrInsert(std::uint32_t first, std::uint32_t second, std::uint32_t next) {
    if ((used_ + 1) * 4 > entries_.size() * 3) Grow();
    const std::size_t mask = entries_.size() - 1;
    std::size_t at = Spread(first, second) & mask;
    while (entries_[at].first_plus_one != 0) {
      if (entries_[at].first_plus_one == first + 1 && entries_[at].second == second)
        return entries_[at].value;
      at = (at + 1) & mask;
    }
    entries_[at] = {first + 1, second, next};
    ++used_;
    return next;
  }

  std::int64_t memory_bytes() const {
    return static_cast<std::int64_t>(entries_.capacity() * sizeof(Entry));
  }

 private:
  struct Entry {
    std::uint32_t first_plus_one = 0;
    std::uint32_t second = 0;
    std::uint32_t value = 0;
  };
  static std::size_t Spread(std::uint32_t first, std::uint32_t second) {
    const std::uint64_t both = (std::uint64_t{first} << 32) | second;
    return static_cast<std::size_t>((both * 0x9E3779B97F4A7C15U) >> 32);
  }
  void Grow();

  std::vector<Entry> entries_;
  std::size_t used_ = 0;
};

}  // namespace gnomon::aggregate
