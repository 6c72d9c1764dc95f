// SPDX-License-Identifier: Apache-2.0
// What the operating system says about a file, as a sentence with a remedy.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace gnomon {

// `what` failed ("writing a file") at `path` with an errno. NotFound, AlreadyExists or Unavailable.
Error FileError(std::string_view what, const std::string& path, int code);

}  // namespace gnomon
