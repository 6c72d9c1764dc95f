// SPDX-License-Identifier: Apache-2.0
#include "storage/file_error.h"

#include <cerrno>
#include <cstring>

namespace gnomon {

Error FileError(std::string_view what, const std::string& path, int code) {
  switch (code) {
    case ENOENT:
      return NotFound("{}: {} - it does not exist", what, path);
    case ENOTDIR:
      return NotFound("{}: {} - a file lies where a folder must be; give another path", what, path);
    case EEXIST:
      return AlreadyExists("{}: {} - it is there already", what, path);
    case ENOSPC:
    case EDQUOT:
      return Unavailable("{}: {} - the disk is full; free space and run the command again", what,
                         path);
    case EFBIG:
      return Unavailable("{}: {} - the file is larger than this user may write; raise ulimit -f",
                         what, path);
    case EROFS:
      return Unavailable("{}: {} - its file system is read-only; mount it for writing", what, path);
    case EACCES:
    case EPERM:
      return Unavailable("{}: {} - no permission; give this user access to it", what, path);
    default:
      return Unavailable("{}: {} - look at the disk and run the command again: {}", what, path,
                         std::strerror(code));
  }
}

}  // namespace gnomon
