// SPDX-License-Identifier: Apache-2.0
// Whether a changed query gives the same rows with more columns, as far as its text tells.
#pragma once

#include <string_view>

namespace gnomon::run {

// True if `now` is `before` with nothing but items added to its select lists (white space, comments
// and the case of keywords apart), every item that was there being the same as a whole. False for
// anything else, also where that would do no harm: adding to a SELECT DISTINCT, a UNION, a list
// that GROUP BY 1 counts in, or adding a generator such as explode changes the rows.
bool OnlyAddsColumns(std::string_view before, std::string_view now);

}  // namespace gnomon::run
