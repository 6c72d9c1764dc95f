// SPDX-License-Identifier: Apache-2.0
#include "base/cancellation.h"

#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <mutex>
#include <thread>

namespace gnomon {

namespace {

constexpr std::chrono::milliseconds kGrace(800);

std::atomic<bool> g_requested = false;

struct Listeners {
  std::mutex mutex;
  std::list<std::function<void()>> stops;
};

// Never destroyed: the signal thread may outlive main's statics.
Listeners& TheListeners() {
  static auto* listeners = new Listeners();
  return *listeners;
}

sigset_t StopSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  return signals;
}

[[noreturn]] void EndAtOnce() {
  constexpr std::string_view kSentence =
      "error: stopped: nothing is half-written - the same command again goes on\n";
  (void)!::write(STDERR_FILENO, kSentence.data(), kSentence.size());
  ::_exit(InfoOf(ErrorCode::kCancelled).exit_code);
}

// One thread takes the signals, so that what they start may lock and allocate.
void WaitForSignals() {
  const sigset_t signals = StopSignals();
  int signal = 0;
  if (sigwait(&signals, &signal) != 0) return;
  RequestCancel();
  const timespec grace{.tv_sec = 0, .tv_nsec = std::chrono::nanoseconds(kGrace).count()};
  sigtimedwait(&signals, nullptr, &grace);
  EndAtOnce();
}

}  // namespace

void TakeOverStopSignals() {
  const sigset_t signals = StopSignals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::thread(WaitForSignals).detach();
}

void RequestCancel() {
  Listeners& listeners = TheListeners();
  const std::lock_guard lock(listeners.mutex);
  if (g_requested.exchange(true)) return;
  for (const auto& stop : listeners.stops) stop();
}

bool CancelRequested() { return g_requested.load(std::memory_order_relaxed); }

Status CheckCancelled() {
  if (!CancelRequested()) return Ok();
  return Cancelled("stopped: nothing is half-written - the same command again goes on");
}

OnCancel::OnCancel(std::function<void()> stop) {
  Listeners& listeners = TheListeners();
  const std::lock_guard lock(listeners.mutex);
  entry_ = listeners.stops.insert(listeners.stops.end(), std::move(stop));
  if (CancelRequested()) (*entry_)();
}

OnCancel::~OnCancel() {
  Listeners& listeners = TheListeners();
  const std::lock_guard lock(listeners.mutex);
  listeners.stops.erase(entry_);
}

}  // namespace gnomon
