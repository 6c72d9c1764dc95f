// SPDX-License-Identifier: Apache-2.0
#include "base/memory_gate.h"

namespace gnomon {

MemoryGate::Pass MemoryGate::Enter(std::int64_t bytes) {
  std::unique_lock lock(mutex_);
  left_.wait(lock, [&] { return inside_count_ == 0 || inside_bytes_ + bytes <= limit_bytes_; });
  inside_bytes_ += bytes;
  ++inside_count_;
  return Pass(this, bytes);
}

void MemoryGate::Leave(std::int64_t bytes) {
  {
    const std::lock_guard lock(mutex_);
    inside_bytes_ -= bytes;
    --inside_count_;
  }
  left_.notify_all();
}

}  // namespace gnomon
