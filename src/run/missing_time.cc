// SPDX-License-Identifier: Apache-2.0
#include "run/missing_time.h"

#include "expr/expression.h"

namespace gnomon::run {

MissingTime MissingTimeOfDays() {
  return {"which only TEMPORAL accuracy in a Join of events has", "leave it out"};
}

Result<std::optional<std::string>> PlaceOfTimeUse(
    const std::vector<config::Derivation>& derivations, const config::SideFile& side) {
  for (std::size_t i = 0; i < derivations.size(); ++i) {
    const std::string at = fmt::format("derivations[{}].expression", i);
    const auto entry = side.expressions.find(at);
    if (entry == side.expressions.end()) continue;  // The wildcard.
    GNOMON_ASSIGN_OR_RETURN(const expr::Expression tree, expr::ParseExpression(entry->second));
    if (expr::ReferencedColumns(tree).contains("ts")) return std::optional(side.Where(at));
  }
  return std::optional<std::string>();
}

Error TimeIsMissing(const MissingTime& missing) {
  return InvalidArgument("a derivation uses the column ts, {} - {}", missing.why, missing.remedy);
}

}  // namespace gnomon::run
