// SPDX-License-Identifier: Apache-2.0
// Statistics of a table's columns in buckets of time (SPEC 8.11): how many rows, how many nulls of
// each column, and for numbers a KLL sketch of their values. One pass over batches of rows.
#pragma once

#include <arrow/type_fwd.h>

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "aggregate/aggregate_function.h"
#include "base/result.h"
#include "types/data_type.h"

namespace gnomon::run {

// The percentiles that are finalised: 0.01, 0.05, 0.1, ... 0.95, 0.99.
const std::vector<std::string>& FinalizedPercentiles();

class ColumnStatistics {
 public:
  // `columns` are those to describe; numbers get percentiles. Errors: those of the sketch.
  static Result<ColumnStatistics> Make(const Schema& columns);

  // The names and order in which rows must come: `bucket` (BIGINT, never null), then each column:
  // numbers as they are, of all others whether they are null (BOOLEAN, true for null).
  std::string SelectList() const;

  // Rows in the shape of SelectList().
  Status Add(const arrow::RecordBatch& rows);

  // One row per bucket in ascending order, as Chronon keeps them: for each column in the order of
  // the names `<col>` (percentiles) and `<col>__null`: `<col>_approx_percentile` BINARY,
  // `<col>__null_sum` BIGINT; then `total_count` BIGINT. These columns go into the upload.
  Schema intermediate_schema() const;
  Result<std::shared_ptr<arrow::RecordBatch>> Intermediate() const;
  const std::vector<std::int64_t>& buckets_ms() const { return buckets_ms_; }

  // The columns added for people: `<col>__null_rate` DOUBLE, `<col>_approx_percentile_finalized`
  // map<string,float> (percentile -> value).
  Schema derived_schema() const;
  Result<std::shared_ptr<arrow::RecordBatch>> Derived() const;

  // One column over all buckets.
  struct Summary {
    std::string column;
    std::int64_t rows = 0;
    std::int64_t nulls = 0;
    std::vector<float> percentiles;  // Of FinalizedPercentiles(); empty without numbers.
  };
  Result<std::vector<Summary>> Summarize() const;

 private:
  struct Column {
    Field field;
    bool is_number = false;
    aggregate::BoundAggregation bound;                 // Of numbers.
    std::shared_ptr<aggregate::StateColumn> sketches;  // A slot per bucket.
    std::vector<std::int64_t> nulls;                   // Per slot.
  };

  std::uint32_t SlotOf(std::int64_t bucket_ms);
  std::vector<std::uint32_t> SlotsInOrder() const;
  Result<std::shared_ptr<arrow::Array>> Finalized(const aggregate::StateColumn& sketches,
                                                  const Column& column,
                                                  const std::vector<std::uint32_t>& slots) const;

  std::vector<Column> columns_;  // Ordered by name.
  std::vector<std::int64_t> totals_;
  std::map<std::int64_t, std::uint32_t> slots_;
  std::vector<std::int64_t> buckets_ms_;  // Ascending.
};

}  // namespace gnomon::run
