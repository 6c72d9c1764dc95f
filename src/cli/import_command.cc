// SPDX-License-Identifier: Apache-2.0
// `gnomon import TABLE FILES`: Parquet, CSV or JSON becomes an Iceberg table, in one commit. Before
// that commit, which also registers a new table, nobody sees anything; so a command that is killed
// leaves nothing to clean up.
#include <arrow/api.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>

#include "base/cancellation.h"
#include "base/clock.h"
#include "base/edit_distance.h"
#include "base/log.h"
#include "base/progress.h"
#include "cli/command.h"
#include "cli/import_in_place.h"
#include "cli/import_options.h"
#include "cli/import_source.h"
#include "cli/json_output.h"
#include "cli/open_repository.h"
#include "cli/option_table.h"
#include "iceberg/write_transaction.h"
#include "run/output_table.h"
#include "sql/result_stream.h"
#include "storage/partition_path.h"
#include "storage/scratch_folder.h"
#include "types/arrow_mapping.h"
#include "types/type_names.h"

namespace gnomon::cli {

namespace {

struct Options {
  std::string repo, table;
  std::vector<std::string> files, partition_by, columns, millis, partition_types;
  std::string format, schema, delimiter, null_text, timestamp_format;
  std::string on_error = "fail";
  bool header = true;
  bool append = false;
  bool replace = false;
  bool dry_run = false;
  bool in_place = false;
  bool json = false;
};

Status Import(const std::vector<std::string>& arguments);

}  // namespace

extern const Command kImport;
const Command kImport = {
    .name = "import",
    .doc = "make an Iceberg table of Parquet, CSV or JSON files, or read a folder in place",
    .examples =
        "  gnomon import data.purchases s3a://chronon/warehouse/data/purchases\n"
        "  gnomon import data.users users.csv --column zip=string --millis ts\n"
        "  gnomon import data.events events.jsonl.gz --partition-by ds --replace --json\n"
        "  gnomon import --in-place data.clicks s3a://chronon/warehouse/clicks",
    .run = &Import,
};

namespace {

// Standard input becomes a file first: it is read more than once.
Result<std::string> SpoolStandardInput(const ScratchFolder& scratch) {
  const std::string path = scratch.path() + "/stdin";
  std::ofstream file(path, std::ios::binary);
  std::vector<char> block(std::size_t{1} << 20);
  bool is_empty = true;
  while (file && std::cin) {
    GNOMON_RETURN_IF_ERROR(CheckCancelled());
    std::cin.read(block.data(), static_cast<std::streamsize>(block.size()));
    file.write(block.data(), std::cin.gcount());
    is_empty = is_empty && std::cin.gcount() == 0;
  }
  file.close();
  if (!file) {
    return Unavailable("standard input cannot be kept in {} - look at the space on the disk", path);
  }
  if (is_empty) return InvalidArgument("standard input is empty - pipe the rows into the command");
  return path;
}

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

Result<sql::TextFileOptions> MakeTextOptions(const Options& options) {
  sql::TextFileOptions text{.header = options.header,
                            .delimiter = ParseDelimiter(options.delimiter),
                            .null_text = options.null_text,
                            .timestamp_pattern = options.timestamp_format,
                            .millis = {options.millis.begin(), options.millis.end()},
                            .skip_misfits = options.on_error == "skip"};
  if (!options.schema.empty()) {
    GNOMON_ASSIGN_OR_RETURN(text.schema, ParseColumnList(options.schema));
  }
  GNOMON_ASSIGN_OR_RETURN(text.types, ParseColumnTypes(options.columns, "--column"));
  return text;
}

// What goes into a table that exists has its types, unless the user says otherwise.
void TakeTypesOf(const iceberg::Table& table, sql::TextFileOptions& text) {
  for (const Field& field : table.schema().fields) {
    const bool is_plain = field.type.children.empty();
    if (is_plain && !text.millis.contains(field.name)) {
      text.table_types.emplace(field.name, field.type);
    }
  }
}

// The end of the whole characters within the first `bytes_max` bytes.
std::size_t CharactersEnd(std::string_view utf8, std::size_t bytes_max) {
  if (utf8.size() <= bytes_max) return utf8.size();
  std::size_t end = bytes_max;
  while (end > 0 && (static_cast<unsigned char>(utf8[end]) & 0xC0) == 0x80) --end;
  return end;
}

void PrintColumns(const ImportSource& source, std::FILE* out) {
  constexpr std::size_t kExampleMax = 40;
  std::size_t name_width = 6;
  std::size_t type_width = 4;
  for (const sql::TextColumn& column : source.columns()) {
    name_width = std::max(name_width, column.field.name.size());
    type_width = std::max(type_width, SparkTypeName(column.field.type).size());
  }
  fmt::print(out, "  {:<{}}  {:<{}}  {}\n", "column", name_width, "type", type_width, "example");
  for (const sql::TextColumn& column : source.columns()) {
    std::string example = column.example.substr(0, CharactersEnd(column.example, kExampleMax));
    std::replace(example.begin(), example.end(), '\n', ' ');
    fmt::print(out, "  {:<{}}  {:<{}}  {}\n", column.field.name, name_width,
               SparkTypeName(column.field.type), type_width, example);
  }
}

nlohmann::ordered_json ReportJson(const Options& options, const ImportSource& source,
                                  std::size_t file_count, const iceberg::CommitResult& done) {
  nlohmann::ordered_json columns = nlohmann::ordered_json::array();
  for (const sql::TextColumn& column : source.columns()) {
    columns.push_back({{"name", column.field.name},
                       {"type", SparkTypeName(column.field.type)},
                       {"example", column.example}});
  }
  return {{"format", 1},
          {"table", options.table},
          {"dry_run", options.dry_run},
          {"columns", std::move(columns)},
          {"files", file_count},
          {"rows_read", source.row_count()},
          {"rows_skipped", source.skipped_count()},
          {"rows_written", done.rows_written},
          {"bytes_written", done.bytes_written},
          {"partitions_written", done.partitions_written}};
}

Status CheckPartitionColumns(const Schema& schema, const std::vector<std::string>& columns) {
  for (const std::string& column : columns) {
    if (schema.Find(column) != nullptr) continue;
    return InvalidArgument("--partition-by names a column that the files do not have: {}{}", column,
                           DidYouMean(column, schema.names()));
  }
  return Ok();
}

// The rows of the files as one transaction of `table`.
Result<iceberg::CommitResult> CopyRows(iceberg::Table& table, ImportSource& source, bool replace,
                                       int threads) {
  WorkCounter copied;
  const ProgressStep progress("importing " + table.name(), copied, {.rows = source.row_count()});
  iceberg::WriteOptions write;
  if (replace) write.mode = iceberg::WriteMode::kOverwritePartitions;
  GNOMON_ASSIGN_OR_RETURN(auto transaction, iceberg::WriteTransaction::Begin(table, write));
  transaction->UseThreads(threads);
  GNOMON_ASSIGN_OR_RETURN(const auto rows, source.Read());
  const auto copy = [&](const arrow::RecordBatch& batch) -> Status {
    GNOMON_RETURN_IF_ERROR(CheckCancelled());
    GNOMON_RETURN_IF_ERROR(transaction->Write(batch));
    copied.Add({.rows = batch.num_rows()});
    return Ok();
  };
  GNOMON_RETURN_IF_ERROR(sql::ForEachBatch(*rows, "reading the files", copy));
  return transaction->Commit();
}

class ImportRun {
 public:
  ImportRun(Options options, Repository& repository)
      : options_(std::move(options)), repository_(repository) {}

