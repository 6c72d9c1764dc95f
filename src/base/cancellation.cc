// SPDX-License-Identifier: Apache-2.0
#include "base/cancellation.h"

#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "base/log.h"

namespace gnomon {

namespace {

constexpr std::chrono::milliseconds kGrace(800);
constexpr std::chrono::milliseconds kSameWish(200);
constexpr std::string_view kStopped =
    "stopped: nothing is half-written - the same command again goes on";

std::atomic<bool> g_requested = false;

struct Listeners {
  std::mutex mutex;
  std::condition_variable requested;
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
  ShowStatusLine("");
  PrintToStderr(fmt::format("error: {}", kStopped));
  ::_exit(InfoOf(ErrorCode::kCancelled).exit_code);
}

// One thread takes the signals, so that what they start may lock and allocate.
void WaitForSignals() {
  const sigset_t signals = StopSignals();
  int signal = 0;
  if (sigwait(&signals, &signal) != 0) return;
  // Whatever a listener waits for, or stderr's lock.
  std::thread([] {
    std::this_thread::sleep_for(kGrace + kSameWish);
    ::_exit(InfoOf(ErrorCode::kCancelled).exit_code);
  }).detach();
  RequestCancel();
  // A program above that passes on the Ctrl-C that this one has got, too, is no second wish.
  std::this_thread::sleep_for(kSameWish);
  const timespec none{};
  while (sigtimedwait(&signals, nullptr, &none) > 0) {
  }
  const timespec grace{.tv_sec = 0,
                       .tv_nsec = std::chrono::nanoseconds(kGrace - kSameWish).count()};
  sigtimedwait(&signals, nullptr, &grace);
  EndAtOnce();
}

}  // namespace

void TakeOverStopSignals() {
  const sigset_t signals = StopSignals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  // A limit on the size of files (ulimit -f) is an error of the write, not the end of the process.
  ::signal(SIGXFSZ, SIG_IGN);
  std::thread(WaitForSignals).detach();
}

void RequestCancel() {
  Listeners& listeners = TheListeners();
  const std::lock_guard lock(listeners.mutex);
  if (g_requested.exchange(true)) return;
  listeners.requested.notify_all();
  for (const auto& stop : listeners.stops) stop();
}

bool CancelRequested() { return g_requested.load(std::memory_order_relaxed); }

Status CheckCancelled() {
  if (!CancelRequested()) return Ok();
  return Cancelled("{}", kStopped);
}

bool SleepUnlessCancelled(std::chrono::milliseconds duration) {
  Listeners& listeners = TheListeners();
  std::unique_lock lock(listeners.mutex);
  return !listeners.requested.wait_for(lock, duration, [] { return CancelRequested(); });
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
