// SPDX-License-Identifier: Apache-2.0
#include "run/source_scan.h"

#include <arrow/api.h>
#include <arrow/compute/api.h>
#include <arrow/compute/initialize.h>

#include <mutex>
#include <set>

#include "base/error_place.h"
#include "base/log.h"
#include "base/parallel.h"
#include "base/pause_point.h"
#include "base/progress.h"
#include "base/progress_line.h"
#include "run/partition_days.h"
#include "types/arrow_mapping.h"
#include "types/type_names.h"

namespace gnomon::run {

namespace {

// The tree of the expression at `path` of the conf; a column that is not selected explicitly stands
// for itself.
Result<expr::Expression> ExpressionAt(const config::SideFile& side, const std::string& path,
                                      const std::string& identity) {
  const auto entry = side.expressions.find(path);
  if (entry == side.expressions.end()) {
    if (!identity.empty()) return expr::Expression::Column(identity);
    return Internal(
        "the side file of {} has no expression for {} - delete production/.gnomon and run again",
        side.source_file, path);
  }
  return expr::ParseExpression(entry->second);
}

Result<expr::BoundExpression> BindTo(const Schema& schema, const config::SideFile& side,
                                     const std::string& path, const std::string& identity) {
  GNOMON_ASSIGN_OR_RETURN(const expr::Expression tree, ExpressionAt(side, path, identity));
  return PlacedAt(side.Where(path), expr::BoundExpression::Bind(tree, schema));
}

// Rows of partitions before this day may be of January 1970 in earnest.
constexpr Day kDaysOfDoubt{365};
// The years 1990 to 2100 in seconds since 1970.
constexpr std::int64_t kSecondsMin = 631'152'000;
constexpr std::int64_t kSecondsMax = 4'102'444'800;

void InitializeCompute() {
  static std::once_flag once;
  std::call_once(once, [] { (void)arrow::compute::Initialize(); });
}

}  // namespace

Result<SourceScan> SourceScan::Bind(const config::SideFile& side, std::size_t index,
                                    const config::Query& query, const iceberg::Table& table,
                                    const std::vector<std::string>& columns) {
  InitializeCompute();
  SourceScan scan(table);
  const std::string path = fmt::format("sources[{}].events.query", index);
  scan.partition_column_ = query.partition_column.value_or("ds");
  GNOMON_RETURN_IF_ERROR(scan.BindSelects(side, path, query, columns));
  GNOMON_RETURN_IF_ERROR(scan.BindWheres(side, path, query));
  GNOMON_RETURN_IF_ERROR(scan.BindTime(side, path, query));
  return scan;
}

Status SourceScan::BindSelects(const config::SideFile& side, const std::string& path,
                               const config::Query& query,
                               const std::vector<std::string>& columns) {
  // What to scan is known when all trees are: bind against the whole table first, then keep the
  // columns that are used.
  std::set<std::string> used = {partition_column_};
  const auto note = [&](const std::string& at, const std::string& identity) -> Status {
    GNOMON_ASSIGN_OR_RETURN(const expr::Expression tree, ExpressionAt(side, at, identity));
    used.merge(expr::ReferencedColumns(tree));
    return Ok();
  };
  for (const std::string& column : columns)
    GNOMON_RETURN_IF_ERROR(note(path + ".selects." + column, column));
  for (std::size_t i = 0; i < query.wheres.value_or(std::vector<std::string>()).size(); ++i) {
    GNOMON_RETURN_IF_ERROR(note(fmt::format("{}.wheres[{}]", path, i), ""));
  }
  if (query.time_column) GNOMON_RETURN_IF_ERROR(note(path + ".timeColumn", ""));
  for (const Field& field : table_.schema().fields) {
    if (used.contains(field.name)) scanned_.fields.push_back(field);
  }
  // Selects that no aggregation uses are checked, too, though never evaluated.
  for (const auto& [column, text] : query.selects.value_or(config::OrderedMap<std::string>())) {
    GNOMON_RETURN_IF_ERROR(BindTo(table_.schema(), side, path + ".selects." + column, column));
  }
  for (const std::string& column : columns) {
    GNOMON_ASSIGN_OR_RETURN(auto bound, BindScanned(side, path + ".selects." + column, column));
    selected_.fields.push_back(Field{.name = column, .type = bound.type()});
    selects_.push_back(std::move(bound));
  }
  return Ok();
}

// Binds to the scanned columns; first to the whole table, so that an unknown column meets all the
// names that it may have meant.
Result<expr::BoundExpression> SourceScan::BindScanned(const config::SideFile& side,
                                                      const std::string& path,
                                                      const std::string& identity) const {
  GNOMON_RETURN_IF_ERROR(BindTo(table_.schema(), side, path, identity));
  return BindTo(scanned_, side, path, identity);
}

Status SourceScan::BindWheres(const config::SideFile& side, const std::string& path,
                              const config::Query& query) {
  for (std::size_t i = 0; i < query.wheres.value_or(std::vector<std::string>()).size(); ++i) {
    const std::string at = fmt::format("{}.wheres[{}]", path, i);
    GNOMON_ASSIGN_OR_RETURN(auto bound, BindScanned(side, at, ""));
    if (bound.type().kind != TypeKind::kBoolean) {
      return InvalidArgument(
          "a where must be a condition, this one is {}: {} - compare it with something",
          SparkTypeName(bound.type()), side.Where(at));
    }
    wheres_.push_back(std::move(bound));
  }
  return Ok();
}

Status SourceScan::BindTime(const config::SideFile& side, const std::string& path,
                            const config::Query& query) {
  if (!query.time_column) return Ok();
  const std::string at = path + ".timeColumn";
  GNOMON_ASSIGN_OR_RETURN(auto bound, BindScanned(side, at, ""));
  if (bound.type().kind != TypeKind::kLong) {
    const bool is_time =
        bound.type().kind == TypeKind::kTimestamp || bound.type().kind == TypeKind::kTimestampNtz;
    const bool is_integer = bound.type().kind == TypeKind::kInt ||
                            bound.type().kind == TypeKind::kShort ||
                            bound.type().kind == TypeKind::kByte;
    return InvalidArgument(
        "the time column {} is {}, and must be BIGINT milliseconds since 1970 (UTC): {} - {}",
        *query.time_column, SparkTypeName(bound.type()), side.Where(at),
        is_time ? fmt::format("write time_column=\"unix_timestamp({}) * 1000\"", *query.time_column)
        : is_integer ? fmt::format("write time_column=\"CAST({} AS BIGINT)\"", *query.time_column)
                     : "convert it in the select or in the staging query");
  }
  time_ = std::move(bound);
  time_column_ = *query.time_column;
  time_place_ = side.Where(at);
  return Ok();
}

Status SourceScan::Read(const plan::ScanRange& range, int threads, const Consume& consume) const {
  if (range.begin && *range.begin >= range.end) return Ok();
  iceberg::ScanOptions options{.columns = scanned_.names()};
  GNOMON_ASSIGN_OR_RETURN(options.filter,
                          DayFilter(table_, partition_column_, range.begin, range.end));
  GNOMON_ASSIGN_OR_RETURN(const iceberg::ScanPlan plan, table_.PlanScan(options));
  LogVerbose("  reading {}: {} files, {} rows, {}; {} files skipped in {} of {} manifests",
             table_.name(), plan.tasks.size(), plan.record_count, ShortBytes(plan.file_size_bytes),
             plan.files_skipped, plan.manifests_skipped,
             plan.manifests_read + plan.manifests_skipped);
  const ProgressStep progress("reading " + table_.name(), WorkRead(),
                              {.rows = plan.record_count, .bytes = plan.file_size_bytes});
  PausePoint("backfill.planned");
  return ParallelFor(plan.tasks.size(), threads, [&](std::size_t index) -> Status {
    GNOMON_ASSIGN_OR_RETURN(auto reader, iceberg::OpenTask(table_, plan.tasks[index], options));
    while (true) {
      std::shared_ptr<arrow::RecordBatch> batch;
      GNOMON_ARROW_RETURN_NOT_OK(reader->ReadNext(&batch), "reading " + table_.name());
      if (batch == nullptr) return Ok();
      GNOMON_ASSIGN_OR_RETURN(batch, Filtered(std::move(batch)));
      if (batch->num_rows() == 0) continue;
      GNOMON_ASSIGN_OR_RETURN(const auto projected, Project(*batch));
      if (time_ && range.end > kDaysOfDoubt) GNOMON_RETURN_IF_ERROR(CheckMilliseconds(*projected));
      GNOMON_RETURN_IF_ERROR(consume(*projected));
    }
  });
}

Result<std::shared_ptr<arrow::RecordBatch>> SourceScan::Filtered(
    std::shared_ptr<arrow::RecordBatch> batch) const {
  for (const expr::BoundExpression& where : wheres_) {
    GNOMON_ASSIGN_OR_RETURN(const auto mask, where.Evaluate(*batch));
    // Arrow drops rows whose mask is null, as WHERE does.
    GNOMON_ARROW_ASSIGN(const arrow::Datum kept, arrow::compute::Filter(batch, mask),
                        "applying a where");
    batch = kept.record_batch();
  }
  return batch;
}

Result<std::shared_ptr<arrow::RecordBatch>> SourceScan::Project(
    const arrow::RecordBatch& batch) const {
  arrow::FieldVector fields;
  arrow::ArrayVector columns;
  for (std::size_t i = 0; i < selects_.size(); ++i) {
    GNOMON_ASSIGN_OR_RETURN(auto column, selects_[i].Evaluate(batch));
    fields.push_back(arrow::field(selected_.fields[i].name, column->type()));
    columns.push_back(std::move(column));
  }
  if (!selected_.Find("ts")) {
    GNOMON_ASSIGN_OR_RETURN(auto time, Time(batch));
    fields.push_back(arrow::field("ts", arrow::int64()));
    columns.push_back(std::move(time));
  }
  return arrow::RecordBatch::Make(arrow::schema(std::move(fields)), batch.num_rows(),
                                  std::move(columns));
}

// A time in seconds puts every event into January 1970, one in microseconds far into the future: no
// window would see any, and the features would be null without a word.
Status SourceScan::CheckMilliseconds(const arrow::RecordBatch& batch) const {
  const auto times = batch.GetColumnByName("ts");
  if (times == nullptr || times->type_id() != arrow::Type::INT64) return Ok();
  GNOMON_ARROW_ASSIGN(const arrow::Datum bounds, arrow::compute::MinMax(times), "bounds of ts");
  const auto& values = bounds.scalar_as<arrow::StructScalar>().value;
  if (!values[0]->is_valid) return Ok();
  const std::int64_t least = static_cast<const arrow::Int64Scalar&>(*values[0]).value;
  const std::int64_t greatest = static_cast<const arrow::Int64Scalar&>(*values[1]).value;
  struct Unit {
    std::string_view name;
    std::int64_t per_second;
    std::string_view remedy;
  };
  constexpr Unit kUnits[] = {{"seconds", 1, "{} * 1000"},
                             {"microseconds", 1'000'000, "CAST({} / 1000 AS BIGINT)"},
                             {"nanoseconds", 1'000'000'000, "CAST({} / 1000000 AS BIGINT)"}};
  for (const Unit& unit : kUnits) {
    if (least < kSecondsMin * unit.per_second || greatest / unit.per_second > kSecondsMax) continue;
    return InvalidArgument(
        "the time column {} holds {}, and must be milliseconds since 1970 (UTC): {} - write "
        "time_column=\"{}\"",
        time_column_, unit.name, time_place_, fmt::format(fmt::runtime(unit.remedy), time_column_));
  }
  return Ok();
}

Result<std::shared_ptr<arrow::Array>> SourceScan::Time(const arrow::RecordBatch& batch) const {
  if (time_) return time_->Evaluate(batch);
  // Without a time column a row belongs to the end of its partition (SPEC 5.3, edge case 9).
  const auto partition = batch.GetColumnByName(partition_column_);
  arrow::Int64Builder builder;
  GNOMON_ARROW_RETURN_NOT_OK(builder.Reserve(batch.num_rows()), "building ts");
  for (std::int64_t row = 0; row < batch.num_rows(); ++row) {
    std::optional<Day> day;
    if (!partition->IsNull(row) && partition->type_id() == arrow::Type::DATE32) {
      day = Day{static_cast<const arrow::Date32Array&>(*partition).Value(row)};
    } else if (!partition->IsNull(row)) {
      const auto parsed = ParseDay(static_cast<const arrow::StringArray&>(*partition).GetView(row));
      if (parsed) day = *parsed;
    }
    if (day) {
      builder.UnsafeAppend((*day + 1).begin_ms() - 1);
    } else {
      builder.UnsafeAppendNull();
    }
  }
  GNOMON_ARROW_ASSIGN(auto array, builder.Finish(), "building ts");
  return array;
}

}  // namespace gnomon::run
