// SPDX-License-Identifier: Apache-2.0
// The aggregations of a GroupBy, bound to types: which states are kept (one set per operation,
// column, arguments and bucket, whatever the number of windows) and which output column comes from
// which state and window.
#pragma once

#include <arrow/type_fwd.h>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "aggregate/aggregate_function.h"
#include "aggregate/aggregation_spec.h"

namespace gnomon::aggregate {

// One column of states.
struct PlannedState {
  BoundAggregation bound;
  std::size_t input = 0;                    // Index into the schema of inputs.
  std::optional<std::size_t> bucket_input;  // The same, of the column of buckets.
  int operation_id = 0;
  ArgumentMap arguments;
  bool element_wise = false;
  // The name of its output without a window, `price_sum` or `price_sum_by_card`: what Chronon's
  // batch IRs call it, with bound.intermediate as its type (SPEC 7.3).
  std::string name;
};

struct AggregationPlan {
  std::vector<PlannedState> states;
  std::vector<OutputColumn> columns;
  std::vector<std::size_t> state_of_column;
  // The distinct windows; nullopt is unbounded.
  std::vector<std::optional<Window>> windows;
  std::vector<std::size_t> window_of_column;

  bool has_unbounded() const;
  bool is_timed() const;  // Some state looks at ts.
  // The longest bounded window in days, hours rounded up; at least one day.
  std::int32_t window_days_max() const;

  // What each state is updated with, given the columns of the schema of inputs: the column itself,
  // or a struct of bucket and value, which shares its memory.
  std::vector<std::shared_ptr<arrow::Array>> StateValues(
      std::span<const std::shared_ptr<arrow::Array>> inputs) const;
};

// Errors: as OutputColumnsOf.
Result<AggregationPlan> PlanAggregations(const std::vector<AggregationSpec>& aggregations,
                                         const Schema& inputs);

}  // namespace gnomon::aggregate
