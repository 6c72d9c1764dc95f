// SPDX-License-Identifier: Apache-2.0
#include "run/commit_listener.h"

#include <mutex>

#include "base/result.h"

namespace gnomon::run {

namespace {

// A process is one run.
struct Listener {
  std::mutex mutex;
  std::function<void(const RunReport&)> told;
};

Listener& TheListener() {
  static Listener listener;
  return listener;
}

}  // namespace

CommitListener::CommitListener(std::function<void(const RunReport&)> told) {
  Listener& listener = TheListener();
  const std::lock_guard lock(listener.mutex);
  GNOMON_CHECK(!listener.told);
  listener.told = std::move(told);
}

CommitListener::~CommitListener() {
  Listener& listener = TheListener();
  const std::lock_guard lock(listener.mutex);
  listener.told = nullptr;
}

void TellCommit(const RunReport& report) {
  Listener& listener = TheListener();
  const std::lock_guard lock(listener.mutex);
  if (listener.told) listener.told(report);
}

}  // namespace gnomon::run
