// SPDX-License-Identifier: Apache-2.0
// Reading the files of a scan as streams of batches: columns by field id, row groups pruned, rows
// filtered.
#include "iceberg/scan.h"

#include <arrow/api.h>

#include "base/edit_distance.h"
#include "base/work_counter.h"
#include "iceberg/name_mapping.h"
#include "iceberg/projection.h"
#include "iceberg/row_filter.h"
#include "iceberg/table.h"
#include "storage/parquet_reader.h"
#include "types/arrow_mapping.h"
#include "types/dictionary_batch.h"
#include "types/type_names.h"

namespace gnomon::iceberg {

namespace {

using ArrayPtr = std::shared_ptr<arrow::Array>;

arrow::Status ToArrowStatus(const Error& error) {
  switch (error.code) {
    case ErrorCode::kUnavailable:
    case ErrorCode::kNotFound:
      return arrow::Status::IOError(error.message);
    case ErrorCode::kUnimplemented:
      return arrow::Status::NotImplemented(error.message);
    case ErrorCode::kCancelled:
      return arrow::Status::Cancelled(error.message);
    case ErrorCode::kInternal:
      return arrow::Status::UnknownError(error.message);
    default:
      return arrow::Status::Invalid(error.message);
  }
}

// Where a column of the table comes from in one file.
struct ColumnSource {
  Field field;                      // The table's.
  std::optional<std::size_t> read;  // Position among the columns that are read.
  Field file_field;                 // Of `read`.
  ScalarPtr constant;               // Otherwise: a partition value, or nullptr for null.
  ArrayPtr constant_rows;           // As many as any batch asked for so far.
};

Result<ArrayPtr> ConstantRows(const ColumnSource& source, std::int64_t rows) {
  const auto type = ToArrow(source.field.type);
  if (source.constant == nullptr) {
    GNOMON_ARROW_ASSIGN(auto nulls, arrow::MakeArrayOfNull(type, rows), source.field.name);
    return nulls;
  }
  GNOMON_ARROW_ASSIGN(const auto constant, source.constant->CastTo(type), source.field.name);
  GNOMON_ARROW_ASSIGN(auto array, arrow::MakeArrayFromScalar(*constant, rows), source.field.name);
  return array;
}

// The value that all rows of the task have in a column by which its table is partitioned; unset for
// other columns. Zeros of floating point have signs that partitions do not tell apart.
std::optional<ScalarPtr> PartitionValue(const ScanTask& task, const Field& field) {
  if (field.type.kind == TypeKind::kFloat || field.type.kind == TypeKind::kDouble) return {};
  for (const auto& [id, value] : task.partition) {
    if (id == field.id) return value;
  }
  return {};
}

bool HoldsForTask(const BoundComparison& comparison, const ScanTask& task) {
  const std::optional<ScalarPtr> value = PartitionValue(task, comparison.field);
  return value && HoldsInPartition(comparison, *value);
}

Result<Schema> ProjectedSchema(const Table& table, const ScanOptions& options) {
  if (!options.columns) return table.schema();
  Schema schema;
  for (const std::string& column : *options.columns) {
    const Field* field = table.schema().Find(column);
    if (field == nullptr) {
      return InvalidArgument("table {} has no column {}{}", table.name(), column,
                             DidYouMean(column, table.schema().names()));
    }
    schema.fields.push_back(*field);
  }
  return schema;
}

// A data file that the plan names is gone. What was planned may have been replaced since, and the
// old files removed: then the same command again reads the new ones.
Error MissingFile(const Table& table, const ScanTask& task) {
  const auto id_of = [](const Snapshot* snapshot) {
    return snapshot == nullptr ? 0 : snapshot->id;
  };
  Table now = table;
  if (now.Refresh() && id_of(now.current_snapshot()) != id_of(table.current_snapshot())) {
    return Unavailable(
        "the rows of table {} were replaced, and the old ones removed, while they were read: {} - "
        "run the command again",
        table.name(), task.path);
  }
  return Corruption(
      "a data file of table {} was removed from outside: {} - bring it back, or make the table "
      "anew: spark-sql -e \"DROP TABLE {}\", then run what fills it",
      table.name(), task.path, table.name());
}

class TaskReader final : public arrow::RecordBatchReader {
 public:
  static Result<std::unique_ptr<arrow::RecordBatchReader>> Open(const Table& table,
                                                                const ScanTask& task,
                                                                const ScanOptions& options) {
    auto reader = std::unique_ptr<TaskReader>(new TaskReader);
    auto status = reader->Start(table, task, options);
    if (!status && status.error().code == ErrorCode::kNotFound) return MissingFile(table, task);
    if (!status) {
      return std::move(status).Annotate(fmt::format("reading table {}", table.name())).error();
    }
    return std::unique_ptr<arrow::RecordBatchReader>(std::move(reader));
  }

