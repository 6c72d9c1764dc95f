// SPDX-License-Identifier: Apache-2.0
// `gnomon completion SHELL`: prints the completion script of a shell; gnomon.completion in Python
// writes it, because it also knows the flags of the other programs. The scripts come back with
// `--values WORD` for what only a repository knows.
#include <CLI/CLI.hpp>
#include <iostream>

#include "cli/become_program.h"
#include "cli/command.h"
#include "cli/completion_values.h"
#include "cli/option_table.h"

namespace gnomon::cli {

namespace {
Status Completion(const std::vector<std::string>& arguments);
}  // namespace

extern const Command kCompletion;
const Command kCompletion = {
    .name = "completion",
    .doc = "print the completion script of a shell, for gnomon and the programs beside it",
    .examples =
        "  source <(gnomon completion bash)\n"
        "  gnomon completion zsh > _gnomon\n"
        "  gnomon completion fish > gnomon.fish\n"
        "  gnomon completion --values TABLE",
    .run = &Completion,
};

namespace {

Status Completion(const std::vector<std::string>& arguments) {
  std::string shell, word, repo;
  CLI::App app;
  TakeOneOf(*app.add_option("shell", shell, "the shell"), "SHELL", {"bash", "zsh", "fish"});
  TakeOneOf(*app.add_option("--values", word, "print instead what may stand for this word in help"),
            "WORD", CompletionWords());
  app.add_option("--repo", repo, "the repository's root")->type_name("FOLDER");
  GNOMON_ASSIGN_OR_RETURN(const bool go_on, ParseArguments(app, kCompletion, arguments));
  if (!go_on) return Ok();
  if (word.empty() == shell.empty()) {
    return InvalidArgument(
        "one shell is needed: gnomon completion - give bash, zsh or fish, or --values");
  }
  if (!shell.empty()) return BecomePython("gnomon.completion", {shell});
  for (const std::string& value : CompletionValues(word, repo)) std::cout << value << '\n';
  return Ok();
}

}  // namespace
}  // namespace gnomon::cli
