// SPDX-License-Identifier: Apache-2.0
// Arrow decodes Parquet columns on a pool of its own.
#pragma once

namespace gnomon {

// Keeps that pool of the process to `threads` threads, so that EXECUTOR_CORES is obeyed there too.
void LimitDecodingThreads(int threads);

}  // namespace gnomon
