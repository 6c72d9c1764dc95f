// SPDX-License-Identifier: Apache-2.0
// The program `gnomon`: picks the command, prints its error as one sentence, and turns its code
// into the exit status.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <iostream>
#include <new>
#include <nlohmann/json.hpp>

#include "base/cancellation.h"
#include "base/edit_distance.h"
#include "cli/command.h"
#include "cli/json_output.h"

namespace gnomon::cli {

#define COMMAND(Name) extern const Command k##Name;
#include "cli/list.inc"
#undef COMMAND

const std::vector<const Command*>& Commands() {
  static const std::vector<const Command*> commands = {
#define COMMAND(Name) &k##Name,
#include "cli/list.inc"
#undef COMMAND
  };
  return commands;
}

Result<bool> ParseArguments(CLI::App& app, const Command& command,
                            const std::vector<std::string>& arguments) {
  app.name("gnomon " + std::string(command.name));
  app.description(std::string(command.doc));
  if (!command.examples.empty()) app.footer("Examples:\n" + std::string(command.examples));
  std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());
  try {
    app.parse(reversed);
    return true;
  } catch (const CLI::CallForHelp&) {
    std::cout << app.help();
    return false;
  } catch (const CLI::ExtrasError&) {
    std::vector<std::string> known;
    for (const CLI::Option* option : app.get_options()) known.push_back(option->get_name());
    const std::string extra = app.remaining().empty() ? "" : app.remaining().front();
    return InvalidArgument("unknown argument '{}' of gnomon {}{}", extra, command.name,
                           DidYouMean(extra.substr(0, extra.find('=')), known));
  } catch (const CLI::ParseError& error) {
    return InvalidArgument("gnomon {}: {} - see gnomon {} --help", command.name, error.what(),
                           command.name);
  }
}

namespace {

void PrintHelp() {
  std::cout
      << "gnomon runs Chronon pipelines without the JVM.\n\nUsage: gnomon COMMAND [OPTIONS]\n\n";
  for (const Command* command : Commands()) fmt::print("  {:<10}{}\n", command->name, command->doc);
  std::cout << "\ngnomon COMMAND --help tells more; gnomon --version prints the version.\n"
               "Pipelines are run by run.py and tables looked at by spark-sql, both in bin/.\n";
}

Status Dispatch(const std::vector<std::string>& arguments) {
  if (arguments.empty() || arguments[0] == "--help" || arguments[0] == "-h" ||
      arguments[0] == "help") {
    PrintHelp();
    return Ok();
  }
  if (arguments[0] == "--version" || arguments[0] == "version") {
    if (arguments.back() == "--json") {
      PrintJson({{"format", 1}, {"gnomon", GNOMON_VERSION}});
    } else {
      std::cout << "gnomon " GNOMON_VERSION "\n";
    }
    return Ok();
  }
  std::vector<std::string> names;
  for (const Command* command : Commands()) {
    if (command->name == arguments[0])
      return command->run({arguments.begin() + 1, arguments.end()});
    names.emplace_back(command->name);
  }
  return InvalidArgument("unknown command '{}'{}", arguments[0], DidYouMean(arguments[0], names));
}

Status DispatchSafely(const std::vector<std::string>& arguments) {
  try {
    return Dispatch(arguments);
  } catch (const std::bad_alloc&) {
    return Unavailable(
        "the memory of this machine is used up - lower EXECUTOR_MEMORY or the number of cores");
  } catch (const std::exception& error) {
    return Internal("{} - please report this as a bug of gnomon", error.what());
  }
}

}  // namespace
}  // namespace gnomon::cli

int main(int argc, char** argv) {
  gnomon::TakeOverStopSignals();
  const gnomon::Status status = gnomon::cli::DispatchSafely({argv + 1, argv + argc});
  std::cout.flush();
  if (status) return 0;
  std::fprintf(stderr, "error: %s\n", status.error().message.c_str());
  return gnomon::InfoOf(status.error().code).exit_code;
}
