// SPDX-License-Identifier: Apache-2.0
#include "base/parallel.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <new>
#include <thread>
#include <vector>

#include "base/cancellation.h"

namespace gnomon {

namespace {

Status CallSafely(const std::function<Status(std::size_t)>& work, std::size_t index) {
  try {
    GNOMON_RETURN_IF_ERROR(CheckCancelled());
    return work(index);
  } catch (const std::bad_alloc&) {
    return Unavailable(
        "the memory of this machine is used up - lower EXECUTOR_MEMORY or the number of cores");
  } catch (const std::exception& error) {
    return Internal("{}", error.what());
  }
}

}  // namespace

Status ParallelFor(std::size_t count, int threads, const std::function<Status(std::size_t)>& work) {
  std::atomic<std::size_t> next = 0;
  std::mutex mutex;
  Status first_error;
  const auto run = [&] {
    for (std::size_t index = next++; index < count; index = next++) {
      Status status = CallSafely(work, index);
      if (status) continue;
      next = count;
      const std::lock_guard lock(mutex);
      if (first_error) first_error = std::move(status);
      return;
    }
  };
  const std::size_t helpers =
      std::min(count, static_cast<std::size_t>(std::max(threads, 1))) - (count > 0 ? 1 : 0);
  std::vector<std::jthread> pool;
  for (std::size_t i = 0; i < helpers; ++i) pool.emplace_back(run);
  run();
  pool.clear();
  return first_error;
}

}  // namespace gnomon
