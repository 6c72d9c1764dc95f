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
    EnvironmentVariable{"CHRONON_ONLINE_ARGS", "what --online-args gives"},
    EnvironmentVariable{"NO_COLOR", "if not empty: no colours"},
    EnvironmentVariable{"CLICOLOR_FORCE", "if not empty or 0: colours without a terminal too"},
    EnvironmentVariable{"TERM", "dumb: no colours, no status line"},
    EnvironmentVariable{"PATH", "looked at by gnomon doctor"},
    EnvironmentVariable{"GNOMON_BIN", "the engine that run.py and spark-sql start"},
    EnvironmentVariable{"GNOMON_DEBUG", "if not empty: a defect shows its stack trace"},
};

}  // namespace gnomon::cli
