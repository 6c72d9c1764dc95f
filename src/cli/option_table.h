// SPDX-License-Identifier: Apache-2.0
// What a command takes, as data: `--help --json`, the shell completions and docs/cli.md are made of
// it, so that they cannot tell anything else than the parser.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace gnomon::cli {

struct Command;

// What one of the options below has against a value, found in what CLI11 says; nullopt when it is
// CLI11 itself that complains.
std::optional<Error> RefusalIn(const std::string& text);

// Lets `option` take one of `values` only; another one is an error with did-you-mean. `word` stands
// for the value in the help, and the values stand beside it.
void TakeOneOf(CLI::Option& option, const std::string& word,
               const std::vector<std::string>& values);

// Lets `option` take whole numbers from `min` to `max` only, in decimal digits; `example` is one
// that an error tells to write instead. `word` stands for the value in the help.
struct WholeNumbers {
  std::int64_t min, max, example;
};
void TakeWholeNumber(CLI::Option& option, const std::string& word, const WholeNumbers& numbers);

// All names of an option, such as {"--name", "-n"}; empty for an argument without a flag.
std::vector<std::string> FlagsOf(const CLI::Option& option);

// The shape is that of `gnomon help COMMAND --json` (docs/formats/json_output.md).
nlohmann::ordered_json DescribeArguments(const CLI::App& app, const Command& command);

// The same for a command that is not parsing: it is asked for its arguments.
nlohmann::ordered_json DescribeCommand(const Command& command);

}  // namespace gnomon::cli
