// SPDX-License-Identifier: Apache-2.0
// Adapter of DuckDB's database and connections: its exceptions end here.
#include "sql/engine.h"

#include <arrow/api.h>
#include <arrow/c/bridge.h>

#include <duckdb.hpp>
#include <duckdb/common/arrow/arrow_appender.hpp>
#include <duckdb/main/client_config.hpp>
#include <duckdb/main/prepared_statement.hpp>
#include <duckdb/parser/expression/star_expression.hpp>
#include <duckdb/parser/query_node/select_node.hpp>
#include <duckdb/parser/statement/select_statement.hpp>

#include "base/cancellation.h"
#include "base/edit_distance.h"
#include "sql/counted_files.h"
#include "sql/counted_rows.h"
#include "sql/duckdb_errors.h"
#include "sql/duckdb_types.h"
#include "sql/functions.h"
#include "sql/hyperloglog.h"
#include "sql/iceberg_scan.h"
#include "sql/moments.h"
#include "sql/outer_columns.h"
#include "sql/result_stream.h"
#include "sql/spark_plan.h"
#include "types/arrow_mapping.h"
#include "types/interval_type.h"

namespace gnomon::sql {

namespace {

// DuckDB's chunks have 2048 rows; consumers write files and print tables, which larger batches
// serve better.
constexpr duckdb::idx_t kBatchRows = 16 * STANDARD_VECTOR_SIZE;

std::optional<IntervalType> IntervalIn(const DataType& type) {
  if (const auto interval = IntervalOf(type)) return interval;
  for (const Field& child : type.children) {
    if (const auto interval = IntervalIn(child.type)) return interval;
  }
  return std::nullopt;
}

Result<Schema> SchemaOfResult(const duckdb::vector<duckdb::LogicalType>& types,
                              const duckdb::vector<std::string>& names) {
  Schema schema;
  for (duckdb::idx_t i = 0; i < types.size(); ++i) {
    Field field;
    field.name = names[i];
    GNOMON_ASSIGN_OR_RETURN(field.type,
                            FromDuckDb(types[i]).Annotate(fmt::format("column '{}'", names[i])));
    if (const auto interval = IntervalIn(field.type)) {
      return Unimplemented(
          "column '{}' holds an {}, which no table does - cast it to a string, or take its parts "
          "with extract",
          names[i], IntervalTypeName(*interval));
    }
    schema.fields.push_back(std::move(field));
  }
  return schema;
}

class DuckDbReader final : public arrow::RecordBatchReader {
 public:
  DuckDbReader(std::shared_ptr<arrow::Schema> schema,
               std::shared_ptr<duckdb::Connection> connection,
               duckdb::unique_ptr<duckdb::QueryResult> result)
      : schema_(std::move(schema)),
        connection_(std::move(connection)),
        result_(std::move(result)) {}

  std::shared_ptr<arrow::Schema> schema() const override { return schema_; }

  arrow::Status ReadNext(std::shared_ptr<arrow::RecordBatch>* batch) override {
    batch->reset();
    if (result_ == nullptr) return arrow::Status::OK();
    auto next = CatchDuckDb([this] { return Next(); });
    if (!next.has_value()) {
      Finish();
      return ToArrowStatus(next.error());
    }
    if (*next == nullptr) Finish();
    *batch = *std::move(next);
    return arrow::Status::OK();
  }

 private:
  // The result belongs to the connection's context, so it goes first.
  void Finish() {
    result_.reset();
    if (connection_ != nullptr) AddCountedRows(*connection_->context);
    connection_.reset();
  }

  Result<std::shared_ptr<arrow::RecordBatch>> Next() {
    duckdb::ArrowAppender appender(result_->types, STANDARD_VECTOR_SIZE,
                                   connection_->context->GetClientProperties(), {});
    duckdb::idx_t rows = 0;
    GNOMON_RETURN_IF_ERROR(CheckCancelled());
    while (rows < kBatchRows && !exhausted_) {
      auto chunk = result_->Fetch();
      if (result_->HasError()) return FromDuckDb(result_->GetErrorObject());
      // A stream that has ended must not be asked again.
      exhausted_ = chunk == nullptr || chunk->size() == 0;
      if (exhausted_) break;
      appender.Append(*chunk, 0, chunk->size(), chunk->size());
      rows += chunk->size();
    }
    if (rows == 0) return std::shared_ptr<arrow::RecordBatch>();
    ArrowArray array = appender.Finalize();
    GNOMON_ARROW_ASSIGN(auto batch, arrow::ImportRecordBatch(&array, schema_),
                        "reading the query's rows");
    return batch;
  }

