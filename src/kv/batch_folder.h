// SPDX-License-Identifier: Apache-2.0
// The files of one dataset: a folder per batch and the pointer file CURRENT that names the batch to
// read. Publishing is one rename. A loader holds a lock on its batch, so that what a killed one
// left is known by its free lock and removed by the next.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>

#include "base/result.h"

namespace gnomon::kv {

// A lock on a file by flock(2): it ends with the object, or with the process.
class FileLock {
 public:
  // Creates the file when missing. `wait` false: nullopt when somebody else holds it. Errors:
  // Unavailable.
  static Result<std::optional<FileLock>> Take(const std::filesystem::path& path, bool wait);
  FileLock(FileLock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  FileLock& operator=(FileLock&& other) noexcept;
  ~FileLock();

 private:
  explicit FileLock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
};

// A batch that is being loaded; its folder goes with the object unless it was published.
class NewBatch {
 public:
  // Makes `<dataset>/<batch_id>-<unique>/` and removes what killed loads left. Errors: Unavailable.
  static Result<NewBatch> Make(const std::filesystem::path& dataset, const std::string& batch_id);
  NewBatch(NewBatch&&) noexcept = default;
  NewBatch& operator=(NewBatch&&) = delete;
  ~NewBatch();

  const std::filesystem::path& folder() const { return folder_; }

  // Points CURRENT at this batch, then removes every batch that nobody loads. What is in the folder
  // must be synced already. REQUIRES: called at most once with success. Errors: Unavailable.
  Status Publish();

 private:
  NewBatch(std::filesystem::path dataset, std::filesystem::path folder, FileLock lock)
      : dataset_(std::move(dataset)), folder_(std::move(folder)), lock_(std::move(lock)) {}

  std::filesystem::path dataset_;
  std::filesystem::path folder_;
  std::optional<FileLock> lock_;
};

// Which file CURRENT is: another inode or time means another batch.
struct PointerStamp {
  ::ino_t inode = 0;
  std::int64_t modified_ns = 0;

  bool operator==(const PointerStamp&) const = default;
};

// nullopt when the dataset has no batch.
std::optional<PointerStamp> StampOf(const std::filesystem::path& dataset);

// The folder of the current batch; nullopt when there is none. Errors: Unavailable, Corruption.
Result<std::optional<std::filesystem::path>> CurrentBatch(const std::filesystem::path& dataset);

// Flushes a file or folder to the disk. Errors: Unavailable.
Status SyncPath(const std::filesystem::path& path);

}  // namespace gnomon::kv
