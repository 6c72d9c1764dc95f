// SPDX-License-Identifier: Apache-2.0
// How far two lists lie apart: the inserts and deletes that make one the other, as Chronon counts
// them (SPEC 8.11). There is no replacement.
#pragma once

#include <arrow/type_fwd.h>

#include <cstdint>
#include <vector>

#include "base/result.h"

namespace gnomon::run {

struct ListDistance {
  std::int32_t insert = 0;  // Into the right list, to make it the left one.
  std::int32_t remove = 0;  // From the right list.
};

// Of each row's two lists of texts; a null list counts as an empty one, a null element equals
// another. REQUIRES: both arrays are list<string>, equally long.
std::vector<ListDistance> ListDistances(const arrow::ListArray& left,
                                        const arrow::ListArray& right);

}  // namespace gnomon::run
