// SPDX-License-Identifier: Apache-2.0
// The names of Avro's types in schema JSON, in the order of the enumeration.
#pragma once

#include <array>
#include <string_view>

#include "avro/schema.h"

namespace gnomon::avro {

inline constexpr std::array<std::string_view, 14> kTypeNames = {
    "null",   "boolean", "int",  "long",  "float", "double", "bytes",
    "string", "record",  "enum", "array", "map",   "union",  "fixed"};

std::string_view TypeName(Type type);

// The deepest nesting that is read or written: a bound on recursion over bytes from outside.
inline constexpr int kNestingDepthMax = 64;

}  // namespace gnomon::avro
