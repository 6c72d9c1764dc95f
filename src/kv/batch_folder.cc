// SPDX-License-Identifier: Apache-2.0
// Names: `.lock` guards the making and publishing of batches of one dataset, `<batch>/loading` one
// load. The first is held for moments only, the second for as long as a load lasts.
#include "kv/batch_folder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <climits>
#include <cstring>
#include <fstream>

#include "base/cancellation.h"
#include "base/pause_point.h"

namespace gnomon::kv {
namespace {

namespace fs = std::filesystem;

constexpr const char* kPointer = "CURRENT";
constexpr const char* kDatasetLock = ".lock";
constexpr const char* kLoadLock = "loading";

Error DiskError(std::string_view what, const fs::path& path, int error) {
  return Unavailable("{}: {} - free disk space or look at the folder's permissions: {}", what,
                     path.string(), std::strerror(error));
}

// Retries what a signal interrupts.
template <typename Call>
int Retried(const Call& call) {
  int result = 0;
  do {
    result = call();
  } while (result < 0 && errno == EINTR);
  return result;
}

// Of what UniqueName makes; everything else in a pointer is damage.
bool IsNameCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-' || c == '.';
}

std::string UniqueName(const std::string& batch_id) {
  static std::atomic<std::uint64_t> counter{0};
  struct timespec now {};
  ::clock_gettime(CLOCK_REALTIME, &now);
  return fmt::format("{}-{:x}{:08x}-{}-{}", batch_id, now.tv_sec, now.tv_nsec, ::getpid(),
                     counter.fetch_add(1));
}

// Writes CURRENT beside itself and renames it into place.
Status WritePointer(const fs::path& dataset, const std::string& batch_name) {
  const fs::path temporary = dataset / (std::string(".") + kPointer + "-" + batch_name);
  std::error_code ignored;
  {
    std::ofstream stream(temporary, std::ios::binary | std::ios::trunc);
    stream << batch_name << '\n';
    stream.flush();
    if (!stream) {
      const int error = errno;
      fs::remove(temporary, ignored);
      return DiskError("cannot write the batch pointer", temporary, error);
    }
  }
  GNOMON_RETURN_IF_ERROR(SyncPath(temporary));
  PausePoint("upload.publish");
  if (Status stop = CheckCancelled(); !stop) {
    fs::remove(temporary, ignored);
    return stop;
  }
  if (::rename(temporary.c_str(), (dataset / kPointer).c_str()) != 0) {
    const int error = errno;
    fs::remove(temporary, ignored);
    return DiskError("cannot publish a batch", dataset / kPointer, error);
  }
  return SyncPath(dataset);
}

// Removes each batch that is neither current nor being loaded, and pointers that were never
// renamed. REQUIRES: the dataset's lock is held. What cannot be removed is left for the next time.
void RemoveGarbage(const fs::path& dataset) {
  const auto current = CurrentBatch(dataset);
  if (!current.has_value()) return;
  std::error_code failure;
  std::vector<fs::path> garbage;
  for (const auto& entry : fs::directory_iterator(dataset, failure)) {
    if (entry.path().filename().string().starts_with(std::string(".") + kPointer)) {
      garbage.push_back(entry.path());
      continue;
    }
    if (!entry.is_directory(failure) || entry.path() == current->value_or(fs::path())) continue;
    const auto lock = FileLock::Take(entry.path() / kLoadLock, /*wait=*/false);
    if (lock.has_value() && lock->has_value()) garbage.push_back(entry.path());
  }
  for (const fs::path& path : garbage) fs::remove_all(path, failure);
}

}  // namespace

Result<std::optional<FileLock>> FileLock::Take(const fs::path& path, bool wait) {
  const int descriptor =
      Retried([&] { return ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600); });
  if (descriptor < 0) return DiskError("cannot open a lock", path, errno);
  FileLock lock(descriptor);
  const int mode = wait ? LOCK_EX : LOCK_EX | LOCK_NB;
  if (Retried([&] { return ::flock(descriptor, mode); }) == 0) {
    return std::optional<FileLock>(std::move(lock));
  }
  if (errno == EWOULDBLOCK) return std::optional<FileLock>();
  return DiskError("cannot take a lock", path, errno);
}

FileLock& FileLock::operator=(FileLock&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

FileLock::~FileLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

Result<NewBatch> NewBatch::Make(const fs::path& dataset, const std::string& batch_id) {
  std::error_code failure;
  fs::create_directories(dataset, failure);
  if (failure) return DiskError("cannot make a dataset's folder", dataset, failure.value());
  // Under the dataset's lock nobody takes the new folder for garbage before its own lock is held.
  GNOMON_ASSIGN_OR_RETURN(const auto dataset_lock, FileLock::Take(dataset / kDatasetLock, true));
  RemoveGarbage(dataset);
  const fs::path folder = dataset / UniqueName(batch_id);
  if (!fs::create_directory(folder, failure)) {
    return DiskError("cannot make a batch's folder", folder, failure.value());
  }
  GNOMON_ASSIGN_OR_RETURN(auto lock, FileLock::Take(folder / kLoadLock, true));
  GNOMON_CHECK(lock.has_value());
  return NewBatch(dataset, folder, *std::move(lock));
}

NewBatch::~NewBatch() {
  if (!lock_.has_value()) return;
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

Status NewBatch::Publish() {
  GNOMON_CHECK(lock_.has_value());
  GNOMON_RETURN_IF_ERROR(SyncPath(folder_));
  GNOMON_ASSIGN_OR_RETURN(const auto dataset_lock, FileLock::Take(dataset_ / kDatasetLock, true));
  GNOMON_RETURN_IF_ERROR(WritePointer(dataset_, folder_.filename().string()));
  lock_.reset();
  RemoveGarbage(dataset_);
  return Ok();
}

std::optional<PointerStamp> StampOf(const fs::path& dataset) {
  struct stat status {};
  if (::stat((dataset / kPointer).c_str(), &status) != 0) return std::nullopt;
  return PointerStamp{status.st_ino,
                      std::int64_t{status.st_mtim.tv_sec} * 1'000'000'000 + status.st_mtim.tv_nsec};
}

Result<std::optional<fs::path>> CurrentBatch(const fs::path& dataset) {
  const fs::path pointer = dataset / kPointer;
  std::ifstream stream(pointer, std::ios::binary);
  if (!stream) {
    if (!StampOf(dataset)) return std::optional<fs::path>();
    return DiskError("cannot read the batch pointer", pointer, errno);
  }
  std::string name;
  std::getline(stream, name);
  const bool is_name = !name.empty() && name.front() != '.' && name.size() <= NAME_MAX &&
                       std::all_of(name.begin(), name.end(), IsNameCharacter);
  if (!is_name) {
    return Corruption("the batch pointer is damaged: {} - run the upload again", pointer.string());
  }
  return std::optional<fs::path>(dataset / name);
}

Status SyncPath(const fs::path& path) {
  const int descriptor = Retried([&] { return ::open(path.c_str(), O_RDONLY | O_CLOEXEC); });
  if (descriptor < 0) return DiskError("cannot open for syncing", path, errno);
  const int result = ::fsync(descriptor);
  const int error = errno;
  ::close(descriptor);
  if (result != 0) return DiskError("cannot sync to the disk", path, error);
  return Ok();
}

}  // namespace gnomon::kv
