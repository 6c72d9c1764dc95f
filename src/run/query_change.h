// SPDX-License-Identifier: Apache-2.0
// Whether a changed query gives the same rows with more columns, as far as its text tells.
#pragma once

#include <string_view>

namespace gnomon::run {

// True if `now` is `before` with nothing but items added to its select lists (white space, comments
// and the case of keywords apart). False for anything else, also where that would do no harm:
// adding to a SELECT DISTINCT or a generator such as explode changes the rows.
bool OnlyAddsColumns(std::string_view before, std::string_view now);

}  // namespace gnomon::run
