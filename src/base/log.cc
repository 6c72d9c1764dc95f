// SPDX-License-Identifier: Apache-2.0
// Owns stderr: whatever is printed there while a status line stands is printed here.
#include "base/log.h"

#include <atomic>
#include <cstdio>
#include <mutex>
#include <string>

namespace gnomon {

namespace {

constexpr std::string_view kClearLine = "\r\x1b[K";

std::atomic<LogLevel> g_level = LogLevel::kNormal;

struct Terminal {
  std::mutex mutex;
  std::string status;  // What stands in the last line, without an end of line.
};

// Never destroyed: the threads that draw and that wait for signals outlive main's statics.
Terminal& TheTerminal() {
  static auto* terminal = new Terminal();
  return *terminal;
}

}  // namespace

void SetLogLevel(LogLevel level) { g_level = level; }

LogLevel GetLogLevel() { return g_level; }

void LogLine(LogLevel level, std::string_view line) {
  if (g_level < level) return;
  PrintToStderr(line);
}

void PrintToStderr(std::string_view line) {
  Terminal& terminal = TheTerminal();
  const std::lock_guard lock(terminal.mutex);
  // One write per line, so that lines of processes do not mix.
  std::string text(terminal.status.empty() ? "" : kClearLine);
  text.append(line).append("\n").append(terminal.status);
  std::fwrite(text.data(), 1, text.size(), stderr);
}

void ShowStatusLine(std::string_view line) {
  Terminal& terminal = TheTerminal();
  const std::lock_guard lock(terminal.mutex);
  if (line.empty() && terminal.status.empty()) return;
  terminal.status = line;
  const std::string text = std::string(kClearLine).append(line);
  std::fwrite(text.data(), 1, text.size(), stderr);
}

}  // namespace gnomon
