// SPDX-License-Identifier: Apache-2.0
// Reads the rows of a query as they are (SPEC 8.2): the left side of a Join, a bootstrap table. Its
// columns are the selects in their order (without selects all columns of the table), `ts` for
// events, and `ds` (STRING) last.
#pragma once

#include <arrow/type_fwd.h>

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/calendar.h"
#include "base/result.h"
#include "config/conf.h"
#include "config/side_file.h"
#include "expr/expression.h"
#include "iceberg/table.h"

namespace gnomon::run {

class RowScan {
 public:
  // Binds the expressions that stand at `path` of the conf (`left.events.query`) to `table`. With
  // `has_time`, `ts` is the query's time column. Errors: InvalidArgument (unknown column, a time
  // that is not BIGINT), Unimplemented (not proven equal to Spark), each with its place.
  static Result<RowScan> Bind(const config::SideFile& side, const std::string& path,
                              const config::Query& query, const iceberg::Table& table,
                              bool has_time);

  const Schema& columns() const { return columns_; }
  const iceberg::Table& table() const { return table_; }

  // The days that the table has now; nullopt when it holds every day.
  Result<std::optional<std::set<Day>>> Days();

  // Reads the partitions of `days` within the query's startPartition and endPartition; `consume`
  // is called from up to `threads` threads. Errors: InvalidArgument for a null `ts`, as the real
  // one refuses it, and for times that are no milliseconds.
  using Consume = std::function<Status(const arrow::RecordBatch& batch)>;
  Status Read(const DayRange& days, int threads, const Consume& consume) const;

  // The query's own bounds on `days`.
  Result<DayRange> Within(DayRange days) const;

 private:
  RowScan(const config::SideFile& side, std::string path, config::Query query, iceberg::Table table)
      : side_(&side), path_(std::move(path)), query_(std::move(query)), table_(std::move(table)) {}
  // An expression: a column, or a where (no name).
  struct Wanted {
    std::string name;
    std::string at;        // Its path in the conf.
    std::string identity;  // The column of the table that it is when the side file has none.
  };
  Status BindAll(const std::vector<Wanted>& wanted);
  // `last` is the last of the days that are read.
  Result<std::shared_ptr<arrow::RecordBatch>> Project(const arrow::RecordBatch& batch,
                                                      Day last) const;

  const config::SideFile* side_;
  std::string path_;
  config::Query query_;
  iceberg::Table table_;
  std::string partition_column_;
  bool has_time_ = false;
  Schema columns_;
  std::vector<expr::BoundExpression> selects_;  // Of all columns but `ds`.
  std::vector<expr::BoundExpression> wheres_;
  Schema scanned_;  // The table's columns that any expression needs.
};

// The text `yyyy-MM-dd` of a partition column of DATE or STRING.
Result<std::shared_ptr<arrow::Array>> DayTexts(const std::shared_ptr<arrow::Array>& days);

}  // namespace gnomon::run
