// SPDX-License-Identifier: Apache-2.0
// Apart from the reader of side files: the online fetcher names configs, and must not link the
// hashing that reading them needs.
#include <fmt/format.h>

#include <filesystem>

#include "config/side_file.h"

namespace gnomon::config {

namespace fs = std::filesystem;

Result<std::string> SideFilePath(const std::string& conf_path) {
  const fs::path path(conf_path);
  const fs::path team = path.parent_path();
  const fs::path type = team.parent_path();
  if (path.filename().empty() || team.filename().empty() || type.filename().empty()) {
    return InvalidArgument(
        "the path of a compiled config ends in <type>/<team>/<name>: {} - give such a path",
        conf_path);
  }
  return (type.parent_path() / ".gnomon" / type.filename() / team.filename() /
          (path.filename().string() + ".json"))
      .string();
}

}  // namespace gnomon::config
