// SPDX-License-Identifier: Apache-2.0
// States by name within a slot: what map inputs and buckets keep. A part (one name of one slot) is
// a slot of the wrapped aggregation's column; names are interned.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "aggregate/aggregate_function.h"
#include "aggregate/key_table.h"

namespace gnomon::aggregate {

// How rows come to names and values.
enum class KeyedInput : std::uint8_t { kMap, kBucket };

class KeyedStates final : public StateColumn {
 public:
  KeyedStates(const BoundAggregation& self, KeyedInput input);

  struct Part {
    std::uint32_t name = 0;
    std::uint32_t slot = 0;  // In parts().
  };
  // Appends the parts of the slot that are not empty, in no order.
  void AppendParts(std::uint32_t slot, std::vector<Part>* parts) const;
  // The same, by name.
  void AppendPartsByName(std::uint32_t slot, std::vector<Part>* parts) const;
  std::string_view name(std::uint32_t id) const { return names_.key(id); }
  const StateColumn& parts() const { return *parts_; }

  void Resize(std::size_t size) override {
    heads_.resize(size, kNone);
    if (input_ == KeyedInput::kMap) seen_.resize(size, 0);
  }
  Status Update(const arrow::Array& values, const std::int64_t* ts,
                std::span<const std::uint32_t> rows, std::span<const std::uint32_t> slots) override;
  Status Delete(const arrow::Array& values, const std::int64_t* ts,
                std::span<const std::uint32_t> rows, std::span<const std::uint32_t> slots) override;
  Status Merge(std::span<const std::uint32_t> slots, const StateColumn& from,
               std::span<const std::uint32_t> from_slots) override;
  bool IsEmpty(std::uint32_t slot) const override;
  arrow::Status Finalize(std::span<const std::uint32_t> slots,
                         arrow::ArrayBuilder* results) const override;
  arrow::Status Encode(std::span<const std::uint32_t> slots,
                       arrow::ArrayBuilder* intermediate) const override;
  Status Decode(const arrow::Array& intermediate, std::span<const std::uint32_t> slots) override;
  std::int64_t memory_bytes() const override;

 private:
  static constexpr std::uint32_t kNone = UINT32_MAX;

  std::uint32_t NameId(std::string_view name);
  std::uint32_t FindOrInsert(std::uint32_t slot, std::uint32_t name);
  // Fills part_rows_ and part_slots_ from rows; returns the column of values.
  const arrow::Array& SplitMaps(const arrow::Array& values, std::span<const std::uint32_t> rows,
                                std::span<const std::uint32_t> slots);
  const arrow::Array& SplitBuckets(const arrow::Array& values, std::span<const std::uint32_t> rows,
                                   std::span<const std::uint32_t> slots);
  const arrow::Array& Split(const arrow::Array& values, std::span<const std::uint32_t> rows,
                            std::span<const std::uint32_t> slots);

  const KeyedInput input_;
  const std::shared_ptr<arrow::DataType> intermediate_;
  std::unique_ptr<StateColumn> parts_;
  KeyTable names_;
  PairTable by_name_;
  std::vector<std::uint32_t> heads_;  // By slot: its newest part.
  // By slot, of maps only: whether it saw a map. One that is empty, or holds only nulls, gives an
  // empty map (golden gb_map_inputs).
  std::vector<std::uint8_t> seen_;
  std::vector<std::uint32_t> nexts_;  // By part: the next older one of its slot.
  std::vector<std::uint32_t> part_names_;
  std::vector<std::uint32_t> part_rows_;
  std::vector<std::uint32_t> part_slots_;
};

}  // namespace gnomon::aggregate
