// SPDX-License-Identifier: Apache-2.0
// The reading of a table's partitions on several threads: of a source, of the left side of a Join.
#pragma once

#include <arrow/type_fwd.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/calendar.h"
#include "base/result.h"
#include "expr/expression.h"
#include "iceberg/scan.h"
#include "iceberg/table.h"

namespace gnomon::run {

// Makes Arrow's functions known; to be called before the first expression is bound.
void InitializeCompute();

struct PartitionReading {
  const iceberg::Table& table;
  std::string partition_column;
  iceberg::ScanOptions options;  // The filter is that of the days.
  std::vector<const expr::BoundExpression*> wheres;
};

// Reads the rows of the days from `begin` (unset: from the first) to before `end` that satisfy all
// wheres. `consume` is called from up to `threads` threads, never with a batch without rows.
using ConsumeRows = std::function<Status(std::shared_ptr<arrow::RecordBatch>)>;
Status ReadPartitions(PartitionReading reading, std::optional<Day> begin, Day end, int threads,
                      const ConsumeRows& consume);

// The rows that satisfy `where`; a null does not, as in SQL.
Result<std::shared_ptr<arrow::RecordBatch>> RowsWhere(const expr::BoundExpression& where,
                                                      const std::shared_ptr<arrow::RecordBatch>&);

}  // namespace gnomon::run