  Status Run() {
    GNOMON_ASSIGN_OR_RETURN(name_, catalog::ParseTableName(options_.table));
    GNOMON_RETURN_IF_ERROR(FindFiles());
    GNOMON_RETURN_IF_ERROR(FindTable());
    GNOMON_ASSIGN_OR_RETURN(sql::TextFileOptions text, MakeTextOptions(options_));
    GNOMON_ASSIGN_OR_RETURN(text.format, FormatOf(options_.format, files_));
    if (table_) TakeTypesOf(*table_, text);
    GNOMON_ASSIGN_OR_RETURN(source_, OpenImportSource(repository_, files_, std::move(text)));
    if (source_->row_count() == source_->skipped_count()) {
      return InvalidArgument("the files hold no rows to import: {} - nothing was made",
                             options_.files.front());
    }
    if (options_.partition_by.empty() && !table_) {
      for (const auto& [key, value] : PartitionOfPath(files_.front())) {
        options_.partition_by.push_back(key);
      }
    }
    GNOMON_RETURN_IF_ERROR(CheckPartitionColumns(source_->schema(), options_.partition_by));
    const bool is_asked = options_.dry_run || GetLogLevel() >= LogLevel::kNormal;
    if (!options_.json && is_asked) PrintColumns(*source_, options_.dry_run ? stdout : stderr);
    if (options_.dry_run) return Report({});
    return Write();
  }

