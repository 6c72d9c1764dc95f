// SPDX-License-Identifier: Apache-2.0
// The state folder's layout and the finding of repositories. How users' paths become files is in
// workspace_paths.cc.
#include "storage/workspace.h"

#include <sys/stat.h>

#include <cerrno>
#include <cstdlib>

#include "base/parse.h"
#include "storage/file_error.h"
#include "storage/file_io.h"

namespace gnomon {

namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kFormat = 1;

Status MakeStateFolder(const fs::path& folder) {
  if (::mkdir(folder.c_str(), 0700) == 0 || errno == EEXIST) return Ok();
  return FileError("creating the state folder", folder.string(), errno);
}

// Of two processes that open a new repository at once, one writes the file and both read it.
Status CheckFormat(const fs::path& file) {
  std::error_code ignored;
  if (!fs::exists(file, ignored)) {
    const Status written = WriteNewFile(file.string(), std::to_string(kFormat) + "\n");
    if (!written && written.error().code != ErrorCode::kAlreadyExists) return written;
  }
  GNOMON_ASSIGN_OR_RETURN(std::string text, ReadFile(file.string()));
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
  const auto format = ParseInt(text);
  if (!format || *format < 1) {
    return Corruption("the state folder's format number is damaged: {} - it should hold {}: {}",
                      file.string(), kFormat, text.substr(0, 40));
  }
  if (*format > kFormat) {
    return Unimplemented(
        "the state folder has format {}, and this gnomon knows {}: {} - use the newer gnomon that "
        "made "
        "it",
        *format, kFormat, file.string());
  }
  return Ok();
}

Result<fs::path> ExistingFolder(const fs::path& folder, std::string_view origin) {
  std::error_code ignored;
  if (fs::is_directory(folder, ignored)) return fs::absolute(folder).lexically_normal();
  return NotFound("the repository does not exist: {} (from {}) - name an existing folder",
                  folder.string(), origin);
}

}  // namespace

Result<Workspace> Workspace::Open(const fs::path& root) {
  GNOMON_ASSIGN_OR_RETURN(fs::path folder, ExistingFolder(root, "the caller"));
  // Without a final slash, so that its name and parent are what they seem.
  if (!folder.has_filename()) folder = folder.parent_path();
  Workspace workspace(std::move(folder));
  for (const fs::path& needed :
       {workspace.state_dir(), workspace.warehouse_dir(), workspace.buckets_dir(),
        workspace.kv_dir(), workspace.tmp_dir(), workspace.logs_dir()}) {
    GNOMON_RETURN_IF_ERROR(MakeStateFolder(needed));
  }
  GNOMON_RETURN_IF_ERROR(CheckFormat(workspace.state_dir() / "FORMAT"));
  return workspace;
}

Result<Workspace> Workspace::WithDataIn(const fs::path& folder) const {
  std::error_code error;
  Workspace apart(*this);
  apart.data_ = fs::absolute(folder, error).lexically_normal();
  fs::create_directories(apart.data_.parent_path(), error);
  for (const fs::path& needed : {apart.data_, apart.warehouse_dir(), apart.kv_dir()}) {
    GNOMON_RETURN_IF_ERROR(MakeStateFolder(needed));
  }
  GNOMON_RETURN_IF_ERROR(CheckFormat(apart.data_ / "FORMAT"));
  return apart;
}

Result<fs::path> Workspace::FindRoot(std::string_view explicit_root) {
  if (!explicit_root.empty()) return ExistingFolder(fs::path(explicit_root), "the command line");
  if (const char* variable = std::getenv("CHRONON_REPO_PATH");
      variable != nullptr && *variable != '\0') {
    return ExistingFolder(variable, "CHRONON_REPO_PATH");
  }
  std::error_code error;
  const fs::path start = fs::current_path(error);
  if (error) return Unavailable("the current folder can not be read: {}", error.message());
  for (fs::path folder = start;; folder = folder.parent_path()) {
    std::error_code ignored;
    if (fs::exists(folder / "teams.json", ignored) || fs::exists(folder / "gnomon.toml", ignored)) {
      return folder;
    }
    if (folder == folder.parent_path()) break;
  }
  return NotFound(
      "no repository found: {} - go to a folder with teams.json, name one with --repo, or set "
      "CHRONON_REPO_PATH",
      start.string());
}

}  // namespace gnomon
