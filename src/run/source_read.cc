// SPDX-License-Identifier: Apache-2.0
// Reading: each file's batches are filtered, projected and handed over by the thread that reads it.
#include <arrow/api.h>

#include "run/partition_reading.h"
#include "run/source_scan.h"
#include "run/time_unit.h"
#include "types/arrow_mapping.h"

namespace gnomon::run {

namespace {

// The day of one value of a partition column; nullopt for a null and what is no date.
std::optional<Day> DayAt(const arrow::Array& partition, std::int64_t row) {
  if (partition.IsNull(row)) return std::nullopt;
  if (partition.type_id() == arrow::Type::DATE32)
    return Day{static_cast<const arrow::Date32Array&>(partition).Value(row)};
  const auto parsed = ParseDay(static_cast<const arrow::StringArray&>(partition).GetView(row));
  return parsed ? std::optional<Day>(*parsed) : std::nullopt;
}

bool SameValue(const arrow::Array& partition, std::int64_t left, std::int64_t right) {
  return partition.RangeEquals(partition, left, left + 1, right);
}

// Calls `consume` for each run of rows of one day.
Status ForEachDay(const std::shared_ptr<arrow::RecordBatch>& batch, const std::string& column,
                  const std::function<Status(Day, const arrow::RecordBatch&)>& consume) {
  const auto partition = batch->GetColumnByName(column);
  std::int64_t begin = 0;
  while (begin < batch->num_rows()) {
    std::int64_t end = begin + 1;
    // A file mostly is one partition: look at the last row first.
    if (SameValue(*partition, begin, batch->num_rows() - 1) &&
        partition->RangeEquals(*partition, begin, batch->num_rows() - 1, begin + 1)) {
      end = batch->num_rows();
    }
    while (end < batch->num_rows() && SameValue(*partition, begin, end)) ++end;
    if (const auto day = DayAt(*partition, begin))
      GNOMON_RETURN_IF_ERROR(consume(*day, *batch->Slice(begin, end - begin)));
    begin = end;
  }
  return Ok();
}

}  // namespace

Status SourceScan::Read(const plan::ScanRange& range, int threads, const Consume& consume,
                        std::int64_t time_step_ms) const {
  if (range.empty()) return Ok();
  if (has_run_day_) {
    GNOMON_ASSIGN_OR_RETURN(const SourceScan scan, ForRunDay(range));
    return scan.Read(range, threads, consume, time_step_ms);
  }
  iceberg::ScanOptions options;
  options.dictionaries = dictionaries_;
  if (time_of_scanned_ && time_step_ms > 1)
    options.coarse.emplace_back(*time_of_scanned_, time_step_ms);
  const auto project = [&](const std::shared_ptr<arrow::RecordBatch>& batch) {
    return ProjectTo(range, *batch, consume);
  };
  return Scan(range, threads, std::move(options), project);
}

Status SourceScan::ReadByDay(const plan::ScanRange& range, int threads,
                             const ConsumeDay& consume) const {
  if (range.empty()) return Ok();
  if (has_run_day_) {
    GNOMON_ASSIGN_OR_RETURN(const SourceScan scan, ForRunDay(range));
    return scan.ReadByDay(range, threads, consume);
  }
  return Scan(range, threads, {}, [&](const std::shared_ptr<arrow::RecordBatch>& batch) {
    return ForEachDay(batch, partition_column_, [&](Day day, const arrow::RecordBatch& rows) {
      return ProjectTo(range, rows, [&](const arrow::RecordBatch& projected) {
        return consume(day, projected);
      });
    });
  });
}

Status SourceScan::Scan(const plan::ScanRange& range, int threads, iceberg::ScanOptions options,
                        const ConsumeRows& consume) const {
  options.columns = scanned_.names();
  PartitionReading reading{.table = table_,
                           .partition_column = partition_column_,
                           .options = std::move(options),
                           .wheres = {}};
  for (const Where& where : wheres_) reading.wheres.push_back(&*where.bound);
  return ReadPartitions(std::move(reading), range.begin, range.end, threads, consume);
}

Status SourceScan::ProjectTo(const plan::ScanRange& range, const arrow::RecordBatch& batch,
                             const Consume& consume) const {
  GNOMON_ASSIGN_OR_RETURN(auto projected, Project(batch));
  if (!time_place_.empty()) GNOMON_RETURN_IF_ERROR(CheckTimes(*projected, range.end - 1));
  GNOMON_ASSIGN_OR_RETURN(projected, ExtraFiltered(std::move(projected)));
  return projected->num_rows() == 0 ? Ok() : consume(*projected);
}

Result<std::shared_ptr<arrow::RecordBatch>> SourceScan::ExtraFiltered(
    std::shared_ptr<arrow::RecordBatch> batch) const {
  for (const expr::BoundExpression& where : extra_wheres_) {
    GNOMON_ASSIGN_OR_RETURN(batch, RowsWhere(where, batch));
  }
  return batch;
}

Result<std::shared_ptr<arrow::RecordBatch>> SourceScan::Project(
    const arrow::RecordBatch& batch) const {
  arrow::FieldVector fields;
  arrow::ArrayVector columns;
  for (const Output& output : outputs_) {
    std::shared_ptr<arrow::Array> column;
    if (output.bound) {
      if (output.tree->op == expr::Expression::Op::kColumn)
        column = batch.GetColumnByName(output.tree->name);
      if (column == nullptr || column->type_id() != arrow::Type::DICTIONARY) {
        GNOMON_ASSIGN_OR_RETURN(column, output.bound->Evaluate(batch));
      }
    } else {
      GNOMON_ASSIGN_OR_RETURN(column, EndOfPartition(batch));
    }
    fields.push_back(arrow::field(output.name, column->type()));
    columns.push_back(std::move(column));
  }
  return arrow::RecordBatch::Make(arrow::schema(std::move(fields)), batch.num_rows(),
                                  std::move(columns));
}

Status SourceScan::CheckTimes(const arrow::RecordBatch& batch, Day last) const {
  const auto times = batch.GetColumnByName("ts");
  if (times == nullptr || times->type_id() != arrow::Type::INT64) return Ok();
  return CheckMilliseconds(*times, {.expression = time_column_, .place = time_place_}, last);
}

// Without a time column a row belongs to the end of its partition (SPEC 5.3, edge case 9).
Result<std::shared_ptr<arrow::Array>> SourceScan::EndOfPartition(
    const arrow::RecordBatch& batch) const {
  const auto partition = batch.GetColumnByName(partition_column_);
  arrow::Int64Builder builder;
  GNOMON_ARROW_RETURN_NOT_OK(builder.Reserve(batch.num_rows()), "building ts");
  for (std::int64_t row = 0; row < batch.num_rows(); ++row) {
    if (const auto day = DayAt(*partition, row)) {
      builder.UnsafeAppend((*day + 1).begin_ms() - 1);
    } else {
      builder.UnsafeAppendNull();
    }
  }
  GNOMON_ARROW_ASSIGN(auto array, builder.Finish(), "building ts");
  return array;
}

}  // namespace gnomon::run
