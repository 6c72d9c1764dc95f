// SPDX-License-Identifier: Apache-2.0
// Filters bound to a table's columns: whether a file, row group or partition may hold a match, and
// which rows match. Nulls match nothing but kIsNull; NaN equals NaN and is greater than every
// number, as in Spark.
#pragma once

#include <arrow/type_fwd.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "base/result.h"
#include "iceberg/manifest.h"
#include "iceberg/scan.h"

namespace gnomon::iceberg {

struct BoundComparison {
  Comparison::Op op = Comparison::Op::kEq;
  Field field;      // The table's column.
  ScalarPtr value;  // Of the column's Arrow type.
};
using BoundFilter = std::vector<BoundComparison>;

// What is known of a column's values in some set of rows; anything may be unknown.
struct ValueBounds {
  ScalarPtr lower;
  ScalarPtr upper;
  std::optional<std::int64_t> null_count;
  std::optional<std::int64_t> nan_count;
  std::optional<std::int64_t> value_count;
};

// Errors: InvalidArgument for an unknown column (did you mean) and for values that do not fit its
// type.
Result<BoundFilter> BindFilter(const Schema& schema, const Filter& filter);

// False only when no row can match (checklist 17, 18).
bool MayMatch(const BoundComparison& comparison, const ValueBounds& bounds);
bool MayMatchFile(const BoundFilter& filter, const DataFile& file);
bool MayMatchPartition(const BoundFilter& filter, const std::vector<ScalarPtr>& partition,
                       const PartitionSpec& spec);
// True only when every row matches, whose identity partition has this value: bounds of one value,
// so nothing need be read to know.
bool HoldsInPartition(const BoundComparison& comparison, const ScalarPtr& partition_value);
bool MayMatchManifest(const BoundFilter& filter, const ManifestFile& manifest,
                      const PartitionSpec& spec, const TableMetadata& metadata);

// Keeps the rows that match; `columns[i]` is the column of `filter[i]`. Returns the batch itself
// when all rows do.
Result<std::shared_ptr<arrow::RecordBatch>> FilterRows(
    const BoundFilter& filter, const std::vector<std::shared_ptr<arrow::Array>>& columns,
    std::shared_ptr<arrow::RecordBatch> batch);

}  // namespace gnomon::iceberg
