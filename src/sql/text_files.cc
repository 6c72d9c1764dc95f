// SPDX-License-Identifier: Apache-2.0
// Three passes: the names of the columns, then one over all rows that counts what their texts can
// be, then the one that hands the rows out. A fourth, over one file, finds the line of a misfit.
#include "sql/text_files.h"

#include <arrow/api.h>

#include "base/edit_distance.h"
#include "sql/csv_header.h"
#include "sql/duckdb_types.h"
#include "sql/engine.h"
#include "sql/result_stream.h"
#include "sql/text_conversion.h"
#include "storage/partition_path.h"
#include "types/arrow_mapping.h"
#include "types/type_names.h"

namespace gnomon::sql {

namespace {

struct Column {
  std::string name;
  std::string read_type = "VARCHAR";  // DuckDB's, of the reader.
  bool is_given = false;              // The user named its type.
  bool is_partition = false;          // From the names of folders.
  std::string conversion;             // SQL of the final value.
  std::string misfit;                 // SQL condition of a text that does not fit; empty: none.
  std::string example;
  TextCounts counts;

  bool is_text() const { return read_type == "VARCHAR"; }
  std::string identifier() const { return SqlIdentifier(name); }
};

// Types that JSON's reader infers and Spark lacks.
std::string ConvertJson(const Column& column) {
  const std::string& type = column.read_type;
  const auto cast = [&](std::string_view to) {
    return fmt::format("CAST({} AS {})", column.identifier(), to);
  };
  if (type == "TIMESTAMP" || type.starts_with("TIMESTAMP_")) return cast("TIMESTAMPTZ");
  // Values of several types are texts: "x" and 1 are x and 1.
  if (type == "JSON") return fmt::format("json_extract_string({}, '$')", column.identifier());
  if (type == "JSON[]") {
    return fmt::format("list_transform({}, lambda x: json_extract_string(x, '$'))",
                       column.identifier());
  }
  // Whole numbers beyond 64 bits are ids, as in CSV.
  for (const std::string_view text :
       {"TIME", "UUID", "INTERVAL", "UBIGINT", "HUGEINT", "UHUGEINT"}) {
    if (type == text) return cast("VARCHAR");
  }
  return column.identifier();
}

Result<std::shared_ptr<arrow::RecordBatch>> FirstBatch(Engine& engine, const std::string& sql) {
  GNOMON_ASSIGN_OR_RETURN(const QueryResult result, engine.Run(sql));
  std::shared_ptr<arrow::RecordBatch> batch;
  if (const auto status = result.batches->ReadNext(&batch); !status.ok()) {
    return StreamError(status, "reading the files");
  }
  return batch;
}

std::int64_t NumberAt(const arrow::RecordBatch& batch, int column) {
  const auto& numbers = static_cast<const arrow::Int64Array&>(*batch.column(column));
  return numbers.IsNull(0) ? 0 : numbers.Value(0);
}

std::string TextAt(const arrow::RecordBatch& batch, int column) {
  const auto& texts = static_cast<const arrow::StringArray&>(*batch.column(column));
  return texts.IsNull(0) ? "" : std::string(texts.GetView(0));
}

class DuckDbTextFiles final : public TextFiles {
 public:
  DuckDbTextFiles(catalog::Catalog& catalog, std::vector<std::string> files,
                  TextFileOptions options)
      : sources_(catalog), files_(std::move(files)), options_(std::move(options)) {}

  Status Start(const Workspace& workspace, const SessionOptions& session) {
    GNOMON_ASSIGN_OR_RETURN(engine_, Engine::Open(session, workspace.tmp_dir().string(), sources_));
    for (const std::string& file : files_) engine_->AllowFile(file);
    GNOMON_RETURN_IF_ERROR(CheckSamePartitionKeys(files_));
    GNOMON_RETURN_IF_ERROR(is_csv() ? NameCsvColumns() : NameJsonColumns());
    for (const auto& [key, value] : PartitionOfPath(files_.front())) AddPartition(key);
    GNOMON_RETURN_IF_ERROR(ChooseColumns());
    GNOMON_RETURN_IF_ERROR(ConvertGiven());
    GNOMON_RETURN_IF_ERROR(LookThrough());
    return Describe();
  }

