// SPDX-License-Identifier: Apache-2.0
// Lets pieces of work begin only while the memory that they need together stays within a limit, so
// that many threads do not need many times the memory of one. Thread safe.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>

namespace gnomon {

class MemoryGate {
 public:
  // Gives back, when it ends, what it was let in with. The gate must outlive it.
  class Pass {
   public:
    ~Pass() { gate_->Leave(bytes_); }
    Pass(const Pass&) = delete;
    Pass& operator=(const Pass&) = delete;

   private:
    friend class MemoryGate;
    Pass(MemoryGate* gate, std::int64_t bytes) : gate_(gate), bytes_(bytes) {}
    MemoryGate* gate_;
    std::int64_t bytes_;
  };

  explicit MemoryGate(std::int64_t limit_bytes) : limit_bytes_(limit_bytes) {}

  // Waits until `bytes` more fit; what never fits is let in alone.
  [[nodiscard]] Pass Enter(std::int64_t bytes);

 private:
  void Leave(std::int64_t bytes);

  const std::int64_t limit_bytes_;
  std::mutex mutex_;
  std::condition_variable left_;
  std::int64_t inside_bytes_ = 0;
  std::int64_t inside_count_ = 0;
};

}  // namespace gnomon
