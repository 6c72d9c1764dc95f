// SPDX-License-Identifier: Apache-2.0
// From a shard's intervals to one row per distinct query.
#pragma once

#include "aggregate/fused_sums.h"
#include "aggregate/interval_table.h"
#include "aggregate/output_batches.h"

namespace gnomon::aggregate {

// Gives key columns, `ts`, outputs of every query of the table to drawer 0.
Status SweepQueries(const IntervalTable& table, const FusedPlan& fused, const KeyEncoding& encoding,
                    OutputBatches* batches);

}  // namespace gnomon::aggregate
