// SPDX-License-Identifier: Apache-2.0
// CREATE TABLE ... AS SELECT. The commit of the rows also registers the table, so that a failure or
// a kill leaves none.
#include <arrow/api.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/edit_distance.h"
#include "base/progress.h"
#include "iceberg/write_transaction.h"
#include "sql/result_stream.h"
#include "sql/statements.h"

namespace gnomon::sql {

namespace {

using nlohmann::json;

Result<bool> TableExists(catalog::Catalog& catalog, const catalog::TableName& name) {
  const auto table = catalog.LoadTable(name);
  if (table.has_value()) return true;
  if (table.error().code == ErrorCode::kNotFound) return false;
  return table.error();
}

// Iceberg knows neither bytes nor shorts: Spark widens them too.
Result<std::string> WithIcebergTypes(Engine& engine, const std::string& sql) {
  GNOMON_ASSIGN_OR_RETURN(const Schema schema, engine.SchemaOf(sql));
  std::string replaced;
  for (const Field& field : schema.fields) {
    if (field.type.kind == TypeKind::kVoid) {
      return InvalidArgument("column '{}' has no type - write CAST(NULL AS <type>)", field.name);
    }
    if (field.type.kind != TypeKind::kByte && field.type.kind != TypeKind::kShort) continue;
    const std::string name = SqlIdentifier(field.name);
    replaced +=
        fmt::format("{}CAST({} AS INTEGER) AS {}", replaced.empty() ? "" : ", ", name, name);
  }
  if (replaced.empty()) return sql;
  return fmt::format("SELECT * REPLACE ({}) FROM ({})", replaced, sql);
}

Result<iceberg::CreateTableOptions> MakeOptions(const json& statement, const Schema& schema) {
  iceberg::CreateTableOptions options;
  options.schema = schema;
  options.partition_columns = statement.at("partitioned_by").get<std::vector<std::string>>();
  options.properties = statement.at("properties").get<std::map<std::string, std::string>>();
  for (const std::string& column : options.partition_columns) {
    if (!schema.Find(column)) {
      return InvalidArgument("partition column '{}' is not in the query{}", column,
                             DidYouMean(column, schema.names()));
    }
  }
  return options;
}

Result<std::shared_ptr<arrow::RecordBatch>> NextBatch(arrow::RecordBatchReader& batches) {
  std::shared_ptr<arrow::RecordBatch> batch;
  const arrow::Status status = batches.ReadNext(&batch);
  if (!status.ok()) return StreamError(status, "running the query");
  return batch;
}

Status WriteAll(iceberg::Table& table, std::shared_ptr<arrow::RecordBatch> batch,
                arrow::RecordBatchReader& batches) {
  GNOMON_ASSIGN_OR_RETURN(const auto transaction,
                          iceberg::WriteTransaction::Begin(table, iceberg::WriteOptions()));
  while (batch != nullptr) {
    GNOMON_RETURN_IF_ERROR(transaction->Write(*batch));
    GNOMON_ASSIGN_OR_RETURN(batch, NextBatch(batches));
  }
  GNOMON_RETURN_IF_ERROR(transaction->Commit());
  return Ok();
}

}  // namespace

Result<QueryResult> CreateTableAs(StatementContext& context, const json& statement) {
  GNOMON_ASSIGN_OR_RETURN(const auto name,
                          context.sources.NameOf(statement.at("table").get<std::string>()));
  GNOMON_ASSIGN_OR_RETURN(const bool exists, TableExists(context.catalog, name));
  if (exists && statement.at("if_not_exists").get<bool>()) return EmptyResult();
  if (exists)
    return AlreadyExists("table {} exists - drop it first, or write CREATE TABLE IF NOT EXISTS",
                         name.ToString());

  GNOMON_ASSIGN_OR_RETURN(const std::string query, PrepareQuery(context, statement.at("query")));
  GNOMON_ASSIGN_OR_RETURN(const std::string sql, WithIcebergTypes(context.engine, query));
  ProgressStep progress("creating " + name.ToString(), WorkWritten());
  progress.AskShare([&context] { return context.engine.ShareDone(); });
  GNOMON_ASSIGN_OR_RETURN(const QueryResult result, context.engine.Run(sql));
  GNOMON_ASSIGN_OR_RETURN(auto options, MakeOptions(statement, result.schema));
  GNOMON_ASSIGN_OR_RETURN(auto first, NextBatch(*result.batches));

  if (first == nullptr) {
    GNOMON_RETURN_IF_ERROR(context.catalog.CreateTable(name, std::move(options)));
    return EmptyResult();
  }
  GNOMON_ASSIGN_OR_RETURN(auto table, context.catalog.StageTable(name, std::move(options)));
  GNOMON_RETURN_IF_ERROR(WriteAll(table, std::move(first), *result.batches));
  return EmptyResult();
}

}  // namespace gnomon::sql
