// SPDX-License-Identifier: Apache-2.0
// The program `gnomon`: picks the command, prints its error as one sentence, and turns its code
// into the exit status.
#include <malloc.h>
#include <unistd.h>

#include <cstdio>
#include <exception>
#include <iostream>
#include <new>

#include "base/cancellation.h"
#include "base/edit_distance.h"
#include "base/log.h"
#include "base/progress.h"
#include "base/terminal.h"
#include "cli/command.h"
#include "cli/excerpt.h"
#include "cli/pasted_commands.h"
#include "cli/standard_streams.h"

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

namespace {

using Arguments = std::vector<std::string>;

// Flags may stand before the command too; the only one of them with a value of its own is --repo.
Arguments::const_iterator FindCommand(const Arguments& arguments) {
  auto word = arguments.begin();
  while (word != arguments.end() && word->starts_with("-")) {
    if (*word == "--repo" && word + 1 != arguments.end()) ++word;
    ++word;
  }
  return word;
}

// `gnomon --help`, `gnomon --version` and no word at all are the commands of these names.
std::string_view CommandOfFlags(const Arguments& flags) {
  for (const std::string& flag : flags) {
    if (flag == "--version") return "version";
    if (flag == "--help" || flag == "-h") return "help";
  }
  return flags.empty() ? "help" : "";
}

Status Dispatch(const Arguments& arguments) {
  const auto word = FindCommand(arguments);
  const bool is_given = word != arguments.end();
  const std::string name(is_given ? *word : CommandOfFlags(arguments));
  if (name.empty()) {
    return InvalidArgument("no command given: gnomon {} - see gnomon --help",
                           Excerpt(arguments.front()));
  }
  Arguments rest(arguments.begin(), word);
  if (is_given) {
    rest.insert(rest.end(), word + 1, arguments.end());
  } else {
    std::erase_if(rest, [](const std::string& flag) { return flag != "--json"; });
  }
  std::vector<std::string> names;
  for (const Command* command : Commands()) {
    if (command->name == name) return command->run(rest);
    names.emplace_back(command->name);
  }
  return InvalidArgument("unknown command '{}'{}", Excerpt(name), DidYouMean(name, names));
}

Status DispatchSafely(const Arguments& arguments) {
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
  gnomon::cli::RestoreStandardStreams();
  // The allocator keeps what one of its arenas freed from all others: with one per thread, memory
  // would grow with the cores and not with the budget. Two keep the threads from waiting.
  ::mallopt(M_ARENA_MAX, 2);
  gnomon::TakeOverStopSignals();
  gnomon::EnableProgress();
  gnomon::Status status = gnomon::cli::DispatchSafely({argv + 1, argv + argc});
  const gnomon::Status written = gnomon::cli::FlushStandardOutput();
  if (status) status = written;
  if (status) return 0;
  // Where a run was stopped is nobody's fault: the sentence has no place.
  const gnomon::Status stop = gnomon::CheckCancelled();
  const bool is_stop = !stop && status.error().code == gnomon::ErrorCode::kCancelled;
  const gnomon::Error& error = is_stop ? stop.error() : status.error();
  gnomon::PrintToStderr(gnomon::BoldRed("error:", STDERR_FILENO) + " " +
                        gnomon::cli::WithGivenRepository(error.message));
  return gnomon::InfoOf(error.code).exit_code;
}
