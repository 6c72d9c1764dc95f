// SPDX-License-Identifier: Apache-2.0
// What a user may set for a repository. First hit wins: command-line flag, process environment, the
// conf's env and teams.json (run.py puts both into the environment and says where each came from),
// `gnomon.toml` at the root, built-in. Every value knows its origin, so that a complaint, the run
// report and `gnomon config show` can say it. docs/settings.md lists them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/log.h"
#include "base/result.h"

namespace gnomon {

class Settings {
 public:
  struct Setting {
    std::string value;   // As text: `8G`, `4`, `true`.
    std::string origin;  // As a user reads it: `environment`, `/repo/gnomon.toml`.
  };
  // Flags of the command line: the variable that each stands for -> its value.
  using Flags = std::map<std::string, Setting, std::less<>>;

  // One line of `gnomon config show`. Secrets are masked.
  struct Shown {
    std::string name;   // The variable (`EXECUTOR_MEMORY`), or the key for what has none.
    std::string key;    // In gnomon.toml; empty when it can not stand there.
    std::string value;  // In force.
    std::string origin;
    bool used = true;  // False: gnomon knows the variable, and nothing in it depends on it.
  };

  // Reads `<root>/gnomon.toml`; a missing file means only defaults. Errors: InvalidArgument for
  // text that is not TOML, an unknown key (with the nearest known one), a value that is neither
  // text, number nor boolean, and a value that the getters below would refuse; theirs.
  static Result<Settings> Load(const std::filesystem::path& root, Flags flags = {});

  // The value of a known key of the file.
  std::optional<Setting> Find(std::string_view key) const;

  // The value in force of a key, or of its variables; the built-in one is not counted.
  std::optional<Setting> InForce(std::string_view key) const;

  // EXECUTOR_MEMORY, else `memory`, else 2 GiB or half of the machine's, whichever is less. Errors:
  // InvalidArgument says where the malformed value came from.
  Result<std::int64_t> MemoryBytes() const;
  // EXECUTOR_CORES, else `cores`, else what the machine has.
  Result<int> Cores() const;
  // The cores, or less if SPARK_PARALLELISM (PARALLELISM, `parallelism`) allows fewer pieces of
  // work at once.
  Result<int> Threads() const;
  // How much is told on stderr where no flag says: `log.level`, nullopt when it is not set.
  Result<std::optional<LogLevel>> Level() const;
  // How many run reports are kept: `runs.keep`, else 1000.
  Result<int> RunsKept() const;

  // Uploads and fetches use the store `online.store`: so far LMDB in .gnomon/kv alone (`lmdb`, or
  // `embedded`). Errors: Unimplemented for another.
  Status CheckOnlineStore() const;

  // Every setting in force, then what else came with the conf or is known to Chronon and AWS.
  std::vector<Shown> All() const;

 private:
  Result<std::int64_t> Number(std::string_view key, std::string_view what, std::int64_t max,
                              std::int64_t fallback) const;

  std::map<std::string, Setting, std::less<>> values_;
  Flags flags_;
};

}  // namespace gnomon
