// SPDX-License-Identifier: Apache-2.0
// POSIX calls for small files. New content is written beside its place, synced and then given its
// name in one step, so neither a reader nor a crash ever meets half a file.
#include "storage/file_io.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "storage/descriptor.h"
#include "storage/file_error.h"

namespace gnomon {

namespace {

namespace fs = std::filesystem;

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string PercentDecode(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && HexDigit(text[i + 1]) >= 0 &&
        HexDigit(text[i + 2]) >= 0) {
      out += static_cast<char>(HexDigit(text[i + 1]) * 16 + HexDigit(text[i + 2]));
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

Status WriteAll(int descriptor, std::string_view content, const std::string& path) {
  while (!content.empty()) {
    const ssize_t written = ::write(descriptor, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return FileError("writing a file", path, errno);
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  if (::fsync(descriptor) != 0) return FileError("syncing a file", path, errno);
  return Ok();
}

// Writes a synced file of an unused, hidden name in the folder of `path`; returns its name.
Result<std::string> WriteBeside(const std::string& path, std::string_view content,
                                mode_t mode = 0644) {
  GNOMON_RETURN_IF_ERROR(MakeParentFolders(path));
  const fs::path target(path);
  std::string name =
      (target.parent_path() / ("." + target.filename().string() + ".XXXXXX")).string();
  const Descriptor descriptor(::mkostemp(name.data(), O_CLOEXEC));
  if (!descriptor.valid()) return FileError("writing a file", path, errno);
  Status written = WriteAll(descriptor.get(), content, path);
  if (written.has_value() && ::fchmod(descriptor.get(), mode) != 0) {
    written = FileError("writing a file", path, errno);
  }
  if (!written) {
    ::unlink(name.c_str());
    return std::move(written).error();
  }
  return name;
}

// Gives a file its name unless that is taken. Returns errno, 0 when done.
int RenameToFree(const std::string& from, const std::string& to) {
  if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) return 0;
  if (errno != EINVAL && errno != ENOSYS) return errno;
  // Some file systems (network ones) lack that call, but have links.
  if (::link(from.c_str(), to.c_str()) != 0) return errno;
  ::unlink(from.c_str());
  return 0;
}

}  // namespace

Descriptor::~Descriptor() {
  if (valid()) ::close(value_);
}

Status SyncFolder(const std::string& folder) {
  const Descriptor descriptor(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!descriptor.valid()) return FileError("syncing a folder", folder, errno);
  if (::fsync(descriptor.get()) != 0 && errno != EINVAL) {
    return FileError("syncing a folder", folder, errno);
  }
  return Ok();
}

Status SyncFolderOf(const std::string& path) {
  return SyncFolder(fs::path(path).parent_path().string());
}

Status MakeParentFolders(const std::string& path) {
  std::vector<fs::path> missing;
  std::error_code ignored;
  for (fs::path folder = fs::path(path).parent_path();
       !folder.empty() && !fs::exists(folder, ignored) && folder != folder.parent_path();
       folder = folder.parent_path()) {
    missing.push_back(folder);
  }
  for (auto folder = missing.rbegin(); folder != missing.rend(); ++folder) {
    if (::mkdir(folder->c_str(), 0777) != 0 && errno != EEXIST) {
      return FileError("creating a folder", folder->string(), errno);
    }
    GNOMON_RETURN_IF_ERROR(SyncFolderOf(folder->string()));
  }
  return Ok();
}

Status MakeFolder(const std::string& path) {
  GNOMON_RETURN_IF_ERROR(MakeParentFolders(path + "/file"));
  const Descriptor folder(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder.valid() || ::access(path.c_str(), W_OK) != 0)
    return FileError("writing into a folder", path, errno);
  return Ok();
}

Result<std::string> LocalPathOf(std::string_view uri) {
  if (uri.starts_with('/')) return std::string(uri);
  const std::size_t colon = uri.find(':');
  if (colon == std::string_view::npos) {
    return InvalidArgument("a path is neither absolute nor a URI: {}", uri);
  }
  if (uri.substr(0, colon) != "file") {
    return Unimplemented("only files of this machine can be read, by file: URIs: {}", uri);
  }
  std::string_view path = uri.substr(colon + 1);
  if (path.starts_with("//")) {
    path.remove_prefix(2);
    if (path.starts_with("localhost/")) path.remove_prefix(std::strlen("localhost"));
  }
  if (!path.starts_with('/')) return InvalidArgument("a file: URI has no absolute path: {}", uri);
  std::string decoded = PercentDecode(path);
  if (decoded.find('\0') != std::string::npos) {
    return InvalidArgument("a file: URI holds a zero byte: {}", uri);
  }
  return decoded;
}

std::string FileUriOf(std::string_view absolute_path) {
  constexpr std::string_view kPlain = "/-._~!$&'()*+,;=:@";
  std::string uri = "file://";
  for (const char c : absolute_path) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       kPlain.find(c) != std::string_view::npos;
    if (plain) {
      uri += c;
    } else {
      uri += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return uri;
}

Result<std::string> ReadFile(const std::string& path) {
  const Descriptor descriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!descriptor.valid()) return FileError("reading a file", path, errno);
  std::string content;
  struct stat status {};
  if (::fstat(descriptor.get(), &status) == 0 && status.st_size > 0) {
    content.reserve(static_cast<std::size_t>(status.st_size));
  }
  std::vector<char> chunk(64 << 10);
  for (;;) {
    const ssize_t size = ::read(descriptor.get(), chunk.data(), chunk.size());
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return FileError("reading a file", path, errno);
    if (size == 0) return content;
    content.append(chunk.data(), static_cast<std::size_t>(size));
  }
}

Status WriteNewFile(const std::string& path, std::string_view content) {
  GNOMON_ASSIGN_OR_RETURN(const std::string beside, WriteBeside(path, content));
  if (const int code = RenameToFree(beside, path); code != 0) {
    ::unlink(beside.c_str());
    return FileError("writing a new file", path, code);
  }
  return SyncFolderOf(path);
}

Status ReplaceFile(const std::string& path, std::string_view content) {
  // Who must not read the old content, must not read the new.
  struct stat old {};
  const mode_t mode = ::stat(path.c_str(), &old) == 0 ? old.st_mode & 07777 : 0644;
  GNOMON_ASSIGN_OR_RETURN(const std::string beside, WriteBeside(path, content, mode));
  if (::rename(beside.c_str(), path.c_str()) != 0) {
    const int code = errno;
    ::unlink(beside.c_str());
    return FileError("replacing a file", path, code);
  }
  return SyncFolderOf(path);
}

Status RemoveFile(const std::string& path) {
  if (::unlink(path.c_str()) != 0 && errno != ENOENT) {
    return FileError("removing a file", path, errno);
  }
  return Ok();
}

}  // namespace gnomon
