// SPDX-License-Identifier: Apache-2.0
// Rows of one batch on their way into states: columns found by name and checked, times without
// nulls, the rows that count, each one's hop, and their keys as bytes.
#pragma once

#include <arrow/type_fwd.h>

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "aggregate/aggregation_plan.h"
#include "aggregate/key_encoding.h"
#include "base/result.h"
#include "types/data_type.h"

namespace gnomon::aggregate {

// The number of a hop of a key; what it covers is the kernel's matter.
using HopIndex = std::uint32_t;

struct PreparedRows {
  std::vector<const arrow::Array*> key_columns;
  std::vector<std::shared_ptr<arrow::Array>> inputs;        // By index in the schema of inputs.
  std::vector<std::shared_ptr<arrow::Array>> state_values;  // AggregationPlan::StateValues of them.
  const std::int64_t* ts = nullptr;
  std::vector<std::int64_t> ts_without_nulls;  // What `ts` points to when some are null.
  std::vector<std::uint32_t> rows;
  std::vector<HopIndex> hops;  // By row of the batch; empty when the table finds them itself.
  EncodedKeys keys;            // By index in `rows`.
  // Instead of values and ts: states to be merged in, one column per state of the plan, by row.
  std::span<const std::unique_ptr<StateColumn>> partials;
  std::vector<std::shared_ptr<arrow::Array>> owned;  // What key_columns and ts point to.

  // Lets go of what belongs to a batch; the room stays.
  void ForgetBatch();
};

enum class TsColumn {
  kRequired,  // int64; a null counts as 0, as in Chronon.
  kOptional,  // All 0 when there is none.
};

// Whether the plan looks at time: windows do, and operations such as LAST (SPEC 5.7).
TsColumn TsColumnFor(const AggregationPlan& plan);

// Finds the columns of `keys` (a single one of strings may be a dictionary of int32) and `inputs`
// and `ts` in the batch; `rows` become all, state_values are left to the caller. Returns how many
// ts are null. Error: InvalidArgument for a column that lacks or has another type.
Result<std::int64_t> FindColumns(const arrow::RecordBatch& batch, const Schema& keys,
                                 const Schema& inputs, TsColumn ts, PreparedRows* prepared);

// The column of that name and type. Error: as above.
Result<std::shared_ptr<arrow::Array>> FindColumn(const arrow::RecordBatch& batch,
                                                 const Field& field);

// The numbers begin .. end - 1.
std::vector<std::uint32_t> Iota(std::size_t begin, std::size_t end);

}  // namespace gnomon::aggregate
