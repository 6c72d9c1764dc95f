// SPDX-License-Identifier: Apache-2.0
// What a command takes, as data: `--help --json`, the shell completions and docs/cli.md are made of
// it, so that they cannot tell anything else than the parser.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace gnomon::cli {

struct Command;

// What TakeOneOf has against a value. CLI11 carries texts only, so it travels as one.
struct UnknownValue {
  std::string value;   // As the user gave it, or its beginning.
  std::string remedy;  // " - did you mean ...", or " - known: ...".

  std::string ToText() const;
  static std::optional<UnknownValue> In(const std::string& text);
};

// Lets `option` take one of `values` only; another one is an error with did-you-mean. `word` stands
// for the value in the help, and the values stand beside it.
void TakeOneOf(CLI::Option& option, const std::string& word,
               const std::vector<std::string>& values);

// All names of an option, such as {"--name", "-n"}; empty for an argument without a flag.
std::vector<std::string> FlagsOf(const CLI::Option& option);

// The shape is that of `gnomon help COMMAND --json` (docs/formats/json_output.md).
nlohmann::ordered_json DescribeArguments(const CLI::App& app, const Command& command);

// The same for a command that is not parsing: it is asked for its arguments.
nlohmann::ordered_json DescribeCommand(const Command& command);

}  // namespace gnomon::cli
