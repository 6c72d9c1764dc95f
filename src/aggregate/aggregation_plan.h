// SPDX-License-Identifier: Apache-2.0
// The aggregations of a GroupBy, bound to types: which states are kept (one set per operation and
// column, whatever the number of windows) and which output column comes from which state and
// window.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "aggregate/aggregate_function.h"
#include "aggregate/snapshot_kernel.h"

namespace gnomon::aggregate {

// More days than this (273 years) are no window, and no range of output days, but a mistake.
inline constexpr std::int32_t kWindowDaysMax = 100'000;
// How Chronon writes "unbounded" (SPEC 5.1).
inline constexpr std::int32_t kUnboundedDays = INT32_MAX;

// One column of states.
struct PlannedState {
  BoundAggregation bound;
  std::size_t input = 0;  // Index into the schema of inputs.
  int operation_id = 0;
};

struct AggregationPlan {
  std::vector<PlannedState> states;
  std::vector<OutputColumn> columns;
  std::vector<std::size_t> state_of_column;
  // The distinct windows; nullopt is unbounded.
  std::vector<std::optional<std::int32_t>> windows;
  std::vector<std::size_t> window_of_column;

  bool has_unbounded() const;
  // The longest bounded window, at least one day.
  std::int32_t window_days_max() const;
};

// Errors: as SnapshotKernel::Make.
Result<AggregationPlan> PlanAggregations(const std::vector<AggregationSpec>& aggregations,
                                         const Schema& inputs);

}  // namespace gnomon::aggregate
