// SPDX-License-Identifier: Apache-2.0
// Rows are first split into (part, value) pairs, then the wrapped column takes them in one call.
#include "aggregate/keyed_states.h"

#include <arrow/api.h>

#include <algorithm>

#include "aggregate/key_encoding.h"
#include "aggregate/typed_columns.h"
#include "types/arrow_mapping.h"

namespace gnomon::aggregate {

KeyedStates::KeyedStates(const BoundAggregation& self, KeyedInput input)
    : input_(input),
      intermediate_(ToArrow(self.intermediate)),
      parts_(self.part->make_states(*self.part)) {}

std::uint32_t KeyedStates::NameId(std::string_view name) {
  return names_.FindOrInsert(KeyEncoding::Hash(name), name);
}

std::uint32_t KeyedStates::FindOrInsert(std::uint32_t slot, std::uint32_t name) {
  const auto next = static_cast<std::uint32_t>(part_names_.size());
  GNOMON_CHECK(next != kNone);
  const std::uint32_t part = by_name_.FindOrInsert(slot, name, next);
  if (part == next) {
    part_names_.push_back(name);
    nexts_.push_back(heads_[slot]);
    heads_[slot] = part;
  }
  return part;
}

const arrow::Array& KeyedStates::SplitMaps(const arrow::Array& values,
                                           std::span<const std::uint32_t> rows,
                                           std::span<const std::uint32_t> slots) {
  const auto& maps = static_cast<const arrow::MapArray&>(values);
  const auto& keys = static_cast<const arrow::StringArray&>(*maps.keys());
  const arrow::Array& items = *maps.items();
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (maps.IsNull(rows[i])) continue;
    seen_[slots[i]] = 1;
    const auto begin = static_cast<std::uint32_t>(maps.value_offset(rows[i]));
    const auto end = begin + static_cast<std::uint32_t>(maps.value_length(rows[i]));
    for (std::uint32_t row = begin; row < end; ++row) {
      if (items.IsNull(row)) continue;
      part_rows_.push_back(row);
      part_slots_.push_back(FindOrInsert(slots[i], NameId(keys.GetView(row))));
    }
  }
  return items;
}

const arrow::Array& KeyedStates::SplitBuckets(const arrow::Array& values,
                                              std::span<const std::uint32_t> rows,
                                              std::span<const std::uint32_t> slots) {
  const auto& pairs = static_cast<const arrow::StructArray&>(values);
  const auto& buckets = static_cast<const arrow::StringArray&>(*pairs.field(0));
  const arrow::Array& inputs = *pairs.field(1);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::uint32_t row = rows[i];
    if (buckets.IsNull(row) || inputs.IsNull(row)) continue;
    part_rows_.push_back(row);
    part_slots_.push_back(FindOrInsert(slots[i], NameId(buckets.GetView(row))));
  }
  return inputs;
}

const arrow::Array& KeyedStates::Split(const arrow::Array& values,
                                       std::span<const std::uint32_t> rows,
                                       std::span<const std::uint32_t> slots) {
  part_rows_.clear();
  part_slots_.clear();
  const arrow::Array& inputs = input_ == KeyedInput::kMap ? SplitMaps(values, rows, slots)
                                                          : SplitBuckets(values, rows, slots);
  parts_->Resize(part_names_.size());
  return inputs;
}

Status KeyedStates::Update(const arrow::Array& values, const std::int64_t* ts,
                           std::span<const std::uint32_t> rows,
                           std::span<const std::uint32_t> slots) {
  const arrow::Array& inputs = Split(values, rows, slots);
  return parts_->Update(inputs, ts, part_rows_, part_slots_);
}

Status KeyedStates::Delete(const arrow::Array& values, const std::int64_t* ts,
                           std::span<const std::uint32_t> rows,
                           std::span<const std::uint32_t> slots) {
  const arrow::Array& inputs = Split(values, rows, slots);
  return parts_->Delete(inputs, ts, part_rows_, part_slots_);
}

Status KeyedStates::Merge(std::span<const std::uint32_t> slots, const StateColumn& from,
                          std::span<const std::uint32_t> from_slots) {
  const auto& other = static_cast<const KeyedStates&>(from);
  std::vector<Part> parts;
  std::vector<std::uint32_t> from_parts;
  // One pair at a time: within one column an earlier pair may have made parts for a later one.
  for (std::size_t i = 0; i < slots.size(); ++i) {
    parts.clear();
    other.AppendParts(from_slots[i], &parts);
    if (input_ == KeyedInput::kMap) seen_[slots[i]] |= other.seen_[from_slots[i]];
    part_slots_.clear();
    from_parts.clear();
    for (const Part& part : parts) {
      part_slots_.push_back(FindOrInsert(slots[i], NameId(other.name(part.name))));
      from_parts.push_back(part.slot);
    }
    parts_->Resize(part_names_.size());
    GNOMON_RETURN_IF_ERROR(parts_->Merge(part_slots_, *other.parts_, from_parts));
  }
  return Ok();
}

