// SPDX-License-Identifier: Apache-2.0
// Tells how far a step of a run is. On a terminal a step that lasts over a second shows a bar on
// stderr; elsewhere a line now and then, so that a log stays short. What is not known (a total, and
// so the share and the time left) is not shown.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "base/work_counter.h"

namespace gnomon {

// Lets steps show themselves, unless the log level is quiet; without this call they are silent (a
// process that embeds us owns its terminal).
void EnableProgress();

// One step, from construction to destruction. Steps may nest: the innermost is shown. Any thread.
class ProgressStep {
 public:
  // Shows the difference that `counter` makes from now on. `expected` is all that there is to do,
  // with zeros where that is unknown.
  ProgressStep(std::string title, const WorkCounter& counter, Work expected = {});
  ~ProgressStep();
  ProgressStep(const ProgressStep&) = delete;
  ProgressStep& operator=(const ProgressStep&) = delete;

  // Takes the share that is done from `share` (0 to 1; called on another thread, which it must not
  // hold up), for work whose total only a library knows.
  void AskShare(std::function<std::optional<double>()> share);

 private:
  struct State;
  friend class ProgressDisplay;
  State* state_;
};

}  // namespace gnomon
