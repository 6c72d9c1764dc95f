// SPDX-License-Identifier: Apache-2.0
// An open file of the operating system, closed at the end of its scope, and the two steps that
// make a new name survive a crash.
#pragma once

#include <string>

#include "base/result.h"

namespace gnomon {

class Descriptor {
 public:
  // Takes what open() returned, also -1.
  explicit Descriptor(int value) : value_(value) {}
  ~Descriptor();
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  bool valid() const { return value_ >= 0; }
  int get() const { return value_; }

 private:
  int value_;
};

// Creates the folders above `path`, each synced. Errors: Unavailable.
Status MakeParentFolders(const std::string& path);

// Syncs a folder. Errors: Unavailable.
Status SyncFolder(const std::string& folder);
// Syncs the folder that holds `path`, so that the name itself is on the disk. Errors: Unavailable.
Status SyncFolderOf(const std::string& path);

}  // namespace gnomon
