// SPDX-License-Identifier: Apache-2.0
#include "base/log.h"

#include <atomic>
#include <cstdio>
#include <string>

namespace gnomon {

namespace {
std::atomic<LogLevel> g_level = LogLevel::kNormal;
}  // namespace

void SetLogLevel(LogLevel level) { g_level = level; }

LogLevel GetLogLevel() { return g_level; }

void LogLine(LogLevel level, std::string_view line) {
  if (g_level < level) return;
  // One write per line, so that lines of threads do not mix.
  std::string text(line);
  text += '\n';
  std::fwrite(text.data(), 1, text.size(), stderr);
}

}  // namespace gnomon
