// SPDX-License-Identifier: Apache-2.0
// Queries are compared as trees of their parentheses and select lists: an item of a list is the
// same as a whole, or another one.
#include "run/query_change.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/ascii_case.h"

namespace gnomon::run {

namespace {

using Tokens = std::vector<std::string>;

bool IsWord(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
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
      tokens.push_back(AsciiLower(text.substr(i, end - i)));
    } else {
      tokens.emplace_back(text.substr(i, 1));
    }
    i = end;
  }
  return tokens;
}

// A token, or what stands in a pair of parentheses.
struct Node {
  std::string token;  // "(" of a pair.
  std::vector<Node> inside;
};
using Nodes = std::vector<Node>;

// nullopt when the parentheses do not pair.
std::optional<Nodes> TreeOf(const Tokens& tokens) {
  std::vector<Nodes> open(1);
  for (const std::string& token : tokens) {
    if (token == "(") {
      open.emplace_back();
    } else if (token == ")") {
      if (open.size() == 1) return std::nullopt;
      Node pair{"(", std::move(open.back())};
      open.pop_back();
      open.back().push_back(std::move(pair));
    } else {
      open.back().push_back({token, {}});
    }
  }
  if (open.size() != 1) return std::nullopt;
  return std::move(open.front());
}

using Names = std::set<std::string>;

// What ends a select list.
const Names& Clauses() {
  static const Names clauses = {"from",    "where", "group", "having",    "order",      "limit",
                                "offset",  "union", "minus", "intersect", "except",     "window",
                                "lateral", "sort",  "pivot", "unpivot",   "distribute", "cluster"};
  return clauses;
}

// Names of functions that make rows of one row.
const Names& Generators() {
  static const Names generators = {"explode", "explode_outer", "posexplode", "posexplode_outer",
                                   "inline",  "inline_outer",  "stack",      "json_tuple"};
  return generators;
}

bool Has(const Nodes& nodes, const Names& names) {
  return std::any_of(nodes.begin(), nodes.end(), [&](const Node& node) {
    return names.contains(node.token) || Has(node.inside, names);
  });
}

bool HasHere(const Nodes& nodes, const char* name) {
  return std::any_of(nodes.begin(), nodes.end(),
                     [&](const Node& node) { return node.token == name; });
}

bool IsName(const Node& node) {
  return IsWord(node.token[0]) && !(node.token[0] >= '0' && node.token[0] <= '9');
}

// The items of the select list that begins behind nodes[begin], the word SELECT.
struct SelectList {
  std::vector<Nodes> items;
  std::size_t end = 0;  // Of the list in the nodes.
};

SelectList ListAt(const Nodes& nodes, std::size_t begin) {
  SelectList list{.items = {{}}, .end = begin + 1};
  for (; list.end < nodes.size(); ++list.end) {
    const Node& node = nodes[list.end];
    // `* EXCEPT (a)` is no clause.
    const bool is_star_except = node.token == "except" && nodes[list.end - 1].token == "*";
    if (Clauses().contains(node.token) && !is_star_except) break;
    if (node.token == ",") {
      list.items.emplace_back();
    } else {
      list.items.back().push_back(node);
    }
  }
  return list;
}

// The name of an item's column; empty when it has none of its own.
std::string NameOf(const Nodes& item) {
  if (item.empty() || !IsName(item.back())) return "";
  const bool has_alias = item.size() > 1 && item[item.size() - 2].token != ".";
  const bool is_path = item.size() % 2 == 1 && IsName(item.front());
  return has_alias || is_path ? item.back().token : "";
}

// `a`, `t.a`: the column itself under its own name.
bool IsPlainColumn(const Nodes& item) {
  for (std::size_t i = 0; i < item.size(); ++i) {
    if (i % 2 == 0 ? !IsName(item[i]) : item[i].token != ".") return false;
  }
  return item.size() % 2 == 1;
}

// Words that begin or are literals.
const Names& Literals() {
  static const Names literals = {"true",      "false",    "null",         "date",
                                 "timestamp", "interval", "current_date", "current_timestamp"};
  return literals;
}

// Whether an item reads a column, so that no aggregate can stand beside it without GROUP BY.
bool ReadsColumn(const Nodes& item) {
  for (std::size_t i = 0; i < item.size(); ++i) {
    if (ReadsColumn(item[i].inside)) return true;
    const bool is_call = i + 1 < item.size() && item[i + 1].token == "(";
    const bool is_alias = i > 0 && (item[i - 1].token == "as" || i + 1 == item.size());
    const bool is_word = item[i].token == "as" || Literals().contains(item[i].token);
    if (IsName(item[i]) && !is_word && !is_call && !is_alias) return true;
  }
  return false;
}

