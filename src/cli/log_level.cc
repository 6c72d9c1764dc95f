// SPDX-License-Identifier: Apache-2.0
// A file of its own, since the module for notebooks has settings and no flags.
#include "cli/log_level.h"

namespace gnomon::cli {

namespace {

bool g_is_given = false;

}  // namespace

void SetLogLevelByFlag(std::optional<LogLevel> level) {
  g_is_given = level.has_value();
  SetLogLevel(level.value_or(LogLevel::kNormal));
}

void SetLogLevelBySetting(LogLevel level) {
  if (!g_is_given) SetLogLevel(level);
}

}  // namespace gnomon::cli
