// SPDX-License-Identifier: Apache-2.0
// Rows of an analyzed source, one file after the other: an analysis looks at few.
#include <arrow/api.h>

#include "base/cancellation.h"
#include "iceberg/scan.h"
#include "run/analysis/analyzed_source.h"
#include "run/partition_days.h"
#include "run/partition_reading.h"
#include "run/source_view.h"
#include "types/arrow_mapping.h"

namespace gnomon::run {

namespace {

constexpr std::int64_t kCheckedRows = 100;
// 1971-01-01 and the end of 2099 in milliseconds: what lies outside is most likely in seconds or
// microseconds (SPEC 3.5).
constexpr std::int64_t kTimeMin = 31'536'000'000;
constexpr std::int64_t kTimeMax = 4'102'473'599'999;

// Expressions bound to the columns that they use.
struct BoundRows {
  Schema scanned;
  std::vector<std::string> names;
  std::vector<expr::BoundExpression> columns, wheres;

  Result<std::shared_ptr<arrow::RecordBatch>> Evaluate(
      std::shared_ptr<arrow::RecordBatch> batch) const {
    for (const expr::BoundExpression& where : wheres) {
      GNOMON_ASSIGN_OR_RETURN(batch, RowsWhere(where, batch));
    }
    arrow::FieldVector fields;
    arrow::ArrayVector arrays;
    for (std::size_t i = 0; i < columns.size(); ++i) {
      GNOMON_ASSIGN_OR_RETURN(auto array, columns[i].Evaluate(*batch));
      fields.push_back(arrow::field(names[i], array->type()));
      arrays.push_back(std::move(array));
    }
    return arrow::RecordBatch::Make(arrow::schema(fields), batch->num_rows(), std::move(arrays));
  }
};

}  // namespace

Status AnalyzedSource::Read(const DayRange& range, const std::vector<std::string>& columns,
                            const Consume& consume) const {
  if (!table_) return Ok();
  InitializeCompute();
  std::vector<expr::Expression> trees;
  BoundRows rows;
  for (const std::string& column : columns) {
    const auto tree = trees_.find(column);
    trees.push_back(tree == trees_.end() ? expr::Expression::Column(column) : tree->second);
    rows.names.push_back(column);
  }
  if (time_) {
    trees.push_back(*time_);
    rows.names.emplace_back("ts");
  }
  std::set<std::string> used;
  for (const expr::Expression& tree : trees) used.merge(expr::ReferencedColumns(tree));
  for (const expr::Expression& where : wheres_) used.merge(expr::ReferencedColumns(where));
  const std::string partition = PartitionColumnOf(query_);
  if (used.empty()) used.insert(partition);
  iceberg::ScanOptions options;
  options.columns.emplace();
  for (const Field& field : table_->schema().fields) {
    if (!used.contains(field.name)) continue;
    rows.scanned.fields.push_back(field);
    options.columns->push_back(field.name);
  }
  for (const expr::Expression& tree : trees) {
    GNOMON_ASSIGN_OR_RETURN(auto bound, expr::BoundExpression::Bind(tree, rows.scanned));
    rows.columns.push_back(std::move(bound));
  }
  for (const expr::Expression& where : wheres_) {
    GNOMON_ASSIGN_OR_RETURN(auto bound, expr::BoundExpression::Bind(where, rows.scanned));
    rows.wheres.push_back(std::move(bound));
  }
  GNOMON_ASSIGN_OR_RETURN(options.filter, DayFilter(*table_, partition, range.begin, range.end));
  GNOMON_ASSIGN_OR_RETURN(const auto batches, iceberg::OpenScan(*table_, options));
  while (true) {
    GNOMON_RETURN_IF_ERROR(CheckCancelled());
    std::shared_ptr<arrow::RecordBatch> batch;
    GNOMON_ARROW_RETURN_NOT_OK(batches->ReadNext(&batch), "reading " + table_name_);
    if (batch == nullptr) return Ok();
    GNOMON_ASSIGN_OR_RETURN(const auto evaluated, rows.Evaluate(std::move(batch)));
    if (!consume(*evaluated)) return Ok();
  }
}

Status AnalyzedSource::CheckTimes(const DayRange& range, Findings& findings) const {
  if (!table_ || !time_) return Ok();
  DayRange looked = range;
  if (days_) {
    auto newest = days_->lower_bound(range.end);
    if (newest == days_->begin()) return Ok();
    --newest;
    looked.begin = std::min(looked.begin, *newest);
  }
  std::int64_t seen = 0, nulls = 0;
  std::optional<std::int64_t> outside;
  GNOMON_RETURN_IF_ERROR(Read(looked, {}, [&](const arrow::RecordBatch& rows) {
    const auto& times = static_cast<const arrow::Int64Array&>(*rows.column(rows.num_columns() - 1));
    for (std::int64_t row = 0; row < times.length() && seen < kCheckedRows; ++row, ++seen) {
      if (times.IsNull(row)) {
        ++nulls;
      } else if (times.Value(row) < kTimeMin || times.Value(row) > kTimeMax) {
        outside = times.Value(row);
      }
    }
    return seen < kCheckedRows;
  }));
  const std::string where = side_->Where(QueryPath() + ".timeColumn");
  if (seen > 0 && nulls == seen) {
    findings.Add("time", where,
                 InvalidArgument("the time column {} is null in all of {} rows of {} - choose "
                                 "another time_column, or fill it",
                                 time_text_, seen, table_name_));
  }
  if (!outside) return Ok();
  const bool is_seconds = *outside > 0 && *outside < kTimeMin;
  findings.Add(
      "time", where,
      InvalidArgument(
          "the time column {} of {} holds {}, which is no time in milliseconds "
          "from {} to {} - write time_column=\"{}\"",
          time_text_, table_name_, *outside, kTimeMin, kTimeMax,
          is_seconds ? time_text_ + " * 1000" : "CAST(" + time_text_ + " / 1000 AS BIGINT)"));
  return Ok();
}

}  // namespace gnomon::run