 private:
  Status FindFiles() {
    if (options_.files == std::vector<std::string>{"-"}) {
      if (options_.format.empty()) {
        return InvalidArgument("standard input has no name that tells its format - say --format");
      }
      GNOMON_ASSIGN_OR_RETURN(auto scratch,
                              ScratchFolder::Make(repository_.workspace.tmp_dir().string()));
      scratch_.emplace(std::move(scratch));
      GNOMON_ASSIGN_OR_RETURN(std::string spooled, SpoolStandardInput(*scratch_));
      files_ = {std::move(spooled)};
      return Ok();
    }
    GNOMON_ASSIGN_OR_RETURN(files_, ExpandFiles(repository_, options_.files));
    return Ok();
  }

  Status FindTable() {
    auto table = repository_.catalog->LoadTable(name_);
    if (!table && table.error().code != ErrorCode::kNotFound) return table.error();
    if (options_.append && options_.replace) {
      return InvalidArgument("--append and --replace exclude each other - drop one of them");
    }
    if (table && !options_.append && !options_.replace) {
      return AlreadyExists(
          "table {} exists already - add --append to add the rows to it, --replace to replace the "
          "partitions that the files hold, or choose another name",
          name_.ToString());
    }
    if (!table && options_.append) return table.error();
    if (!table) return Ok();
    if (table->is_in_place()) {
      return InvalidArgument(
          "table {} is read in place and cannot be written - choose another "
          "name",
          name_.ToString());
    }
    if (!options_.partition_by.empty() && options_.partition_by != table->partition_columns()) {
      return InvalidArgument(
          "table {} exists with other partition columns - leave --partition-by out",
          name_.ToString());
    }
    table_ = *std::move(table);
    return Ok();
  }

  Status Write() {
    const std::int64_t begin_ms = Clock::System().NowMs();
    if (!table_) {
      GNOMON_ASSIGN_OR_RETURN(table_, repository_.catalog->StageTable(
                                          name_, {.schema = run::StorableSchema(source_->schema()),
                                                  .partition_columns = options_.partition_by,
                                                  .location = "",
                                                  .properties = {}}));
    }
    GNOMON_ASSIGN_OR_RETURN(const iceberg::CommitResult done,
                            CopyRows(*table_, *source_, options_.replace, repository_.threads));
    const double seconds = static_cast<double>(Clock::System().NowMs() - begin_ms) / 1000;
    LogInfo("{}: {} row{} of {} file{} in {} partition{}, {:.2f} s", name_.ToString(),
            done.rows_written, done.rows_written == 1 ? "" : "s", files_.size(),
            files_.size() == 1 ? "" : "s", done.partitions_written,
            done.partitions_written == 1 ? "" : "s", seconds);
    return Report(done);
  }

  Status Report(const iceberg::CommitResult& done) {
    if (source_->skipped_count() > 0) {
      LogInfo("{} of {} rows were left out, as {}", source_->skipped_count(), source_->row_count(),
              source_->first_misfit());
    }
    if (options_.json) PrintJson(ReportJson(options_, *source_, files_.size(), done));
    return Ok();
  }

