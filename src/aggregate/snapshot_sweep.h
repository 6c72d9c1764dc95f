// SPDX-License-Identifier: Apache-2.0
// From a shard's hops, which are days, to output rows: key by key over its days, all windows, a
// block of keys at a time.
#pragma once

#include "aggregate/fused_sums.h"
#include "aggregate/key_encoding.h"
#include "aggregate/output_batches.h"
#include "aggregate/state_table.h"
#include "base/calendar.h"

namespace gnomon::aggregate {

// Days are numbered from the first one that any window needs, which is 1; 0 collects all days
// before it.
using DayIndex = HopIndex;

// The output days as indices, [first, end); `day_of_index_0` turns an index into a day.
struct OutputDays {
  DayIndex first = 0;
  DayIndex end = 0;
  Day day_of_index_0;
};

// Gives all rows of the table, whose hops are complete, to one drawer per output day.
Status SweepShard(const StateTable& table, const FusedPlan& fused, const KeyEncoding& encoding,
                  OutputDays days, OutputBatches* batches);

}  // namespace gnomon::aggregate
