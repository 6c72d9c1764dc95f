// SPDX-License-Identifier: Apache-2.0
// The table `<output>_daily_inc` of an incremental GroupBy (SPEC 6.2): the intermediate results of
// single days, from which windows are put together, so that one more day costs a day's data.
//
// An event counts for its own day, and only if it lies in that day's partition: so the answer does
// not depend on how days came to be computed together (SPEC appendix I 5).
#pragma once

#include <memory>

#include "base/calendar.h"
#include "base/result.h"
#include "config/conf.h"
#include "config/side_file.h"
#include "run/group_by_computation.h"
#include "run/run_context.h"

namespace gnomon::run {

class DayIrTable {
 public:
  // REQUIRES: all outlive this.
  DayIrTable(RunContext& context, const config::GroupBy& group_by, const config::SideFile& side,
             GroupByComputation& computation);

  // Computes what the table lacks of the days that the windows of `days` reach over. What it did is
  // noted in the report of the run.
  Status Fill(const DayRange& days);

  // The outputs of `days` from the table. `emit` as GroupByComputation::ComputeBase.
  Status Compute(const DayRange& days, const GroupByComputation::EmitDay& emit);

 private:
  class Filling;
  Result<DayRange> ReachOf(const DayRange& days);

  RunContext& context_;
  const config::GroupBy& group_by_;
  const config::SideFile& side_;
  GroupByComputation& computation_;
};

}  // namespace gnomon::run