  std::shared_ptr<arrow::Schema> schema() const override { return schema_; }

  arrow::Status ReadNext(std::shared_ptr<arrow::RecordBatch>* batch) override {
    while (true) {
      std::shared_ptr<arrow::RecordBatch> raw;
      ARROW_RETURN_NOT_OK(NextRaw(&raw));
      if (raw == nullptr) {
        batch->reset();
        return arrow::Status::OK();
      }
      auto result = Convert(*raw);
      if (!result) return ToArrowStatus(result.error());
      // An empty batch is no end of a stream, but callers have nothing to do with it.
      if ((*result)->num_rows() == 0) continue;
      *batch = *std::move(result);
      return arrow::Status::OK();
    }
  }

 private:
  Status Start(const Table& table, const ScanTask& task, const ScanOptions& options);
  ColumnSource Locate(const Field& field, const Schema& file, const ScanTask& task,
                      std::vector<int>& read);
  std::function<bool(const ParquetReaderOptions::BoundsOf&)> RowGroupFilter(
      const BoundFilter& filter, const Schema& file) const;
  arrow::Status NextRaw(std::shared_ptr<arrow::RecordBatch>* batch);
  Result<ArrayPtr> ColumnOf(ColumnSource& source, const arrow::RecordBatch& raw);
  Result<std::shared_ptr<arrow::RecordBatch>> Convert(const arrow::RecordBatch& raw);

