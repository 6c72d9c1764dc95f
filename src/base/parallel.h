// SPDX-License-Identifier: Apache-2.0
// Runs independent pieces of work on several threads and gives back the first error.
#pragma once

#include <cstddef>
#include <functional>

#include "base/result.h"

namespace gnomon {

// Calls work(0) .. work(count - 1), each once, on up to `threads` threads (the caller's is one of
// them); indices are handed out in order. After the first error, and when a stop is asked for, no
// further index is started; that error is returned. An exception that leaves `work` becomes
// Internal (Unavailable for want of memory).
Status ParallelFor(std::size_t count, int threads, const std::function<Status(std::size_t)>& work);

}  // namespace gnomon
