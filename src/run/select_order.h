// SPDX-License-Identifier: Apache-2.0
// The order of the columns of a GroupBy that passes an entity's columns through (SPEC appendix
// I 11): that of the map in which Chronon holds them. It shows in the bytes of uploads.
#pragma once

#include <string>
#include <vector>

namespace gnomon::run {

// `names` in the order of iteration of a Scala 2.12 immutable map to which they were added in this
// order: up to four stay as they are, more go by their hashes. REQUIRES: distinct names.
std::vector<std::string> InScalaMapOrder(std::vector<std::string> names);

}  // namespace gnomon::run
