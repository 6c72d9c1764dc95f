// SPDX-License-Identifier: Apache-2.0
// Growth of the hash tables: by doubling, at three quarters full.
#include "aggregate/key_table.h"

#include <bit>
#include <cstring>

#include "base/check.h"

namespace gnomon::aggregate {

namespace {

constexpr std::size_t kEntriesMin = 16;

std::uint32_t TagOf(std::uint64_t hash) { return static_cast<std::uint32_t>(hash >> 32); }

template <typename Word>
bool DifferAt(std::string_view a, std::string_view b, std::size_t at) {
  Word of_a, of_b;
  std::memcpy(&of_a, a.data() + at, sizeof(Word));
  std::memcpy(&of_b, b.data() + at, sizeof(Word));
  return of_a != of_b;
}

// Without a call: keys are short, and once per row.
bool AreEqual(std::string_view a, std::string_view b) {
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

}  // namespace

std::uint32_t KeyTable::FindOrInsert(std::uint64_t hash, std::string_view bytes) {
  if ((hashes_.size() + 1) * 4 > entries_.size() * 3) Grow();
  const std::size_t mask = entries_.size() - 1;
  const std::uint32_t tag = TagOf(hash);
  std::size_t at = hash & mask;
  for (; entries_[at].id_plus_one != 0; at = (at + 1) & mask) {
    const Entry& entry = entries_[at];
    if (entry.tag == tag && AreEqual(key(entry.id_plus_one - 1), bytes))
      return entry.id_plus_one - 1;
  }
  const auto id = static_cast<std::uint32_t>(hashes_.size());
  GNOMON_CHECK(id != UINT32_MAX);
  entries_[at] = {id + 1, tag};
  hashes_.push_back(hash);
  bytes_.append(bytes);
  begins_.push_back(bytes_.size());
  return id;
}

std::optional<std::uint32_t> KeyTable::Find(std::uint64_t hash, std::string_view bytes) const {
  if (entries_.empty()) return std::nullopt;
  const std::size_t mask = entries_.size() - 1;
  const std::uint32_t tag = TagOf(hash);
  for (std::size_t at = hash & mask; entries_[at].id_plus_one != 0; at = (at + 1) & mask) {
    const Entry& entry = entries_[at];
    if (entry.tag == tag && AreEqual(key(entry.id_plus_one - 1), bytes))
      return entry.id_plus_one - 1;
  }
  return std::nullopt;
}

void KeyTable::Grow() {
  entries_.assign(std::max(kEntriesMin, entries_.size() * 2), Entry{});
  const std::size_t mask = entries_.size() - 1;
  for (std::size_t id = 0; id < hashes_.size(); ++id) {
    std::size_t at = hashes_[id] & mask;
    while (entries_[at].id_plus_one != 0) at = (at + 1) & mask;
    entries_[at] = {static_cast<std::uint32_t>(id + 1), TagOf(hashes_[id])};
  }
}

std::int64_t KeyTable::memory_bytes() const {
  return static_cast<std::int64_t>(entries_.capacity() * sizeof(Entry) +
                                   hashes_.capacity() * sizeof(std::uint64_t) +
                                   begins_.capacity() * sizeof(std::uint64_t) + bytes_.capacity());
}

void PairTable::Grow() {
  std::vector<Entry> old(std::max(kEntriesMin, entries_.size() * 2));
  old.swap(entries_);
  const std::size_t mask = entries_.size() - 1;
  for (const Entry& entry : old) {
    if (entry.first_plus_one == 0) continue;
    std::size_t at = Spread(entry.first_plus_one - 1, entry.second) & mask;
    while (entries_[at].first_plus_one != 0) at = (at + 1) & mask;
    entries_[at] = entry;
  }
}

}  // namespace gnomon::aggregate
