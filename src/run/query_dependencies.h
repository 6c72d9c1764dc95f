// SPDX-License-Identifier: Apache-2.0
// The partitions that a staging query says it needs, `ns.table/ds={{ ds }}` (SPEC 2.6, 11.3), which
// Chronon's scheduler waits for; here --wait does.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/calendar.h"
#include "base/result.h"
#include "config/conf.h"
#include "config/side_file.h"
#include "run/run_context.h"

namespace gnomon::run {

// One entry of `metaData.dependencies`.
struct QueryDependency {
  std::string path;  // In the conf.
  std::string table;
  std::string day_column;  // Empty: the table alone is needed.
  int days_later = 0;      // Of `{{ macros.ds_add(ds, -1) }}`: -1.
  std::optional<Day> fixed_day;
  std::optional<Day> end;  // The first day for which nothing is needed any more.
  std::vector<std::pair<std::string, std::string>> sub_partitions;
};

// Reads an entry: the text itself, or Chronon's JSON object of `spec` and `end`. Error:
// InvalidArgument, without the place.
Result<QueryDependency> ParseQueryDependency(const std::string& text);

class QueryDependencies {
 public:
  // Nothing to do unless the run was asked to wait. Errors: InvalidArgument when the query names no
  // dependency, or one that cannot be read.
  static Result<QueryDependencies> Make(RunContext& context, const config::MetaData& meta,
                                        const config::SideFile& side);

  // Until the tables are there. Errors: as WaitUntil.
  Status WaitForTables() const;
  // Until they have what is needed for each of `days`.
  Status WaitForDays(const std::vector<DayRange>& days) const;

 private:
  Result<bool> IsView(const QueryDependency& one) const;
  QueryDependencies(RunContext& context, const config::SideFile& side)
      : context_(&context), side_(&side) {}

  RunContext* context_;
  const config::SideFile* side_;
  std::vector<QueryDependency> dependencies_;
};

}  // namespace gnomon::run
