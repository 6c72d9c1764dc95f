// SPDX-License-Identifier: Apache-2.0
// A GroupBy's aggregations as the kernel takes them. Here, because the program that writes rows and
// the one that reads them must derive the same columns.
#pragma once

#include <vector>

#include "aggregate/aggregation_spec.h"
#include "config/conf.h"

namespace gnomon::codec {

// One per aggregation, none without. What is missing or unknown is left for the kernel to refuse.
std::vector<aggregate::AggregationSpec> AggregationSpecsOf(const config::GroupBy& group_by);

}  // namespace gnomon::codec
