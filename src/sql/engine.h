// SPDX-License-Identifier: Apache-2.0
// The DuckDB database behind a session: opened without extensions, in UTC, locked; it reads no file
// that was not allowed by name. Every query has a connection of its own, so results may be read
// while other statements run.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "sql/loaded_rows.h"
#include "sql/session.h"
#include "sql/table_sources.h"

namespace duckdb {
class Connection;
class DuckDB;
}  // namespace duckdb

namespace gnomon::sql {

class Engine {
 public:
  // `sources` must outlive the engine. Errors: Unavailable, Internal.
  static Result<std::unique_ptr<Engine>> Open(const SessionOptions& options,
                                              const std::string& tmp_dir, TableSources& sources);
  ~Engine();

  // Runs one SELECT (or EXPLAIN) and streams its rows.
  Result<QueryResult> Run(const std::string& sql);

  // Runs a command that this module wrote itself (CREATE VIEW, DROP VIEW).
  Status Command(const std::string& sql);

  // The columns of a SELECT, with DuckDB's names for their types.
  struct Column {
    std::string name;
    std::string type;
  };
  Result<std::vector<Column>> ColumnsOf(const std::string& select);
  // The columns of a SELECT in our types.
  Result<Schema> SchemaOf(const std::string& select);

  // See Session::MakeRows.
  Result<std::unique_ptr<LoadedRows>> MakeRows(const std::string& name, const Schema& schema);

  // Lets queries read this file.
  void AllowFile(const std::string& path);

  // Stops all statements that run now, from any thread.
  void Interrupt();

  // See Session::ShareDone.
  std::optional<double> ShareDone();

 private:
  Engine() = default;
  std::shared_ptr<duckdb::Connection> Connect();
  Result<QueryResult> RunUnguarded(const std::string& sql);

  std::unique_ptr<duckdb::DuckDB> database_;
  std::mutex mutex_;
  std::vector<std::weak_ptr<duckdb::Connection>> connections_;
};

// Text as a SQL literal and as a quoted identifier.
std::string SqlLiteral(std::string_view text);
std::string SqlIdentifier(std::string_view text);

}  // namespace gnomon::sql
