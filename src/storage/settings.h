// SPDX-License-Identifier: Apache-2.0
// What a user may set for a repository: `gnomon.toml` at its root, with the variables of Chronon's
// run scripts above it. Every value knows where it came from, so that a complaint can say it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace gnomon {

class Settings {
 public:
  struct Setting {
    std::string value;   // As text: `8G`, `4`, `true`.
    std::string origin;  // As a user reads it: `EXECUTOR_MEMORY`, `/repo/gnomon.toml`.
  };

  // Reads `<root>/gnomon.toml`; a missing file means only defaults. Errors: InvalidArgument for
  // text that is not TOML, an unknown key (with the nearest known one), a value that is neither
  // text, number nor boolean, and a value that the getters below would refuse.
  static Result<Settings> Load(const std::filesystem::path& root);

  // The value of a known key of the file.
  std::optional<Setting> Find(std::string_view key) const;

  // EXECUTOR_MEMORY (set from the conf), else `memory`, else 2 GiB or half of the machine's,
  // whichever is less. Errors: InvalidArgument says where the malformed value came from.
  Result<std::int64_t> MemoryBytes() const;
  // EXECUTOR_CORES, else `cores`, else what the machine has.
  Result<int> Cores() const;

 private:
  std::map<std::string, Setting, std::less<>> values_;
};

}  // namespace gnomon
