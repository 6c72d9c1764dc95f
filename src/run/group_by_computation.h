// SPDX-License-Identifier: Apache-2.0
// A GroupBy bound to its source tables: the part that backfill and upload share. Today: events,
// SNAPSHOT accuracy (SPEC 5.3).
#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "aggregate/snapshot_kernel.h"
#include "base/calendar.h"
#include "base/result.h"
#include "config/conf.h"
#include "config/side_file.h"
#include "run/run_context.h"
#include "run/source_scan.h"

namespace gnomon::run {

class GroupByComputation {
 public:
  // Loads the source tables, runs no data yet. `group_by` and `side` must outlive it and be
  // validated. Errors: NotFound for a missing table, with the command that makes it; what
  // SourceScan::Bind and the kernel refuse, with the place.
  static Result<GroupByComputation> Make(RunContext& context, const config::GroupBy& group_by,
                                         const config::SideFile& side);

  const Schema& keys() const { return keys_; }
  const Schema& inputs() const { return inputs_; }
  // The aggregations' outputs in Chronon's short names.
  const std::vector<aggregate::OutputColumn>& outputs() const { return outputs_; }

  // The days that at least one source has; nullopt when a source holds every day. Looks at the
  // tables anew.
  Result<std::optional<std::set<Day>>> SourceDays();

  // If the run was asked to wait: until some source has each of the days of `wanted`, telling how
  // it stands now and then. Errors: Unavailable when the time is up.
  Status WaitForSources(const DayRange& wanted);

  // For days that no source has: what is missing and the command that makes it.
  std::string MissingSourceRemedy(const std::vector<Day>& days) const;

  // Computes `days`. `emit` gets batches of one day: keys, then outputs, in short names.
  Status Compute(const DayRange& days, const aggregate::SnapshotKernel::Emit& emit);

 private:
  GroupByComputation(RunContext& context, const config::GroupBy& group_by,
                     const config::SideFile& side)
      : context_(&context), group_by_(&group_by), side_(&side) {}
  Status WaitUntil(const std::function<Result<std::string>()>& missing);
  Status WaitForTables();
  Status BindSources();
  Status BindSource(std::size_t index);
  Error MissingTable(const Error& error, const std::string& table, std::size_t index) const;
  std::string PlaceOfRefused() const;
  std::string DaysThere() const;

  RunContext* context_;
  const config::GroupBy* group_by_;
  const config::SideFile* side_;
  std::vector<SourceScan> scans_;
  Schema keys_;
  Schema inputs_;
  std::vector<aggregate::OutputColumn> outputs_;
};

}  // namespace gnomon::run
