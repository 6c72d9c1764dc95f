// SPDX-License-Identifier: Apache-2.0
// Whole small files (metadata) by URI, written so that a reader sees all of it or nothing.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace gnomon {

// The local path of a `file:` URI (file:/x, file:///x, percent-decoded) or of a plain absolute
// path. Errors: Unimplemented for another scheme.
Result<std::string> LocalPathOf(std::string_view uri);

// The `file:///...` URI of an absolute local path, percent-encoded where needed.
std::string FileUriOf(std::string_view absolute_path);

// Reads a whole file. Errors: NotFound, Unavailable.
Result<std::string> ReadFile(const std::string& path);

// Writes a new file, synced to the disk, and fails with AlreadyExists if it is there: parents are
// created. On any other error nothing is left. Errors: AlreadyExists, Unavailable (disk full,
// permission).
Status WriteNewFile(const std::string& path, std::string_view content);

// Replaces a file's content by writing beside it and renaming over it; its permissions stay.
Status ReplaceFile(const std::string& path, std::string_view content);

// Makes a folder and its parents, as far as they are missing, and sees that files can be made in
// it. Errors: NotFound when a file lies in its place, Unavailable (permission, read-only).
Status MakeFolder(const std::string& path);

// Removes a file; a missing one is fine.
Status RemoveFile(const std::string& path);

}  // namespace gnomon
