// SPDX-License-Identifier: Apache-2.0
// Files first: a folder that is synced earlier would name what is not there yet.
#include "storage/file_sync.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <set>

#include "storage/descriptor.h"
#include "storage/file_error.h"

namespace gnomon {

Status SyncNewFiles(std::span<const std::string> paths, const std::string& root) {
  std::set<std::string> folders = {root};
  for (const std::string& path : paths) {
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file.valid() || ::fsync(file.get()) != 0)
      return FileError("syncing a data file", path, errno);
    std::string folder = std::filesystem::path(path).parent_path();
    while (folder.size() > root.size() && folders.insert(folder).second)
      folder = std::filesystem::path(folder).parent_path();
  }
  for (const std::string& folder : folders) GNOMON_RETURN_IF_ERROR(SyncFolder(folder));
  return Ok();
}

}  // namespace gnomon
