// SPDX-License-Identifier: Apache-2.0
// Names and options of Spark's are compared without regard to (ASCII) case.
#pragma once

#include <string>
#include <string_view>

namespace gnomon::sql {

inline std::string LowerCase(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

}  // namespace gnomon::sql
