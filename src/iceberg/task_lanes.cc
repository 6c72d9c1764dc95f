// SPDX-License-Identifier: Apache-2.0
// One mutex for everything: a task is an encode of thousands of rows, so it is seldom taken.
#include "iceberg/task_lanes.h"

#include "base/parallel.h"

namespace gnomon::iceberg {

TaskLanes::TaskLanes(int threads, std::int64_t waiting_bytes_max)
    : waiting_bytes_max_(waiting_bytes_max) {
  for (int i = 0; threads > 1 && i < threads; ++i) threads_.emplace_back([this] { Work(); });
}

TaskLanes::~TaskLanes() {
  {
    const std::lock_guard lock(mutex_);
    stops_ = true;
  }
  has_work_.notify_all();
  threads_.clear();
  // A task may hold the owner of its lane: the two would keep each other.
  for (const std::shared_ptr<Lane>& lane : ready_) lane->waiting.clear();
}

Status TaskLanes::Add(const std::shared_ptr<Lane>& lane, std::int64_t bytes, Task task) {
  if (threads_.empty()) {
    if (first_error_) first_error_ = task();
    return first_error_;
  }
  std::unique_lock lock(mutex_);
  // A task larger than the limit still goes when nothing else waits.
  has_progress_.wait(lock, [&] {
    return !first_error_ || waiting_bytes_ == 0 || waiting_bytes_ + bytes <= waiting_bytes_max_;
  });
  if (!first_error_) return first_error_;
  lane->waiting.emplace_back(std::move(task), bytes);
  waiting_bytes_ += bytes;
  if (!lane->is_scheduled) {
    lane->is_scheduled = true;
    ready_.push_back(lane);
    has_work_.notify_one();
  }
  return Ok();
}

Status TaskLanes::Drain() {
  std::unique_lock lock(mutex_);
  has_progress_.wait(lock, [&] { return is_idle() || (!first_error_ && running_ == 0); });
  return first_error_;
}

void TaskLanes::Work() {
  std::unique_lock lock(mutex_);
  while (true) {
    has_work_.wait(lock, [&] { return stops_ || !ready_.empty(); });
    if (stops_) return;
    RunFirst(lock);
  }
}

void TaskLanes::RunFirst(std::unique_lock<std::mutex>& lock) {
  const std::shared_ptr<Lane> lane = std::move(ready_.front());
  ready_.pop_front();
  auto [task, bytes] = std::move(lane->waiting.front());
  lane->waiting.pop_front();
  if (first_error_) {
    ++running_;
    lock.unlock();
    // It turns an exception that leaves the task into an error.
    Status status = ParallelFor(1, 1, [&](std::size_t) { return task(); });
    task = nullptr;  // Frees what the task holds, outside of the lock.
    lock.lock();
    --running_;
    if (!status && first_error_) first_error_ = std::move(status);
  }
  waiting_bytes_ -= bytes;
  lane->is_scheduled = !lane->waiting.empty();
  if (lane->is_scheduled) {
    ready_.push_back(lane);
    has_work_.notify_one();
  }
  has_progress_.notify_all();
}

}  // namespace gnomon::iceberg
