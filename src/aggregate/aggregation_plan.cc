// SPDX-License-Identifier: Apache-2.0
// Binding of aggregations and the names of their columns (SPEC 4.6).
#include "aggregate/aggregation_plan.h"

#include <algorithm>

namespace gnomon::aggregate {

namespace {

std::string LowerCase(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

// `price_sum_7d`; a window without bound has no suffix.
std::string ColumnName(const AggregationSpec& spec, std::optional<std::int32_t> window_days) {
  std::string name =
      fmt::format("{}_{}", spec.input_column, LowerCase(OperationName(spec.operation_id)));
  if (window_days.has_value()) name += fmt::format("_{}d", *window_days);
  return name;
}

Result<std::optional<std::int32_t>> CheckWindow(const AggregationSpec& spec,
                                                std::optional<std::int32_t> window_days) {
  if (!window_days.has_value() || *window_days == kUnboundedDays)
    return std::optional<std::int32_t>();
  if (*window_days <= 0 || *window_days > kWindowDaysMax) {
    return InvalidArgument("the window of an aggregation of column {} must be 1 to {} days: {}",
                           spec.input_column, kWindowDaysMax, *window_days);
  }
  return window_days;
}

// The index of the window among plan->windows, added when new.
std::size_t WindowIndex(AggregationPlan* plan, std::optional<std::int32_t> window_days) {
  const auto found = std::find(plan->windows.begin(), plan->windows.end(), window_days);
  const auto index = static_cast<std::size_t>(found - plan->windows.begin());
  if (found == plan->windows.end()) plan->windows.push_back(window_days);
  return index;
}

// What makes a column fit; most often a number stands in a string.
std::string RemedyFor(const Field& input, const AggregateFunction& function) {
  if (input.type.kind == TypeKind::kString) {
    return fmt::format("select it as a number, as in select({0}=\"CAST({0} AS DOUBLE)\")",
                       input.name);
  }
  return fmt::format("select it as a type that {} takes", function.name);
}

// The index of the aggregation's state among plan->states, added when new.
Result<std::size_t> StateIndex(AggregationPlan* plan, const AggregationSpec& spec,
                               const Schema& inputs) {
  GNOMON_ASSIGN_OR_RETURN(const AggregateFunction* function,
                          FindAggregateFunction(spec.operation_id));
  if (!spec.buckets.empty()) {
    return Unimplemented("{} of column {} with buckets is not built yet: {}", function->name,
                         spec.input_column, fmt::join(spec.buckets, ", "));
  }
  const auto input = inputs.IndexOf(spec.input_column);
  if (!input.has_value()) {
    return InvalidArgument("{} has no input column - the columns are {}: {}", function->name,
                           fmt::join(inputs.names(), ", "), spec.input_column);
  }
  for (std::size_t i = 0; i < plan->states.size(); ++i) {
    const PlannedState& state = plan->states[i];
    if (state.input == *input && state.operation_id == spec.operation_id) return i;
  }
  Result<BoundAggregation> bound = function->bind(inputs.fields[*input].type);
  if (!bound.has_value()) {
    Error error = std::move(bound).error();
    error.message += fmt::format(": column {} - {}", spec.input_column,
                                 RemedyFor(inputs.fields[*input], *function));
    return error;
  }
  plan->states.push_back({*std::move(bound), *input, spec.operation_id});
  return plan->states.size() - 1;
}

}  // namespace

bool AggregationPlan::has_unbounded() const {
  return std::find(windows.begin(), windows.end(), std::nullopt) != windows.end();
}

std::int32_t AggregationPlan::window_days_max() const {
  std::int32_t longest = 1;
  for (const auto& window : windows) longest = std::max(longest, window.value_or(1));
  return longest;
}

Result<AggregationPlan> PlanAggregations(const std::vector<AggregationSpec>& aggregations,
                                         const Schema& inputs) {
  AggregationPlan plan;
  for (std::size_t i = 0; i < aggregations.size(); ++i) {
    const AggregationSpec& spec = aggregations[i];
    GNOMON_ASSIGN_OR_RETURN(const std::size_t state, StateIndex(&plan, spec, inputs));
    std::vector<std::optional<std::int32_t>> windows = spec.windows_days;
    if (windows.empty()) windows.push_back(std::nullopt);
    for (const auto& given : windows) {
      GNOMON_ASSIGN_OR_RETURN(const std::optional<std::int32_t> window, CheckWindow(spec, given));
      plan.columns.push_back(
          {ColumnName(spec, window), plan.states[state].bound.output, i, window});
      plan.state_of_column.push_back(state);
      plan.window_of_column.push_back(WindowIndex(&plan, window));
    }
  }
  return plan;
}

Result<std::vector<OutputColumn>> OutputColumnsOf(const std::vector<AggregationSpec>& aggregations,
                                                  const Schema& inputs) {
  GNOMON_ASSIGN_OR_RETURN(AggregationPlan plan, PlanAggregations(aggregations, inputs));
  return std::move(plan.columns);
}

}  // namespace gnomon::aggregate
