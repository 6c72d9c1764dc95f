// SPDX-License-Identifier: Apache-2.0
// Our errors as Python exceptions: the classes of gnomon.exceptions, which are also the builtin
// ones that base/error_code.h names.
#pragma once

#include <nanobind/nanobind.h>

#include <utility>

#include "base/result.h"

namespace gnomon {

// REQUIRES: the GIL is held.
[[noreturn]] void Raise(const Error& error);

template <typename T>
T ValueOrRaise(Result<T> result) {
  if (!result.has_value()) Raise(result.error());
  return *std::move(result);
}

inline void OkOrRaise(const Status& status) {
  if (!status.has_value()) Raise(status.error());
}

}  // namespace gnomon