void KeyedStates::AppendParts(std::uint32_t slot, std::vector<Part>* parts) const {
  for (std::uint32_t part = heads_[slot]; part != kNone; part = nexts_[part]) {
    if (!parts_->IsEmpty(part)) parts->push_back({part_names_[part], part});
  }
}

void KeyedStates::AppendPartsByName(std::uint32_t slot, std::vector<Part>* parts) const {
  const std::size_t begin = parts->size();
  AppendParts(slot, parts);
  std::sort(parts->begin() + static_cast<std::ptrdiff_t>(begin), parts->end(),
            [this](const Part& a, const Part& b) { return name(a.name) < name(b.name); });
}

bool KeyedStates::IsEmpty(std::uint32_t slot) const {
  if (input_ == KeyedInput::kMap) return seen_[slot] == 0;
  for (std::uint32_t part = heads_[slot]; part != kNone; part = nexts_[part]) {
    if (!parts_->IsEmpty(part)) return false;
  }
  return true;
}

namespace {

// Appends one map per slot, or null; `append_items` takes the parts' slots and the items' builder.
template <typename AppendItems>
arrow::Status AppendMaps(const KeyedStates& states, std::span<const std::uint32_t> slots,
                         arrow::ArrayBuilder* builder, AppendItems&& append_items) {
  auto* maps = static_cast<arrow::MapBuilder*>(builder);
  std::vector<KeyedStates::Part> parts;
  std::vector<std::uint32_t> part_slots;
  for (const std::uint32_t slot : slots) {
    if (states.IsEmpty(slot)) {
      ARROW_RETURN_NOT_OK(maps->AppendNull());
      continue;
    }
    parts.clear();
    part_slots.clear();
    states.AppendPartsByName(slot, &parts);
    ARROW_RETURN_NOT_OK(maps->Append());
    for (const KeyedStates::Part& part : parts) {
      ARROW_RETURN_NOT_OK(
          static_cast<arrow::StringBuilder*>(maps->key_builder())->Append(states.name(part.name)));
      part_slots.push_back(part.slot);
    }
    ARROW_RETURN_NOT_OK(append_items(part_slots, maps->item_builder()));
  }
  return arrow::Status::OK();
}

}  // namespace

arrow::Status KeyedStates::Finalize(std::span<const std::uint32_t> slots,
                                    arrow::ArrayBuilder* results) const {
  return AppendMaps(*this, slots, results, [this](const auto& parts, arrow::ArrayBuilder* items) {
    return parts_->Finalize(parts, items);
  });
}

arrow::Status KeyedStates::Encode(std::span<const std::uint32_t> slots,
                                  arrow::ArrayBuilder* intermediate) const {
  return AppendMaps(*this, slots, intermediate,
                    [this](const auto& parts, arrow::ArrayBuilder* items) {
                      return parts_->Encode(parts, items);
                    });
}

Status KeyedStates::Decode(const arrow::Array& intermediate, std::span<const std::uint32_t> slots) {
  GNOMON_RETURN_IF_ERROR(CheckIntermediate(intermediate, *intermediate_, slots.size()));
  const auto& maps = static_cast<const arrow::MapArray&>(intermediate);
  const auto& keys = static_cast<const arrow::StringArray&>(*maps.keys());
  std::vector<Part> old_parts;
  for (const std::uint32_t slot : slots) AppendParts(slot, &old_parts);
  if (!old_parts.empty()) {
    std::vector<std::uint32_t> cleared;
    cleared.reserve(old_parts.size());
    for (const Part& part : old_parts) cleared.push_back(part.slot);
    GNOMON_ARROW_ASSIGN(
        const auto nulls,
        arrow::MakeArrayOfNull(maps.items()->type(), static_cast<std::int64_t>(cleared.size())),
        "reading intermediate results");
    GNOMON_RETURN_IF_ERROR(parts_->Decode(*nulls, cleared));
  }
  part_slots_.clear();
  const std::int64_t begin = maps.length() == 0 ? 0 : maps.value_offset(0);
  const std::int64_t end = maps.length() == 0 ? 0 : maps.value_offset(maps.length());
  for (std::int64_t row = 0; row < maps.length(); ++row) {
    if (input_ == KeyedInput::kMap) {
      seen_[slots[static_cast<std::size_t>(row)]] = maps.IsValid(row) ? 1 : 0;
    }
    for (std::int64_t item = maps.value_offset(row); item < maps.value_offset(row + 1); ++item) {
      part_slots_.push_back(
          FindOrInsert(slots[static_cast<std::size_t>(row)], NameId(keys.GetView(item))));
    }
  }
  parts_->Resize(part_names_.size());
  return parts_->Decode(*maps.items()->Slice(begin, end - begin), part_slots_);
}

std::int64_t KeyedStates::memory_bytes() const {
  const std::size_t words = heads_.capacity() + nexts_.capacity() + part_names_.capacity() +
                            part_rows_.capacity() + part_slots_.capacity();
  return parts_->memory_bytes() + names_.memory_bytes() + by_name_.memory_bytes() +
         static_cast<std::int64_t>(words * sizeof(std::uint32_t) + seen_.capacity() +
                                   sizeof(*this));
}

}  // namespace gnomon::aggregate
