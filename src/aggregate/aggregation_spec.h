// SPDX-License-Identifier: Apache-2.0
// What a GroupBy asks of the kernels, and the columns that it gets (SPEC 1.1, 4).
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "aggregate/window.h"
#include "base/result.h"
#include "types/data_type.h"

namespace gnomon::aggregate {

// Chronon's argMap: {"k": "3"}.
using ArgumentMap = std::map<std::string, std::string>;

// One aggregation of a GroupBy.
struct AggregationSpec {
  int operation_id = 0;  // Chronon's number: SUM is 7.
  std::string input_column;
  ArgumentMap arguments;
  std::vector<std::optional<Window>> windows;  // Empty: one that is unbounded.
  std::vector<std::string> buckets;  // Columns; one output for each, instead of the plain.
  bool element_wise = false;
};

// One column that an aggregation gives: `purchase_price_sum_7d_by_card` (SPEC 4.6).
struct OutputColumn {
  std::string name;
  DataType type;
  std::size_t aggregation = 0;  // Index of its AggregationSpec.
  std::optional<Window> window;
  std::string bucket;  // Empty without.
};

// The output columns without making a kernel: what a GroupBy's table looks like. The order is that
// of aggregations, then of buckets, then of windows. Errors: InvalidArgument: an operation does not
// take its column's type ("string is incompatible with SUM: ..."), an unknown operation id, a bad
// argument or window.
Result<std::vector<OutputColumn>> OutputColumnsOf(const std::vector<AggregationSpec>& aggregations,
                                                  const Schema& inputs);

// Chronon's name of an operation id (SUM), nullptr when unknown.
const char* OperationName(int operation_id);

}  // namespace gnomon::aggregate
