// SPDX-License-Identifier: Apache-2.0
// The user's wish to stop (Ctrl-C, SIGTERM): asked for by long loops between batches, and pushed to
// what blocks in a library. Nothing needs to be undone by hand: a transaction that is not committed
// leaves no trace in any table (the design's invariant 1). Thread safe.
#pragma once

#include <chrono>
#include <functional>
#include <list>

#include "base/result.h"

namespace gnomon {

// Lets SIGINT and SIGTERM ask for a stop instead of ending the process. A program that has not
// ended when the grace is over (800 ms), or is asked a second time, ends at once with status 130,
// so that Ctrl-C always works within a second. REQUIRES: called once, before any thread starts.
void TakeOverStopSignals();

// Asks all loops to stop, as a signal does.
void RequestCancel();
bool CancelRequested();

// Errors: Cancelled when a stop was asked for.
Status CheckCancelled();

// Waits, but no longer than until a stop is asked for; then gives false.
bool SleepUnlessCancelled(std::chrono::milliseconds duration);

// Calls `stop` once, on another thread, when a stop is asked for while this object lives; at once
// if it was asked for before. `stop` must be quick and must not throw.
class OnCancel {
 public:
  explicit OnCancel(std::function<void()> stop);
  ~OnCancel();
  OnCancel(const OnCancel&) = delete;
  OnCancel& operator=(const OnCancel&) = delete;

 private:
  std::list<std::function<void()>>::iterator entry_;
};

}  // namespace gnomon
