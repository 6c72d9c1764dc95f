// SPDX-License-Identifier: Apache-2.0
// Checks for our own bugs, never for input: a failed one prints the expression and aborts.
// GNOMON_DCHECK is for hot loops and vanishes with NDEBUG.
#pragma once

#include <string_view>

namespace gnomon {

// Prints `expression` with its place to stderr and aborts.
[[noreturn]] void CheckFailed(std::string_view expression, const char* file, int line);

}  // namespace gnomon

#define GNOMON_CHECK(expression) \
  ((expression) ? static_cast<void>(0) : ::gnomon::CheckFailed(#expression, __FILE__, __LINE__))

#ifdef NDEBUG
#define GNOMON_DCHECK(expression) static_cast<void>(0)
#else
#define GNOMON_DCHECK(expression) GNOMON_CHECK(expression)
#endif
