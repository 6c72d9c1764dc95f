// SPDX-License-Identifier: Apache-2.0
#include "run/query_change.h"

#include <algorithm>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

namespace gnomon::run {

namespace {

// Longer queries are not compared: the comparison takes the square of their lengths.
constexpr std::size_t kTokensMax = 4000;

using Tokens = std::vector<std::string>;

bool IsWord(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}

std::string LowerCase(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

// The end of the quoted text that begins at `begin`; backslashes escape, except in backquotes.
std::size_t QuoteEnd(std::string_view text, std::size_t begin) {
  const char quote = text[begin];
  for (std::size_t i = begin + 1; i < text.size(); ++i) {
    if (text[i] == '\\' && quote != '`') {
      ++i;
    } else if (text[i] == quote) {
      return i + 1;
    }
  }
  return text.size();
}

std::size_t CommentEnd(std::string_view text, std::size_t begin) {
  const bool is_line = text.substr(begin).starts_with("--");
  const std::size_t end = text.find(is_line ? "\n" : "*/", begin + 2);
  return end == std::string_view::npos ? text.size() : end + (is_line ? 1 : 2);
}

Tokens Tokenize(std::string_view text) {
  Tokens tokens;
  for (std::size_t i = 0; i < text.size();) {
    const char c = text[i];
    std::size_t end = i + 1;
    if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
      i = end;
      continue;
    }
    if (text.substr(i).starts_with("--") || text.substr(i).starts_with("/*")) {
      i = CommentEnd(text, i);
      continue;
    }
    if (c == '\'' || c == '"' || c == '`') {
      end = QuoteEnd(text, i);
      tokens.emplace_back(text.substr(i, end - i));
    } else if (IsWord(c)) {
      while (end < text.size() && IsWord(text[end])) ++end;
      tokens.push_back(LowerCase(text.substr(i, end - i)));
    } else {
      tokens.emplace_back(text.substr(i, 1));
    }
    i = end;
  }
  return tokens;
}

// Which tokens of `now` are not of `before`; empty when `before` is no part of `now`.
std::vector<bool> Inserted(const Tokens& before, const Tokens& now) {
  const std::size_t rows = before.size() + 1, columns = now.size() + 1;
  std::vector<std::uint16_t> common(rows * columns, 0);
  for (std::size_t i = before.size(); i-- > 0;) {
    for (std::size_t k = now.size(); k-- > 0;) {
      common[i * columns + k] =
          before[i] == now[k]
              ? static_cast<std::uint16_t>(common[(i + 1) * columns + k + 1] + 1)
              : std::max(common[(i + 1) * columns + k], common[i * columns + k + 1]);
    }
  }
  if (common[0] != before.size()) return {};
  std::vector<bool> inserted(now.size(), false);
  std::size_t i = 0;
  for (std::size_t k = 0; k < now.size(); ++k) {
    // Takes a token as early as it can be taken.
    if (i < before.size() && before[i] == now[k] &&
        common[(i + 1) * columns + k + 1] + 1 == common[i * columns + k]) {
      ++i;
    } else {
      inserted[k] = true;
    }
  }
  return inserted;
}

const std::set<std::string>& Clauses() {
  static const std::set<std::string> clauses = {
      "select",    "from",     "where",  "group",   "having",     "order",   "limit", "union",
      "intersect", "except",   "window", "lateral", "join",       "on",      "using", "with",
      "values",    "distinct", "sort",   "pivot",   "distribute", "cluster", "over",  "partition"};
  return clauses;
}

const std::set<std::string>& Generators() {
  static const std::set<std::string> generators = {
      "explode", "explode_outer", "posexplode", "posexplode_outer",
      "inline",  "inline_outer",  "stack",      "json_tuple"};
  return generators;
}

// Whether the tokens [begin, end) are items of a list: a comma at one of their ends, parentheses in
// pairs, no clause of a query and nothing that makes rows.
bool IsItems(const Tokens& tokens, std::size_t begin, std::size_t end) {
  if (tokens[begin] != "," && tokens[end - 1] != ",") return false;
  int depth = 0;
  for (std::size_t i = begin; i < end; ++i) {
    if (tokens[i] == "(") ++depth;
    if (tokens[i] == ")" && --depth < 0) return false;
    const bool clause = depth == 0 && Clauses().contains(tokens[i]);
    if (clause && tokens[i] != "over") return false;
    if (Generators().contains(tokens[i])) return false;
  }
  return depth == 0;
}

// The clause in which token `at` stands, of the query that its parentheses enclose.
std::string ClauseAt(const Tokens& tokens, std::size_t at) {
  int depth = 0;
  for (std::size_t i = at; i-- > 0;) {
    if (tokens[i] == ")") ++depth;
    if (tokens[i] == "(" && --depth < 0) return "";
    if (depth == 0 && Clauses().contains(tokens[i]) && tokens[i] != "over") return tokens[i];
  }
  return "";
}

}  // namespace

bool OnlyAddsColumns(std::string_view before_text, std::string_view now_text) {
  const Tokens before = Tokenize(before_text), now = Tokenize(now_text);
  if (before.size() > kTokensMax || now.size() > kTokensMax) return false;
  const std::vector<bool> inserted = Inserted(before, now);
  if (inserted.empty()) return false;
  for (std::size_t begin = 0; begin < now.size(); ++begin) {
    if (!inserted[begin]) continue;
    std::size_t end = begin;
    while (end < now.size() && inserted[end]) ++end;
    if (ClauseAt(now, begin) != "select" || !IsItems(now, begin, end)) return false;
    begin = end;
  }
  return true;
}

}  // namespace gnomon::run
