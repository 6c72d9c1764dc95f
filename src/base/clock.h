// SPDX-License-Identifier: Apache-2.0
// The only source of the present. Tests put a ManualClock in its place.
#pragma once

#include <cstdint>

#include "base/calendar.h"

namespace gnomon {

class Clock {
 public:
  virtual ~Clock() = default;
  // Milliseconds since the epoch, UTC.
  virtual std::int64_t NowMs() const = 0;
  Day Today() const { return DayOf(NowMs()); }

  // The wall clock; lives as long as the program.
  static const Clock& System();
};

class ManualClock final : public Clock {
 public:
  explicit ManualClock(std::int64_t now_ms) : now_ms_(now_ms) {}
  std::int64_t NowMs() const override { return now_ms_; }
  void Advance(std::int64_t by_ms) { now_ms_ += by_ms; }

 private:
  std::int64_t now_ms_;
};

}  // namespace gnomon
