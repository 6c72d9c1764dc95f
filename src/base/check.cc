// SPDX-License-Identifier: Apache-2.0
#include "base/check.h"

#include <cstdio>
#include <cstdlib>

namespace gnomon {

void CheckFailed(std::string_view expression, const char* file, int line) {
  std::fprintf(stderr, "%s:%d: internal check failed: %.*s\n", file, line,
               static_cast<int>(expression.size()), expression.data());
  std::abort();
}

}  // namespace gnomon
