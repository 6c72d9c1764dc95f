// SPDX-License-Identifier: Apache-2.0
// A repository and its state folder `.gnomon`: where everything lies, and how a path that a user
// writes becomes a real one. Opening creates what is missing (mode 0700, FORMAT number) and
// refuses a newer format.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace gnomon {

class Workspace {
 public:
  // Opens the state of the repository at `root` (which must exist). Errors: NotFound, Unavailable
  // (cannot be written), Unimplemented (made by a newer gnomon).
  static Result<Workspace> Open(const std::filesystem::path& root);

  // Finds the repository: `explicit_root` if not empty, else CHRONON_REPO_PATH, else the nearest
  // ancestor of the current folder with teams.json or gnomon.toml. Errors: NotFound with the
  // remedy.
  static Result<std::filesystem::path> FindRoot(std::string_view explicit_root);

  // The same repository with catalog, tables and store in `folder`, which is made if it is missing:
  // what runs there changes none of the repository's own. Buckets, temporary files and run reports
  // stay where they are. Errors: Unavailable, Unimplemented.
  Result<Workspace> WithDataIn(const std::filesystem::path& folder) const;

  const std::filesystem::path& root() const { return root_; }
  std::filesystem::path state_dir() const { return root_ / ".gnomon"; }
  std::filesystem::path data_dir() const { return data_.empty() ? state_dir() : data_; }
  std::filesystem::path catalog_db() const { return data_dir() / "catalog.db"; }
  std::filesystem::path warehouse_dir() const { return data_dir() / "warehouse"; }
  std::filesystem::path buckets_dir() const { return state_dir() / "buckets"; }
  std::filesystem::path kv_dir() const { return data_dir() / "kv"; }
  std::filesystem::path tmp_dir() const { return state_dir() / "tmp"; }
  std::filesystem::path logs_dir() const { return state_dir() / "logs"; }

  // Maps what a user writes to a local path: `s3a://bucket/key` (also s3, s3n, gs) to
  // .gnomon/buckets/bucket/key, `file:///x` and absolute paths to themselves, relative ones under
  // the root. Globs stay in the text. Errors: InvalidArgument for a path that leaves its bucket by
  // `..`, for an unknown scheme or an empty bucket.
  Result<std::filesystem::path> ResolvePath(std::string_view user_path) const;

  // The existing files that a user's path names: a file, a folder (its data files, hidden ones left
  // out), or a glob with
  // `*`, `?`, `[..]`, `{a,b}`; sorted. Errors: NotFound (NoSuchKey: the path and the nearest
  // existing one).
  Result<std::vector<std::filesystem::path>> ExpandPath(std::string_view user_path) const;

 private:
  explicit Workspace(std::filesystem::path root) : root_(std::move(root)) {}
  std::filesystem::path root_;
  std::filesystem::path data_;  // Empty: the state folder.
};

}  // namespace gnomon
