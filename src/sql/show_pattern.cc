// SPDX-License-Identifier: Apache-2.0
#include "sql/show_pattern.h"

#include <nlohmann/json.hpp>
#include <string>

#include "base/ascii_case.h"

namespace gnomon::sql {

namespace {

// One alternative of a pattern: `*` is any text, all else stands for itself in any case.
bool MatchesAlternative(std::string_view text, std::string_view pattern) {
  std::size_t t = 0;
  std::size_t p = 0;
  std::size_t star = std::string_view::npos;
  std::size_t mark = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      mark = t;
    } else if (p < pattern.size() && pattern[p] == text[t]) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++mark;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

}  // namespace

bool MatchesShowPattern(std::string_view text, const nlohmann::json& pattern) {
  if (pattern.is_null()) return true;
  const std::string lower = AsciiLower(text);
  std::string rest = AsciiLower(pattern.get<std::string>());
  while (true) {
    const std::size_t bar = rest.find('|');
    if (MatchesAlternative(lower, rest.substr(0, bar))) return true;
    if (bar == std::string::npos) return false;
    rest.erase(0, bar + 1);
  }
}

}  // namespace gnomon::sql
