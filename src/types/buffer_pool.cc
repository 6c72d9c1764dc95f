// SPDX-License-Identifier: Apache-2.0
// jemalloc, by measurement (bench/offline): Arrow's default pool clears huge pages for every
// growing buffer, a fifth of a backfill's time; its system pool copies a buffer at each change of
// size, and gives its pages back to the kernel to fault them in again.
#include "types/buffer_pool.h"

#include <arrow/memory_pool.h>

namespace gnomon {

namespace {

arrow::MemoryPool* ChoosePool() {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  // A sanitizer watches the malloc of the process; jemalloc's buffers would hide every overrun.
  return arrow::system_memory_pool();
#else
  arrow::MemoryPool* pool = nullptr;
  return arrow::jemalloc_memory_pool(&pool).ok() ? pool : arrow::system_memory_pool();
#endif
}

}  // namespace

arrow::MemoryPool* BufferPool() {
  static arrow::MemoryPool* const pool = ChoosePool();
  return pool;
}

}  // namespace gnomon
