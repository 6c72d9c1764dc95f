// SPDX-License-Identifier: Apache-2.0
// What a run mode works with, and its contract: one file under run/modes and one line in
// run/modes/list.inc.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/calendar.h"
#include "base/clock.h"
#include "base/result.h"
#include "catalog/catalog.h"
#include "run/job_flags.h"
#include "run/run_report.h"
#include "storage/workspace.h"

namespace gnomon::run {

// What the user asked for.
struct RunRequest {
  std::string conf_path;     // Absolute path of the compiled conf.
  std::optional<Day> begin;  // --start-date
  std::optional<Day> last;   // --end-date, included; today (UTC) when absent.
  std::int32_t step_days = 30;
  bool run_first_hole = false;
  bool dry_run = false;                 // Announce, change nothing.
  std::optional<std::int64_t> wait_ms;  // How long to wait for source partitions.
  // Of joins (SPEC 8.7): compute only these parts' tables, by their full prefixes.
  std::vector<std::string> selected_join_parts;
  bool use_cached_left = false;      // Take T_bootstrap as it is.
  bool unset_semantic_hash = false;  // Keep what the tables hold, whatever it was computed from.
  int join_part_parallelism = 1;     // How many parts are computed at a time.
  bool shows_rows = true;            // A join ends with three sample rows on standard output.
  JobFlags jobs;
};

struct RunContext {
  const Workspace& workspace;
  catalog::Catalog& catalog;
  const Clock& clock;
  std::int64_t memory_bytes;
  int threads;
  RunRequest request;
  RunReport report;

  // The end of the range that was asked for, exclusive.
  Day end() const { return request.last.value_or(clock.Today()) + 1; }
};

struct RunMode {
  std::string_view name;  // As run.py hands it over: `group-by-backfill`.
  std::string_view doc;
  Status (*run)(RunContext&);
  bool needs_conf = true;  // False: it can also do without --conf.
};

// All modes, in the order of the list.
const std::vector<const RunMode*>& RunModes();

// NotFound lists the known modes.
Result<const RunMode*> FindRunMode(std::string_view name);

}  // namespace gnomon::run
