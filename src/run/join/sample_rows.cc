// SPDX-License-Identifier: Apache-2.0
#include "run/join/sample_rows.h"

#include <algorithm>
#include <iostream>

#include "run/join/sql_text.h"
#include "sql/result_printer.h"

namespace gnomon::run {

namespace {

constexpr int kSampleRows = 3;

}  // namespace

Status ShowSample(RunContext& context, const JoinShape& shape, sql::Session& session) {
  if (!context.request.shows_rows) return Ok();
  const auto& computed = context.report.computed;
  const Day last = *std::max_element(computed.begin(), computed.end());
  GNOMON_ASSIGN_OR_RETURN(
      sql::QueryResult rows,
      RunSelect(session,
                fmt::format("SELECT * FROM {} WHERE {} LIMIT {}", Quoted(shape.output.ToString()),
                            DayCondition({last, last + 1}), kSampleRows)));
  GNOMON_ASSIGN_OR_RETURN(const sql::PrintStyle* style, sql::FindPrintStyle("vertical"));
  GNOMON_RETURN_IF_ERROR(sql::PrintResult(rows, *style, std::cout));
  std::cout.flush();
  return Ok();
}

}  // namespace gnomon::run
