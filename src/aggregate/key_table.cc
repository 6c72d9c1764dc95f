// SPDX-License-Identifier: Apache-2.0
// Growth of the hash tables: by doubling, at three quarters full.
#include "aggregate/key_table.h"

#include <bit>

#include "base/check.h"

namespace gnomon::aggregate {

namespace {

constexpr std::size_t kEntriesMin = 16;

}  // namespace

std::uint32_t KeyTable::FindOrInsert(std::uint64_t hash, std::string_view bytes) {
  if ((hashes_.size() + 1) * 4 > entries_.size() * 3) Grow();
  Entry& entry = entries_[Probe(hash, [&](std::uint32_t id) { return Is(id, bytes); })];
  if (entry.id_plus_one != 0) return entry.id_plus_one - 1;
  const auto id = static_cast<std::uint32_t>(hashes_.size());
  GNOMON_CHECK(id != UINT32_MAX);
  entry = {id + 1, TagOf(hash)};
  hashes_.push_back(hash);
  bytes_.append(bytes);
  begins_.push_back(bytes_.size());
  return id;
}

std::optional<std::uint32_t> KeyTable::Find(std::uint64_t hash, std::string_view bytes) const {
  if (entries_.empty()) return std::nullopt;
  const Entry& entry = entries_[Probe(hash, [&](std::uint32_t id) { return Is(id, bytes); })];
  return entry.id_plus_one == 0 ? std::nullopt : std::optional(entry.id_plus_one - 1);
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
