// SPDX-License-Identifier: Apache-2.0
#include "run/join/row_scan.h"

#include <arrow/api.h>

#include <algorithm>

#include "base/error_place.h"
#include "run/partition_days.h"
#include "run/partition_reading.h"
#include "run/source_view.h"
#include "run/time_unit.h"
#include "types/arrow_mapping.h"
#include "types/type_names.h"

namespace gnomon::run {

namespace {

constexpr const char* kDay = "ds";
constexpr const char* kTime = "ts";

Result<expr::Expression> TreeAt(const config::SideFile& side, const std::string& at,
                                const std::string& identity) {
  const auto entry = side.expressions.find(at);
  if (entry != side.expressions.end()) return expr::ParseExpression(entry->second);
  if (!identity.empty()) return expr::Expression::Column(identity);
  return Internal("the side file has no expression: {} - delete production/.gnomon and run again",
                  side.Where(at));
}

bool IsDay(const DataType& type) {
  return type.kind == TypeKind::kString || type.kind == TypeKind::kDate;
}

}  // namespace

Result<std::shared_ptr<arrow::Array>> DayTexts(const std::shared_ptr<arrow::Array>& days) {
  if (days->type_id() == arrow::Type::STRING) return days;
  arrow::StringBuilder builder;
  const auto& dates = static_cast<const arrow::Date32Array&>(*days);
  for (std::int64_t row = 0; row < days->length(); ++row) {
    if (dates.IsNull(row)) {
      GNOMON_ARROW_RETURN_NOT_OK(builder.AppendNull(), "building ds");
    } else {
      GNOMON_ARROW_RETURN_NOT_OK(builder.Append(FormatDay(Day{dates.Value(row)})), "building ds");
    }
  }
  GNOMON_ARROW_ASSIGN(auto texts, builder.Finish(), "building ds");
  return texts;
}

Result<RowScan> RowScan::Bind(const config::SideFile& side, const std::string& path,
                              const config::Query& query, const iceberg::Table& table,
                              bool has_time) {
  InitializeCompute();
  RowScan scan(side, path, query, table);
  scan.partition_column_ = PartitionColumnOf(query);
  scan.has_time_ = has_time;
  const Field* partition = table.schema().Find(scan.partition_column_);
  if (partition == nullptr || !IsDay(partition->type)) {
    return InvalidArgument(
        "{} has no column {} of days: {} - partition it by a DATE or STRING column, and name it in "
        "partition_column if it is not ds",
        table.name(), scan.partition_column_, side.Where(path));
  }
  std::vector<Wanted> wanted;
  const auto want = [&](const std::string& name, std::string at, std::string identity) {
    if (name != kDay && name != scan.partition_column_)
      wanted.push_back({name, std::move(at), std::move(identity)});
  };
  if (query.selects) {
    for (const auto& [name, text] : *query.selects) want(name, path + ".selects." + name, "");
  } else {
    for (const Field& field : table.schema().fields) want(field.name, path, field.name);
  }
  const bool selects_time = std::any_of(wanted.begin(), wanted.end(),
                                        [](const Wanted& one) { return one.name == kTime; });
  if (has_time && !selects_time) want(kTime, path + ".timeColumn", "");
  for (std::size_t i = 0; i < query.wheres.value_or(std::vector<std::string>()).size(); ++i) {
    wanted.push_back({"", fmt::format("{}.wheres[{}]", path, i), ""});
  }
  GNOMON_RETURN_IF_ERROR(scan.BindAll(wanted));
  const Field* time = scan.columns_.Find(kTime);
  if (has_time && time->type.kind != TypeKind::kLong) {
    return InvalidArgument(
        "the time column {} is {}, and must be BIGINT milliseconds since 1970 (UTC): {} - convert "
        "it, such as time_column=\"unix_timestamp({}) * 1000\"",
        query.time_column.value_or(kTime), SparkTypeName(time->type),
        side.Where(path + ".timeColumn"), query.time_column.value_or(kTime));
  }
  scan.columns_.fields.push_back(Field{.name = kDay, .type = TypeKind::kString});
  return scan;
}

Status RowScan::BindAll(const std::vector<Wanted>& wanted) {
  // What to scan is known when all trees are: bind against the whole table first, so that an
  // unknown column meets all the names that it may have meant, then to what is used.
  std::set<std::string> used = {partition_column_};
  std::vector<expr::Expression> trees;
  for (const Wanted& one : wanted) {
    GNOMON_ASSIGN_OR_RETURN(expr::Expression tree, TreeAt(*side_, one.at, one.identity));
    GNOMON_RETURN_IF_ERROR(
        PlacedAt(side_->Where(one.at), expr::BoundExpression::Bind(tree, table_.schema())));
    used.merge(expr::ReferencedColumns(tree));
    trees.push_back(std::move(tree));
  }
  for (const Field& field : table_.schema().fields) {
    if (used.contains(field.name)) scanned_.fields.push_back(field);
  }
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    const std::string where = side_->Where(wanted[i].at);
    GNOMON_ASSIGN_OR_RETURN(auto bound,
                            PlacedAt(where, expr::BoundExpression::Bind(trees[i], scanned_)));
    if (!wanted[i].name.empty()) {
      columns_.fields.push_back(Field{.name = wanted[i].name, .type = bound.type()});
      selects_.push_back(std::move(bound));
      continue;
    }
    if (bound.type().kind != TypeKind::kBoolean) {
      return InvalidArgument(
          "a where must be a condition, this one is {}: {} - compare it with something",
          SparkTypeName(bound.type()), where);
    }
    wheres_.push_back(std::move(bound));
  }
  return Ok();
}

