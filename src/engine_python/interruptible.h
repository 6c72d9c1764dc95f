// SPDX-License-Identifier: Apache-2.0
// Work that Ctrl-C can stop. Python handles signals between its own instructions only, so what
// takes long runs on another thread, while the caller's thread looks for signals and then pushes a
// stop.
#pragma once

#include <nanobind/nanobind.h>

#include <exception>
#include <functional>
#include <optional>
#include <utility>

#include "base/result.h"

namespace gnomon {

// Runs `work` without the GIL, whether the caller holds it or not. Returns false, with Python's
// exception set in the caller's thread, when a signal handler raised one: `stop` was then called
// again and again until `work` ended.
bool RunWatchingSignals(const std::function<void()>& work, const std::function<void()>& stop);

// What `work` (a call that gives a Result) gives. REQUIRES: the GIL is held. Throws Python's
// exception when a signal stopped it.
template <typename Work>
auto RunInterruptibly(Work&& work, const std::function<void()>& stop) -> decltype(work()) {
  std::optional<decltype(work())> result;
  const auto guarded = [&] {
    try {
      result.emplace(work());
    } catch (const std::exception& exception) {
      result.emplace(Internal("an exception left the engine: {}", exception.what()));
    }
  };
  if (!RunWatchingSignals(guarded, stop)) throw nanobind::python_error();
  return *std::move(result);
}

}  // namespace gnomon
