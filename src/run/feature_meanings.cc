// SPDX-License-Identifier: Apache-2.0
#include "run/feature_meanings.h"

#include <set>

namespace gnomon::run {

namespace {

const config::OrderedMap<std::string>* SelectsOf(const config::Source& source) {
  return std::visit(
      [](const auto& one) -> const config::OrderedMap<std::string>* {
        return one.query && one.query->selects ? &*one.query->selects : nullptr;
      },
      source);
}

// What a column is selected as, where that is not its own name; the sources' in turn.
std::string SelectedAs(const config::GroupBy& group_by, const std::string& column) {
  std::string text;
  std::set<std::string> seen = {column};
  for (const config::Source& source : group_by.sources) {
    const auto* selects = SelectsOf(source);
    if (selects == nullptr) continue;
    for (const auto& [name, expression] : *selects) {
      if (name == column && seen.insert(expression).second)
        text += (text.empty() ? "" : " or ") + expression;
    }
  }
  return text;
}

std::string Input(const config::GroupBy& group_by, const std::string& column) {
  const std::string expression = SelectedAs(group_by, column);
  return expression.empty() ? column : fmt::format("{} = {}", column, expression);
}

std::string MeaningOf(const config::GroupBy& group_by, const aggregate::OutputColumn& column) {
  const config::Aggregation& aggregation = (*group_by.aggregations)[column.aggregation];
  std::string meaning = fmt::format("{}({})", aggregate::OperationName(*aggregation.operation),
                                    Input(group_by, *aggregation.input_column));
  for (const auto& [name, value] :
       aggregation.arg_map.value_or(config::OrderedMap<std::string>())) {
    meaning += fmt::format(" {}={}", name, value);
  }
  if (column.window) {
    const bool in_hours = column.window->unit == aggregate::WindowUnit::kHours;
    meaning += fmt::format(" over {} {}", column.window->length, in_hours ? "hours" : "days");
  }
  if (!column.bucket.empty()) meaning += " by " + Input(group_by, column.bucket);
  if (aggregation.element_wise.value_or(false)) meaning += " element by element";
  return meaning;
}

}  // namespace

std::map<std::string, std::string> FeatureMeanings(const config::GroupBy& group_by,
                                                   const GroupByComputation& computation) {
  std::map<std::string, std::string> base;
  for (const aggregate::OutputColumn& column : computation.outputs())
    base[column.name] = MeaningOf(group_by, column);
  if (!computation.has_aggregations()) {
    for (const Field& field : computation.base_columns().fields)
      base[field.name] = Input(group_by, field.name);
  }
  const Derivations* derivations = computation.derivations();
  if (derivations == nullptr) return base;
  std::map<std::string, std::string> meanings;
  for (std::size_t i = 0; i < derivations->columns().fields.size(); ++i) {
    std::string meaning = derivations->expressions()[i];
    std::string used;
    for (const std::string& column : derivations->used_columns(i)) {
      const auto entry = base.find(column);
      if (entry != base.end()) used += fmt::format(", {} is {}", column, entry->second);
    }
    meanings[derivations->columns().fields[i].name] = meaning + used;
  }
  return meanings;
}

std::map<std::string, std::string> UnwindowedMeanings(const config::GroupBy& group_by,
                                                      const GroupByComputation& computation) {
  std::vector<aggregate::AggregationSpec> specs = computation.aggregations();
  for (aggregate::AggregationSpec& spec : specs) spec.windows.clear();
  std::map<std::string, std::string> meanings;
  const auto columns = aggregate::OutputColumnsOf(specs, computation.inputs());
  if (!columns) return meanings;
  for (const aggregate::OutputColumn& column : *columns)
    meanings.emplace(column.name, MeaningOf(group_by, column));
  return meanings;
}

}  // namespace gnomon::run
