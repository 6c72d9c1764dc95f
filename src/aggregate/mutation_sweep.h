// SPDX-License-Identifier: Apache-2.0
// From a shard's groups (a key on a day) to one row per query: the snapshot's states, then the
// mutations.
#pragma once

#include "aggregate/mutation_table.h"
#include "aggregate/output_batches.h"

namespace gnomon::aggregate {

// Gives key columns, `ts`, outputs of every query of the table to drawer 0.
Status SweepMutations(MutationTable* table, const AggregationPlan& plan,
                      const KeyEncoding& encoding, OutputBatches* batches);

}  // namespace gnomon::aggregate