  std::shared_ptr<arrow::Schema> schema_;
  std::vector<ColumnSource> columns_;
  BoundFilter filter_;                        // Of rows; empty when the caller filters.
  std::vector<ColumnSource> filter_columns_;  // One per comparison.
  std::unique_ptr<ParquetReader> file_;
  std::unique_ptr<arrow::RecordBatchReader> batches_;  // Must die before file_.
  std::int64_t rows_left_ = 0;                         // When no column is read from the file.
  std::int64_t batch_rows_ = 0;
  bool trusts_partitions_ = false;
  // Of a table in place: this file, and the one that gave the table its columns.
  std::string path_;
  std::string other_file_;
};

Status TaskReader::Start(const Table& table, const ScanTask& task, const ScanOptions& options) {
  GNOMON_ASSIGN_OR_RETURN(const Schema projected, ProjectedSchema(table, options));
  schema_ = ToArrow(projected);
  batch_rows_ = options.batch_rows;
  GNOMON_ASSIGN_OR_RETURN(file_, ParquetReader::Open(task.path));
  Schema file;
  if (table.is_in_place()) {
    file = WithIdsByName(file_->schema(), table.metadata());
    other_file_ = table.schema_file();
    path_ = task.path;
  } else {
    GNOMON_ASSIGN_OR_RETURN(file, WithFieldIds(file_->schema(), table.metadata()));
  }
  GNOMON_ASSIGN_OR_RETURN(BoundFilter filter, BindFilter(table.schema(), options.filter));
  // The folders of a table in place say what its files should hold; here the files do.
  trusts_partitions_ = !table.is_in_place();
  if (trusts_partitions_) {
    std::erase_if(filter, [&](const auto& comparison) { return HoldsForTask(comparison, task); });
  }
  std::vector<int> read;
  for (const Field& field : projected.fields) columns_.push_back(Locate(field, file, task, read));
  if (options.apply_filter) {
    filter_ = filter;
    for (const auto& comparison : filter_) {
      filter_columns_.push_back(Locate(comparison.field, file, task, read));
    }
  }
  if (read.empty()) {
    rows_left_ = file_->row_count();
    return Ok();
  }
  ParquetReaderOptions reader_options;
  // The column of the file that is read as it is for this one, which is not filtered by.
  const auto plain_column = [&](const std::string& name, TypeKind kind) -> std::optional<int> {
    const auto filters = [&](const auto& comparison) { return comparison.field.name == name; };
    if (std::any_of(filter.begin(), filter.end(), filters)) return std::nullopt;
    for (const ColumnSource& source : columns_) {
      if (source.field.name == name && source.read && source.field.type == kind &&
          source.file_field.type == kind)
        return read[*source.read];
    }
    return std::nullopt;
  };
  for (const std::string& name : options.dictionaries) {
    if (const auto column = plain_column(name, TypeKind::kString))
      reader_options.dictionaries.push_back(*column);
  }
  for (const auto& [name, step] : options.coarse) {
    if (const auto column = plain_column(name, TypeKind::kLong))
      reader_options.coarse.push_back({*column, step});
  }
  reader_options.columns = std::move(read);
  reader_options.batch_rows = options.batch_rows;
  reader_options.side_by_side = options.side_by_side;
  if (!filter.empty()) reader_options.row_group_filter = RowGroupFilter(filter, file);
  GNOMON_ASSIGN_OR_RETURN(batches_, file_->Read(reader_options));
  return Ok();
}

ColumnSource TaskReader::Locate(const Field& field, const Schema& file, const ScanTask& task,
                                std::vector<int>& read) {
  ColumnSource source{.field = field};
  if (const auto value = PartitionValue(task, field); trusts_partitions_ && value) {
    if (!IsNullScalar(*value)) source.constant = *value;
    return source;
  }
  for (std::size_t i = 0; i < file.fields.size(); ++i) {
    if (file.fields[i].id != field.id) continue;
    auto found = std::find(read.begin(), read.end(), static_cast<int>(i));
    if (found == read.end()) found = read.insert(found, static_cast<int>(i));
    source.read = static_cast<std::size_t>(found - read.begin());
    source.file_field = file.fields[i];
    return source;
  }
  // Files of a Hive layout do not hold their partition columns.
  for (const auto& [id, value] : task.partition) {
    if (id == field.id && !IsNullScalar(value)) source.constant = value;
  }
  return source;
}

std::function<bool(const ParquetReaderOptions::BoundsOf&)> TaskReader::RowGroupFilter(
    const BoundFilter& filter, const Schema& file) const {
  std::vector<std::pair<int, BoundComparison>> located;
  for (const BoundComparison& comparison : filter) {
    for (std::size_t i = 0; i < file.fields.size(); ++i) {
      if (file.fields[i].id == comparison.field.id && file.fields[i].type.children.empty()) {
        located.emplace_back(static_cast<int>(i), comparison);
      }
    }
  }
  return [located](const ParquetReaderOptions::BoundsOf& bounds_of) {
    return std::all_of(located.begin(), located.end(), [&](const auto& item) {
      const auto& [column, comparison] = item;
      const ColumnBounds bounds = bounds_of(column);
      const auto type = ToArrow(comparison.field.type);
      const auto widen = [&](const ScalarPtr& value) -> ScalarPtr {
        if (IsNullScalar(value)) return nullptr;
        auto cast = value->CastTo(type);
        return cast.ok() ? *cast : nullptr;
      };
      return MayMatch(comparison, {.lower = widen(bounds.lower),
                                   .upper = widen(bounds.upper),
                                   .null_count = bounds.null_count,
                                   .value_count = bounds.value_count});
    });
  };
}

arrow::Status TaskReader::NextRaw(std::shared_ptr<arrow::RecordBatch>* batch) {
  if (batches_ != nullptr) return batches_->ReadNext(batch);
  const std::int64_t rows = std::min(rows_left_, batch_rows_);
  rows_left_ -= rows;
  if (rows > 0) {
    WorkRead().Add({.rows = rows});
    *batch = arrow::RecordBatch::Make(arrow::schema({}), rows, std::vector<ArrayPtr>());
  }
  return arrow::Status::OK();
}

Result<ArrayPtr> TaskReader::ColumnOf(ColumnSource& source, const arrow::RecordBatch& raw) {
  if (source.read) {
    const ArrayPtr& column = raw.column(static_cast<int>(*source.read));
    if (column->type_id() == arrow::Type::DICTIONARY) return column;
    auto fitted = FitColumn(column, source.file_field, source.field, MatchChildren::kById);
    if (fitted || other_file_.empty()) return fitted;
    return InvalidArgument(
        "two files of the folder do not fit together: column {} is {} in {} and {} in {} - write "
        "one of them again",
        source.field.name, SparkTypeName(source.file_field.type), path_,
        SparkTypeName(source.field.type), other_file_);
  }
  const std::int64_t rows = raw.num_rows();
  if (source.constant_rows == nullptr || source.constant_rows->length() < rows) {
    GNOMON_ASSIGN_OR_RETURN(source.constant_rows, ConstantRows(source, rows));
  }
  return source.constant_rows->Slice(0, rows);
}

Result<std::shared_ptr<arrow::RecordBatch>> TaskReader::Convert(const arrow::RecordBatch& raw) {
  std::vector<ArrayPtr> arrays;
  for (ColumnSource& source : columns_) {
    GNOMON_ASSIGN_OR_RETURN(arrays.emplace_back(), ColumnOf(source, raw));
  }
  GNOMON_ARROW_ASSIGN(auto batch, BatchWithDictionaries(schema_, raw.num_rows(), std::move(arrays)),
                      "reading rows");
  if (filter_.empty()) return batch;
  std::vector<ArrayPtr> filter_arrays;
  for (ColumnSource& source : filter_columns_) {
    GNOMON_ASSIGN_OR_RETURN(ArrayPtr array, ColumnOf(source, raw));
    filter_arrays.push_back(std::move(array));
  }
  return FilterRows(filter_, filter_arrays, std::move(batch));
}

// The files of a plan one after the other.
class ScanReader final : public arrow::RecordBatchReader {
 public:
  ScanReader(Table table, ScanOptions options, std::vector<ScanTask> tasks,
             std::shared_ptr<arrow::Schema> schema)
      : table_(std::move(table)),
        options_(std::move(options)),
        tasks_(std::move(tasks)),
        schema_(std::move(schema)) {}

