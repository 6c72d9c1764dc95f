// SPDX-License-Identifier: Apache-2.0
// Open-addressing hash tables with linear probing: from key bytes to a dense key id, from key id to
// a slot, from slot and name to a part. All only grow; they are small enough, split by shard and by
// day, to stay in the cache while a batch is worked off.
#pragma once

#include <cstdint>
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
  void Grow();

  std::vector<Entry> entries_;
  std::vector<std::uint64_t> hashes_;
  std::vector<std::uint64_t> begins_ = {0};
  std::string bytes_;
};

// The slots of one day.
class SlotTable {
 public:
  // Returns the slot of the key; when it has none, `next` becomes it.
  std::uint32_t FindOrInsert(std::uint32_t key_id, std::uint32_t next) {
    if ((used_ + 1) * 4 > entries_.size() * 3) Grow();
    const std::size_t mask = entries_.size() - 1;
    std::size_t at = Spread(key_id) & mask;
    while (entries_[at].key_plus_one != 0) {
      if (entries_[at].key_plus_one == key_id + 1) return entries_[at].slot;
      at = (at + 1) & mask;
    }
    entries_[at] = {key_id + 1, next};
    ++used_;
    return next;
  }

  std::int64_t memory_bytes() const {
    return static_cast<std::int64_t>(entries_.capacity() * sizeof(Entry));
  }

 private:
  struct Entry {
    std::uint32_t key_plus_one = 0;
    std::uint32_t slot = 0;
  };
  static std::size_t Spread(std::uint32_t key_id) { return key_id * std::size_t{0x9E3779B1}; }
  void Grow();

  std::vector<Entry> entries_;
  std::size_t used_ = 0;
};

// The parts of slots, by slot and name (keyed_states.h).
class SlotNameTable {
 public:
  // Returns the part of that name; when the slot has none, `next` becomes it.
  std::uint32_t FindOrInsert(std::uint32_t slot, std::uint32_t name, std::uint32_t next) {
    if ((used_ + 1) * 4 > entries_.size() * 3) Grow();
    const std::size_t mask = entries_.size() - 1;
    std::size_t at = Spread(slot, name) & mask;
    while (entries_[at].slot_plus_one != 0) {
      if (entries_[at].slot_plus_one == slot + 1 && entries_[at].name == name)
        return entries_[at].part;
      at = (at + 1) & mask;
    }
    entries_[at] = {slot + 1, name, next};
    ++used_;
    return next;
  }

  std::int64_t memory_bytes() const {
    return static_cast<std::int64_t>(entries_.capacity() * sizeof(Entry));
  }

 private:
  struct Entry {
    std::uint32_t slot_plus_one = 0;
    std::uint32_t name = 0;
    std::uint32_t part = 0;
  };
  static std::size_t Spread(std::uint32_t slot, std::uint32_t name) {
    const std::uint64_t both = (std::uint64_t{slot} << 32) | name;
    return static_cast<std::size_t>((both * 0x9E3779B97F4A7C15U) >> 32);
  }
  void Grow();

  std::vector<Entry> entries_;
  std::size_t used_ = 0;
};

}  // namespace gnomon::aggregate
