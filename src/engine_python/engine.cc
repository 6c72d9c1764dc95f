// SPDX-License-Identifier: Apache-2.0
#include "engine_python/engine.h"

#include <arrow/api.h>

#include <nlohmann/json.hpp>

#include "engine_python/table_info.h"
#include "sql/result_printer.h"
#include "sql/result_stream.h"

namespace gnomon {

using nlohmann::json;

Result<std::shared_ptr<OpenEngine>> OpenEngine::Open(const std::string& root) {
  GNOMON_ASSIGN_OR_RETURN(cli::Repository repository, cli::OpenRepository(root));
  auto engine = std::shared_ptr<OpenEngine>(new OpenEngine(std::move(repository)));
  const cli::Repository& opened = engine->repository_;
  GNOMON_ASSIGN_OR_RETURN(engine->session_, sql::Session::Open(opened.workspace, *opened.catalog,
                                                               {.memory_bytes = opened.memory_bytes,
                                                                .threads = opened.threads}));
  return engine;
}

Result<std::shared_ptr<Rows>> OpenEngine::Execute(const std::string& statement_json) {
  const json statement = json::parse(statement_json, nullptr, /*allow_exceptions=*/false);
  if (!statement.is_object()) {
    return InvalidArgument(
        "the engine executes translated statements, JSON objects - translate Spark SQL with "
        "gnomon.spark_sql");
  }
  const std::lock_guard lock(execute_mutex_);
  GNOMON_ASSIGN_OR_RETURN(sql::QueryResult result, session_->Execute(statement));
  return std::make_shared<Rows>(shared_from_this(), std::move(result));
}

Result<OpenEngine::Texts> OpenEngine::ReadTexts(const json& statement) {
  const std::lock_guard lock(execute_mutex_);
  GNOMON_ASSIGN_OR_RETURN(const sql::QueryResult result, session_->Execute(statement));
  Texts texts;
  const auto read = [&](const arrow::RecordBatch& batch) {
    for (std::int64_t row = 0; row < batch.num_rows(); ++row) {
      auto& cells = texts.emplace_back();
      for (const auto& column : batch.columns()) {
        sql::AppendSparkText(*column, row, &cells.emplace_back());
      }
    }
    return Ok();
  };
  GNOMON_RETURN_IF_ERROR(sql::ForEachBatch(*result.batches, "running the statement", read));
  return texts;
}

Result<std::vector<std::string>> OpenEngine::Namespaces() {
  return repository_.catalog->ListNamespaces();
}

Result<std::vector<std::string>> OpenEngine::Tables(const std::string& name_space) {
  // Those of the session come with any namespace's.
  const std::string asked = name_space.empty() ? "default" : name_space;
  GNOMON_ASSIGN_OR_RETURN(const Texts texts, ReadTexts({{"kind", "show_tables"},
                                                        {"namespace", asked},
                                                        {"pattern", nullptr},
                                                        {"source", "SHOW TABLES IN " + asked}}));
  std::vector<std::string> names;
  for (const auto& row : texts) {
    if (row[0] == name_space) names.push_back(row[1]);
  }
  if (!name_space.empty()) {
    GNOMON_ASSIGN_OR_RETURN(const auto views, repository_.catalog->ListViews(name_space));
    for (const catalog::TableName& view : views) names.push_back(view.name);
  }
  return names;
}

Result<OpenEngine::Columns> OpenEngine::ColumnsOf(const std::string& table) {
  GNOMON_ASSIGN_OR_RETURN(const Texts texts, ReadTexts({{"kind", "describe"},
                                                        {"table", table},
                                                        {"extended", false},
                                                        {"source", "DESCRIBE " + table}}));
  Columns columns;
  for (const auto& row : texts) {
    // What follows the columns begins with an empty line or a heading.
    if (row[1].empty() || row[0].starts_with("# ")) break;
    columns.emplace_back(row[0], row[1]);
  }
  return columns;
}

Result<std::string> OpenEngine::TableInfo(const std::string& table) {
  GNOMON_ASSIGN_OR_RETURN(const catalog::TableName name, catalog::ParseTableName(table));
  GNOMON_ASSIGN_OR_RETURN(const bool is_view, repository_.catalog->HasView(name));
  if (is_view) {
    return NotFound("{} is a view and has no snapshots - look at its rows with a query", table);
  }
  GNOMON_ASSIGN_OR_RETURN(const iceberg::Table loaded, repository_.catalog->LoadTable(name));
  return TableInfoJson(loaded);
}

}  // namespace gnomon
