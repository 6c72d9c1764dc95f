// SPDX-License-Identifier: Apache-2.0
// What the names in a query mean: Iceberg tables of the catalog, their metadata tables
// (`db.t.history`), and direct file tables. One statement sees one state of each table: what was
// looked up is kept until the next statement. Thread safe.
#pragma once

#include <arrow/type_fwd.h>

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "base/result.h"
#include "catalog/catalog.h"
#include "iceberg/table.h"
#include "types/data_type.h"

namespace gnomon::sql {

struct TableSource {
  Schema schema;
  std::shared_ptr<const iceberg::Table> table;  // Of an Iceberg table, else nullptr.
  std::shared_ptr<arrow::RecordBatch> rows;     // Of a metadata table, else nullptr.
};

class TableSources {
 public:
  explicit TableSources(catalog::Catalog& catalog) : catalog_(&catalog) {}

  // Forgets what was looked up: the next statement sees the tables anew.
  void BeginStatement();

  // The namespace of names that have none, "default" at first.
  void SetNamespace(std::string name_space);
  std::string name_space();
  // What a name in a statement means. Errors: InvalidArgument.
  Result<catalog::TableName> NameOf(const std::string& name);

  // Errors: NotFound (table with near names, metadata table), those of reading metadata.
  Result<TableSource> Find(const std::string& name);

  // Says how a name that is a stored view becomes a SELECT (nullopt: it is none). Set once, by the
  // session.
  using ViewResolver = std::function<Result<std::optional<std::string>>(const std::string& name)>;
  void SetViewResolver(ViewResolver resolver) { resolve_view_ = std::move(resolver); }
  Result<std::optional<std::string>> FindView(const std::string& name);

  // Gives a direct file table (`parquet.s3a://...`) the SELECT that reads it.
  void SetFileTable(const std::string& name, std::string select);
  std::optional<std::string> FindFileTable(const std::string& name);

 private:
  Result<std::shared_ptr<const iceberg::Table>> Load(const catalog::TableName& name);
  Result<catalog::TableName> Parse(const std::string& name) const;
  Result<TableSource> Resolve(const std::string& name);

  catalog::Catalog* catalog_;
  ViewResolver resolve_view_;
  std::mutex mutex_;
  std::string name_space_ = "default";
  std::map<std::string, std::shared_ptr<const iceberg::Table>> tables_;
  std::map<std::string, std::string> file_tables_;
};

}  // namespace gnomon::sql
