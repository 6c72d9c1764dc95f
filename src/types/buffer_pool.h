// SPDX-License-Identifier: Apache-2.0
// Where column buffers come from. Buffers of batches and pages live briefly and change their size:
// they grow while they are built and are cut to what they hold.
#pragma once

#include <arrow/type_fwd.h>

namespace gnomon {

// A pool that resizes in place where it can and keeps freed memory for a second; the process-wide
// malloc where Arrow was built without it. Thread safe, lives as long as the process.
arrow::MemoryPool* BufferPool();

}  // namespace gnomon