  const std::vector<TextColumn>& columns() const override { return described_; }
  std::int64_t row_count() const override { return row_count_; }
  std::int64_t skipped_count() const override { return misfit_count_; }
  const std::string& first_misfit() const override { return first_misfit_; }
  Result<QueryResult> Read() override { return engine_->Run(SelectRows()); }

 private:
  bool is_csv() const { return options_.format == "csv"; }

  // --- The names of the columns ---

  Result<std::string> FirstLine(const std::string& file) {
    const std::string sql = fmt::format(
        "SELECT line FROM read_csv([{}], columns={{'line': 'VARCHAR'}}, header=false, "
        "delim=chr(1), quote='', escape='', auto_detect=false, parallel=false) LIMIT 1",
        SqlLiteral(file));
    GNOMON_ASSIGN_OR_RETURN(const auto batch, FirstBatch(*engine_, sql));
    if (batch == nullptr || batch->num_rows() == 0) {
      return InvalidArgument("the file is empty: {} - leave it out", file);
    }
    return TextAt(*batch, 0);
  }

  Status NameCsvColumns() {
    std::vector<std::string> names;
    for (const std::string& file : files_) {
      GNOMON_ASSIGN_OR_RETURN(const std::string line, FirstLine(file));
      if (options_.delimiter.empty()) options_.delimiter = DelimiterOf(line);
      std::vector<std::string> fields = FieldsOf(line, options_.delimiter);
      if (!options_.header) GNOMON_RETURN_IF_ERROR(NumberFields(fields, file));
      GNOMON_RETURN_IF_ERROR(CheckHeader(fields, file));
      if (names.empty()) names = fields;
      if (fields == names) continue;
      std::size_t i = 0;
      while (i < fields.size() && i < names.size() && fields[i] == names[i]) ++i;
      return InvalidArgument(
          "the files do not have the same columns: {} has {} where {} has {} - import them apart",
          file, i < fields.size() ? fields[i] : "no more columns", files_.front(),
          i < names.size() ? names[i] : "no more columns");
    }
    for (std::string& name : names) {
      Column column;
      column.name = std::move(name);
      columns_.push_back(std::move(column));
    }
    return Ok();
  }

  // Without a header the names come from --schema, else they are Spark's: _c0, _c1, ...
  Status NumberFields(std::vector<std::string>& fields, const std::string& file) const {
    if (!options_.schema.empty() && options_.schema.size() != fields.size()) {
      return InvalidArgument(
          "the lines of {} have {} fields, and --schema names {} columns - name "
          "each field",
          file, fields.size(), options_.schema.size());
    }
    for (std::size_t i = 0; i < fields.size(); ++i) {
      fields[i] = options_.schema.empty() ? fmt::format("_c{}", i) : options_.schema[i].name;
    }
    return Ok();
  }

  Status NameJsonColumns() {
    const std::string reader = fmt::format(
        "read_json({}, sample_size=-1, maximum_sample_files=1000000000, union_by_name=true, "
        "map_inference_threshold=-1)",
        FileList(files_));
    auto columns = engine_->ColumnsOf("SELECT * FROM " + reader);
    if (!columns) return BadJson(columns.error());
    for (Engine::Column& known : *columns) {
      Column column;
      column.name = std::move(known.name);
      column.read_type = std::move(known.type);
      columns_.push_back(std::move(column));
    }
    return CheckObjects();
  }

  // Of records that are no objects DuckDB makes one column of its own: `json`.
  Status CheckObjects() {
    if (columns_.size() != 1 || columns_.front().name != "json") return Ok();
    bool is_empty = true;
    for (const std::string& file : files_) {
      // Objects come last: one of them tells that the file holds records.
      const std::string sql = fmt::format(
          "SELECT n, record, kind = 'OBJECT' AS is_object FROM (SELECT row_number() OVER () AS n, "
          "CAST(json AS VARCHAR) AS record, coalesce(json_type(json), 'NULL') AS kind FROM "
          "read_json([{}], records=false, columns={{'json': 'JSON'}})) ORDER BY is_object, n "
          "LIMIT 1",
          SqlLiteral(file));
      GNOMON_ASSIGN_OR_RETURN(const auto batch, FirstBatch(*engine_, sql));
      if (batch == nullptr || batch->num_rows() == 0) continue;
      is_empty = false;
      if (static_cast<const arrow::BooleanArray&>(*batch->column(2)).Value(0)) continue;
      const std::string record = TextAt(*batch, 1);
      return InvalidArgument(
          "the record is no JSON object: {} {} {}: {} - write each as {{\"column\": value, ...}}",
          file, IsByLine(file) ? "line" : "record", NumberAt(*batch, 0),
          record.empty() ? "null" : record.substr(0, 60));
    }
    return is_empty
               ? Status(InvalidArgument("the file is empty: {} - leave it out", files_.front()))
               : Ok();
  }

