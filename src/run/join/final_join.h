// SPDX-License-Identifier: Apache-2.0
// Puts the parts' tables beside the rows of T_bootstrap and derives (SPEC 8.3, 8.4, 8.9): one
// output row for each left row.
#pragma once

#include <string>
#include <vector>

#include "base/calendar.h"
#include "base/result.h"
#include "run/join/join_layout.h"
#include "run/join/join_shape.h"
#include "run/output_table.h"
#include "run/run_context.h"
#include "sql/session.h"

namespace gnomon::run {

class FinalJoin {
 public:
  // All must outlive it.
  FinalJoin(RunContext& context, const JoinShape& shape, const JoinLayout& layout)
      : context_(context), shape_(shape), layout_(layout) {}

  // Writes `days` of T in one commit. A part whose table is missing gives nulls: every row of it
  // was bootstrapped.
  Status Write(const DayRange& days, sql::Session& session, OutputTable& output);

 private:
  Status CheckKeysAreUnique(const PartShape& part, const DayRange& days, sql::Session& session);
  Result<std::string> Select(const DayRange& days, sql::Session& session);
  Result<DayRange> DaysOfPart(const PartShape& part, const DayRange& days, sql::Session& session);
  Result<std::shared_ptr<arrow::RecordBatch>> Derive(
      const std::shared_ptr<arrow::RecordBatch>& rows) const;

  RunContext& context_;
  const JoinShape& shape_;
  const JoinLayout& layout_;
};

}  // namespace gnomon::run
