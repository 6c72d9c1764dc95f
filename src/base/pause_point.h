// SPDX-License-Identifier: Apache-2.0
// Named moments of a run at which tests stop the process to kill it or to let another one overtake.
// In normal life a call costs one look at a flag.
#pragma once

#include <string_view>

namespace gnomon {

// If the environment variable GNOMON_PAUSE_AT names this point: creates the file named by
// GNOMON_PAUSE_FILE, then waits until that file is gone or a stop is asked for. Otherwise does
// nothing.
void PausePoint(std::string_view name);

}  // namespace gnomon