  // Whether people count the rows of the file as its lines.
  bool IsByLine(const std::string& file) const {
    return is_csv() || file.find(".jsonl") != std::string::npos ||
           file.find(".ndjson") != std::string::npos;
  }

  void AddPartition(const std::string& key) {
    std::erase_if(columns_, [&](const Column& column) { return column.name == key; });
    Column column;
    column.name = key;
    column.is_partition = true;
    columns_.push_back(std::move(column));
  }

  // All columns of the files in all_, the wanted ones in their order in columns_.
  Status ChooseColumns() {
    std::vector<std::string> names;
    for (const Column& column : columns_) names.push_back(column.name);
    const auto check = [&](const std::string& name, std::string_view flag) -> Status {
      if (std::find(names.begin(), names.end(), name) != names.end()) return Ok();
      return InvalidArgument("{} names a column that the files do not have: {}{}", flag, name,
                             DidYouMean(name, names));
    };
    for (const auto& [name, type] : options_.types) {
      GNOMON_RETURN_IF_ERROR(check(name, "--column"));
    }
    for (const std::string& name : options_.millis) {
      GNOMON_RETURN_IF_ERROR(check(name, "--millis"));
    }
    all_ = columns_;
    for (const Column& column : columns_) {
      const auto type = options_.table_types.find(column.name);
      if (type != options_.table_types.end() && options_.schema.empty()) {
        options_.types.emplace(column.name, type->second);
      }
    }
    if (options_.schema.empty()) return Ok();
    std::vector<Column> chosen;
    for (const Field& field : options_.schema) {
      GNOMON_RETURN_IF_ERROR(check(field.name, "--schema"));
      options_.types.emplace(field.name, field.type);
      for (const Column& column : columns_) {
        if (column.name == field.name) chosen.push_back(column);
      }
    }
    for (const Column& column : columns_) {
      const bool is_chosen = std::any_of(chosen.begin(), chosen.end(),
                                         [&](const auto& c) { return c.name == column.name; });
      if (column.is_partition && !is_chosen) chosen.push_back(column);
    }
    columns_ = std::move(chosen);
    return Ok();
  }

  // --- Types ---

  Status ConvertGiven() {
    for (Column& column : columns_) {
      const auto type = options_.types.find(column.name);
      const bool millis = options_.millis.contains(column.name);
      if (type == options_.types.end() && !millis) continue;
      column.is_given = true;
      if (!millis && !type->second.children.empty() && !is_csv()) {
        SetReadType(column, ToDuckDb(type->second).ToString());
        column.conversion = column.identifier();
        continue;
      }
      SetReadType(column, "VARCHAR");
      if (millis) {
        column.conversion = ConvertToMillis(column.identifier(), options_.timestamp_pattern);
      } else {
        GNOMON_ASSIGN_OR_RETURN(column.conversion, ConvertText(column.identifier(), type->second,
                                                               options_.timestamp_pattern)
                                                       .Annotate("column " + column.name));
        if (type->second.kind == TypeKind::kString || type->second.kind == TypeKind::kBinary) {
          continue;
        }
      }
      column.misfit = fmt::format("(NULLIF({}, '') IS NOT NULL AND {} IS NULL)",
                                  column.identifier(), column.conversion);
    }
    return Ok();
  }

  void SetReadType(Column& column, const std::string& type) {
    column.read_type = type;
    for (Column& known : all_) {
      if (known.name == column.name) known.read_type = type;
    }
  }