  std::shared_ptr<arrow::Schema> schema_;
  std::shared_ptr<duckdb::Connection> connection_;
  duckdb::unique_ptr<duckdb::QueryResult> result_;
  bool exhausted_ = false;
};

void Configure(const SessionOptions& options, const std::string& tmp_dir,
               duckdb::DBConfig& config) {
  for (const char* name : {"autoinstall_known_extensions", "autoload_known_extensions",
                           "allow_community_extensions", "allow_unsigned_extensions"}) {
    config.SetOptionByName(name, duckdb::Value::BOOLEAN(false));
  }
  config.options.maximum_memory = static_cast<duckdb::idx_t>(options.memory_bytes);
  config.options.maximum_threads = static_cast<duckdb::idx_t>(std::max(options.threads, 1));
  config.options.temporary_directory = tmp_dir;
}

// Settings of extensions exist only once the database is open; the lock comes last.
Status Lock(duckdb::DuckDB& database, const std::string& tmp_dir) {
  // DuckDB spills there.
  duckdb::DBConfig::GetConfig(*database.instance).AddAllowedDirectory(tmp_dir);
  duckdb::Connection connection(database);
  for (const char* command :
       {"SET GLOBAL TimeZone = 'UTC'", "SET GLOBAL enable_external_access = false",
        "SET GLOBAL lock_configuration = true"}) {
    const auto result = connection.Query(command);
    if (result->HasError()) return FromDuckDb(result->GetErrorObject());
  }
  return Ok();
}

Status CheckIsQuery(const duckdb::vector<duckdb::unique_ptr<duckdb::SQLStatement>>& statements) {
  if (statements.size() != 1) {
    return InvalidArgument("a query must be one statement, this one has {}", statements.size());
  }
  const duckdb::StatementType type = statements[0]->type;
  if (type != duckdb::StatementType::SELECT_STATEMENT &&
      type != duckdb::StatementType::EXPLAIN_STATEMENT) {
    return Unimplemented("a query must be a SELECT, this one is {}",
                         duckdb::StatementTypeToString(type));
  }
  return Ok();
}

using Statement = duckdb::unique_ptr<duckdb::SQLStatement>;

Result<Statement> Parse(duckdb::Connection& connection, const std::string& sql) {
  auto statements = connection.ExtractStatements(sql);
  GNOMON_RETURN_IF_ERROR(CheckIsQuery(statements));
  GNOMON_RETURN_IF_ERROR(QualifyOuterColumns(connection, *statements[0]));
  return std::move(statements[0]);
}

// The columns of a SELECT's FROM in order; none if that cannot be bound, or for other queries.
std::vector<std::string> ColumnsOfFrom(duckdb::Connection& connection, const std::string& sql) {
  auto statements = connection.ExtractStatements(sql);
  if (statements.size() != 1 || statements[0]->type != duckdb::StatementType::SELECT_STATEMENT) {
    return {};
  }
  duckdb::QueryNode& query = *statements[0]->Cast<duckdb::SelectStatement>().node;
  if (query.type != duckdb::QueryNodeType::SELECT_NODE) return {};
  auto& select = query.Cast<duckdb::SelectNode>();
  select.select_list.clear();
  select.select_list.push_back(duckdb::make_uniq<duckdb::StarExpression>());
  select.where_clause.reset();
  select.groups = duckdb::GroupByNode();
  select.having.reset();
  select.qualify.reset();
  select.modifiers.clear();
  const auto prepared = connection.Prepare(std::move(statements[0]));
  if (prepared->HasError()) return {};
  return {prepared->GetNames().begin(), prepared->GetNames().end()};
}

// DuckDB's error of a query. An unknown column is explained by all columns that there are, where
// DuckDB gives a few, or none if an alias of the same SELECT hides it.
Error QueryError(duckdb::Connection& connection, std::string sql, const duckdb::ErrorData& error) {
  const std::optional<std::string> column = UnknownColumnOf(error);
  if (!column) return FromDuckDb(error);
  const std::vector<std::string> columns = ColumnsOfFrom(connection, sql);
  if (!columns.empty()) return UnknownColumn(*column, DidYouMean(*column, columns));
  // An inner query's: without the alias DuckDB names what is near.
  const std::string alias = " AS " + SqlIdentifier(*column);
  for (std::size_t at = sql.find(alias); at != std::string::npos; at = sql.find(alias, at)) {
    sql.erase(at, alias.size());
  }
  const auto prepared = connection.Prepare(sql);
  const bool is_same =
      prepared->HasError() && UnknownColumnOf(prepared->GetErrorObject()) == column;
  return FromDuckDb(is_same ? prepared->GetErrorObject() : error);
}

}  // namespace

Result<std::unique_ptr<Engine>> Engine::Open(const SessionOptions& options,
                                             const std::string& tmp_dir, TableSources& sources) {
  return CatchDuckDb([&]() -> Result<std::unique_ptr<Engine>> {
    duckdb::DBConfig config;
    Configure(options, tmp_dir, config);
    AddTableNames(config, sources);
    auto engine = std::unique_ptr<Engine>(new Engine());
    engine->database_ = std::make_unique<duckdb::DuckDB>(nullptr, &config);
    CountFileReads(*engine->database_->instance, tmp_dir);
    RegisterFunctions(*engine->database_->instance);
    RegisterIcebergScan(*engine->database_->instance, sources);
    RegisterMoments(*engine->database_->instance);
    RegisterHyperLogLog(*engine->database_->instance);
    RegisterSparkPlan(*engine->database_->instance);
    GNOMON_RETURN_IF_ERROR(Lock(*engine->database_, tmp_dir));
    return engine;
  });
}

Engine::~Engine() = default;

std::shared_ptr<duckdb::Connection> Engine::Connect() {
  auto connection = std::make_shared<duckdb::Connection>(*database_);
  duckdb::ClientConfig& config = duckdb::ClientConfig::GetConfig(*connection->context);
  config.enable_progress_bar = true;  // Counts, which ShareDone asks for.
  config.print_progress_bar = false;
  const std::lock_guard lock(mutex_);
  std::erase_if(connections_, [](const auto& known) { return known.expired(); });
  connections_.push_back(connection);
  return connection;
}

Result<QueryResult> Engine::RunUnguarded(const std::string& sql) {
  GNOMON_RETURN_IF_ERROR(CheckCancelled());
  auto connection = Connect();
  GNOMON_ASSIGN_OR_RETURN(Statement statement, Parse(*connection, sql));
  CountRows(*connection->context);
  auto answer = connection->SendQuery(std::move(statement));
  if (answer->HasError()) return QueryError(*connection, sql, answer->GetErrorObject());
  QueryResult result;
  GNOMON_ASSIGN_OR_RETURN(result.schema, SchemaOfResult(answer->types, answer->names));
  result.batches = std::make_unique<DuckDbReader>(ToArrow(result.schema), std::move(connection),
                                                  std::move(answer));
  return result;
}

Result<QueryResult> Engine::Run(const std::string& sql) {
  return CatchDuckDb([&] { return RunUnguarded(sql); });
}

Status Engine::Command(const std::string& sql) {
  return CatchDuckDb([&]() -> Status {
    const auto result = Connect()->Query(sql);
    if (result->HasError()) return FromDuckDb(result->GetErrorObject());
    return Ok();
  });
}

Result<std::vector<Engine::Column>> Engine::ColumnsOf(const std::string& select) {
  return CatchDuckDb([&]() -> Result<std::vector<Column>> {
    const auto connection = Connect();
    GNOMON_ASSIGN_OR_RETURN(Statement statement, Parse(*connection, select));
    const auto prepared = connection->Prepare(std::move(statement));
    if (prepared->HasError()) return QueryError(*connection, select, prepared->GetErrorObject());
    std::vector<Column> columns;
    for (duckdb::idx_t i = 0; i < prepared->ColumnCount(); ++i) {
      columns.push_back({prepared->GetNames()[i], prepared->GetTypes()[i].ToString()});
    }
    return columns;
  });
}

Result<Schema> Engine::SchemaOf(const std::string& select) {
  return CatchDuckDb([&]() -> Result<Schema> {
    const auto connection = Connect();
    GNOMON_ASSIGN_OR_RETURN(Statement statement, Parse(*connection, select));
    const auto prepared = connection->Prepare(std::move(statement));
    if (prepared->HasError()) return QueryError(*connection, select, prepared->GetErrorObject());
    return SchemaOfResult(prepared->GetTypes(), prepared->GetNames());
  });
}

Result<std::unique_ptr<LoadedRows>> Engine::MakeRows(const std::string& name,
                                                     const Schema& schema) {
  return MakeLoadedRows(Connect(), name, schema);
}

void Engine::AllowFile(const std::string& path) {
  duckdb::DBConfig::GetConfig(*database_->instance).AddAllowedPath(path);
}

void Engine::Interrupt() {
  const std::lock_guard lock(mutex_);
  for (const auto& known : connections_) {
    if (const auto connection = known.lock()) connection->Interrupt();
  }
}

std::optional<double> Engine::ShareDone() {
  const std::lock_guard lock(mutex_);
  std::optional<double> share;
  for (const auto& known : connections_) {
    const auto connection = known.lock();
    if (connection == nullptr) continue;
    const double percentage = connection->context->GetQueryProgress().GetPercentage();
    // DuckDB has -1 for a query that it cannot tell of.
    if (percentage > 0) share = std::max(share.value_or(0), percentage / 100);
  }
  return share;
}

std::string SqlLiteral(std::string_view text) {
  std::string literal = "'";
  for (char c : text) {
    if (c == '\'') literal += '\'';
    literal += c;
  }
  return literal + "'";
}

std::string SqlIdentifier(std::string_view text) {
  std::string identifier = "\"";
  for (char c : text) {
    if (c == '"') identifier += '"';
    identifier += c;
  }
  return identifier + "\"";
}

}  // namespace gnomon::sql
