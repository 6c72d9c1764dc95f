// SPDX-License-Identifier: Apache-2.0
#include "run/table_export.h"

#include <arrow/api.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "sql/print_style.h"
#include "sql/result_printer.h"
#include "sql/result_stream.h"
#include "storage/parquet_writer.h"
#include "types/arrow_mapping.h"

namespace gnomon::run {

namespace {

namespace fs = std::filesystem;

// Hands over each batch, and counts the rows.
Result<std::int64_t> WriteBatches(const sql::QueryResult& result,
                                  const std::function<Status(const arrow::RecordBatch&)>& write) {
  std::int64_t rows = 0;
  const auto count = [&](const arrow::RecordBatch& batch) {
    rows += batch.num_rows();
    return write(batch);
  };
  GNOMON_RETURN_IF_ERROR(sql::ForEachBatch(*result.batches, "reading the table to export", count));
  return rows;
}

Result<std::int64_t> WriteParquet(const sql::QueryResult& result, const std::string& path) {
  Schema schema = result.schema;
  for (std::size_t i = 0; i < schema.fields.size(); ++i) {
    schema.fields[i].id = static_cast<std::int32_t>(i + 1);
  }
  const auto arrow_schema = ToArrow(schema);
  GNOMON_ASSIGN_OR_RETURN(const auto writer, ParquetWriter::Open(path, arrow_schema));
  GNOMON_ASSIGN_OR_RETURN(
      const std::int64_t rows, WriteBatches(result, [&](const arrow::RecordBatch& batch) {
        return writer->Write(
            *arrow::RecordBatch::Make(arrow_schema, batch.num_rows(), batch.columns()));
      }));
  GNOMON_RETURN_IF_ERROR(writer->Close());
  return rows;
}

// One object a line, as Spark writes JSON.
Result<std::int64_t> WriteJsonLines(const sql::QueryResult& result, std::ostream& out) {
  std::vector<std::string> keys;
  for (const Field& field : result.schema.fields) {
    sql::AppendJsonString(field.name, &keys.emplace_back(keys.empty() ? "{" : ","));
    keys.back() += ':';
  }
  std::string line;
  return WriteBatches(result, [&](const arrow::RecordBatch& batch) -> Status {
    for (std::int64_t row = 0; row < batch.num_rows(); ++row) {
      line.clear();
      for (int i = 0; i < batch.num_columns(); ++i) {
        line += keys[static_cast<std::size_t>(i)];
        sql::AppendJson(*batch.column(i), row, &line);
      }
      line += "}\n";
      out << line;
    }
    return Ok();
  });
}

Result<std::int64_t> WriteText(sql::QueryResult& result, const std::string& format,
                               const std::string& path) {
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  const auto failed = [&] {
    return Unavailable("the table cannot be written as a file: {} - look at its folder and disk",
                       path);
  };
  if (!out) return failed();
  auto rows = [&]() -> Result<std::int64_t> {
    if (format == "json") return WriteJsonLines(result, out);
    GNOMON_ASSIGN_OR_RETURN(const sql::PrintStyle* style, sql::FindPrintStyle(format));
    return sql::PrintResult(result, *style, out);
  }();
  out.close();
  if (rows && !out) return failed();
  return rows;
}

}  // namespace

Result<std::int64_t> ExportTable(sql::Session& session, const catalog::TableName& table,
                                 const std::string& format, const std::string& path) {
  std::error_code error;
  fs::create_directories(fs::path(path).parent_path(), error);
  const std::string name = table.ToString();
  const nlohmann::json query = {{"sql", fmt::format("SELECT * FROM \"{}\"", name)},
                                {"tables", {name}},
                                {"paths", nlohmann::json::array()}};
  GNOMON_ASSIGN_OR_RETURN(sql::QueryResult result, session.Query(query));
  const std::string unfinished = path + ".unfinished";
  fs::remove(unfinished, error);
  auto rows = format == "parquet" ? WriteParquet(result, unfinished)
                                  : WriteText(result, format, unfinished);
  if (!rows) {
    fs::remove(unfinished, error);
    return rows;
  }
  fs::rename(unfinished, path, error);
  if (error) {
    return Unavailable("the table cannot be written as a file: {} ({}) - look at its folder", path,
                       error.message());
  }
  return rows;
}

}  // namespace gnomon::run
