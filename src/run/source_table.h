// SPDX-License-Identifier: Apache-2.0
// The tables that a config reads: loading them, waiting for them, and the command that makes what
// is missing.
#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/calendar.h"
#include "base/result.h"
#include "config/side_file.h"
#include "iceberg/table.h"
#include "run/run_context.h"

namespace gnomon::run {

// The table, or the view, that the conf of `side` names at `path`; a view is partitioned by
// `day_column`. Waits until it is there if the run was asked to. Errors: NotFound with the command
// of the config that makes it, if one is known.
Result<iceberg::Table> LoadSourceTable(RunContext& context, const config::SideFile& side,
                                       const std::string& table, const std::string& path,
                                       const std::string& day_column);

// A table that lacks days; `days` are those that it has, nullopt when nobody knows.
struct LackingTable {
  std::string name;
  std::optional<std::set<Day>> days;
};

// What is told of days that none of the tables has: `db.t has no partitions for them (it has
// 2023-12-01..2023-12-07) - run: run.py ...`.
std::string MissingDaysRemedy(const config::SideFile& side, const std::vector<LackingTable>& tables,
                              const std::vector<Day>& days);

// Calls `missing` until it says nothing any more, telling how it stands now and then. Errors:
// Unavailable when the time that the run may wait is up: it counts from the first thing that the
// run waits for; Cancelled; those of `missing`. REQUIRES: context.request.wait_ms.
Status WaitUntil(const RunContext& context, const std::function<Result<std::string>()>& missing);

}  // namespace gnomon::run
