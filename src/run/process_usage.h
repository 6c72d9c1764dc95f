// SPDX-License-Identifier: Apache-2.0
// What the kernel says about this process and others.
#pragma once

#include <cstdint>
#include <optional>

namespace gnomon::run {

// The largest resident memory of this process so far (VmHWM); 0 where the system does not tell.
std::int64_t PeakMemoryBytes();

// When a process began, milliseconds since the epoch; nullopt when there is none of that number.
std::optional<std::int64_t> ProcessBeginMs(std::int64_t pid);

}  // namespace gnomon::run
