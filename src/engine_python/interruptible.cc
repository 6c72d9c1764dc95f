// SPDX-License-Identifier: Apache-2.0
#include "engine_python/interruptible.h"

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace gnomon {

namespace {

// How long Ctrl-C may go unnoticed.
constexpr std::chrono::milliseconds kPoll(50);

// Lets Python's signal handlers run; true if one raised an exception, which stays set.
bool SignalRaised(PyThreadState* thread) {
  PyEval_RestoreThread(thread);
  const bool raised = PyErr_CheckSignals() != 0;
  PyEval_SaveThread();
  return raised;
}

}  // namespace

bool RunWatchingSignals(const std::function<void()>& work, const std::function<void()>& stop) {
  const PyGILState_STATE state = PyGILState_Ensure();
  PyThreadState* thread = PyEval_SaveThread();
  std::mutex mutex;
  std::condition_variable ended;
  bool has_ended = false;
  std::thread worker([&] {
    work();
    const std::lock_guard lock(mutex);
    has_ended = true;
    ended.notify_one();
  });
  bool raised = false;
  std::unique_lock lock(mutex);
  while (!ended.wait_for(lock, kPoll, [&] { return has_ended; })) {
    lock.unlock();
    raised = raised || SignalRaised(thread);
    // A statement that had not begun when it was stopped goes on: hence again.
    if (raised) stop();
    lock.lock();
  }
  lock.unlock();
  worker.join();
  PyEval_RestoreThread(thread);
  PyGILState_Release(state);
  return !raised;
}

}  // namespace gnomon
