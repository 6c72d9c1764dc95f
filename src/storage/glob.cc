// SPDX-License-Identifier: Apache-2.0
// Matching remembers only the last `*`, so it takes at most pattern times name steps.
#include "storage/glob.h"

#include <optional>

namespace gnomon {

namespace {

constexpr std::size_t kAlternativesMax = 10'000;

// Matches one character against the pattern's element at `at` (not `*`) and moves `at` behind it.
bool MatchesOne(std::string_view pattern, std::size_t& at, char c) {
  if (pattern[at] == '?') {
    ++at;
    return true;
  }
  if (pattern[at] == '\\' && at + 1 < pattern.size()) {
    at += 2;
    return pattern[at - 1] == c;
  }
  const std::size_t close = pattern[at] == '[' ? pattern.find(']', at + 2) : std::string_view::npos;
  if (close == std::string_view::npos) return pattern[at++] == c;
  std::string_view set = pattern.substr(at + 1, close - at - 1);
  at = close + 1;
  const bool negated = set.size() > 1 && (set[0] == '^' || set[0] == '!');
  if (negated) set.remove_prefix(1);
  bool found = false;
  for (std::size_t i = 0; i < set.size(); ++i) {
    if (i + 2 < set.size() && set[i + 1] == '-') {
      found = found || (set[i] <= c && c <= set[i + 2]);
      i += 2;
    } else {
      found = found || set[i] == c;
    }
  }
  return found != negated;
}

// The first brace group of a pattern: positions of its braces and of the commas between.
struct BraceGroup {
  std::size_t open = 0;
  std::size_t close = 0;
  std::vector<std::size_t> commas;
};

Result<std::optional<BraceGroup>> FindGroup(std::string_view pattern) {
  BraceGroup group;
  int depth = 0;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    const char c = pattern[i];
    if (c == '\\') {
      ++i;
    } else if (c == '{') {
      if (depth++ == 0) group.open = i;
    } else if (c == ',' && depth == 1) {
      group.commas.push_back(i);
    } else if (c == '}' && depth > 0 && --depth == 0) {
      group.close = i;
      return std::optional(group);
    }
  }
  if (depth > 0)
    return InvalidArgument("a path has an opening brace without its closing one: {}", pattern);
  return std::optional<BraceGroup>();
}

}  // namespace

bool HasGlob(std::string_view text) { return text.find_first_of("*?[{") != std::string_view::npos; }

bool MatchesGlob(std::string_view pattern, std::string_view name) {
  std::size_t at = 0;
  std::size_t position = 0;
  std::optional<std::size_t> star;  // Behind the last `*`.
  std::size_t star_position = 0;
  while (position < name.size()) {
    if (at < pattern.size() && pattern[at] == '*') {
      star = ++at;
      star_position = position;
      continue;
    }
    if (at < pattern.size() && MatchesOne(pattern, at, name[position])) {
      ++position;
      continue;
    }
    if (!star) return false;
    at = *star;
    position = ++star_position;
  }
  while (at < pattern.size() && pattern[at] == '*') ++at;
  return at == pattern.size();
}

Result<std::vector<std::string>> ExpandBraces(std::string_view pattern) {
  std::vector<std::string> pending = {std::string(pattern)};
  std::vector<std::string> done;
  while (!pending.empty()) {
    const std::string text = std::move(pending.back());
    pending.pop_back();
    GNOMON_ASSIGN_OR_RETURN(auto group, FindGroup(text));
    if (!group) {
      done.push_back(text);
    } else {
      group->commas.push_back(group->close);
      std::size_t begin = group->open + 1;
      for (const std::size_t end : group->commas) {
        pending.push_back(text.substr(0, group->open) + text.substr(begin, end - begin) +
                          text.substr(group->close + 1));
        begin = end + 1;
      }
    }
    if (pending.size() + done.size() > kAlternativesMax) {
      return InvalidArgument("a path has more than {} alternatives: {}", kAlternativesMax, pattern);
    }
  }
  return done;
}

}  // namespace gnomon