  Options options_;
  Repository& repository_;
  catalog::TableName name_;
  std::vector<std::string> files_;
  std::optional<ScratchFolder> scratch_;  // Of standard input.
  std::optional<iceberg::Table> table_;
  std::unique_ptr<ImportSource> source_;
};

Status ImportInPlace(const Options& options, Repository& repository) {
  if (options.files.size() != 1) {
    return InvalidArgument("--in-place takes one folder - write it without a pattern");
  }
  if (options.append || options.replace || !options.partition_by.empty() ||
      !options.schema.empty() || !options.columns.empty()) {
    return InvalidArgument(
        "--in-place copies nothing, so --append, --replace, --partition-by, --schema and --column "
        "have no meaning: {} - drop them",
        options.table);
  }
  GNOMON_ASSIGN_OR_RETURN(const auto types,
                          ParseColumnTypes(options.partition_types, "--partition-type"));
  GNOMON_ASSIGN_OR_RETURN(
      const iceberg::Table table,
      RegisterInPlace(repository, options.table, options.files.front(), types, options.dry_run));
  GNOMON_ASSIGN_OR_RETURN(const iceberg::ScanPlan plan, table.PlanScan({}));
  LogInfo(
      "{}: {} columns, {} file{} now, {} by an entry in {}", table.name(),
      table.schema().fields.size(), plan.tasks.size(), plan.tasks.size() == 1 ? "" : "s",
      options.dry_run ? "not registered (a dry run); it would be read in place" : "read in place",
      (repository.workspace.root() / "gnomon.toml").string());
  if (options.json) {
    nlohmann::ordered_json report = {{"format", 1},
                                     {"table", table.name()},
                                     {"in_place", true},
                                     {"columns", nlohmann::ordered_json::array()},
                                     {"partition_columns", table.partition_columns()},
                                     {"files", plan.tasks.size()}};
    for (const Field& field : table.schema().fields) {
      report["columns"].push_back({{"name", field.name}, {"type", SparkTypeName(field.type)}});
    }
    PrintJson(report);
  }
  return Ok();
}

void AddOptions(CLI::App& app, Options& options) {
  app.add_option("table", options.table, "db.table to make")->required()->type_name("TABLE");
  app.add_option("files", options.files,
                 "files, folders or globs, s3a:// paths too; - is standard input")
      ->required()
      ->type_name("FILE");
  TakeOneOf(*app.add_option("--format", options.format, "else by the files' names"), "FORMAT",
            {"parquet", "csv", "json"});
  app.add_option(
         "--partition-by", options.partition_by,
         "columns to partition by, such as ds (else the keys of folders like ds=2023-12-01)")
      ->delimiter(',')
      ->type_name("COLUMN");
  app.add_flag("--append", options.append, "add the rows to a table that exists");
  app.add_flag("--replace", options.replace,
               "replace the partitions that the files hold (without partitions: all rows)");
  app.add_flag("--dry-run", options.dry_run, "show the columns and types, write nothing");
  app.add_flag("--in-place", options.in_place,
               "copy nothing: read the folder as a table from now on");
  app.add_option("--partition-type", options.partition_types,
                 "of --in-place: type of a folder's key (string, date, int, bigint)")
      ->type_name("COLUMN=TYPE");
  app.add_option("--schema", options.schema, "CSV, JSON: columns, as \"id bigint, name string\"")
      ->type_name("COLUMNS");
  app.add_option("--column", options.columns, "CSV, JSON: the type of one column")
      ->type_name("COLUMN=TYPE");
  app.add_option("--millis", options.millis, "CSV, JSON: times that become bigint milliseconds")
      ->delimiter(',')
      ->type_name("COLUMN");
  app.add_option("--timestamp-format", options.timestamp_format,
                 "CSV, JSON: of --millis and timestamps, as dd/MM/yyyy HH:mm")
      ->type_name("PATTERN");
  app.add_flag("--header,!--no-header", options.header, "CSV: the first line has the names");
  app.add_option("--delimiter", options.delimiter, "CSV: what separates fields (else found out)")
      ->type_name("TEXT");
  app.add_option("--null", options.null_text, "CSV: what stands for null (else nothing)")
      ->type_name("TEXT");
  TakeOneOf(*app.add_option("--on-error", options.on_error,
                            "what to do with rows whose values do not fit; fail by default"),
            "ACTION", {"fail", "skip"});
  AddJsonFlag(app, options.json);
  app.add_option("--repo", options.repo, "the repository's root")->type_name("FOLDER");
}

Status Import(const std::vector<std::string>& arguments) {
  Options options;
  CLI::App app;
  AddOptions(app, options);
  GNOMON_ASSIGN_OR_RETURN(const bool go_on, ParseArguments(app, kImport, arguments));
  if (!go_on) return Ok();
  GNOMON_ASSIGN_OR_RETURN(Repository repository, OpenRepository(options.repo));
  if (options.in_place) return ImportInPlace(options, repository);
  return ImportRun(std::move(options), repository).Run();
}

}  // namespace
}  // namespace gnomon::cli