  std::shared_ptr<arrow::Schema> schema() const override { return schema_; }

  arrow::Status ReadNext(std::shared_ptr<arrow::RecordBatch>* batch) override {
    batch->reset();
    while (true) {
      if (current_ == nullptr) {
        if (next_ == tasks_.size()) return arrow::Status::OK();
        auto opened = OpenTask(table_, tasks_[next_++], options_);
        if (!opened) return ToArrowStatus(opened.error());
        current_ = *std::move(opened);
      }
      ARROW_RETURN_NOT_OK(current_->ReadNext(batch));
      if (*batch != nullptr) return arrow::Status::OK();
      current_.reset();
    }
  }

 private:
  Table table_;
  ScanOptions options_;
  std::vector<ScanTask> tasks_;
  std::size_t next_ = 0;
  std::shared_ptr<arrow::Schema> schema_;
  std::unique_ptr<arrow::RecordBatchReader> current_;
};

}  // namespace

Result<std::unique_ptr<arrow::RecordBatchReader>> OpenTask(const Table& table, const ScanTask& task,
                                                           const ScanOptions& options) {
  return TaskReader::Open(table, task, options);
}

Result<std::unique_ptr<arrow::RecordBatchReader>> OpenScan(const Table& table,
                                                           const ScanOptions& options) {
  GNOMON_ASSIGN_OR_RETURN(ScanPlan plan, table.PlanScan(options));
  GNOMON_RETURN_IF_ERROR(table.MakeFiles(plan));
  GNOMON_ASSIGN_OR_RETURN(const Schema projected, ProjectedSchema(table, options));
  return std::unique_ptr<arrow::RecordBatchReader>(
      std::make_unique<ScanReader>(table, options, std::move(plan.tasks), ToArrow(projected)));
}

}  // namespace gnomon::iceberg
