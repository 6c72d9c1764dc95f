// SPDX-License-Identifier: Apache-2.0
// Rows that a run hands to its session as a table of that session: for joins of rows that lie in no
// table yet. They live in DuckDB's own storage, which spills within its share of memory.
#pragma once

#include <arrow/type_fwd.h>

#include <memory>
#include <string>

#include "base/result.h"
#include "types/data_type.h"

namespace duckdb {
class Connection;
}  // namespace duckdb

namespace gnomon::sql {

class LoadedRows {
 public:
  virtual ~LoadedRows() = default;
  // Appends rows of the schema's types in its order. Any thread.
  virtual Status Append(const arrow::RecordBatch& rows) = 0;
  // Makes the rows visible to queries. REQUIRES: called once, before the first query.
  virtual Status Finish() = 0;
};

// Makes the table `name` (a name without a dot) anew. Errors: Internal, Unavailable.
Result<std::unique_ptr<LoadedRows>> MakeLoadedRows(std::shared_ptr<duckdb::Connection> connection,
                                                   const std::string& name, const Schema& schema);

}  // namespace gnomon::sql
