// SPDX-License-Identifier: Apache-2.0
// One DuckDB database in memory for one run or shell: Spark SQL that the compiler translated
// (docs/formats/compiled.md) over Iceberg tables and files, with Spark's functions registered. UTC,
// no extensions loaded from outside, bounded memory.
#pragma once

#include <arrow/type_fwd.h>

#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "base/result.h"
#include "catalog/catalog.h"
#include "sql/loaded_rows.h"
#include "storage/workspace.h"
#include "types/data_type.h"

namespace gnomon::sql {

struct SessionOptions {
  std::int64_t memory_bytes = std::int64_t{1} << 30;
  int threads = 2;
};

// A query's answer as a stream.
struct QueryResult {
  Schema schema;  // Our types: DuckDB's are mapped back (HUGEINT and unsigned are refused).
  std::unique_ptr<arrow::RecordBatchReader> batches;
};

class Session {
 public:
  // `workspace` and `catalog` must outlive the session.
  static Result<std::unique_ptr<Session>> Open(const Workspace& workspace,
                                               catalog::Catalog& catalog,
                                               const SessionOptions& options);
  virtual ~Session() = default;

  // Runs a statement (docs/formats/compiled.md, "Statements") and returns its rows; statements
  // without an answer give a result with no columns. Table names are looked up in the catalog at
  // this moment. Errors: NotFound (table with near names, path as NoSuchKey), InvalidArgument
  // (unknown column with did-you-mean, type mismatch), Unimplemented (not proven equal to Spark),
  // Unavailable.
  virtual Result<QueryResult> Execute(const nlohmann::json& statement) = 0;

  // Runs a query ("Queries" there).
  virtual Result<QueryResult> Query(const nlohmann::json& query) = 0;

  // Makes a table of this session, empty; queries name it without a namespace. Making it again
  // empties it.
  virtual Result<std::unique_ptr<LoadedRows>> MakeRows(const std::string& name,
                                                       const Schema& schema) = 0;

  // Stops the statement that runs now, from another thread.
  virtual void Interrupt() = 0;

  // How much of its sources the statement that runs now has read, 0 to 1; nullopt when that is not
  // known. From any thread.
  virtual std::optional<double> ShareDone() = 0;
};

}  // namespace gnomon::sql
