// SPDX-License-Identifier: Apache-2.0
#include "run/local_data.h"

#include <arrow/api.h>

#include <filesystem>

#include "base/log.h"
#include "catalog/in_place_catalog.h"
#include "iceberg/write_transaction.h"
#include "run/output_table.h"
#include "sql/result_stream.h"
#include "sql/text_files.h"

namespace gnomon::run {

namespace {

namespace fs = std::filesystem;

// Table -> its file; sorted, so that messages and loads come in one order.
using LocalFiles = std::map<std::string, fs::path>;

std::string FormatOfExtension(const fs::path& file) {
  std::string extension = file.extension().string();
  for (char& letter : extension)
    letter = static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
  if (extension == ".csv") return "csv";
  return extension == ".json" || extension == ".jsonl" ? "json" : "";
}

// The table of a file in the folder `below` the data path: `eu/ns.a.csv` -> `eu_ns.a`.
std::string TableOfFile(const fs::path& below, const fs::path& file) {
  std::string name_space;
  for (const fs::path& folder : below) {
    if (folder == ".") continue;
    name_space += (name_space.empty() ? "" : "_") + folder.string();
  }
  std::string name = file.stem().string();
  if (const auto dot = name.find('.'); dot != std::string::npos) {
    name_space += (name_space.empty() ? "" : "_") + name.substr(0, dot);
    name = name.substr(dot + 1);
  }
  return (name_space.empty() ? "default" : name_space) + "." + name;
}

Status AddFile(const std::string& table, const fs::path& file, LocalFiles& files) {
  GNOMON_RETURN_IF_ERROR(catalog::ParseTableName(table).Annotate(
      "the name of a local data file gives no table: " + file.string()));
  const auto [entry, is_new] = files.emplace(table, file);
  if (is_new) return Ok();
  return AlreadyExists("two local files are the table {}: {} and {} - take one of them away", table,
                       entry->second.string(), file.string());
}

Status FindFiles(const fs::path& folder, LocalFiles& files) {
  std::error_code error;
  if (!fs::is_directory(folder, error)) {
    return NotFound("the folder of local data does not exist: {} - correct --local-data-path",
                    folder.string());
  }
  std::vector<fs::path> found;
  for (auto entry = fs::recursive_directory_iterator(folder, error);
       !error && entry != fs::recursive_directory_iterator(); entry.increment(error)) {
    const bool is_hidden = entry->path().filename().string().starts_with('.');
    if (is_hidden && entry->is_directory()) entry.disable_recursion_pending();
    if (!is_hidden && entry->is_regular_file()) found.push_back(entry->path());
  }
  if (error) {
    return Unavailable("the folder of local data cannot be read: {} ({}) - look at its permissions",
                       folder.string(), error.message());
  }
  std::sort(found.begin(), found.end());
  for (const fs::path& file : found) {
    if (FormatOfExtension(file).empty()) {
      LogVerbose("{} is no csv, json or jsonl file and is left out", file.string());
      continue;
    }
    const fs::path below = file.parent_path().lexically_relative(folder);
    GNOMON_RETURN_IF_ERROR(AddFile(TableOfFile(below, file), file, files));
  }
  return Ok();
}

// `ns.table=file`
Status FindMapped(const std::vector<std::string>& mapping, LocalFiles& files) {
  for (const std::string& text : mapping) {
    const auto equals = text.find('=');
    if (equals == std::string::npos || equals == 0 || equals + 1 == text.size()) {
      return InvalidArgument(
          "--local-table-mapping takes a table and its file: '{}' - write namespace.table=file.csv",
          text);
    }
    const fs::path file = fs::absolute(text.substr(equals + 1)).lexically_normal();
    std::error_code error;
    if (!fs::is_regular_file(file, error)) {
      return NotFound(
          "the local file of a table does not exist: {} - correct "
          "--local-table-mapping={}",
          file.string(), text);
    }
    if (FormatOfExtension(file).empty()) {
      return InvalidArgument(
          "the local file of a table is no csv, json or jsonl file: {} - give it that ending",
          file.string());
    }
    std::string table = text.substr(0, equals);
    if (table.find('.') == std::string::npos) table = "default." + table;
    files.erase(table);  // Said by hand, it counts more than the folder.
    GNOMON_RETURN_IF_ERROR(AddFile(table, file, files));
  }
  return Ok();
}

class LocalTableLoader {
 public:
  LocalTableLoader(const Workspace& workspace, catalog::Catalog& catalog,
                   const sql::SessionOptions& session)
      : workspace_(workspace), catalog_(catalog), session_(session) {}

