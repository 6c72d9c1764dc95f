// SPDX-License-Identifier: Apache-2.0
// DuckDB's readers with every option that decides the answer written out; types that Spark lacks
// are cast as Spark's readers do (unsigned integers widen, other units of time become
// microseconds).
#include "sql/file_tables.h"

#include <algorithm>
#include <array>
#include <vector>

#include "base/ascii_case.h"
#include "base/edit_distance.h"
#include "storage/parquet_reader.h"

namespace gnomon::sql {

namespace {

struct TypeReplacement {
  std::string_view from;
  std::string_view to;
};

constexpr std::array<TypeReplacement, 9> kReplacements = {{
    {"UTINYINT", "SMALLINT"},
    {"USMALLINT", "INTEGER"},
    {"UINTEGER", "BIGINT"},
    {"UBIGINT", "DECIMAL(20,0)"},
    {"TIMESTAMP_S", "TIMESTAMP"},
    {"TIMESTAMP_MS", "TIMESTAMP"},
    {"TIMESTAMP_NS", "TIMESTAMP"},
    {"JSON", "VARCHAR"},
    {"UUID", "VARCHAR"},
}};

// Spark's option names are case-insensitive.
class Options {
 public:
  static Result<Options> Make(const FileTable& table, const std::vector<std::string>& known) {
    Options options;
    for (const auto& [name, value] : table.options) {
      const std::string lower = AsciiLower(name);
      if (std::find(known.begin(), known.end(), lower) == known.end()) {
        return Unimplemented("{} option '{}' is not supported{}", table.format, name,
                             DidYouMean(lower, known));
      }
      options.values_[lower] = value;
    }
    return options;
  }

  std::string Text(const std::string& name, const std::string& fallback) const {
    const auto found = values_.find(name);
    return found == values_.end() ? fallback : found->second;
  }

  Result<bool> Flag(const std::string& name) const {
    const std::string value = AsciiLower(Text(name, "false"));
    if (value == "true") return true;
    if (value == "false") return false;
    return InvalidArgument("option '{}' must be true or false: {}", name, value);
  }

