// SPDX-License-Identifier: Apache-2.0
// How much is told: --quiet and --verbose go before the setting `[log] level`.
#pragma once

#include <optional>

#include "base/log.h"

namespace gnomon::cli {

// By a flag; nullopt: none was given.
void SetLogLevelByFlag(std::optional<LogLevel> level);
// By a setting, unless a flag gave one.
void SetLogLevelBySetting(LogLevel level);

}  // namespace gnomon::cli
