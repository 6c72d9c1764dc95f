// SPDX-License-Identifier: Apache-2.0
// What is known of Spark's functions: which are proven, with which types, and why the others are
// refused.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace gnomon::expr {

struct SparkFunction {
  enum class Kind : std::uint8_t { kScalar, kAggregate, kWindow, kGenerator };
  std::string_view name;
  Kind kind = Kind::kScalar;
  std::string_view evaluator;  // The function that stands for it; `cast`; `query`; empty: refused.
  std::string_view why;        // It is refused.
};

// All of Spark's functions, by name.
const std::vector<SparkFunction>& SparkFunctions();

// For each number of arguments the types that are accepted at each place, such as
// `(string | binary, int | smallint | tinyint)`. Found by binding, so that it cannot differ from
// what is.
std::vector<std::string> ProvenSignatures(const std::string& evaluator);

}  // namespace gnomon::expr
