// SPDX-License-Identifier: Apache-2.0
// `gnomon version`: this program and the libraries whose version matters to its answers.
#include <arrow/config.h>

#include <CLI/CLI.hpp>
#include <iostream>
#include <nlohmann/json.hpp>

#include "cli/command.h"
#include "cli/json_output.h"

namespace gnomon::cli {

namespace {
Status Version(const std::vector<std::string>& arguments);
}  // namespace

extern const Command kVersion;
const Command kVersion = {
    .name = "version",
    .doc = "print the version",
    .examples =
        "  gnomon version\n"
        "  gnomon version --json",
    .run = &Version,
};

namespace {

Status Version(const std::vector<std::string>& arguments) {
  bool json = false;
  CLI::App app;
  AddJsonFlag(app, json);
  GNOMON_ASSIGN_OR_RETURN(const bool go_on, ParseArguments(app, kVersion, arguments));
  if (!go_on) return Ok();
  if (json) {
    PrintJson({{"format", 1},
               {"gnomon", GNOMON_VERSION},
               {"arrow", arrow::GetBuildInfo().version_string}});
  } else {
    std::cout << "gnomon " GNOMON_VERSION "\n";
  }
  return Ok();
}

}  // namespace
}  // namespace gnomon::cli
