// SPDX-License-Identifier: Apache-2.0
// The table of one part of a Join (SPEC 8.5): its rows before prefixing, kept from run to run; only
// days that it lacks are computed.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/calendar.h"
#include "base/result.h"
#include "run/group_by_computation.h"
#include "run/join/join_layout.h"
#include "run/join/join_shape.h"
#include "run/output_table.h"
#include "run/run_context.h"
#include "sql/session.h"

namespace gnomon::run {

class PartTable {
 public:
  // Binds the GroupBy to its sources. `shape` must outlive it. Errors: those of
  // GroupByComputation::Make.
  static Result<std::unique_ptr<PartTable>> Make(const RunContext& context, const JoinShape& shape,
                                                 std::size_t part);

  const PartColumns& columns() const { return columns_; }
  const RunReport& report() const { return context_.report; }

  // If the run was asked to wait: until the GroupBy's sources have what the left days need.
  Status WaitForSources(const DayRange& left_days);

  // Looks the table up, as the left days `wanted` need it; says so if it is to be built anew.
  // `uncovered` is the condition on left rows whose values of the part no bootstrap gives.
  Status Open(const DayRange& wanted, const std::string& uncovered);

  // The days that the table lacks of those that left days need. REQUIRES: Open().
  std::vector<DayRange> Lacking(const DayRange& left_days) const;

  // The same, of days that rows of T_bootstrap need.
  Result<std::vector<DayRange>> LackingRows(const DayRange& left_days, sql::Session& session);

  // Computes what the table lacks for the left rows of `days` in T_bootstrap.
  Status Fill(const DayRange& days, sql::Session& session);
  Status Finish() { return table_->Finish(); }

  // The GroupBy's rows of one day as they are, for a label. Needs no Open().
  Status ComputeDay(Day day, const RowScan::Consume& consume);

  // Tells of days that the sources lack: what is computed of them anyway stays, as in Chronon.
  Status NoteMissing(const DayRange& days);

 private:
  PartTable(const RunContext& context, const JoinShape& shape, const PartShape& part);
  // The days of the part's table that left days need.
  DayRange Shifted(const DayRange& left_days) const;
  Status FillRange(const DayRange& left_days, sql::Session& session);
  Result<std::optional<DayRange>> DaysOfTimes(const DayRange& left_days, sql::Session& session);
  Status ComputeSnapshots(const DayRange& days);
  Status ComputeTemporal(const DayRange& left_days, sql::Session& session);
  std::string QuerySelect(const DayRange& left_days) const;
  Schema TableSchema() const;
  Status Write(const DayRange& days,
               const std::function<Status(const RowScan::Consume& write)>& compute);
  Status SpreadOverDays(const DayRange& left_days, sql::Session& session,
                        const RowScan::Consume& write);
  std::string RowsName() const;

  RunContext context_;
  const JoinShape& shape_;
  const PartShape& part_;
  config::SideFile side_;
  std::optional<GroupByComputation> computation_;
  PartColumns columns_;
  std::string needed_by_;  // The condition on left rows that need the part.
  std::optional<OutputTable> table_;
};

}  // namespace gnomon::run
