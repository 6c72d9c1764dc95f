// SPDX-License-Identifier: Apache-2.0
// SUM, COUNT and AVERAGE of one column in one state: each value is added once, each window swept
// once, whatever of the three is asked for. The answers are those of the three by themselves, to
// the last bit.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "aggregate/aggregation_plan.h"

namespace gnomon::aggregate {

enum class SumPart : std::uint8_t { kNone, kSum, kCount, kAverage };

// A plan whose states may be fused, and what of its state each column shows.
struct FusedPlan {
  AggregationPlan plan;
  std::vector<SumPart> parts;  // By output column; kNone for one with a state of its own.
};

// Fuses, of a plan, the states of these three operations that share a column of numbers, where
// there is more than one of them. Of the result's fused states there is no intermediate result of
// Chronon's; it is for kernels that only give answers.
FusedPlan FuseSums(AggregationPlan plan);

// The window of a fused state, which every column over it shows a part of.
class SumsWindow : public WindowColumn {
 public:
  virtual arrow::Status AppendPart(SumPart part, std::span<const std::uint32_t> cells,
                                   arrow::ArrayBuilder* results) const = 0;
};

}  // namespace gnomon::aggregate
