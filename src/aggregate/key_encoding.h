// SPDX-License-Identifier: Apache-2.0
// Keys as bytes: equal keys have equal bytes and nothing else has. A single column of strings or
// whole numbers is taken as it lies in the batch; other keys are written out, column by column,
// each with a mark for null, strings with their length, so that null differs from '' and ('a','bc')
// from ('ab','c') (SPEC appendix I 1). NaN equals NaN and -0.0 equals 0.0, as in Spark.
#pragma once

#include <arrow/type_fwd.h>

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "types/data_type.h"

namespace gnomon::aggregate {

// The values of a dictionary of keys by their code, those that were met, and what tables found for
// them: each is hashed and looked up once, however many rows have it.
struct KeyDictionary {
  static constexpr std::uint32_t kNotLookedUp = UINT32_MAX, kNotThere = UINT32_MAX - 1;
  // Where the last row of a key went.
  struct Slot {
    std::uint32_t hop = UINT32_MAX;
    std::uint32_t slot = 0;
  };

  std::shared_ptr<arrow::ArrayData> values;
  std::vector<std::string_view> bytes;
  std::vector<std::uint64_t> hashes;  // 0 for one that was not met.
  std::vector<std::uint32_t> ids;     // In the table of its shard.
  std::vector<Slot> slots;            // The same; empty unless a table keeps them.
};

// The keys of some rows of a batch. Views are valid as long as this and the batch are.
struct EncodedKeys {
  bool is_dictionary() const { return dictionary.values != nullptr; }
  std::string_view view(std::size_t i) const {
    return is_dictionary() ? dictionary.bytes[codes[i]] : bytes[i];
  }
  std::uint64_t hash(std::size_t i) const {
    return is_dictionary() ? dictionary.hashes[codes[i]] : hashes[i];
  }

  std::vector<std::string_view> bytes;
  std::vector<std::uint64_t> hashes;
  std::string written;  // Where bytes point to when they do not point into the batch.
  // Instead of bytes and hashes, where the keys come as a dictionary.
  std::vector<std::uint32_t> codes;
  mutable KeyDictionary dictionary;
};

class KeyEncoding {
 public:
  // Errors: Unimplemented: a key of a nested type.
  static Result<KeyEncoding> Make(const Schema& keys);

  // Removes from `rows` those whose keys are all null; returns how many there were.
  std::int64_t DropNullKeys(std::span<const arrow::Array* const> columns,
                            std::vector<std::uint32_t>* rows) const;
  // The same for rows with any null key.
  std::int64_t DropPartlyNullKeys(std::span<const arrow::Array* const> columns,
                                  std::vector<std::uint32_t>* rows) const;
  // Encodes the keys of `rows`. A single column of strings may be a dictionary of int32; what
  // `encoded` knows of the same dictionary stays. REQUIRES: columns of the key's types; no row has
  // only nulls.
  void Encode(std::span<const arrow::Array* const> columns, std::span<const std::uint32_t> rows,
              EncodedKeys* encoded) const;
  // Appends keys to one builder per key column.
  arrow::Status AppendAll(std::span<const std::string_view> keys,
                          std::span<const std::unique_ptr<arrow::ArrayBuilder>> builders) const;
  // Appends one key.
  arrow::Status Append(std::string_view key,
                       std::span<const std::unique_ptr<arrow::ArrayBuilder>> builders) const;

  static std::uint64_t Hash(std::string_view key);

 private:
  explicit KeyEncoding(std::vector<TypeKind> kinds) : kinds_(std::move(kinds)) {}
  // Whether the key's bytes are those of the array.
  bool is_direct() const;
  static void EncodeDictionary(const arrow::DictionaryArray& column,
                               std::span<const std::uint32_t> rows, EncodedKeys* encoded);

  std::vector<TypeKind> kinds_;
};

}  // namespace gnomon::aggregate