  Status LookThrough() {
    std::string select = "SELECT count(*)";
    for (const Column& column : columns_) {
      select += fmt::format(", min(CAST({} AS VARCHAR))", column.identifier());
      if (column.is_text() && !column.is_given) select += ", " + CountTexts(column.identifier());
    }
    if (!MisfitCondition().empty()) {
      select += fmt::format(", count(*) FILTER (WHERE {})", MisfitCondition());
    }
    auto counted = FirstBatch(*engine_, select + " FROM " + Reader(files_, false));
    if (!counted) return is_csv() ? counted.error() : BadJson(counted.error());
    const arrow::RecordBatch& row = **counted;
    int next = 0;
    row_count_ = NumberAt(row, next++);
    for (Column& column : columns_) {
      column.example = TextAt(row, next++);
      if (!column.is_text() || column.is_given) continue;
      for (std::int64_t TextCounts::*count :
           {&TextCounts::values, &TextCounts::booleans, &TextCounts::longs, &TextCounts::integers,
            &TextCounts::numbers, &TextCounts::dates, &TextCounts::timestamps}) {
        column.counts.*count = NumberAt(row, next++);
      }
    }
    if (!MisfitCondition().empty()) misfit_count_ = NumberAt(row, next++);
    if (misfit_count_ == 0) return Ok();
    GNOMON_ASSIGN_OR_RETURN(first_misfit_, DescribeMisfit());
    if (options_.skip_misfits) return Ok();
    return InvalidArgument(
        "{} - correct the file, give the column another type, or leave such "
        "rows out with --on-error skip",
        first_misfit_);
  }

  Status Describe() {
    for (Column& column : columns_) {
      if (column.is_given) continue;
      if (!column.is_text()) {
        column.conversion = ConvertJson(column);
      } else if (is_csv() || column.is_partition) {
        GNOMON_ASSIGN_OR_RETURN(column.conversion,
                                ConvertText(column.identifier(), TypeOfTexts(column.counts), ""));
      } else {
        column.conversion = column.identifier();  // In JSON a text is a text: "007", "1".
      }
    }
    GNOMON_ASSIGN_OR_RETURN(const Schema schema, engine_->SchemaOf(SelectRows()));
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      described_.push_back({.field = schema.fields[i], .example = columns_[i].example});
    }
    return Ok();
  }

  // --- SQL ---

  static std::string FileList(const std::vector<std::string>& files) {
    std::string list;
    for (const std::string& file : files) list += (list.empty() ? "" : ", ") + SqlLiteral(file);
    return "[" + list + "]";
  }

  // `in_order`: row after row, so that rows can be numbered.
  std::string Reader(const std::vector<std::string>& files, bool in_order) const {
    std::string columns;
    bool has_partitions = false;
    for (const Column& column : all_) {
      has_partitions = has_partitions || column.is_partition;
      if (column.is_partition) continue;
      columns += fmt::format("{}{}: {}", columns.empty() ? "" : ", ", SqlLiteral(column.name),
                             SqlLiteral(column.read_type));
    }
    const std::string shared =
        fmt::format("{}, columns={{{}}}, hive_partitioning={}{}", FileList(files), columns,
                    has_partitions, has_partitions ? ", hive_types_autocast=false" : "");
    if (!is_csv()) return fmt::format("read_json({})", shared);
    return fmt::format(
        "read_csv({}, header={}, delim={}, quote='\"', escape='\"', nullstr={}, "
        "allow_quoted_nulls=false, auto_detect=false, strict_mode=true{})",
        shared, options_.header, SqlLiteral(options_.delimiter), SqlLiteral(options_.null_text),
        in_order ? ", parallel=false" : "");
  }

  std::string MisfitCondition() const {
    std::string condition;
    for (const Column& column : columns_) {
      if (column.misfit.empty()) continue;
      condition += (condition.empty() ? "" : " OR ") + column.misfit;
    }
    return condition;
  }

  std::string SelectRows() const {
    std::string select;
    for (const Column& column : columns_) {
      select += fmt::format("{}{} AS {}", select.empty() ? "SELECT " : ", ", column.conversion,
                            column.identifier());
    }
    select += " FROM " + Reader(files_, false);
    if (misfit_count_ > 0) select += fmt::format(" WHERE NOT ({})", MisfitCondition());
    return select;
  }

  // --- Where something is wrong ---

  // Values of more than one line move the lines after them.
  std::string NewlinesInRow() const {
    std::string sum = "0";
    for (const Column& column : all_) {
      if (column.is_partition || !column.is_text()) continue;
      const std::string text = fmt::format("coalesce({}, '')", column.identifier());
      sum += fmt::format(" + length({0}) - length(replace({0}, chr(10), ''))", text);
    }
    return sum;
  }

