// SPDX-License-Identifier: Apache-2.0
// `gnomon explore`: finds GroupBys by a word (SPEC 3.4). The configs and git are read by
// gnomon.explore in Python, which this process becomes; bin/explore.py is the same under Chronon's
// name.
#include <CLI/CLI.hpp>

#include "cli/become_program.h"
#include "cli/command.h"
#include "cli/json_output.h"
#include "cli/option_table.h"
#include "storage/workspace.h"

namespace gnomon::cli {

namespace {

struct Options {
  std::string keyword, root;
  std::vector<std::string> handler_arguments;
  bool json = false;
};

Status Explore(const std::vector<std::string>& arguments);

}  // namespace

extern const Command kExplore;
const Command kExplore = {
    .name = "explore",
    .doc = "find GroupBys by a word in their inputs, keys, name, sources or joins",
    .examples =
        "  gnomon explore purchase_price\n"
        "  gnomon explore bootcamp.purchases --json\n"
        "  gnomon explore _events_without_topics",
    .run = &Explore,
};

namespace {

Status Explore(const std::vector<std::string>& arguments) {
  Options options;
  CLI::App app;
  app.add_option("keyword", options.keyword,
                 "a part of a name, whatever its case; _events_without_topics: GroupBys of events "
                 "that no topic feeds")
      ->type_name("KEYWORD");
  app.add_option("--repo,--conf-root", options.root, "the repository's root")->type_name("FOLDER");
  app.add_option("--handler-args", options.handler_arguments,
                 "of _events_without_topics: output_file=FILE, exclude_commit_message=TEXT")
      ->type_name("NAME=VALUE");
  AddJsonFlag(app, options.json);
  GNOMON_ASSIGN_OR_RETURN(const bool go_on, ParseArguments(app, kExplore, arguments));
  if (!go_on) return Ok();
  if (options.keyword.empty())
    return InvalidArgument("explore what? - write for example: gnomon explore purchase_price");
  GNOMON_ASSIGN_OR_RETURN(const auto root, Workspace::FindRoot(options.root));
  std::vector<std::string> words = {"--repo=" + root.string()};
  for (const std::string& text : options.handler_arguments) {
    words.push_back("--handler-args=" + text);
  }
  if (options.json) words.emplace_back("--json");
  words.emplace_back("--");
  words.push_back(options.keyword);
  return BecomePython("gnomon.explore", words);
}

}  // namespace
}  // namespace gnomon::cli
