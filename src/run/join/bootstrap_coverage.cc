// SPDX-License-Identifier: Apache-2.0
#include "run/join/bootstrap_coverage.h"

#include <fmt/ranges.h>

#include <set>

#include "expr/expression.h"

namespace gnomon::run {

namespace {

using Hashes = std::map<std::string, std::set<std::string>>;

// That a row's bootstraps give `column`.
std::string Given(const Hashes& columns_by_hash, const std::string& column) {
  std::vector<std::string> conditions;
  for (const auto& [hash, columns] : columns_by_hash) {
    if (!columns.contains(column)) continue;
    std::string literal = hash;
    for (std::size_t at = 0; (at = literal.find('\'', at)) != std::string::npos; at += 2)
      literal.insert(at, 1, '\'');
    conditions.push_back(fmt::format("list_contains(matched_hashes, '{}')", literal));
  }
  return conditions.empty() ? "false" : fmt::format("({})", fmt::join(conditions, " OR "));
}

std::string AllGiven(const Hashes& columns_by_hash, const std::set<std::string>& columns) {
  std::vector<std::string> conditions;
  conditions.reserve(columns.size());
  for (const std::string& column : columns) conditions.push_back(Given(columns_by_hash, column));
  return conditions.empty() ? "true" : fmt::format("({})", fmt::join(conditions, " AND "));
}

// Of the values of a part those that derivation number `index` mentions.
Result<std::set<std::string>> Mentioned(const JoinShape& shape, std::size_t index,
                                        const std::set<std::string>& values) {
  std::set<std::string> mentioned;
  const auto entry = shape.side->expressions.find(fmt::format("derivations[{}].expression", index));
  if (entry == shape.side->expressions.end()) return mentioned;
  GNOMON_ASSIGN_OR_RETURN(const expr::Expression tree, expr::ParseExpression(entry->second));
  for (const std::string& column : expr::ReferencedColumns(tree)) {
    if (values.contains(column)) mentioned.insert(column);
  }
  return mentioned;
}

}  // namespace

Result<std::string> UncoveredCondition(const JoinShape& shape, const JoinLayout& layout,
                                       std::size_t part,
                                       const std::vector<BootstrapSource>& sources) {
  if (sources.empty()) return std::string("true");
  const Hashes by_hash = ColumnsByHash(sources);
  std::set<std::string> values;
  for (const Field& value : layout.parts[part].values.fields)
    values.insert(shape.parts[part].column_prefix + value.name);
  if (!layout.derivations) return fmt::format("NOT {}", AllGiven(by_hash, values));
  std::vector<std::string> needs;
  for (const Field& derived : layout.derivations->columns().fields) {
    if (values.contains(derived.name)) needs.push_back(Given(by_hash, derived.name));
  }
  for (std::size_t i = 0; i < shape.join->derivations->size(); ++i) {
    const std::string name = (*shape.join->derivations)[i].name.value_or("");
    GNOMON_ASSIGN_OR_RETURN(const auto mentioned, Mentioned(shape, i, values));
    if (mentioned.empty()) continue;
    needs.push_back(fmt::format("({} OR {})", Given(by_hash, name), AllGiven(by_hash, mentioned)));
  }
  if (needs.empty()) return std::string("false");
  return fmt::format("NOT ({})", fmt::join(needs, " AND "));
}

}  // namespace gnomon::run
