// SPDX-License-Identifier: Apache-2.0
#include "cli/option_table.h"

#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <nlohmann/json.hpp>
#include <sstream>

#include "base/edit_distance.h"
#include "base/parse.h"
#include "cli/command.h"
#include "cli/excerpt.h"

namespace gnomon::cli {

namespace {

using Json = nlohmann::ordered_json;

// CLI11 carries texts only, so an option's own error travels as one.
const std::string kRefusalMark = "refused\n";

std::string Refusal(const Error& error) { return kRefusalMark + error.message; }

// CLI11 writes a type as `WORD:{a,b}`, the braces being those of TakeOneOf.
struct ValueType {
  std::string word;
  std::vector<std::string> choices;
};

ValueType TypeOf(const CLI::Option& option) {
  const std::string text = option.get_type_name();
  ValueType type{.word = text.substr(0, text.find(':')), .choices = {}};
  const auto begin = text.find('{');
  const auto end = text.find('}', begin);
  if (begin == std::string::npos || end == std::string::npos) return type;
  std::istringstream choices(text.substr(begin + 1, end - begin - 1));
  for (std::string choice; std::getline(choices, choice, ',');) type.choices.push_back(choice);
  return type;
}

Json DescribeOption(const CLI::Option& option) {
  const bool takes_value = option.get_items_expected_max() > 0;
  const ValueType type = takes_value ? TypeOf(option) : ValueType{};
  Json described;
  if (option.get_positional()) {
    described["name"] = option.get_name(true);
  } else {
    described["flags"] = FlagsOf(option);
  }
  described["value"] = takes_value ? Json(type.word) : Json(nullptr);
  described["choices"] = type.choices;
  described["required"] = option.get_required();
  described["many"] = option.get_items_expected_max() > 1;
  described["help"] = option.get_description();
  return described;
}

std::vector<std::string> Lines(std::string_view text) {
  std::vector<std::string> lines;
  std::istringstream stream{std::string(text)};
  for (std::string line; std::getline(stream, line);) {
    const auto begin = line.find_first_not_of(' ');
    if (begin != std::string::npos) lines.push_back(line.substr(begin));
  }
  return lines;
}

}  // namespace

std::optional<Error> RefusalIn(const std::string& text) {
  if (!text.starts_with(kRefusalMark)) return std::nullopt;
  return Error{ErrorCode::kInvalidArgument, text.substr(kRefusalMark.size())};
}

void TakeOneOf(CLI::Option& option, const std::string& word,
               const std::vector<std::string>& values) {
  option.type_name(word);
  option.check(CLI::Validator(
      [values, flag = option.get_name()](const std::string& given) -> std::string {
        if (std::find(values.begin(), values.end(), given) != values.end()) return "";
        return Refusal(InvalidArgument("unknown value '{}' of {}{}", Excerpt(given), flag,
                                       DidYouMean(given, values)));
      },
      fmt::format("{{{}}}", fmt::join(values, ",")), "one of"));
}

// CLI11 by itself reads 010 as eight, and what is too large as the largest number that there is.
void TakeWholeNumber(CLI::Option& option, const std::string& word, const WholeNumbers& numbers) {
  option.type_name(word);
  option.transform(CLI::Validator(
      [numbers, flag = option.get_name()](std::string& given) -> std::string {
        const auto number = ParseInt(given);
        if (!number || *number < numbers.min || *number > numbers.max) {
          return Refusal(
              InvalidArgument("{} must be a whole number from {} to {}: {} - write {}={}", flag,
                              numbers.min, numbers.max, Excerpt(given), flag, numbers.example));
        }
        given = std::to_string(*number);
        return "";
      },
      "", "whole number"));
}

std::vector<std::string> FlagsOf(const CLI::Option& option) {
  std::vector<std::string> flags;
  for (const std::string& name : option.get_lnames()) flags.push_back("--" + name);
  for (const std::string& name : option.get_snames()) flags.push_back("-" + name);
  return flags;
}

Json DescribeArguments(const CLI::App& app, const Command& command) {
  Json arguments = Json::array();
  Json options = Json::array();
  for (const CLI::Option* option : app.get_options()) {
    (option->get_positional() ? arguments : options).push_back(DescribeOption(*option));
  }
  return {{"name", command.name},
          {"help", command.doc},
          {"arguments", arguments},
          {"options", options},
          {"examples", Lines(command.examples)}};
}

}  // namespace gnomon::cli