Result<std::optional<std::set<Day>>> RowScan::Days() {
  GNOMON_RETURN_IF_ERROR(table_.Refresh());
  return SourceDays(table_, partition_column_);
}

Result<DayRange> RowScan::Within(DayRange days) const {
  if (query_.start_partition) {
    GNOMON_ASSIGN_OR_RETURN(const Day first, PlacedAt(side_->Where(path_ + ".startPartition"),
                                                      ParseDay(*query_.start_partition)));
    days.begin = std::max(days.begin, first);
  }
  if (query_.end_partition) {
    GNOMON_ASSIGN_OR_RETURN(const Day last, PlacedAt(side_->Where(path_ + ".endPartition"),
                                                     ParseDay(*query_.end_partition)));
    days.end = std::min(days.end, last + 1);
  }
  return days;
}

Status RowScan::Read(const DayRange& days, int threads, const Consume& consume) const {
  GNOMON_ASSIGN_OR_RETURN(const DayRange range, Within(days));
  if (range.empty()) return Ok();
  PartitionReading reading{.table = table_,
                           .partition_column = partition_column_,
                           .options = {.columns = scanned_.names()},
                           .wheres = {}};
  for (const expr::BoundExpression& where : wheres_) reading.wheres.push_back(&where);
  return ReadPartitions(std::move(reading), range.begin, range.end, threads,
                        [&](const std::shared_ptr<arrow::RecordBatch>& batch) -> Status {
                          GNOMON_ASSIGN_OR_RETURN(const auto rows, Project(*batch, range.last()));
                          return consume(*rows);
                        });
}

Result<std::shared_ptr<arrow::RecordBatch>> RowScan::Project(const arrow::RecordBatch& batch,
                                                             Day last) const {
  arrow::ArrayVector columns;
  for (const expr::BoundExpression& select : selects_) {
    GNOMON_ASSIGN_OR_RETURN(auto column, select.Evaluate(batch));
    columns.push_back(std::move(column));
  }
  if (has_time_) {
    const std::size_t time = *columns_.IndexOf(kTime);
    if (columns[time]->null_count() > 0) {
      return InvalidArgument(
          "ts column cannot be null in left source or query df: {} - leave such rows out by a "
          "where, such as wheres=[\"{} IS NOT NULL\"]",
          side_->Where(path_ + ".timeColumn"), query_.time_column.value_or(kTime));
    }
    GNOMON_RETURN_IF_ERROR(CheckMilliseconds(*columns[time],
                                             {.expression = query_.time_column.value_or(kTime),
                                              .place = side_->Where(path_ + ".timeColumn")},
                                             last));
  }
  GNOMON_ASSIGN_OR_RETURN(auto days, DayTexts(batch.GetColumnByName(partition_column_)));
  columns.push_back(std::move(days));
  return arrow::RecordBatch::Make(ToArrow(columns_), batch.num_rows(), std::move(columns));
}

}  // namespace gnomon::run
