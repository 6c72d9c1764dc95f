// SPDX-License-Identifier: Apache-2.0
// `gnomon import TABLE FILES`: Parquet files become an Iceberg table, in one commit.
#include <arrow/api.h>

#include <CLI/CLI.hpp>
#include <iostream>
#include <map>

#include "base/edit_distance.h"
#include "base/progress.h"
#include "cli/command.h"
#include "cli/open_repository.h"
#include "iceberg/write_transaction.h"
#include "run/output_table.h"
#include "storage/parquet_reader.h"
#include "types/arrow_mapping.h"
#include "types/type_names.h"

namespace gnomon::cli {

namespace {

struct Options {
  std::string repo, table;
  std::vector<std::string> files;
  std::vector<std::string> partition_by;
  bool append = false;
};

Status Import(const std::vector<std::string>& arguments);

}  // namespace

extern const Command kImport;
const Command kImport = {
    .name = "import",
    .doc = "make an Iceberg table of Parquet files",
    .examples =
        "  gnomon import data.purchases purchases.parquet\n"
        "  gnomon import data.events 's3a://chronon/events/*.parquet' --partition-by ds",
    .run = &Import,
};

namespace {

Result<std::vector<std::string>> ExpandFiles(const Repository& repository,
                                             const std::vector<std::string>& patterns) {
  std::vector<std::string> files;
  for (const std::string& pattern : patterns) {
    // On a command line a relative path is relative to where the user stands, not to the
    // repository.
    const bool is_plain = pattern.find("://") == std::string::npos;
    const std::string path = is_plain ? std::filesystem::absolute(pattern).string() : pattern;
    GNOMON_ASSIGN_OR_RETURN(const auto expanded, repository.workspace.ExpandPath(path));
    for (const auto& file : expanded) files.push_back(file.string());
  }
  return files;
}

// All files must give the same columns: their order may differ, their types not. Adds up their
// rows.
Result<Schema> CommonSchema(const std::vector<std::string>& files, std::int64_t& row_count) {
  Schema schema;
  for (const std::string& file : files) {
    GNOMON_ASSIGN_OR_RETURN(const auto reader, ParquetReader::Open(file));
    row_count += reader->row_count();
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

Status CheckPartitionColumns(const Schema& schema, const std::vector<std::string>& columns) {
  for (const std::string& column : columns) {
    if (schema.Find(column) == nullptr) {
      return InvalidArgument("--partition-by names a column that the files do not have: {}{}",
                             column, DidYouMean(column, schema.names()));
    }
  }
  return Ok();
}

Result<iceberg::Table> OpenTarget(Repository& repository, const catalog::TableName& name,
                                  const Schema& schema, const Options& options) {
  if (options.append) return repository.catalog->LoadTable(name);
  auto table = repository.catalog->CreateTable(name, {.schema = schema,
                                                      .partition_columns = options.partition_by,
                                                      .location = "",
                                                      .properties = {}});
  if (!table && table.error().code == ErrorCode::kAlreadyExists) {
    return AlreadyExists(
        "table {} exists already - add --append to add the rows to it, or choose another name",
        name.ToString());
  }
  return table;
}

Result<iceberg::CommitResult> CopyRows(iceberg::Table& table, const Schema& schema,
                                       const std::vector<std::string>& files,
                                       std::int64_t row_count) {
  const ProgressStep progress("importing " + table.name(), WorkRead(), {.rows = row_count});
  GNOMON_ASSIGN_OR_RETURN(auto transaction, iceberg::WriteTransaction::Begin(table, {}));
  for (const std::string& file : files) {
    GNOMON_ASSIGN_OR_RETURN(const auto reader, ParquetReader::Open(file));
    GNOMON_ASSIGN_OR_RETURN(const auto batches, reader->Read({}));
    while (true) {
      std::shared_ptr<arrow::RecordBatch> batch;
      GNOMON_ARROW_RETURN_NOT_OK(batches->ReadNext(&batch), "reading " + file);
      if (batch == nullptr) break;
      GNOMON_ASSIGN_OR_RETURN(const auto rows, run::ConformTo(schema, *batch));
      GNOMON_RETURN_IF_ERROR(transaction->Write(*rows));
    }
  }
  return transaction->Commit();
}

Status Import(const std::vector<std::string>& arguments) {
  Options options;
  CLI::App app;
  app.add_option("table", options.table, "db.table to make")->required();
  app.add_option("files", options.files, "Parquet files, folders or globs; s3a:// paths too")
      ->required();
  app.add_option("--partition-by", options.partition_by, "columns to partition by, such as ds")
      ->delimiter(',');
  app.add_flag("--append", options.append, "add to a table that exists");
  app.add_option("--repo", options.repo, "the repository's root");
  GNOMON_ASSIGN_OR_RETURN(const bool go_on, ParseArguments(app, kImport, arguments));
  if (!go_on) return Ok();
  GNOMON_ASSIGN_OR_RETURN(Repository repository, OpenRepository(options.repo));
  GNOMON_ASSIGN_OR_RETURN(const catalog::TableName name, catalog::ParseTableName(options.table));
  GNOMON_ASSIGN_OR_RETURN(const auto files, ExpandFiles(repository, options.files));
  std::int64_t row_count = 0;
  GNOMON_ASSIGN_OR_RETURN(const Schema schema, CommonSchema(files, row_count));
  GNOMON_RETURN_IF_ERROR(CheckPartitionColumns(schema, options.partition_by));
  GNOMON_ASSIGN_OR_RETURN(iceberg::Table table, OpenTarget(repository, name, schema, options));
  auto committed = CopyRows(table, schema, files, row_count);
  if (!committed) {
    // A table that this command made and could not fill would be in the way of the next try.
    if (!options.append) (void)repository.catalog->DropTable(name);
    return std::move(committed).error();
  }
  fmt::print(stderr, "{}: {} rows of {} files in {} partitions\n", name.ToString(),
             committed->rows_written, files.size(), committed->partitions_written);
  return Ok();
}

}  // namespace
}  // namespace gnomon::cli
