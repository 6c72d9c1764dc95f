// SPDX-License-Identifier: Apache-2.0
// What a run tells while it works: lines on stderr, never on stdout (results own that). Thread
// safe.
#pragma once

#include <fmt/format.h>

#include <string_view>

namespace gnomon {

enum class LogLevel { kQuiet, kNormal, kVerbose };

// Sets what is printed from now on; the start value is kNormal.
void SetLogLevel(LogLevel level);
LogLevel GetLogLevel();

// Prints one line, if the level allows.
void LogLine(LogLevel level, std::string_view line);

// Prints one line at any level: the error that ends a program.
void PrintToStderr(std::string_view line);

// Lets `line` stand below all other lines of a terminal until the next call; empty takes it away.
void ShowStatusLine(std::string_view line);

template <typename... Args>
void LogInfo(fmt::format_string<Args...> format, Args&&... args) {
  if (GetLogLevel() >= LogLevel::kNormal) {
    LogLine(LogLevel::kNormal, fmt::format(format, std::forward<Args>(args)...));
  }
}

template <typename... Args>
void LogVerbose(fmt::format_string<Args...> format, Args&&... args) {
  if (GetLogLevel() >= LogLevel::kVerbose) {
    LogLine(LogLevel::kVerbose, fmt::format(format, std::forward<Args>(args)...));
  }
}

}  // namespace gnomon