  Result<std::string> DescribeMisfit() {
    std::string texts;
    for (const Column& column : columns_) {
      if (column.misfit.empty()) continue;
      texts += fmt::format(", CASE WHEN {} THEN {} END", column.misfit, column.identifier());
    }
    for (const std::string& file : files_) {
      const std::string sql = fmt::format(
          "SELECT CAST(\"gnomon row\" AS BIGINT), CAST(\"gnomon lines\" AS BIGINT){} FROM (SELECT "
          "row_number() OVER () AS \"gnomon row\", sum({}) OVER (ROWS BETWEEN UNBOUNDED PRECEDING "
          "AND CURRENT ROW) - ({}) AS \"gnomon lines\", * FROM {}) WHERE {} LIMIT 1",
          texts, is_csv() ? NewlinesInRow() : "0", is_csv() ? NewlinesInRow() : "0",
          Reader({file}, true), MisfitCondition());
      GNOMON_ASSIGN_OR_RETURN(const auto batch, FirstBatch(*engine_, sql));
      if (batch == nullptr || batch->num_rows() == 0) continue;
      int next = 2;
      for (const Column& column : columns_) {
        if (column.misfit.empty()) continue;
        const std::string text = TextAt(*batch, next++);
        if (!text.empty()) {
          return MisfitSentence(column, text, file, NumberAt(*batch, 0), NumberAt(*batch, 1));
        }
      }
    }
    return Internal("a value that does not fit was counted and not found in {}", files_.front());
  }

  std::string MisfitSentence(const Column& column, const std::string& text, const std::string& file,
                             std::int64_t row, std::int64_t newlines_before) const {
    const auto type = options_.types.find(column.name);
    const std::string wanted =
        options_.millis.contains(column.name) ? "time" : SparkTypeName(type->second);
    const std::int64_t place = is_csv() ? row + newlines_before + (options_.header ? 1 : 0) : row;
    return fmt::format("the value '{}' of column {} is no {}: {} {} {}{}", text.substr(0, 60),
                       column.name, wanted, file, IsByLine(file) ? "line" : "record", place,
                       misfit_count_ == 1 ? "" : fmt::format(" ({} such rows)", misfit_count_));
  }

  // Names the line that is not JSON, which the reader's own error counts wrong.
  Error BadJson(const Error& error) {
    if (error.message.find("Malformed JSON") == std::string::npos) return error;
    for (const std::string& file : files_) {
      const std::string sql = fmt::format(
          "SELECT n FROM (SELECT row_number() OVER () AS n, line FROM read_csv([{}], "
          "columns={{'line': 'VARCHAR'}}, header=false, delim=chr(1), quote='', escape='', "
          "auto_detect=false, parallel=false)) WHERE NOT json_valid(line) LIMIT 1",
          SqlLiteral(file));
      const auto batch = FirstBatch(*engine_, sql);
      if (!batch || *batch == nullptr || (*batch)->num_rows() == 0) continue;
      return InvalidArgument("the line is not JSON: {} line {} - correct the file", file,
                             NumberAt(**batch, 0));
    }
    return error;
  }

  TableSources sources_;  // The engine wants one; no name in these queries is a table.
  std::unique_ptr<Engine> engine_;
  std::vector<std::string> files_;
  TextFileOptions options_;
  std::vector<Column> all_;      // Of the files.
  std::vector<Column> columns_;  // The wanted ones.
  std::vector<TextColumn> described_;
  std::int64_t row_count_ = 0;
  std::int64_t misfit_count_ = 0;
  std::string first_misfit_;
};

}  // namespace

Result<std::unique_ptr<TextFiles>> TextFiles::Open(const Workspace& workspace,
                                                   catalog::Catalog& catalog,
                                                   const SessionOptions& session,
                                                   std::vector<std::string> files,
                                                   TextFileOptions options) {
  GNOMON_CHECK(!files.empty());
  auto text_files =
      std::make_unique<DuckDbTextFiles>(catalog, std::move(files), std::move(options));
  GNOMON_RETURN_IF_ERROR(text_files->Start(workspace, session));
  return std::unique_ptr<TextFiles>(std::move(text_files));
}

}  // namespace gnomon::sql
