// SPDX-License-Identifier: Apache-2.0
// Plans whose rows are intermediate results instead of values: a row is merged where another would
// be added.
#pragma once

#include "aggregate/aggregation_plan.h"
#include "base/result.h"
#include "types/data_type.h"

namespace gnomon::aggregate {

// One column per state of the plan, by its un-windowed name, of the IR's type.
Schema IntermediateColumns(const AggregationPlan& plan);

// Error: InvalidArgument when two states have one name, as two of APPROX_PERCENTILE with other
// arguments over other windows have.
Status CheckIntermediateNames(const AggregationPlan& plan);

// The plan over the columns IntermediateColumns(plan): the same outputs.
AggregationPlan OverIntermediates(AggregationPlan plan);

}  // namespace gnomon::aggregate
