// SPDX-License-Identifier: Apache-2.0
// `gnomon config show`: each setting in force and where it comes from, secrets masked. With --conf
// also what the config's env and teams.json say: run.py's Python knows their order (SPEC 1.5), so
// this process becomes it, and it becomes this command again.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <iostream>
#include <nlohmann/json.hpp>

#include "cli/become_program.h"
#include "cli/command.h"
#include "cli/json_output.h"
#include "cli/open_repository.h"
#include "cli/option_table.h"
#include "storage/settings.h"

namespace gnomon::cli {

namespace {

struct Options {
  std::string action, repo, conf, mode, env;
  bool json = false;
};

Status Config(const std::vector<std::string>& arguments);

}  // namespace

extern const Command kConfig;
const Command kConfig = {
    .name = "config",
    .doc = "show each setting in force and where it comes from",
    .examples =
        "  gnomon config show\n"
        "  gnomon config show --json\n"
        "  gnomon config show --conf=group_bys/bootcamp/user_purchase_features.py --mode=backfill",
    .run = &Config,
};

namespace {

Status ShowSettings(const std::filesystem::path& root, bool as_json) {
  GNOMON_ASSIGN_OR_RETURN(const Settings settings, Settings::Load(root));
  const std::vector<Settings::Shown> all = settings.All();
  if (as_json) {
    nlohmann::ordered_json list = nlohmann::ordered_json::array();
    for (const Settings::Shown& one : all) {
      list.push_back({{"name", one.name},
                      {"key", one.key.empty() ? nlohmann::ordered_json(nullptr)
                                              : nlohmann::ordered_json(one.key)},
                      {"value", one.value},
                      {"origin", one.origin},
                      {"used", one.used}});
    }
    PrintJson({{"format", 1}, {"settings", list}});
    return Ok();
  }
  std::size_t name_width = 0, value_width = 0;
  for (const Settings::Shown& one : all) {
    name_width = std::max(name_width, one.name.size());
    value_width = std::max(value_width, std::min<std::size_t>(one.value.size(), 40));
  }
  for (const Settings::Shown& one : all) {
    fmt::print("{:<{}}  {:<{}}  {}{}\n", one.name, name_width, one.value, value_width, one.origin,
               one.used ? "" : "; not used by gnomon");
  }
  return Ok();
}

// Does not return when all goes well.
Status BecomeConfigShow(const std::filesystem::path& root, const Options& options) {
  std::vector<std::string> arguments = {"--repo=" + root.string(), "--conf=" + options.conf};
  if (!options.mode.empty()) arguments.push_back("--mode=" + options.mode);
  if (!options.env.empty()) arguments.push_back("--env=" + options.env);
  if (options.json) arguments.emplace_back("--json");
  return BecomePython("gnomon.config_show", arguments);
}

Status Config(const std::vector<std::string>& arguments) {
  Options options;
  CLI::App app;
  TakeOneOf(*app.add_option("action", options.action, "what to do with them"), "ACTION", {"show"});
  app.add_option("--repo", options.repo, "the repository's root")->type_name("FOLDER");
  app.add_option("--conf", options.conf, "also the env of this config and of its team")
      ->type_name("CONF");
  app.add_option("--mode", options.mode, "the mode whose env it is, as run.py takes it")
      ->type_name("MODE");
  app.add_option("--env", options.env, "the context in teams.json, as run.py takes it")
      ->type_name("CONTEXT");
  AddJsonFlag(app, options.json);
  GNOMON_ASSIGN_OR_RETURN(const bool go_on, ParseArguments(app, kConfig, arguments));
  if (!go_on) return Ok();
  if (options.action.empty())
    return InvalidArgument("gnomon config what? - write: gnomon config show");
  if (options.conf.empty() && !(options.mode.empty() && options.env.empty()))
    return InvalidArgument("--mode and --env choose among a config's settings - add --conf");
  GNOMON_ASSIGN_OR_RETURN(const auto root, Workspace::FindRoot(options.repo));
  return options.conf.empty() ? ShowSettings(root, options.json) : BecomeConfigShow(root, options);
}

}  // namespace
}  // namespace gnomon::cli
