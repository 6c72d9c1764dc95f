// SPDX-License-Identifier: Apache-2.0
// Reads /proc.
#include "run/process_usage.h"

#include <fmt/format.h>
#include <unistd.h>

#include <fstream>
#include <sstream>
#include <string>

namespace gnomon::run {

namespace {

// When the system was started, seconds since the epoch.
std::int64_t BootSeconds() {
  std::ifstream file("/proc/stat");
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with("btime ")) continue;
    std::istringstream words(line.substr(6));
    std::int64_t seconds = 0;
    words >> seconds;
    return seconds;
  }
  return 0;
}

}  // namespace

std::int64_t PeakMemoryBytes() {
  std::ifstream file("/proc/self/status");
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with("VmHWM:")) continue;
    std::istringstream words(line.substr(6));
    std::int64_t kilobytes = 0;
    words >> kilobytes;
    return kilobytes * 1024;
  }
  return 0;
}

std::optional<std::int64_t> ProcessBeginMs(std::int64_t pid) {
  std::ifstream file(fmt::format("/proc/{}/stat", pid));
  std::string line;
  if (!std::getline(file, line)) return std::nullopt;
  // The second word is the program's name in parentheses and may hold anything; the start is word
  // 22, in clock ticks since the boot.
  std::istringstream words(line.substr(std::min(line.rfind(')') + 1, line.size())));
  std::string state;
  words >> state;
  if (state == "Z" || state == "X") return std::nullopt;
  for (int word = 4; word < 22; ++word) words >> state;
  std::int64_t ticks = 0;
  words >> ticks;
  const std::int64_t ticks_per_second = ::sysconf(_SC_CLK_TCK);
  return (BootSeconds() + ticks / ticks_per_second) * 1000;
}

}  // namespace gnomon::run
