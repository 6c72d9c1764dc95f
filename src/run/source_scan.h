// SPDX-License-Identifier: Apache-2.0
// Reads one source of a GroupBy (SPEC 6.1): scans the partitions that matter, applies the wheres,
// evaluates the selects, and hands over batches with the key columns, `ts` and the aggregations'
// inputs.
#pragma once

#include <arrow/type_fwd.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "config/conf.h"
#include "config/side_file.h"
#include "expr/expression.h"
#include "iceberg/table.h"
#include "plan/scan_range.h"

namespace gnomon::run {

class SourceScan {
 public:
  // Binds the expressions of source number `index` to its table. `columns` are the names that the
  // GroupBy needs (keys, then inputs). Errors: InvalidArgument (unknown column, a time column that
  // is not BIGINT milliseconds, a where that is no boolean), Unimplemented (not proven equal to
  // Spark), each with its place in the user's file.
  static Result<SourceScan> Bind(const config::SideFile& side, std::size_t index,
                                 const config::Query& query, const iceberg::Table& table,
                                 const std::vector<std::string>& columns);

  // The types of `columns` as selected.
  const Schema& selected() const { return selected_; }
  const iceberg::Table& table() const { return table_; }
  const std::string& partition_column() const { return partition_column_; }

  // Reads the partitions of `range` on `threads` threads. `consume` is called from all of them,
  // with the selected columns and `ts`.
  using Consume = std::function<Status(const arrow::RecordBatch& batch)>;
  Status Read(const plan::ScanRange& range, int threads, const Consume& consume) const;

 private:
  explicit SourceScan(iceberg::Table table) : table_(std::move(table)) {}
  Status BindSelects(const config::SideFile& side, const std::string& path,
                     const config::Query& query, const std::vector<std::string>& columns);
  Result<expr::BoundExpression> BindScanned(const config::SideFile& side, const std::string& path,
                                            const std::string& identity) const;
  Status BindWheres(const config::SideFile& side, const std::string& path,
                    const config::Query& query);
  Status BindTime(const config::SideFile& side, const std::string& path,
                  const config::Query& query);
  Result<std::shared_ptr<arrow::RecordBatch>> Filtered(
      std::shared_ptr<arrow::RecordBatch> batch) const;
  Result<std::shared_ptr<arrow::RecordBatch>> Project(const arrow::RecordBatch& batch) const;
  Result<std::shared_ptr<arrow::Array>> Time(const arrow::RecordBatch& batch) const;
  Status CheckMilliseconds(const arrow::RecordBatch& batch) const;

  iceberg::Table table_;
  std::string partition_column_;
  Schema scanned_;  // The table's columns that any expression needs, and the partition column.
  Schema selected_;
  std::vector<expr::BoundExpression> selects_;
  std::vector<expr::BoundExpression> wheres_;
  std::optional<expr::BoundExpression>
      time_;                              // Unset: the last millisecond of the row's partition.
  std::string time_column_, time_place_;  // As the user wrote it, and where.
};

}  // namespace gnomon::run
