// SPDX-License-Identifier: Apache-2.0
#include "base/clock.h"

#include <chrono>

namespace gnomon {

namespace {

class SystemClock final : public Clock {
 public:
  std::int64_t NowMs() const override {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
  }
};

}  // namespace

const Clock& Clock::System() {
  static const SystemClock clock;
  return clock;
}

}  // namespace gnomon
