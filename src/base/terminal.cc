// SPDX-License-Identifier: Apache-2.0
#include "base/terminal.h"

#include <unistd.h>

#include <cstdlib>

namespace gnomon {

namespace {

std::string_view Variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

}  // namespace

bool TakesColors(int stream) {
  if (!Variable("NO_COLOR").empty()) return false;
  const std::string_view forced = Variable("CLICOLOR_FORCE");
  if (!forced.empty() && forced != "0") return true;
  return Variable("TERM") != "dumb" && ::isatty(stream) != 0;
}

std::string BoldRed(std::string_view text, int stream) {
  if (!TakesColors(stream)) return std::string(text);
  return "\x1b[1;31m" + std::string(text) + "\x1b[0m";
}

}  // namespace gnomon
