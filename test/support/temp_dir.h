// SPDX-License-Identifier: Apache-2.0
// A folder of its own for one test, gone at the end.
#pragma once

#include <filesystem>
#include <string>

namespace gnomon {

class TempDir {
 public:
  TempDir();
  ~TempDir();
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;

  const std::filesystem::path& path() const { return path_; }
  std::string operator/(const std::string& name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

}  // namespace gnomon
