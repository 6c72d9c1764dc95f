// SPDX-License-Identifier: Apache-2.0
// The environment variables that the programs read, for `gnomon help environment` and docs/cli.md.
// A test compares the list with what the sources read.
#pragma once

#include <array>
#include <string_view>

namespace gnomon::cli {

struct EnvironmentVariable {
  std::string_view name;
  std::string_view meaning;
};

inline constexpr std::array kEnvironmentVariables = {
    EnvironmentVariable{"CHRONON_REPO_PATH", "the repository's root, when --repo is not given"},
    EnvironmentVariable{"CHRONON_ROOT", "the same for compiling, before CHRONON_REPO_PATH"},
    EnvironmentVariable{"EXECUTOR_MEMORY", "memory that a command may use, such as 8G"},
    EnvironmentVariable{"EXECUTOR_CORES", "cores that a command may use"},
    EnvironmentVariable{"SPARK_PARALLELISM", "pieces of work at once, at most as many as cores"},
    EnvironmentVariable{"PARALLELISM", "the same, after SPARK_PARALLELISM"},
    EnvironmentVariable{"APP_NAME", "the name of the run, before the one that run.py makes"},
    EnvironmentVariable{"CHRONON_ONLINE_ARGS", "what --online-args gives"},
    EnvironmentVariable{"NO_COLOR", "if not empty: no colours"},
    EnvironmentVariable{"CLICOLOR_FORCE", "if not empty or 0: colours without a terminal too"},
    EnvironmentVariable{"TERM", "dumb: no colours, no status line"},
    EnvironmentVariable{"PAGER", "what the shell of spark-sql shows long answers with"},
    EnvironmentVariable{"VISUAL", "the editor of the shell of spark-sql"},
    EnvironmentVariable{"EDITOR", "the same, after VISUAL"},
    EnvironmentVariable{"XDG_STATE_HOME", "where the shell's history lies; ~/.local/state"},
    EnvironmentVariable{"PATH", "looked at by gnomon doctor"},
    EnvironmentVariable{"GNOMON_BIN", "the engine that run.py and spark-sql start"},
    EnvironmentVariable{"GNOMON_DEBUG", "if not empty: a defect shows its stack trace"},
};

}  // namespace gnomon::cli
