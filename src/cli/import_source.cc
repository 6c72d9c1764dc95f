// SPDX-License-Identifier: Apache-2.0
#include "cli/import_source.h"

#include <arrow/api.h>
#include <arrow/util/string.h>

#include "run/output_table.h"
#include "sql/result_stream.h"
#include "storage/parquet_reader.h"
#include "storage/partition_path.h"
#include "types/arrow_mapping.h"
#include "types/type_names.h"

namespace gnomon::cli {

namespace {

struct Extension {
  std::string_view suffix;
  std::string_view format;
};

constexpr Extension kExtensions[] = {
    {".parquet", "parquet"}, {".parq", "parquet"}, {".pq", "parquet"},
    {".csv", "csv"},         {".tsv", "csv"},      {".txt", "csv"},
    {".json", "json"},       {".jsonl", "json"},   {".ndjson", "json"}};

std::string FormatOfFile(std::string_view file) {
  for (const std::string_view packed : {".gz", ".zst"}) {
    if (file.ends_with(packed)) file.remove_suffix(packed.size());
  }
  for (const Extension& extension : kExtensions) {
    if (file.ends_with(extension.suffix)) return std::string(extension.format);
  }
  return "";
}

// All files must give the same columns: their order may differ, their types not.
Result<Schema> CommonSchema(const std::vector<std::string>& files) {
  Schema schema;
  for (const std::string& file : files) {
    GNOMON_ASSIGN_OR_RETURN(const auto reader, ParquetReader::Open(file));
    Schema here = run::StorableSchema(reader->schema());
    for (Field& field : here.fields) field.id = -1;
    if (file == files.front()) schema = here;
    for (const Field& field : schema.fields) {
      const Field* other = here.Find(field.name);
      if (other == nullptr || !(other->type == field.type) ||
          here.fields.size() != schema.fields.size()) {
        return InvalidArgument(
            "the files do not have the same columns: {} differs from {} at column {} - import them "
            "apart",
            file, files.front(), field.name);
      }
    }
  }
  return schema;
}

// The rows of Parquet files one after the other, with the values that stand in their paths.
class ParquetRows final : public arrow::RecordBatchReader {
 public:
  ParquetRows(std::vector<std::string> files, Schema schema)
      : files_(std::move(files)), schema_(std::move(schema)), arrow_schema_(ToArrow(schema_)) {}

  std::shared_ptr<arrow::Schema> schema() const override { return arrow_schema_; }

  arrow::Status ReadNext(std::shared_ptr<arrow::RecordBatch>* batch) override {
    auto next = Next();
    if (!next) return sql::ToArrowStatus(next.error());
    *batch = *std::move(next);
    return arrow::Status::OK();
  }

 private:
  Result<std::shared_ptr<arrow::RecordBatch>> Next() {
    while (true) {
      if (batches_ == nullptr) {
        if (next_ == files_.size()) return std::shared_ptr<arrow::RecordBatch>();
        GNOMON_ASSIGN_OR_RETURN(reader_, ParquetReader::Open(files_[next_]));
        partition_ = PartitionOfPath(files_[next_++]);
        GNOMON_ASSIGN_OR_RETURN(batches_, reader_->Read({}));
      }
      std::shared_ptr<arrow::RecordBatch> batch;
      GNOMON_ARROW_RETURN_NOT_OK(batches_->ReadNext(&batch), "reading " + files_[next_ - 1]);
      if (batch == nullptr) {
        batches_.reset();
        continue;
      }
      GNOMON_ASSIGN_OR_RETURN(batch, WithPartition(std::move(batch)));
      return run::ConformTo(schema_, *batch);
    }
  }

  // The folder counts, also where the file has the column itself.
  Result<std::shared_ptr<arrow::RecordBatch>> WithPartition(
      std::shared_ptr<arrow::RecordBatch> batch) const {
    for (const auto& [key, value] : partition_) {
      const auto type = ToArrow(schema_.Find(key)->type);
      std::shared_ptr<arrow::Array> array;
      if (value) {
        GNOMON_ARROW_ASSIGN(const auto scalar, arrow::Scalar::Parse(type, *value), key);
        GNOMON_ARROW_ASSIGN(array, arrow::MakeArrayFromScalar(*scalar, batch->num_rows()), key);
      } else {
        GNOMON_ARROW_ASSIGN(array, arrow::MakeArrayOfNull(type, batch->num_rows()), key);
      }
      const int index = batch->schema()->GetFieldIndex(key);
      if (index >= 0) {
        GNOMON_ARROW_ASSIGN(batch, batch->RemoveColumn(index), key);
      }
      GNOMON_ARROW_ASSIGN(batch, batch->AddColumn(batch->num_columns(), key, array), key);
    }
    return batch;
  }

  std::vector<std::string> files_;
  Schema schema_;
  std::shared_ptr<arrow::Schema> arrow_schema_;
  std::size_t next_ = 0;
  std::unique_ptr<ParquetReader> reader_;  // Outlives its batches.
  std::unique_ptr<arrow::RecordBatchReader> batches_;
  PathPartition partition_;
};

class ParquetSource final : public ImportSource {
 public:
  explicit ParquetSource(std::vector<std::string> files) : files_(std::move(files)) {}

