// SPDX-License-Identifier: Apache-2.0
// ParseArguments: the adapter of CLI11. What it throws becomes one sentence here; the flags that
// every command takes are added here.
#include <CLI/CLI.hpp>
#include <iostream>
#include <nlohmann/json.hpp>

#include "base/edit_distance.h"
#include "cli/command.h"
#include "cli/excerpt.h"
#include "cli/json_output.h"
#include "cli/log_level.h"
#include "cli/option_table.h"

namespace gnomon::cli {

namespace {

using Json = nlohmann::ordered_json;

// Set while DescribeCommand asks: the command's arguments are written here instead of parsed.
Json* g_description = nullptr;

constexpr std::string_view kFooter =
    "Exit status: 0 done, 2 mend the input, 3 try again, 4 damaged data, 130 stopped; more in:\n"
    "gnomon help exit-codes";

void AddFlagsOfAllCommands(CLI::App& app, const Command& command) {
  app.name("gnomon " + std::string(command.name));
  app.description(std::string(command.doc));
  app.footer("Examples:\n" + std::string(command.examples) + "\n\n" + std::string(kFooter));
  app.set_help_flag("--help,-h", "print this help; with --json, as JSON");
  app.set_version_flag("--version", "gnomon " GNOMON_VERSION, "print the version");
  app.add_flag("--quiet,-q")->description("print results and errors only");
  app.add_flag("--verbose,-v")->description("print more of what is done");
}

Status SetLogLevelOf(const CLI::App& app) {
  const bool quiet = app.count("--quiet") > 0;
  const bool verbose = app.count("--verbose") > 0;
  if (quiet && verbose) {
    return InvalidArgument("--quiet and --verbose exclude each other - drop one of them");
  }
  if (quiet) {
    SetLogLevelByFlag(LogLevel::kQuiet);
  } else {
    SetLogLevelByFlag(verbose ? std::optional(LogLevel::kVerbose) : std::nullopt);
  }
  return Ok();
}

std::string UnknownFlag(const CLI::App& app) {
  for (const std::string& text : app.remaining()) {
    if (text.size() > 1 && text.front() == '-' && text != "--") return text;
  }
  return "";
}

Error UnknownFlagError(const CLI::App& app, const Command& command, const std::string& flag) {
  std::vector<std::string> known;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : FlagsOf(*option)) known.push_back(name);
  }
  if (const auto nearest = NearestName(flag.substr(0, flag.find('=')), known)) {
    return InvalidArgument("unknown flag '{}' of gnomon {} - did you mean '{}'?", Excerpt(flag),
                           command.name, *nearest);
  }
  return InvalidArgument("unknown flag '{}' of gnomon {} - see gnomon {} --help", Excerpt(flag),
                         command.name, command.name);
}

// An unknown flag is told first: it is often the reason of what CLI11 complains about.
Error ErrorOf(const CLI::App& app, const Command& command, const CLI::ParseError& error) {
  if (const std::string flag = UnknownFlag(app); !flag.empty()) {
    return UnknownFlagError(app, command, flag);
  }
  const std::string text = error.what();
  if (dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr) {
    const auto rest = app.remaining();
    return InvalidArgument("unexpected argument '{}' of gnomon {} - see gnomon {} --help",
                           Excerpt(rest.empty() ? "" : rest.front()), command.name, command.name);
  }
  // "--flag: what is wrong".
  const auto colon = text.find(": ");
  const std::string flag = text.substr(0, colon);
  const std::string what = colon == std::string::npos ? text : text.substr(colon + 2);
  if (auto refusal = RefusalIn(what)) return *std::move(refusal);
  if (dynamic_cast<const CLI::ConversionError*>(&error) != nullptr) {
    return InvalidArgument("the value is not a number: {} - see gnomon {} --help", Excerpt(what),
                           command.name);
  }
  if (dynamic_cast<const CLI::ArgumentMismatch*>(&error) != nullptr && what.ends_with("missing")) {
    return InvalidArgument("the value is missing: {} - see gnomon {} --help", flag, command.name);
  }
  if (dynamic_cast<const CLI::ArgumentMismatch*>(&error) != nullptr && what.starts_with("At Most"))
    return InvalidArgument("a flag is given more than once: {} - give it once", flag);
  return InvalidArgument("gnomon {}: {} - see gnomon {} --help", command.name, Excerpt(text),
                         command.name);
}

}  // namespace

Json DescribeCommand(const Command& command) {
  Json description;
  g_description = &description;
  (void)command.run({"--help"});
  g_description = nullptr;
  return description;
}

Result<bool> ParseArguments(CLI::App& app, const Command& command,
                            const std::vector<std::string>& arguments) {
  AddFlagsOfAllCommands(app, command);
  if (g_description != nullptr) {
    *g_description = DescribeArguments(app, command);
    return false;
  }
  std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());
  try {
    app.parse(reversed);
    GNOMON_RETURN_IF_ERROR(SetLogLevelOf(app));
    return true;
  } catch (const CLI::CallForHelp&) {
    if (std::find(arguments.begin(), arguments.end(), "--json") == arguments.end()) {
      std::cout << app.help();
    } else {
      Json described{{"format", 1}};
      described.update(DescribeArguments(app, command));
      PrintJson(described);
    }
    return false;
  } catch (const CLI::CallForVersion& version) {
    std::cout << version.what() << '\n';
    return false;
  } catch (const CLI::ParseError& error) {
    return ErrorOf(app, command, error);
  }
}

}  // namespace gnomon::cli