  Status Load(const std::string& table, const fs::path& file) {
    GNOMON_ASSIGN_OR_RETURN(const catalog::TableName name, catalog::ParseTableName(table));
    const auto existing = catalog_.LoadTable(name);
    if (existing) {
      LogInfo("{}: is there and left alone ({})", table, file.string());
      return Ok();
    }
    if (existing.error().code != ErrorCode::kNotFound) return existing.error();
    GNOMON_ASSIGN_OR_RETURN(const auto rows, OpenFile(file));
    GNOMON_ASSIGN_OR_RETURN(const std::int64_t row_count, Write(name, *rows));
    LogInfo("{}: {} row{} of {}", table, row_count, row_count == 1 ? "" : "s", file.string());
    return Ok();
  }

 private:
  Result<std::unique_ptr<sql::TextFiles>> OpenFile(const fs::path& file) {
    sql::TextFileOptions options;
    options.format = FormatOfExtension(file);
    options.delimiter = ",";
    GNOMON_ASSIGN_OR_RETURN(
        auto rows, sql::TextFiles::Open(workspace_, catalog_, session_, {file.string()}, options));
    bool again = false;
    for (const sql::TextColumn& column : rows->columns()) {
      const TypeKind kind = column.field.type.kind;
      if (column.field.name == "ts" && !IsNumeric(kind) && kind != TypeKind::kVoid) {
        options.millis.insert("ts");
        again = true;
      } else if (column.field.name == "ds" && kind != TypeKind::kString) {
        options.types.emplace("ds", DataType(TypeKind::kString));
        again = true;
      }
    }
    if (!again) return rows;
    return sql::TextFiles::Open(workspace_, catalog_, session_, {file.string()}, options);
  }

  Result<std::int64_t> Write(const catalog::TableName& name, sql::TextFiles& rows) {
    Schema schema;
    for (const sql::TextColumn& column : rows.columns()) schema.fields.push_back(column.field);
    schema = StorableSchema(std::move(schema));
    iceberg::CreateTableOptions options{
        .schema = schema, .partition_columns = {}, .location = "", .properties = {}};
    if (schema.Find("ds") != nullptr) options.partition_columns = {"ds"};
    if (rows.row_count() == 0) {
      GNOMON_RETURN_IF_ERROR(catalog_.CreateTable(name, std::move(options)));
      return std::int64_t{0};
    }
    GNOMON_ASSIGN_OR_RETURN(iceberg::Table table, catalog_.StageTable(name, std::move(options)));
    GNOMON_ASSIGN_OR_RETURN(auto transaction, iceberg::WriteTransaction::Begin(table, {}));
    GNOMON_ASSIGN_OR_RETURN(const sql::QueryResult result, rows.Read());
    const auto write = [&](const arrow::RecordBatch& batch) -> Status {
      GNOMON_ASSIGN_OR_RETURN(const auto conformed, ConformTo(schema, batch));
      return transaction->Write(*conformed);
    };
    GNOMON_RETURN_IF_ERROR(sql::ForEachBatch(*result.batches, "reading local data", write));
    GNOMON_ASSIGN_OR_RETURN(const iceberg::CommitResult committed, transaction->Commit());
    return committed.rows_written;
  }

  const Workspace& workspace_;
  catalog::Catalog& catalog_;
  const sql::SessionOptions& session_;
};

}  // namespace

Result<LocalData> LocalData::Open(const Workspace& workspace, const LocalDataFlags& flags,
                                  const sql::SessionOptions& session) {
  LocalFiles files;
  if (!flags.data_path.empty()) {
    GNOMON_RETURN_IF_ERROR(FindFiles(fs::absolute(flags.data_path).lexically_normal(), files));
  }
  GNOMON_RETURN_IF_ERROR(FindMapped(flags.table_mapping, files));
  if (files.empty()) {
    return NotFound(
        "the folder of local data has no csv, json or jsonl file: {} - put "
        "namespace.table.csv into it",
        flags.data_path);
  }
  LocalData local;
  fs::path folder = flags.warehouse;
  if (flags.warehouse.empty()) {
    GNOMON_ASSIGN_OR_RETURN(auto scratch, ScratchFolder::Make(workspace.tmp_dir().string()));
    local.scratch_.emplace(std::move(scratch));
    folder = fs::path(local.scratch_->path()) / "warehouse";
  }
  GNOMON_ASSIGN_OR_RETURN(Workspace apart, workspace.WithDataIn(folder));
  local.workspace_ = std::make_unique<Workspace>(std::move(apart));
  GNOMON_ASSIGN_OR_RETURN(local.catalog_, catalog::OpenCatalogOf(*local.workspace_));
  LocalTableLoader loader(*local.workspace_, *local.catalog_, session);
  for (const auto& [table, file] : files) GNOMON_RETURN_IF_ERROR(loader.Load(table, file));
  return local;
}

}  // namespace gnomon::run
