// SPDX-License-Identifier: Apache-2.0
// The contract of a command of the program `gnomon`: one file in this folder and one line in
// list.inc.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace CLI {
class App;
}

namespace gnomon::cli {

struct Command {
  std::string_view name;
  std::string_view doc;  // One line for `gnomon --help`.
  // Shown by `gnomon <name> --help`, one command line a line; a test runs them in a bootcamp.
  std::string_view examples;
  // Runs with the arguments after the command's name. Results go to stdout, the rest to stderr.
  // Defines its options and calls ParseArguments before it does anything.
  Status (*run)(const std::vector<std::string>& arguments);
};

// Parses `arguments` into the options that the caller defined on `app`, adds --help, --version,
// --quiet and --verbose, and sets the log level. False: help was asked for and printed, nothing is
// left to do. Errors: InvalidArgument in one sentence, with did-you-mean for a mistyped option.
Result<bool> ParseArguments(CLI::App& app, const Command& command,
                            const std::vector<std::string>& arguments);

// All commands, in the order of list.inc.
const std::vector<const Command*>& Commands();

}  // namespace gnomon::cli
