// SPDX-License-Identifier: Apache-2.0
// Many new files are made to outlast a crash together: the first sync waits for the disk, and the
// others mostly find their bytes there.
#pragma once

#include <span>
#include <string>

#include "base/result.h"

namespace gnomon {

// Syncs these new files, and each folder above them from their own up to `root`, itself included.
// Paths are absolute and below `root`. Error: Unavailable.
Status SyncNewFiles(std::span<const std::string> paths, const std::string& root);

}  // namespace gnomon
