// SPDX-License-Identifier: Apache-2.0
// One Avro datum as a tree: for metadata (manifests, serving info tests) where clarity beats
// speed; hot paths encode from columns with BinaryWriter.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "avro/binary.h"
#include "avro/schema.h"
#include "base/result.h"

namespace gnomon::avro {

struct Value;
using Values = std::vector<Value>;  // Records (in field order) and arrays.
using MapEntries = std::vector<std::pair<std::string, Value>>;  // Maps.

// Unions hold the chosen branch's value directly; null is monostate. kInt, kLong and kEnum
// (ordinal) are int64_t; kBytes, kString and kFixed are std::string.
struct Value {
  std::variant<std::monostate, bool, std::int64_t, float, double, std::string, Values, MapEntries>
      data;

  Value() = default;
  template <typename T>
  explicit Value(T value) : data(std::move(value)) {}
  bool operator==(const Value&) const = default;
  bool is_null() const { return data.index() == 0; }
};

// Encodes `value`; of a union the first branch that fits is taken. Errors: InvalidArgument when the
// value does not fit.
Status Encode(const Schema& schema, const Value& value, BinaryWriter& writer);

// Decodes one datum. Errors: Corruption, also for collections longer than the bytes could hold and
// nesting deeper than 64.
Result<Value> Decode(const Schema& schema, BinaryReader& reader);

}  // namespace gnomon::avro
