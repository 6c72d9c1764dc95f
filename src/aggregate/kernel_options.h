// SPDX-License-Identifier: Apache-2.0
// What the kernels of SPEC section 5 have in common: what they are told, and what they count.
#pragma once

#include <arrow/type_fwd.h>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "aggregate/aggregation_spec.h"
#include "base/calendar.h"
#include "base/result.h"
#include "types/data_type.h"

namespace gnomon::aggregate {

struct KernelOptions {
  Schema keys;    // Key columns, in order.
  Schema inputs;  // The aggregations' input and bucket columns with their types.
  std::vector<AggregationSpec> aggregations;
  int threads = 1;
  std::int64_t memory_bytes = std::int64_t{2} << 30;
  std::string tmp_dir;  // Spill files go here, and are gone at the end.
};

struct KernelCounters {
  std::int64_t rows_read = 0;
  std::int64_t rows_null_key = 0;  // Left out: all keys null.
  std::int64_t rows_null_ts = 0;   // Counted with ts 0, as in Chronon.
  std::int64_t queries_read = 0;
  std::int64_t queries_null_key = 0;  // Left out: any key null.
  std::int64_t bytes_spilled = 0;
};

// Takes result rows; called from one thread at a time.
using EmitRows = std::function<Status(const arrow::RecordBatch& rows)>;
using EmitDayRows = std::function<Status(Day day, const arrow::RecordBatch& rows)>;

// Every kernel's Finish counts this many parts in WorkWritten().
inline constexpr std::int64_t kKernelFinishParts = 32;

}  // namespace gnomon::aggregate
