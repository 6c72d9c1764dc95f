// SPDX-License-Identifier: Apache-2.0
// `gnomon run`: runs one mode on one compiled conf. run.py compiles and then becomes this.
#include <CLI/CLI.hpp>
#include <iostream>
#include <nlohmann/json.hpp>

#include "base/clock.h"
#include "base/log.h"
#include "base/parse.h"
#include "cli/command.h"
#include "cli/job_flags.h"
#include "cli/json_output.h"
#include "cli/open_repository.h"
#include "cli/option_table.h"
#include "run/local_data.h"
#include "run/recorded_run.h"
#include "run/run_context.h"
#include "storage/setting_origins.h"

namespace gnomon::cli {

namespace {

struct Options {
  std::string mode, repo, conf, start_date, end_date, wait, memory, cores;
  std::int32_t step_days = 30;
  std::vector<std::string> selected_join_parts;
  int join_part_parallelism = 1;
  bool use_cached_left = false;
  bool unset_semantic_hash = false;
  bool run_first_hole = false;
  bool dry_run = false;
  bool json = false;
  run::JobFlags jobs;
};

Result<run::RunRequest> MakeRequest(const Options& options) {
  run::RunRequest request{.conf_path = options.conf,
                          .step_days = options.step_days,
                          .run_first_hole = options.run_first_hole,
                          .dry_run = options.dry_run,
                          .selected_join_parts = options.selected_join_parts,
                          .use_cached_left = options.use_cached_left,
                          .unset_semantic_hash = options.unset_semantic_hash,
                          .join_part_parallelism = options.join_part_parallelism,
                          .shows_rows = !options.json,
                          .jobs = options.jobs};
  if (!options.start_date.empty()) {
    auto day = ParseDay(options.start_date).Annotate("--start-date");
    if (!day) return std::move(day).error();
    request.begin = *day;
  }
  if (!options.end_date.empty()) {
    auto day = ParseDay(options.end_date).Annotate("--end-date");
    if (!day) return std::move(day).error();
    request.last = *day;
  }
  if (!options.wait.empty()) {
    auto wait_ms = ParseDurationMs(options.wait).Annotate("--wait");
    if (!wait_ms) return std::move(wait_ms).error();
    request.wait_ms = *wait_ms;
  }
  return request;
}

// Chronon's settings of what a partition is called and how its day is written: here they are fixed,
// and another value is refused, lest a config mean something else than it does in Chronon.
Status CheckPartitionSettings() {
  struct Fixed {
    const char* variable;
    std::string_view value;
    const char* remedy;
  };
  constexpr Fixed kFixed[] = {
      {"PARTITION_COLUMN", "ds", "give the Query of a source its partition_column instead"},
      {"PARTITION_FORMAT", "yyyy-MM-dd", "write the days so by a staging query instead"}};
  for (const Fixed& fixed : kFixed) {
    const char* value = std::getenv(fixed.variable);
    if (value == nullptr || *value == '\0' || value == fixed.value) continue;
    const auto origins = SettingOrigins();
    const auto origin = origins.find(fixed.variable);
    return Unimplemented("{} is always {} here: {} ({}) - unset it, and {}", fixed.variable,
                         fixed.value, value,
                         origin == origins.end() ? "environment" : origin->second, fixed.remedy);
  }
  return Ok();
}

Settings::Flags FlagsOf(const Options& options) {
  Settings::Flags flags;
  if (!options.memory.empty()) flags["EXECUTOR_MEMORY"] = {options.memory, "--memory"};
  if (!options.cores.empty()) flags["EXECUTOR_CORES"] = {options.cores, "--cores"};
  return flags;
}

// A run that did nothing but fail ends with its error alone.
void TellEnd(const run::RunRecord& record) {
  if (record.error && record.report.computed.empty()) return;
  const std::int64_t elapsed_ms = *record.end_ms - record.begin_ms;
  // A job without days (analyze, metadata-export) has told its answer.
  const bool has_days = record.report.wanted || !record.report.computed.empty();
  if (has_days || record.report.result_text.empty()) {
    for (const std::string& line : run::FormatReport(record.report, elapsed_ms))
      LogInfo("{}", line);
  }
  LogInfo("  {}; gnomon runs show {}", run::FormatAmounts(record.report), record.id);
}

Status Run(const std::vector<std::string>& arguments);

}  // namespace

extern const Command kRun;
const Command kRun = {
    .name = "run",
    .doc = "run one mode on one compiled conf (run.py does this for you)",
    .examples =
        "  gnomon run --mode=group-by-backfill --end-date=2023-12-07 "
        "--conf=production/group_bys/bootcamp/user_purchase_features.v1\n"
        "  gnomon run --json --mode=group-by-upload --end-date=2023-12-07 "
        "--conf=production/group_bys/bootcamp/user_purchase_features.v1",
    .run = &Run,
};

namespace {

std::vector<std::string> ModeNames() {
  std::vector<std::string> names;
  for (const run::RunMode* mode : run::RunModes()) names.emplace_back(mode->name);
  return names;
}

Status Run(const std::vector<std::string>& arguments) {
  Options options;
  CLI::App app;
  TakeOneOf(*app.add_option("--mode", options.mode, "what is computed")->required(), "MODE",
            ModeNames());
  app.add_option("--conf", options.conf, "the compiled conf")->type_name("CONF");
  app.add_option("--repo", options.repo, "the repository's root")->type_name("FOLDER");
  app.add_option("--start-date", options.start_date, "first day, yyyy-MM-dd")->type_name("DATE");
  app.add_option("--end-date", options.end_date, "last day, yyyy-MM-dd; today (UTC) by default")
      ->type_name("DATE");
  TakeWholeNumber(*app.add_option("--step-days", options.step_days,
                                  "days that are computed and committed at once"),
                  "DAYS", {.min = 1, .max = 1'000'000, .example = 30});
  app.add_flag("--run-first-hole", options.run_first_hole,
               "also fill days before the first that is filled");
  app.add_option("--selected-join-parts", options.selected_join_parts,
                 "of a join: compute only these parts' tables, by prefix and GroupBy")
      ->type_name("PART")
      ->expected(1, -1)
      ->delimiter(',');
  app.add_flag("--use-cached-left", options.use_cached_left,
               "of a join: take the bootstrap table as it is");
  app.add_flag("--unset-semantic-hash", options.unset_semantic_hash,
               "of a join: keep what its tables hold, though its config changed");
  TakeWholeNumber(*app.add_option("--join-part-parallelism", options.join_part_parallelism,
                                  "of a join: how many parts are computed at a time"),
                  "PARTS", {.min = 1, .max = 1000, .example = 2});
  app.add_flag("--dry-run", options.dry_run, "say what would be computed, and change nothing");
  app.add_option("--wait", options.wait,
                 "wait for the sources' partitions, at most this long (48h)")
      ->type_name("DURATION");
  app.add_option("--memory", options.memory, "the memory budget, such as 8G")->type_name("SIZE");
  app.add_option("--cores", options.cores, "how many threads work at once")->type_name("COUNT");
  AddJobFlags(app, options.jobs);
  AddJsonFlag(app, options.json);
  GNOMON_ASSIGN_OR_RETURN(const bool go_on, ParseArguments(app, kRun, arguments));
  if (!go_on) return Ok();
  GNOMON_RETURN_IF_ERROR(CheckJobFlags(app, options.mode, options.jobs));
  GNOMON_ASSIGN_OR_RETURN(const run::RunMode* mode, run::FindRunMode(options.mode));
  if (options.conf.empty() && mode->needs_conf) {
    return InvalidArgument("no config given to the mode {} - add --conf=production/...",
                           options.mode);
  }
  GNOMON_RETURN_IF_ERROR(CheckPartitionSettings());
  GNOMON_ASSIGN_OR_RETURN(run::RunRequest request, MakeRequest(options));
  GNOMON_ASSIGN_OR_RETURN(Repository repository, OpenRepository(options.repo, FlagsOf(options)));
  std::optional<run::LocalData> local;
  if (options.jobs.local.active()) {
    auto opened = run::LocalData::Open(
        repository.workspace, options.jobs.local,
        {.memory_bytes = repository.memory_bytes / 4 * 3, .threads = repository.threads});
    if (!opened) return std::move(opened).error();
    local.emplace(*std::move(opened));
  }
  run::RunContext context{.workspace = local ? local->workspace() : repository.workspace,
                          .catalog = local ? local->catalog() : *repository.catalog,
                          .clock = Clock::System(),
                          .memory_bytes = repository.memory_bytes,
                          .threads = repository.threads,
                          .request = std::move(request),
                          .report = {}};
  if (options.dry_run) {
    const Status done = mode->run(context);
    const std::string filled = run::FormatFilled(context.report);
    if (done && !filled.empty()) LogInfo("{}", filled);
    if (!options.json) std::cout << context.report.result_text << std::flush;
    return done;
  }
  run::RunRecord record;
  Status status = run::RunRecorded(*mode, context, repository.settings, GNOMON_VERSION, &record);
  if (options.json) {
    PrintJson(run::ToJson(record));
  } else {
    std::cout << record.report.result_text << std::flush;
  }
  TellEnd(record);
  return status;
}

}  // namespace
}  // namespace gnomon::cli
