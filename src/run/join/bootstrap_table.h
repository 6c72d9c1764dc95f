// SPDX-License-Identifier: Apache-2.0
// Fills T_bootstrap (SPEC 8.5, 8.8): the left side's rows, without those of skew keys, with the
// columns that bootstrap parts give and, in `matched_hashes`, which of them gave them.
#pragma once

#include <optional>
#include <vector>

#include "base/calendar.h"
#include "base/result.h"
#include "run/join/bootstrap_part.h"
#include "run/join/join_layout.h"
#include "run/join/join_shape.h"
#include "run/join/row_scan.h"
#include "run/output_table.h"
#include "run/run_context.h"
#include "sql/session.h"

namespace gnomon::run {

class BootstrapTable {
 public:
  // All but `context` must outlive it.
  BootstrapTable(const RunContext& context, const JoinShape& shape, const JoinLayout& layout,
                 const RowScan& left, const std::vector<BootstrapSource>& sources,
                 const std::optional<expr::BoundExpression>& skew_filter);

  // Looks the table up; says so if it is to be built anew.
  Status Open(const DayRange& wanted);
  const RunReport& report() const { return context_.report; }
  // The days that it has, found empty included. REQUIRES: Open().
  std::set<Day> days() const;

  // Fills those of `days` that the table lacks. REQUIRES: Open().
  Status Fill(const DayRange& days, sql::Session& session);
  Status Finish() { return table_->Finish(); }

  // Fills `days` of T_bootstrap as the output of a run, in one commit.
  Status FillInto(const DayRange& days, sql::Session& session, OutputTable& table);

 private:
  Status ReadPlain(const DayRange& days, const RowScan::Consume& write);
  Status ReadBootstrapped(const DayRange& days, sql::Session& session,
                          const RowScan::Consume& write);
  std::string CoalescingSelect() const;

  RunContext context_;
  const JoinShape& shape_;
  const JoinLayout& layout_;
  const RowScan& left_;
  const std::vector<BootstrapSource>& sources_;
  const std::optional<expr::BoundExpression>& skew_filter_;
  std::optional<OutputTable> table_;
};

// The columns of `schema` by name; those that the rows lack are null, others are cast.
Result<std::shared_ptr<arrow::RecordBatch>> Complete(const Schema& schema,
                                                     const arrow::RecordBatch& rows);

// The parts of `days` that are not among `filled`.
std::vector<DayRange> Missing(const DayRange& days, const std::set<Day>& filled);

}  // namespace gnomon::run
