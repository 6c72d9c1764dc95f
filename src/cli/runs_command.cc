// SPDX-License-Identifier: Apache-2.0
// `gnomon runs`: lists the runs of the repository and explains one.
#include <CLI/CLI.hpp>
#include <iostream>
#include <nlohmann/json.hpp>

#include "base/log.h"
#include "cli/command.h"
#include "cli/json_output.h"
#include "cli/option_table.h"
#include "run/run_log.h"
#include "run/run_story.h"
#include "storage/workspace.h"

namespace gnomon::cli {

namespace {

using Json = nlohmann::ordered_json;

struct Options {
  std::string action = "list", id, repo, name, status, mode;
  int limit = 20;
  bool json = false;
};

Status Runs(const std::vector<std::string>& arguments);

}  // namespace

extern const Command kRuns;
const Command kRuns = {
    .name = "runs",
    .doc = "list the runs of this repository, or explain one",
    .examples =
        "  gnomon runs --limit=5\n"
        "  gnomon runs --status=failed --name=user_purchase_features\n"
        "  gnomon runs show last\n"
        "  gnomon runs --json\n"
        "  gnomon runs show last --json",
    .run = &Runs,
};

namespace {

bool Contains(const Json& report, const char* key, const std::string& part) {
  return part.empty() || report.value(key, "").find(part) != std::string::npos;
}

Status ListRuns(const run::RunLog& log, const Options& options) {
  if (!options.id.empty())
    return InvalidArgument("gnomon runs list takes no ID - write: gnomon runs show {}", options.id);
  std::vector<std::string> damaged;
  std::vector<Json> reports = log.List(&damaged);
  for (const std::string& sentence : damaged) LogLine(LogLevel::kNormal, "warning: " + sentence);
  std::erase_if(reports, [&](const Json& report) {
    return !Contains(report, "name", options.name) || !Contains(report, "mode", options.mode) ||
           (!options.status.empty() && report.value("status", "") != options.status);
  });
  if (options.limit > 0 && reports.size() > static_cast<std::size_t>(options.limit))
    reports.resize(static_cast<std::size_t>(options.limit));
  if (options.json) {
    PrintJson({{"format", 1}, {"runs", reports}});
  } else if (reports.empty()) {
    LogInfo("no such run is recorded");
  } else {
    std::cout << run::TellRuns(reports);
  }
  return Ok();
}

Status ShowRun(const run::RunLog& log, const Options& options) {
  if (options.id.empty()) return InvalidArgument("which run? - write: gnomon runs show last");
  GNOMON_ASSIGN_OR_RETURN(const Json report, log.Find(options.id));
  if (options.json) {
    PrintJson(report);
  } else {
    std::cout << run::TellRun(report);
  }
  return Ok();
}

Status Runs(const std::vector<std::string>& arguments) {
  Options options;
  CLI::App app;
  TakeOneOf(*app.add_option("action", options.action, "list, if not given"), "ACTION",
            {"list", "show"});
  app.add_option("id", options.id, "for show: the run's ID, its first characters, or `last`")
      ->type_name("RUN");
  app.add_option("--repo", options.repo, "the repository's root")->type_name("FOLDER");
  TakeWholeNumber(
      *app.add_option("--limit", options.limit, "how many at most, the newest first; 0: all"),
      "COUNT", {.min = 0, .max = 1'000'000, .example = 20});
  app.add_option("--name", options.name, "only runs of configs whose name has this in it");
  TakeOneOf(*app.add_option("--status", options.status, "only runs that ended so"), "STATUS",
            {"running", "succeeded", "failed", "cancelled", "died"});
  app.add_option("--mode", options.mode, "only runs of modes whose name has this in it");
  AddJsonFlag(app, options.json);
  GNOMON_ASSIGN_OR_RETURN(const bool go_on, ParseArguments(app, kRuns, arguments));
  if (!go_on) return Ok();
  GNOMON_ASSIGN_OR_RETURN(const auto root, Workspace::FindRoot(options.repo));
  GNOMON_ASSIGN_OR_RETURN(const Workspace workspace, Workspace::Open(root));
  const run::RunLog log(workspace.logs_dir());
  if (options.action == "list") return ListRuns(log, options);
  return ShowRun(log, options);
}

}  // namespace
}  // namespace gnomon::cli
