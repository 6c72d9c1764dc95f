// SPDX-License-Identifier: Apache-2.0
// Work in lanes over a few threads: tasks of one lane run one after another in the order of their
// coming, lanes run side by side. What waits is bounded by bytes. Owned and fed by one thread.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "base/result.h"

namespace gnomon::iceberg {

class TaskLanes {
 public:
  using Task = std::function<Status()>;
  struct Lane {
    std::deque<std::pair<Task, std::int64_t>> waiting;  // With its bytes.
    bool is_scheduled = false;                          // Waits for a thread, or has one.
  };

  // With one thread there is no other than the caller's: Add runs the task.
  TaskLanes(int threads, std::int64_t waiting_bytes_max);
  // Drops what has not begun.
  ~TaskLanes();

  // Adds a task that holds on to `bytes` of memory, when there is room. After the first error
  // nothing more is begun, and that error is returned from here on.
  Status Add(const std::shared_ptr<Lane>& lane, std::int64_t bytes, Task task);
  // Waits for all tasks.
  Status Drain();

 private:
  void Work();
  void RunFirst(std::unique_lock<std::mutex>& lock);
  bool is_idle() const { return ready_.empty() && running_ == 0; }

  const std::int64_t waiting_bytes_max_;
  std::mutex mutex_;
  std::condition_variable has_work_;
  std::condition_variable has_progress_;
  std::deque<std::shared_ptr<Lane>> ready_;
  std::int64_t waiting_bytes_ = 0;
  int running_ = 0;
  bool stops_ = false;
  Status first_error_;
  std::vector<std::jthread> threads_;
};

}  // namespace gnomon::iceberg
