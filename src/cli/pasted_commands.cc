// SPDX-License-Identifier: Apache-2.0
#include "cli/pasted_commands.h"

#include <fmt/format.h>

#include <cstdlib>
#include <string_view>

namespace gnomon::cli {

namespace {

constexpr std::string_view kCommand = "run.py --";
constexpr std::string_view kPlain =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./";

// As a shell takes it.
std::string Quoted(std::string_view text) {
  if (text.find_first_not_of(kPlain) == std::string_view::npos) return std::string(text);
  std::string quoted = "'";
  for (const char c : text) {
    if (c == '\'') {
      quoted += "'\\''";
    } else {
      quoted += c;
    }
  }
  return quoted + "'";
}

}  // namespace

std::string WithGivenRepository(std::string sentence) {
  const char* given = std::getenv(kGivenRepositoryVariable);
  if (given == nullptr || *given == '\0') return sentence;
  const std::string flag = fmt::format("--repo={} ", Quoted(given));
  for (std::size_t at = sentence.find(kCommand); at != std::string::npos;
       at = sentence.find(kCommand, at + kCommand.size())) {
    sentence.insert(at + kCommand.size() - 2, flag);
    at += flag.size();
  }
  return sentence;
}

}  // namespace gnomon::cli
