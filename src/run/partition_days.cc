// SPDX-License-Identifier: Apache-2.0
#include "run/partition_days.h"

#include <arrow/api.h>

#include <algorithm>

#include "base/edit_distance.h"
#include "types/arrow_mapping.h"
#include "types/type_names.h"

namespace gnomon::run {

namespace {

bool IsPartitionedBy(const iceberg::Table& table, const std::string& column) {
  const auto columns = table.partition_columns();
  return std::find(columns.begin(), columns.end(), column) != columns.end();
}

Result<const Field*> DayField(const iceberg::Table& table, const std::string& column) {
  const Field* field = table.schema().Find(column);
  if (field == nullptr) {
    return InvalidArgument(
        "table {} has no column '{}'{} - a source needs its partition column; name it in "
        "Query(partition_column=...) or select it in the staging query",
        table.name(), column, DidYouMean(column, table.schema().names()));
  }
  if (field->type.kind != TypeKind::kDate && field->type.kind != TypeKind::kString) {
    return InvalidArgument(
        "the partition column {} of table {} is {} - it must be a DATE or a STRING like 2023-12-01",
        column, table.name(), SparkTypeName(field->type));
  }
  return field;
}

std::optional<Day> DayOfScalar(const arrow::Scalar& value) {
  if (!value.is_valid) return std::nullopt;
  if (value.type->id() == arrow::Type::DATE32)
    return Day{static_cast<const arrow::Date32Scalar&>(value).value};
  if (value.type->id() != arrow::Type::STRING) return std::nullopt;
  const auto day = ParseDay(static_cast<const arrow::StringScalar&>(value).view());
  return day ? std::optional<Day>(*day) : std::nullopt;
}

// The days of the files that may hold rows of the sub-partition: partitions are known exactly.
Result<std::set<Day>> DaysOfSubPartition(
    const iceberg::Table& table, const std::string& partition_column,
    const std::vector<std::pair<std::string, std::string>>& sub_partitions) {
  iceberg::ScanOptions options{.columns = std::vector<std::string>{partition_column}};
  for (const auto& [column, value] : sub_partitions) {
    const Field* field = table.schema().Find(column);
    if (field == nullptr || !IsPartitionedBy(table, column)) {
      return InvalidArgument("table {} is not partitioned by '{}'{} - name one of its partitions",
                             table.name(), column, DidYouMean(column, table.partition_columns()));
    }
    GNOMON_ARROW_ASSIGN(auto scalar, arrow::Scalar::Parse(ToArrow(field->type), value),
                        "reading the sub-partition " + column + "=" + value);
    options.filter.push_back(
        {.column = column, .op = iceberg::Comparison::Op::kEq, .value = std::move(scalar)});
  }
  GNOMON_ASSIGN_OR_RETURN(const iceberg::ScanPlan plan, table.PlanScan(options));
  const std::int32_t day_id = table.schema().Find(partition_column)->id;
  std::set<Day> days;
  for (const iceberg::ScanTask& task : plan.tasks) {
    for (const auto& [id, value] : task.partition) {
      if (id != day_id || value == nullptr) continue;
      if (const auto day = DayOfScalar(*value)) days.insert(*day);
    }
  }
  return days;
}

// Partitions none of which is a day would look like a table without any.
Status CheckNamesAreDays(const iceberg::Table& table, const std::string& column) {
  iceberg::ScanOptions options;
  options.columns.emplace();
  GNOMON_ASSIGN_OR_RETURN(const iceberg::ScanPlan plan, table.PlanScan(options));
  const std::int32_t day_id = table.schema().Find(column)->id;
  for (const iceberg::ScanTask& task : plan.tasks) {
    for (const auto& [id, value] : task.partition) {
      if (id != day_id || task.record_count == 0 || value == nullptr || !value->is_valid) continue;
      if (DayOfScalar(*value)) return Ok();
      return InvalidArgument(
          "the partitions of table {} are not named as days are: {}={} - days are yyyy-MM-dd, like "
          "{}=2023-12-01: rename the partitions, or write them so by a staging query",
          table.name(), column, value->ToString(), column);
    }
  }
  return Ok();
}

}  // namespace

Result<std::set<Day>> FilledDays(const iceberg::Table& table, const std::string& partition_column) {
  GNOMON_ASSIGN_OR_RETURN(std::set<Day> days, table.PartitionDays(partition_column));
  for (const Day stale : iceberg::DaysInProperty(table, iceberg::kStaleDaysProperty))
    days.erase(stale);
  return days;
}

Result<std::optional<std::set<Day>>> SourceDays(
    const iceberg::Table& table, const std::string& partition_column,
    const std::vector<std::pair<std::string, std::string>>& sub_partitions) {
  GNOMON_RETURN_IF_ERROR(DayField(table, partition_column));
  if (!IsPartitionedBy(table, partition_column)) return std::optional<std::set<Day>>();
  if (!sub_partitions.empty()) {
    GNOMON_ASSIGN_OR_RETURN(auto days, DaysOfSubPartition(table, partition_column, sub_partitions));
    return std::optional<std::set<Day>>(std::move(days));
  }
  GNOMON_ASSIGN_OR_RETURN(std::set<Day> days, table.PartitionDays(partition_column));
  if (days.empty()) GNOMON_RETURN_IF_ERROR(CheckNamesAreDays(table, partition_column));
  days.merge(iceberg::DaysInProperty(table, iceberg::kEmptyDaysProperty));
  return std::optional<std::set<Day>>(std::move(days));
}

Result<std::shared_ptr<arrow::Scalar>> DayScalar(const iceberg::Table& table,
                                                 const std::string& column, Day day) {
  GNOMON_ASSIGN_OR_RETURN(const Field* field, DayField(table, column));
  if (field->type.kind == TypeKind::kDate) {
    return std::shared_ptr<arrow::Scalar>(
        std::make_shared<arrow::Date32Scalar>(day.days_since_epoch));
  }
  return std::shared_ptr<arrow::Scalar>(std::make_shared<arrow::StringScalar>(FormatDay(day)));
}

Result<iceberg::Filter> DayFilter(const iceberg::Table& table, const std::string& column,
                                  std::optional<Day> begin, Day end) {
  iceberg::Filter filter;
  if (begin) {
    GNOMON_ASSIGN_OR_RETURN(auto value, DayScalar(table, column, *begin));
    filter.push_back(
        {.column = column, .op = iceberg::Comparison::Op::kGe, .value = std::move(value)});
  }
  // Strings compare with the last day included, as Chronon compares partition strings.
  GNOMON_ASSIGN_OR_RETURN(auto value, DayScalar(table, column, end - 1));
  filter.push_back(
      {.column = column, .op = iceberg::Comparison::Op::kLe, .value = std::move(value)});
  return filter;
}

Result<std::set<Day>> DistinctDays(const arrow::Array& column) {
  if (column.null_count() > 0)
    return InvalidArgument("the query gives rows whose day is null - leave them out in its WHERE");
  std::set<Day> days;
  if (column.type_id() == arrow::Type::DATE32) {
    const auto& dates = static_cast<const arrow::Date32Array&>(column);
    for (std::int64_t row = 0; row < dates.length(); ++row) {
      // Rows of one day mostly lie together, and a set is slow.
      if (row == 0 || dates.Value(row) != dates.Value(row - 1)) days.insert(Day{dates.Value(row)});
    }
    return days;
  }
  const auto& texts = static_cast<const arrow::StringArray&>(column);
  for (std::int64_t row = 0; row < texts.length(); ++row) {
    if (row > 0 && texts.GetView(row) == texts.GetView(row - 1)) continue;
    auto day = ParseDay(texts.GetView(row)).Annotate("the query gives a row whose day is no date");
    if (!day) return std::move(day).error();
    days.insert(*day);
  }
  return days;
}

}  // namespace gnomon::run
