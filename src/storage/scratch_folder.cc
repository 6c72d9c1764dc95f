// SPDX-License-Identifier: Apache-2.0
// A folder is locked (flock) as long as its process lives, so whoever gets the lock of one may
// remove it.
#include "storage/scratch_folder.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>

#include "storage/descriptor.h"
#include "storage/file_error.h"

namespace gnomon {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view kPrefix = "scratch-";

int OpenFolder(const std::string& path) {
  return ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

// What cannot be removed is left for the next time.
void RemoveDead(const std::string& tmp_dir) {
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(tmp_dir, ignored)) {
    if (!entry.path().filename().string().starts_with(kPrefix)) continue;
    const Descriptor lock(OpenFolder(entry.path().string()));
    if (!lock.valid() || ::flock(lock.get(), LOCK_EX | LOCK_NB) != 0) continue;
    fs::remove_all(entry.path(), ignored);
  }
}

// Whether a folder still has its name: another process may have taken it for dead before its lock
// was held.
bool IsThere(const std::string& path, int descriptor) {
  struct stat named {};
  struct stat open {};
  return ::stat(path.c_str(), &named) == 0 && ::fstat(descriptor, &open) == 0 &&
         named.st_ino == open.st_ino && named.st_dev == open.st_dev;
}

Error Failed(const std::string& tmp_dir, int code) {
  return FileError("making a folder for temporary files", tmp_dir, code);
}

}  // namespace

Result<ScratchFolder> ScratchFolder::Make(const std::string& tmp_dir) {
  RemoveDead(tmp_dir);
  while (true) {
    std::string path = fmt::format("{}/{}XXXXXX", tmp_dir, kPrefix);
    if (::mkdtemp(path.data()) == nullptr) return Failed(tmp_dir, errno);
    const int lock = OpenFolder(path);
    if (lock < 0 && errno != ENOENT) return Failed(tmp_dir, errno);
    if (lock < 0) continue;
    ScratchFolder folder(std::move(path), lock);
    if (::flock(lock, LOCK_EX) == 0 && IsThere(folder.path_, lock)) return folder;
  }
}

ScratchFolder::ScratchFolder(ScratchFolder&& other) noexcept
    : path_(std::exchange(other.path_, {})), lock_(std::exchange(other.lock_, -1)) {}

ScratchFolder::~ScratchFolder() {
  std::error_code ignored;
  if (!path_.empty()) fs::remove_all(path_, ignored);
  if (lock_ >= 0) ::close(lock_);
}

}  // namespace gnomon
