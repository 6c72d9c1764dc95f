// SPDX-License-Identifier: Apache-2.0
#include "storage/worker_threads.h"

#include <arrow/util/thread_pool.h>

#include <algorithm>

namespace gnomon {

void LimitDecodingThreads(int threads) {
  // It fails for a capacity below one only.
  static_cast<void>(arrow::SetCpuThreadPoolCapacity(std::max(threads, 1)).ok());
}

}  // namespace gnomon
