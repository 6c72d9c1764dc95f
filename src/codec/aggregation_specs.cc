// SPDX-License-Identifier: Apache-2.0
#include "codec/aggregation_specs.h"

namespace gnomon::codec {

namespace {

aggregate::AggregationSpec SpecOf(const config::Aggregation& aggregation) {
  aggregate::AggregationSpec spec{.operation_id = aggregation.operation.value_or(-1),
                                  .input_column = aggregation.input_column.value_or("")};
  if (aggregation.arg_map) {
    spec.arguments.insert(aggregation.arg_map->begin(), aggregation.arg_map->end());
  }
  if (aggregation.windows) {
    for (const config::Window& window : *aggregation.windows) {
      const bool in_hours = window.unit == config::TimeUnit::kHours;
      spec.windows.push_back(in_hours ? aggregate::Hours(window.length)
                                      : aggregate::Days(window.length));
    }
  }
  if (aggregation.buckets) spec.buckets = *aggregation.buckets;
  spec.element_wise = aggregation.element_wise.value_or(false);
  return spec;
}

}  // namespace

std::vector<aggregate::AggregationSpec> AggregationSpecsOf(const config::GroupBy& group_by) {
  std::vector<aggregate::AggregationSpec> specs;
  if (!group_by.aggregations) return specs;
  specs.reserve(group_by.aggregations->size());
  for (const config::Aggregation& aggregation : *group_by.aggregations) {
    specs.push_back(SpecOf(aggregation));
  }
  return specs;
}

}  // namespace gnomon::codec
