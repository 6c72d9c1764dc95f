// SPDX-License-Identifier: Apache-2.0
// `gnomon help [TOPIC]`: what there is, one command, the exit statuses or the environment.
#include <CLI/CLI.hpp>
#include <iostream>
#include <nlohmann/json.hpp>

#include "cli/command.h"
#include "cli/environment_variables.h"
#include "cli/exit_status.h"
#include "cli/json_output.h"
#include "cli/option_table.h"

namespace gnomon::cli {

namespace {
Status Help(const std::vector<std::string>& arguments);
}  // namespace

extern const Command kHelp;
const Command kHelp = {
    .name = "help",
    .doc = "tell what there is, or about one command or topic",
    .examples =
        "  gnomon help run\n"
        "  gnomon help exit-codes\n"
        "  gnomon help --json",
    .run = &Help,
};

namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kOverview = R"(gnomon runs Chronon pipelines without the JVM.

Usage: gnomon COMMAND [OPTIONS]

Commands:
)";

constexpr std::string_view kEnd = R"(
Topics:
  exit-codes   what the exit statuses mean
  environment  the environment variables that are read

Examples:
  gnomon init my_features
  gnomon doctor
  gnomon help run
  gnomon help --json

gnomon COMMAND --help tells more; gnomon --version prints the version.
Pipelines are run by run.py and tables looked at by spark-sql, both in bin/.
)";

Json ExitCodes() {
  Json statuses = Json::array();
  for (const ExitStatus& status : kExitStatuses) {
    Json codes = Json::array();
    bool retry = false;
    for (const ErrorCodeInfo& info : kErrorCodes) {
      if (info.exit_code != status.status) continue;
      codes.push_back(info.name);
      retry = retry || info.retryable;
    }
    statuses.push_back({{"status", status.status},
                        {"meaning", status.meaning},
                        {"retry", retry},
                        {"error_codes", codes}});
  }
  return statuses;
}

Json Environment() {
  Json variables = Json::array();
  for (const EnvironmentVariable& variable : kEnvironmentVariables) {
    variables.push_back({{"name", variable.name}, {"meaning", variable.meaning}});
  }
  return variables;
}

void PrintOverview(bool json) {
  if (!json) {
    std::cout << kOverview;
    for (const Command* command : Commands()) {
      fmt::print("  {:<12} {}\n", command->name, command->doc);
    }
    std::cout << kEnd;
    return;
  }
  Json commands = Json::array();
  for (const Command* command : Commands()) commands.push_back(DescribeCommand(*command));
  PrintJson({{"format", 1},
             {"gnomon", GNOMON_VERSION},
             {"commands", commands},
             {"exit_codes", ExitCodes()},
             {"environment", Environment()}});
}

void PrintExitCodes(bool json) {
  if (json) return PrintJson({{"format", 1}, {"exit_codes", ExitCodes()}});
  for (const ExitStatus& status : kExitStatuses) {
    fmt::print("{:>4}  {}\n", status.status, status.meaning);
  }
}

void PrintEnvironment(bool json) {
  if (json) return PrintJson({{"format", 1}, {"environment", Environment()}});
  for (const EnvironmentVariable& variable : kEnvironmentVariables) {
    fmt::print("  {:<20} {}\n", variable.name, variable.meaning);
  }
}

std::vector<std::string> Topics() {
  std::vector<std::string> topics = {"exit-codes", "environment"};
  for (const Command* command : Commands()) topics.emplace_back(command->name);
  return topics;
}

Status Help(const std::vector<std::string>& arguments) {
  std::string topic;
  bool json = false;
  CLI::App app;
  TakeOneOf(*app.add_option("topic", topic, "a command, exit-codes or environment"), "TOPIC",
            Topics());
  AddJsonFlag(app, json);
  GNOMON_ASSIGN_OR_RETURN(const bool go_on, ParseArguments(app, kHelp, arguments));
  if (!go_on) return Ok();
  for (const Command* command : Commands()) {
    if (command->name == topic) return command->run({"--help", json ? "--json" : "--help"});
  }
  if (topic == "exit-codes") {
    PrintExitCodes(json);
  } else if (topic == "environment") {
    PrintEnvironment(json);
  } else {
    PrintOverview(json);
  }
  return Ok();
}

}  // namespace
}  // namespace gnomon::cli