// GROUP BY 1, ORDER BY 2: items by their places.
bool HasPlaces(const Nodes& query) {
  bool in_list = false;
  for (std::size_t i = 0; i < query.size(); ++i) {
    if (Clauses().contains(query[i].token))
      in_list = query[i].token == "group" || query[i].token == "order";
    const bool is_number =
        !query[i].token.empty() && query[i].token[0] >= '0' && query[i].token[0] <= '9';
    if (in_list && is_number) return true;
  }
  return false;
}

class Growth {
 public:
  explicit Growth(const Nodes& before) : before_(before) {}

  // Whether `now` is `before` with nothing but items added to select lists. `natural`: a query
  // around it joins by all names that two tables share.
  bool Grows(const Nodes& before, const Nodes& now, bool is_outermost, bool natural) const {
    natural = natural || HasHere(now, "natural");
    std::optional<std::vector<std::size_t>> added_before;
    std::size_t i = 0, k = 0;
    while (i < before.size() && k < now.size()) {
      if (before[i].token != now[k].token) return false;
      if (before[i].token != "select") {
        if (!Grows(before[i].inside, now[k].inside, false, natural)) return false;
        ++i;
        ++k;
        continue;
      }
      const SelectList old_list = ListAt(before, i), new_list = ListAt(now, k);
      const auto added = AddedTo(old_list, new_list, natural);
      if (!added) return false;
      if (!added->empty() && !MayGrow(old_list, new_list, *added, now, is_outermost, natural))
        return false;
      // The lists of a UNION ALL are put together by their places.
      const bool has_union = HasHere(now, "union");
      if (has_union && added_before && *added_before != *added) return false;
      added_before = added;
      i = old_list.end;
      k = new_list.end;
    }
    return i == before.size() && k == now.size();
  }

 private:
  // The places of the items that are new; nullopt when an old one is gone or changed.
  std::optional<std::vector<std::size_t>> AddedTo(const SelectList& before, const SelectList& now,
                                                  bool natural) const {
    std::vector<std::size_t> added;
    std::size_t i = 0;
    for (std::size_t k = 0; k < now.items.size(); ++k) {
      if (i < before.items.size() && Grows(before.items[i], now.items[k], false, natural)) {
        ++i;
      } else {
        added.push_back(k);
      }
    }
    if (i < before.items.size()) return std::nullopt;
    return added;
  }

  // Whether the new items leave the rows and the old items as they were.
  bool MayGrow(const SelectList& before, const SelectList& now,
               const std::vector<std::size_t>& added, const Nodes& query, bool is_outermost,
               bool natural) const {
    // A set of rows, or a list of places, means something else with more columns.
    const bool is_set = HasHere(query, "intersect") || HasHere(query, "except") ||
                        HasHere(query, "minus") || !EveryUnionIsAll(query);
    if (natural || is_set || HasPlaces(query) || before.items[0].empty()) return false;
    const std::string& first = before.items[0][0].token;
    if (first == "distinct" || first == "transform") return false;
    const bool is_grouped = HasHere(query, "group");
    const bool reads_column = std::any_of(before.items.begin(), before.items.end(), ReadsColumn);
    return std::all_of(added.begin(), added.end(), [&](std::size_t place) {
      const Nodes& item = now.items[place];
      const std::string name = NameOf(item);
      if (name.empty() || Has(item, Generators())) return false;
      // An aggregate beside constants makes one row of many.
      if (!is_grouped && !reads_column && !IsPlainColumn(item)) return false;
      // Whatever reads a column of that name may now read this one.
      const bool is_known = Has(before_, {name});
      if (!is_outermost) return !is_known;
      const bool reads_names = HasHere(query, "order") || HasHere(query, "having");
      return !is_known || !reads_names || IsPlainColumn(item);
    });
  }

  static bool EveryUnionIsAll(const Nodes& query) {
    for (std::size_t i = 0; i < query.size(); ++i) {
      if (query[i].token == "union" && (i + 1 == query.size() || query[i + 1].token != "all"))
        return false;
    }
    return true;
  }

  const Nodes& before_;
};

}  // namespace

bool OnlyAddsColumns(std::string_view before_text, std::string_view now_text) {
  const auto before = TreeOf(Tokenize(before_text)), now = TreeOf(Tokenize(now_text));
  return before && now && Growth(*before).Grows(*before, *now, /*is_outermost=*/true, false);
}

}  // namespace gnomon::run