 private:
  std::map<std::string, std::string> values_;
};

std::string FileList(const std::vector<std::filesystem::path>& files) {
  std::string list = "[";
  for (const auto& file : files) {
    if (list.size() > 1) list += ", ";
    list += SqlLiteral(file.string());
  }
  return list + "]";
}

// Folders named `ds=2023-12-01` below the path become columns, as in Spark.
bool HasPartitionFolders(const std::vector<std::filesystem::path>& files,
                         const std::filesystem::path& base) {
  for (const auto& file : files) {
    const std::string below = file.parent_path().lexically_relative(base).string();
    if (!below.starts_with("..") && below.find('=') != std::string::npos) return true;
  }
  return false;
}

// Replaces types that Spark lacks; `reader` is a call of a table function.
Result<std::string> WithSparkTypes(Engine& engine, const std::string& reader) {
  const std::string select = "SELECT * FROM " + reader;
  GNOMON_ASSIGN_OR_RETURN(const auto columns, engine.ColumnsOf(select));
  std::string replaced;
  for (const Engine::Column& column : columns) {
    for (const TypeReplacement& row : kReplacements) {
      if (row.from != column.type) continue;
      const std::string name = SqlIdentifier(column.name);
      replaced +=
          fmt::format("{}CAST({} AS {}) AS {}", replaced.empty() ? "" : ", ", name, row.to, name);
    }
  }
  if (replaced.empty()) return select;
  return fmt::format("SELECT * REPLACE ({}) FROM {}", replaced, reader);
}

using Files = std::vector<std::filesystem::path>;

Result<std::string> SelectFromParquet(const Workspace& workspace, Engine& engine,
                                      const FileTable& table, const Files& files) {
  GNOMON_ASSIGN_OR_RETURN(const Options options, Options::Make(table, {"mergeschema", "path"}));
  GNOMON_ASSIGN_OR_RETURN(const bool merge, options.Flag("mergeschema"));
  GNOMON_ASSIGN_OR_RETURN(const auto base, workspace.ResolvePath(table.path));
  return WithSparkTypes(engine,
                        fmt::format("read_parquet({}, union_by_name={}, hive_partitioning={})",
                                    FileList(files), merge, HasPartitionFolders(files, base)));
}

// Spark names the columns of a file without header _c0, _c1, ...
Result<std::string> NameColumns(Engine& engine, const std::string& reader) {
  GNOMON_ASSIGN_OR_RETURN(const auto columns, engine.ColumnsOf("SELECT * FROM " + reader));
  std::string select;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    select +=
        fmt::format("{}{} AS _c{}", i == 0 ? "SELECT " : ", ", SqlIdentifier(columns[i].name), i);
  }
  return fmt::format("{} FROM {}", select, reader);
}

Result<std::string> SelectFromCsv(const Workspace&, Engine& engine, const FileTable& table,
                                  const Files& files) {
  GNOMON_ASSIGN_OR_RETURN(
      const Options options,
      Options::Make(table, {"header", "sep", "delimiter", "inferschema", "nullvalue", "quote",
                            "escape", "path", "multiline"}));
  GNOMON_ASSIGN_OR_RETURN(const bool header, options.Flag("header"));
  GNOMON_ASSIGN_OR_RETURN(const bool infer, options.Flag("inferschema"));
  GNOMON_RETURN_IF_ERROR(options.Flag("multiline"));
  const std::string separator = options.Text("sep", options.Text("delimiter", ","));
  std::string reader = fmt::format(
      "read_csv({}, header={}, delim={}, quote={}, escape={}, nullstr={}, "
      "allow_quoted_nulls=false, "
      "skip=0, null_padding=true, strict_mode=false, ",
      FileList(files), header, SqlLiteral(separator == "\\t" ? "\t" : separator),
      SqlLiteral(options.Text("quote", "\"")), SqlLiteral(options.Text("escape", "\\")),
      SqlLiteral(options.Text("nullvalue", "")));
  reader += infer
                ? "sample_size=-1, auto_type_candidates=['BOOLEAN', 'INTEGER', 'BIGINT', 'DOUBLE', "
                  "'DATE', 'TIMESTAMP', 'VARCHAR'])"
                : "all_varchar=true)";
  if (!header) return NameColumns(engine, reader);
  return "SELECT * FROM " + reader;
}

Result<std::string> SelectFromJson(const Workspace&, Engine& engine, const FileTable& table,
                                   const Files& files) {
  GNOMON_ASSIGN_OR_RETURN(const Options options, Options::Make(table, {"multiline", "path"}));
  GNOMON_ASSIGN_OR_RETURN(const bool multi_line, options.Flag("multiline"));
  // Spark takes no text for a date unless told to: a format that nothing has keeps them strings.
  const std::string reader = fmt::format(
      "read_json({}, format='{}', sample_size=-1, map_inference_threshold=-1, "
      "dateformat='gnomon%Y', timestampformat='gnomon%Y')",
      FileList(files), multi_line ? "auto" : "newline_delimited");
  GNOMON_ASSIGN_OR_RETURN(auto columns, engine.ColumnsOf("SELECT * FROM " + reader));
  std::sort(columns.begin(), columns.end(),
            [](const auto& left, const auto& right) { return left.name < right.name; });
  std::string select;
  for (const Engine::Column& column : columns) {
    select += fmt::format("{}{}", select.empty() ? "SELECT " : ", ", SqlIdentifier(column.name));
  }
  return WithSparkTypes(engine, fmt::format("({} FROM {})", select, reader));
}

struct Format {
  std::string_view name;
  Result<std::string> (*select)(const Workspace&, Engine&, const FileTable&, const Files&);
};

constexpr std::array<Format, 3> kFormats = {{
    {"csv", SelectFromCsv},
    {"json", SelectFromJson},
    {"parquet", SelectFromParquet},
}};

// Says which file is damaged, where DuckDB only says what it did not find.
Status CheckParquet(const Files& files) {
  for (const auto& file : files) GNOMON_RETURN_IF_ERROR(ParquetReader::Open(file.string()));
  return Ok();
}

}  // namespace

Result<std::string> SelectFromFiles(const Workspace& workspace, Engine& engine,
                                    const FileTable& table) {
  std::vector<std::string> names;
  const std::string format = AsciiLower(table.format);
  for (const Format& row : kFormats) {
    names.emplace_back(row.name);
    if (row.name != format) continue;
    GNOMON_ASSIGN_OR_RETURN(const Files files, workspace.ExpandPath(table.path));
    for (const auto& file : files) engine.AllowFile(file.string());
    auto text = row.select(workspace, engine, table, files).Annotate("reading " + table.path);
    if (!text && format == "parquet") GNOMON_RETURN_IF_ERROR(CheckParquet(files));
    return text;
  }
  return Unimplemented("file format '{}' is not supported{}", table.format,
                       DidYouMean(format, names));
}

}  // namespace gnomon::sql
