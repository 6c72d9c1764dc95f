// SPDX-License-Identifier: Apache-2.0
// Statistics over pairs of rows, as Chronon's consistency metrics have them (SPEC 8.11): per bucket
// of time and column how often two sides differ, and how far numbers and lists lie apart. One pass
// over the pairs, which come bucket by bucket: so only some buckets are held at a time. Each metric
// is an aggregation of one value per pair.
#pragma once

#include <arrow/type_fwd.h>

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "aggregate/aggregate_function.h"
#include "base/result.h"
#include "types/data_type.h"

namespace gnomon::run {

// A compared column: SQL of its two values in a pair, and of whether they differ.
struct MetricColumn {
  enum class Kind : std::uint8_t { kOther, kNumber, kList };
  std::string name;
  Kind kind = Kind::kOther;
  std::string left, right;
  std::string differs;
  // The elements of a list are written as texts by this, of the element `x`.
  std::string element_text = "CAST(x AS VARCHAR)";
};

// How far the values of a column lie apart in the pairs that differ: the values at
// DistanceFractions().
struct ColumnDistance {
  std::string column;
  std::string what;  // `left_minus_right`, `edit_distance_insert`, `edit_distance_delete`.
  std::vector<float> percentiles;
};

// 0, 0.05, 0.5, 0.95 and 1.
const std::vector<double>& DistanceFractions();

class ComparisonMetrics {
 public:
  // `has_time`: buckets have a time besides their day. Errors: those of the aggregations.
  static Result<ComparisonMetrics> Make(const std::vector<MetricColumn>& columns, bool has_time);

  // What rows must hold after their bucket (`ts` BIGINT and `ds` VARCHAR, both of which may be
  // null).
  std::string SelectList() const;
  // Rows in that shape, bucket by bucket, and within one in the order in which they count: sketches
  // depend on it.
  Status Add(const arrow::RecordBatch& pairs);
  // After the last pair.
  Status Finish();

  // One row per bucket, by time: `ts` if there is a time, `ds`, then of each column
  // `<column>_both_null_sum`, `_left_null_sum`, `_right_null_sum`, `_mismatch_sum`; of numbers
  // `_smape_average` and the percentiles at i/41 (list<float>)
  // `_left_minus_right_approx_percentile`,
  // `_left_..`, `_right_..`; of lists, the same of `_edit_distance_insert`,
  // `_edit_distance_delete`,
  // `_left_length`, `_right_length`, and `_mismatch_length_sum`; then `total_count`.
  const Schema& schema() const { return schema_; }
  // The rows that were not taken yet, of buckets that have ended; null if there are none.
  std::shared_ptr<arrow::RecordBatch> TakeRows();
  // Over all buckets, of the columns in which pairs differ.
  Result<std::vector<ColumnDistance>> Distances() const;

 private:
  // An aggregation of a value: in a slot for each bucket, or in one for all pairs.
  struct Target {
    aggregate::BoundAggregation bound;
    std::shared_ptr<aggregate::StateColumn> states;
    bool is_per_bucket = true;
    std::size_t value = 0;  // Which of its input's.
  };
  // What the pairs hold for some targets: a value; or two lists, which make four: inserts and
  // deletes, and both again, null where the lists are equal or one is missing.
  struct Input {
    std::vector<std::string> sql;
    std::vector<Target> targets;
  };
  struct DistanceOf {
    std::string column, what;
    std::size_t input = 0, target = 0;
  };

  Status AddColumn(const MetricColumn& column);
  Status AddNumber(const MetricColumn& column);
  Status AddList(const MetricColumn& column);
  // A count of the pairs for which a condition holds.
  Status AddCount(const std::string& name, const std::string& condition);
  Status AddPercentiles(const std::string& name, const DataType& type, std::string sql);
  Result<Target> NewTarget(int operation, const DataType& type,
                           const aggregate::ArgumentMap& arguments = {}) const;
  Status AddOutput(const std::string& name, Target target, Input& input);
  Status AddDistance(const std::string& column, const std::string& what, const DataType& type,
                     std::size_t value, Input& input);
  // Each input's values in a batch.
  Result<std::vector<arrow::ArrayVector>> ValuesOf(const arrow::RecordBatch& pairs) const;
  Status Update(const std::vector<arrow::ArrayVector>& values,
                const std::vector<std::uint32_t>& rows, const std::vector<std::uint32_t>& slots);
  // Makes rows of all buckets that are held.
  Status EndBuckets();

  std::vector<Input> inputs_;
  std::vector<DistanceOf> distances_;
  Schema schema_;
  bool has_time_ = false;
  using Bucket = std::pair<std::optional<std::int64_t>, std::string>;  // Time and day.
  std::vector<Bucket> buckets_;       // Those that are held, by slot.
  std::vector<std::int64_t> totals_;  // Per slot.
  std::vector<std::shared_ptr<arrow::RecordBatch>> ended_;
};

}  // namespace gnomon::run
