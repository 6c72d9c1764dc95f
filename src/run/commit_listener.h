// SPDX-License-Identifier: Apache-2.0
// Commits of output tables, told to whoever records the run: one that does not come to its end is
// reported with the days that it has filled. Thread safe.
#pragma once

#include <functional>

#include "run/run_report.h"

namespace gnomon::run {

// Calls `told` with the report of the run that committed, on its thread, while this object lives.
// What is computed beside a run (a part of a join) has a report of its own.
class CommitListener {
 public:
  explicit CommitListener(std::function<void(const RunReport&)> told);
  ~CommitListener();
  CommitListener(const CommitListener&) = delete;
  CommitListener& operator=(const CommitListener&) = delete;
};

// Tells of a commit that `report` accounts for.
void TellCommit(const RunReport& report);

}  // namespace gnomon::run
