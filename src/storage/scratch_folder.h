// SPDX-License-Identifier: Apache-2.0
// A folder for the temporary files of one piece of work, gone with it. What a killed process left
// is removed when the next one makes its own.
#pragma once

#include <string>

#include "base/result.h"

namespace gnomon {

class ScratchFolder {
 public:
  // Makes a folder under `tmp_dir`, which must exist, and removes those whose process is dead.
  // Errors: NotFound, Unavailable.
  static Result<ScratchFolder> Make(const std::string& tmp_dir);
  ~ScratchFolder();
  ScratchFolder(ScratchFolder&& other) noexcept;
  ScratchFolder& operator=(ScratchFolder&&) = delete;

  const std::string& path() const { return path_; }

 private:
  ScratchFolder(std::string path, int lock) : path_(std::move(path)), lock_(lock) {}

  std::string path_;  // Empty when moved from.
  int lock_;          // A descriptor of the folder; the system gives the lock up with the process.
};

}  // namespace gnomon