  Status Start() {
    GNOMON_RETURN_IF_ERROR(CheckSamePartitionKeys(files_));
    GNOMON_ASSIGN_OR_RETURN(Schema schema, CommonSchema(files_));
    const PathPartition keys = PartitionOfPath(files_.front());
    for (std::size_t i = 0; i < keys.size(); ++i) {
      std::vector<std::optional<std::string>> values;
      for (const std::string& file : files_) values.push_back(PartitionOfPath(file)[i].second);
      Field field;
      field.name = keys[i].first;
      field.type = TypeOfPartitionValues(values);
      std::erase_if(schema.fields, [&](const Field& known) { return known.name == field.name; });
      schema.fields.push_back(std::move(field));
    }
    for (const std::string& file : files_) {
      GNOMON_ASSIGN_OR_RETURN(const auto reader, ParquetReader::Open(file));
      row_count_ += reader->row_count();
    }
    for (Field& field : schema.fields) columns_.push_back({.field = std::move(field)});
    return FindExamples();
  }

  const std::vector<sql::TextColumn>& columns() const override { return columns_; }
  std::int64_t row_count() const override { return row_count_; }

  Result<std::unique_ptr<arrow::RecordBatchReader>> Read() override {
    return std::unique_ptr<arrow::RecordBatchReader>(
        std::make_unique<ParquetRows>(files_, schema()));
  }

 private:
  Status FindExamples() {
    GNOMON_ASSIGN_OR_RETURN(const auto rows, Read());
    std::shared_ptr<arrow::RecordBatch> batch;
    if (const auto status = rows->ReadNext(&batch); !status.ok()) {
      return sql::StreamError(status, "reading the files");
    }
    if (batch == nullptr || batch->num_rows() == 0) return Ok();
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      const auto scalar = batch->column(static_cast<int>(i))->GetScalar(0);
      if (!scalar.ok() || !(*scalar)->is_valid) continue;
      // Bytes are shown as hexadecimal digits: as they are they may be no text at all.
      const bool is_bytes = (*scalar)->type->id() == arrow::Type::BINARY;
      columns_[i].example =
          is_bytes ? arrow::HexEncode(static_cast<const arrow::BinaryScalar&>(**scalar).view())
                   : (*scalar)->ToString();
    }
    return Ok();
  }

  std::vector<std::string> files_;
  std::vector<sql::TextColumn> columns_;
  std::int64_t row_count_ = 0;
};

class TextSource final : public ImportSource {
 public:
  explicit TextSource(std::unique_ptr<sql::TextFiles> files) : files_(std::move(files)) {}

  const std::vector<sql::TextColumn>& columns() const override { return files_->columns(); }
  std::int64_t row_count() const override { return files_->row_count(); }
  std::int64_t skipped_count() const override { return files_->skipped_count(); }
  std::string first_misfit() const override { return files_->first_misfit(); }

  Result<std::unique_ptr<arrow::RecordBatchReader>> Read() override {
    GNOMON_ASSIGN_OR_RETURN(sql::QueryResult result, files_->Read());
    return std::move(result.batches);
  }

 private:
  std::unique_ptr<sql::TextFiles> files_;
};

Status RefuseTextOptions(const sql::TextFileOptions& options) {
  const bool asks = !options.schema.empty() || !options.types.empty() || !options.millis.empty();
  if (!asks) return Ok();
  return InvalidArgument(
      "--schema, --column and --millis are for CSV and JSON: Parquet files say their types - "
      "change types in a staging query");
}

}  // namespace

Schema ImportSource::schema() const {
  Schema schema;
  for (const sql::TextColumn& column : columns()) schema.fields.push_back(column.field);
  return schema;
}

Result<std::string> FormatOf(const std::string& asked, const std::vector<std::string>& files) {
  if (!asked.empty()) return asked;
  for (const std::string& file : files) {
    const std::string here = FormatOfFile(file);
    if (here.empty()) {
      return InvalidArgument(
          "the format of {} is not clear from its name - say --format parquet, csv or json", file);
    }
    if (here != FormatOfFile(files.front())) {
      return InvalidArgument("the files are of several formats: {} and {} - import them apart",
                             files.front(), file);
    }
  }
  return FormatOfFile(files.front());
}

Result<std::unique_ptr<ImportSource>> OpenImportSource(Repository& repository,
                                                       std::vector<std::string> files,
                                                       sql::TextFileOptions options) {
  if (options.format == "parquet") {
    GNOMON_RETURN_IF_ERROR(RefuseTextOptions(options));
    auto source = std::make_unique<ParquetSource>(std::move(files));
    GNOMON_RETURN_IF_ERROR(source->Start());
    return std::unique_ptr<ImportSource>(std::move(source));
  }
  GNOMON_ASSIGN_OR_RETURN(
      auto text, sql::TextFiles::Open(
                     repository.workspace, *repository.catalog,
                     {.memory_bytes = repository.memory_bytes / 2, .threads = repository.threads},
                     std::move(files), std::move(options)));
  return std::unique_ptr<ImportSource>(std::make_unique<TextSource>(std::move(text)));
}

}  // namespace gnomon::cli
