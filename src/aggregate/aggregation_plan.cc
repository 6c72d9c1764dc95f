// SPDX-License-Identifier: Apache-2.0
// Binding of aggregations and the names of their columns (SPEC 4.6).
#include "aggregate/aggregation_plan.h"

#include <arrow/api.h>

#include <algorithm>

#include "aggregate/containers.h"
#include "aggregate/typed_columns.h"
#include "base/ascii_case.h"
#include "types/type_names.h"

namespace gnomon::aggregate {

namespace {

// `sum`; LAST_K and its like have their k in the place of the K: `last10`.
std::string NameSuffix(const AggregationSpec& spec) {
  std::string suffix = AsciiLower(OperationName(spec.operation_id));
  const auto k = spec.arguments.find("k");
  constexpr std::string_view kWithK = "_k";
  const bool names_k =
      suffix == "last_k" || suffix == "first_k" || suffix == "top_k" || suffix == "bottom_k";
  if (names_k && k != spec.arguments.end()) {
    suffix.resize(suffix.size() - kWithK.size());
    suffix += k->second;
  }
  return suffix;
}

// `price_sum_7d_by_card`; a window without bound has no suffix.
std::string ColumnName(const AggregationSpec& spec, const std::optional<Window>& window,
                       const std::string& bucket) {
  std::string name = fmt::format("{}_{}", spec.input_column, NameSuffix(spec));
  if (window.has_value()) name += "_" + window->suffix();
  if (!bucket.empty()) name += "_by_" + bucket;
  return name;
}

Result<std::optional<Window>> CheckWindow(const AggregationSpec& spec,
                                          const std::optional<Window>& window) {
  if (!window.has_value() || window->length == kUnboundedLength) return std::optional<Window>();
  const std::int32_t per_day = window->unit == WindowUnit::kHours ? 24 : 1;
  if (window->length <= 0 || window->length > kWindowDaysMax * per_day) {
    return InvalidArgument("the window of an aggregation of column {} must be 1 to {} days: {}",
                           spec.input_column, kWindowDaysMax, window->suffix());
  }
  return window;
}

// The index of the window among plan->windows, added when new.
std::size_t WindowIndex(AggregationPlan* plan, const std::optional<Window>& window) {
  const auto found = std::find(plan->windows.begin(), plan->windows.end(), window);
  const auto index = static_cast<std::size_t>(found - plan->windows.begin());
  if (found == plan->windows.end()) plan->windows.push_back(window);
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

// A refusal that does not name its remedy gets that of a type that does not fit.
Error WithRemedy(Error error, const AggregationSpec& spec, const Field& input,
                 const AggregateFunction& function) {
  if (error.message.find(" - ") == std::string::npos) {
    error.message += fmt::format(": column {} - {}", spec.input_column, RemedyFor(input, function));
  }
  return error;
}

Result<std::size_t> InputIndex(const AggregateFunction& function, const Schema& inputs,
                               const std::string& column) {
  const auto input = inputs.IndexOf(column);
  if (input.has_value()) return *input;
  return InvalidArgument("{} has no input column - the columns are {}: {}", function.name,
                         fmt::join(inputs.names(), ", "), column);
}

Result<BoundAggregation> BindElementWise(const AggregateFunction& function,
                                         const AggregationSpec& spec, const Field& input) {
  if (!spec.buckets.empty()) {
    return InvalidArgument(
        "{} is element-wise and has buckets: column {} - drop buckets or element_wise",
        function.name, spec.input_column);
  }
  if (input.type.kind != TypeKind::kList) {
    return InvalidArgument(
        "{} is element-wise over {}, which is no list: column {} - drop element_wise",
        function.name, ChrononTypeName(input.type), spec.input_column);
  }
  GNOMON_ASSIGN_OR_RETURN(BoundAggregation part,
                          function.bind(input.type.element(), spec.arguments));
  if (part.is_timed) {
    return InvalidArgument(
        "{} takes lists whole, and cannot be element-wise: column {} - drop "
        "element_wise",
        function.name, spec.input_column);
  }
  BoundAggregation bound = ByPosition(std::move(part), input.type);
  bound.parameters = std::make_shared<const std::string>(spec.input_column);  // For its errors.
  return bound;
}

Result<BoundAggregation> BindBucketed(const AggregateFunction& function,
                                      const AggregationSpec& spec, const Field& input,
                                      const Field& bucket) {
  if (bucket.type.kind != TypeKind::kString) {
    return InvalidArgument(
        "a bucket must be a string, and {} is {}: {} of column {} - select it "
        "as select({}=\"CAST({} AS STRING)\")",
        bucket.name, SparkTypeName(bucket.type), function.name, spec.input_column, bucket.name,
        bucket.name);
  }
  GNOMON_ASSIGN_OR_RETURN(BoundAggregation part, function.bind(input.type, spec.arguments));
  if (!part.is_timed && ExplodesMap(input.type)) {
    return InvalidArgument("{} of a map cannot have buckets: column {} - drop buckets",
                           function.name, spec.input_column);
  }
  return ByBucket(std::move(part));
}

Result<BoundAggregation> BindState(const AggregateFunction& function, const AggregationSpec& spec,
                                   const Field& input, const Field* bucket) {
  if (spec.element_wise) return BindElementWise(function, spec, input);
  if (bucket != nullptr) return BindBucketed(function, spec, input, *bucket);
  return function.bind(input.type, spec.arguments);
}

// The index of the aggregation's state among plan->states, added when new. `bucket` may be empty.
Result<std::size_t> StateIndex(AggregationPlan* plan, const AggregationSpec& spec,
                               const std::string& bucket, const Schema& inputs) {
  GNOMON_ASSIGN_OR_RETURN(const AggregateFunction* function,
                          FindAggregateFunction(spec.operation_id));
  PlannedState state{.operation_id = spec.operation_id,
                     .arguments = spec.arguments,
                     .element_wise = spec.element_wise,
                     .name = ColumnName(spec, std::nullopt, bucket)};
  GNOMON_ASSIGN_OR_RETURN(state.input, InputIndex(*function, inputs, spec.input_column));
  const Field* bucket_field = nullptr;
  if (!bucket.empty()) {
    GNOMON_ASSIGN_OR_RETURN(state.bucket_input, InputIndex(*function, inputs, bucket));
    bucket_field = &inputs.fields[*state.bucket_input];
  }
  for (std::size_t i = 0; i < plan->states.size(); ++i) {
    const PlannedState& other = plan->states[i];
    if (other.operation_id == state.operation_id && other.input == state.input &&
        other.bucket_input == state.bucket_input && other.arguments == state.arguments &&
        other.element_wise == state.element_wise) {
      return i;
    }
  }
  const Field& input = inputs.fields[state.input];
  Result<BoundAggregation> bound = BindState(*function, spec, input, bucket_field);
  if (!bound.has_value()) return WithRemedy(std::move(bound).error(), spec, input, *function);
  state.bound = *std::move(bound);
  plan->states.push_back(std::move(state));
  return plan->states.size() - 1;
}

// The columns of one aggregation and one bucket; `bucket` may be empty.
Status AddColumns(AggregationPlan* plan, const AggregationSpec& spec, std::size_t aggregation,
                  const std::string& bucket, const Schema& inputs) {
  GNOMON_ASSIGN_OR_RETURN(const std::size_t state, StateIndex(plan, spec, bucket, inputs));
  std::vector<std::optional<Window>> windows = spec.windows;
  if (windows.empty()) windows.push_back(std::nullopt);
  for (const auto& given : windows) {
    GNOMON_ASSIGN_OR_RETURN(const std::optional<Window> window, CheckWindow(spec, given));
    plan->columns.push_back({ColumnName(spec, window, bucket), plan->states[state].bound.output,
                             aggregation, window, bucket});
    plan->state_of_column.push_back(state);
    plan->window_of_column.push_back(WindowIndex(plan, window));
  }
  return Ok();
}

}  // namespace

bool AggregationPlan::has_unbounded() const {
  return std::find(windows.begin(), windows.end(), std::nullopt) != windows.end();
}

bool AggregationPlan::is_timed() const {
  return std::any_of(states.begin(), states.end(),
                     [](const auto& state) { return state.bound.is_timed; });
}

std::int32_t AggregationPlan::window_days_max() const {
  std::int64_t longest_ms = kMillisPerDay;
  for (const auto& window : windows) {
    if (window.has_value()) longest_ms = std::max(longest_ms, window->length_ms());
  }
  return static_cast<std::int32_t>((longest_ms + kMillisPerDay - 1) / kMillisPerDay);
}

arrow::ArrayVector AggregationPlan::StateValues(
    std::span<const std::shared_ptr<arrow::Array>> inputs) const {
  arrow::ArrayVector values;
  values.reserve(states.size());
  for (const PlannedState& state : states) {
    const auto& value = inputs[state.input];
    if (!state.bucket_input.has_value()) {
      values.push_back(value);
      continue;
    }
    const auto& bucket = inputs[*state.bucket_input];
    values.push_back(
        std::make_shared<arrow::StructArray>(arrow::struct_({arrow::field("bucket", bucket->type()),
                                                             arrow::field("value", value->type())}),
                                             value->length(), arrow::ArrayVector{bucket, value}));
  }
  return values;
}

Result<AggregationPlan> PlanAggregations(const std::vector<AggregationSpec>& aggregations,
                                         const Schema& inputs) {
  AggregationPlan plan;
  for (std::size_t i = 0; i < aggregations.size(); ++i) {
    const AggregationSpec& spec = aggregations[i];
    const std::vector<std::string> buckets =
        spec.buckets.empty() ? std::vector<std::string>{""} : spec.buckets;
    for (const std::string& bucket : buckets) {
      GNOMON_RETURN_IF_ERROR(AddColumns(&plan, spec, i, bucket, inputs));
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
