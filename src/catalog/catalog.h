// SPDX-License-Identifier: Apache-2.0
// Where tables are registered: names to metadata pointers. Implementations are files under
// catalog/backends, listed in catalog/backends/list.inc. Thread safe; safe between processes.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "iceberg/table.h"
#include "iceberg/view_metadata.h"

namespace gnomon::catalog {

// `namespace.table`; namespaces have one level.
struct TableName {
  std::string name_space;
  std::string name;

  bool operator==(const TableName&) const = default;
  std::string ToString() const { return name_space + "." + name; }
};

// Parses `db.table` (a bare `table` is in namespace `default`). Errors: InvalidArgument for names
// that are not [A-Za-z0-9_-]+ on both sides (so that no name leaves the warehouse folder).
Result<TableName> ParseTableName(std::string_view text);

class Catalog {
 public:
  virtual ~Catalog() = default;

  virtual Result<std::vector<std::string>> ListNamespaces() = 0;
  // AlreadyExists if it is there.
  virtual Status CreateNamespace(const std::string& name_space) = 0;
  // NotFound if the namespace does not exist. Sorted.
  virtual Result<std::vector<TableName>> ListTables(const std::string& name_space) = 0;
  // NotFound names what makes the table, if a remedy knows it, else the nearest existing tables.
  virtual Result<iceberg::Table> LoadTable(const TableName& name) = 0;
  // Creates table and namespace; an empty options.location becomes the default one. AlreadyExists
  // if it is there.
  virtual Result<iceberg::Table> CreateTable(const TableName& name,
                                             iceberg::CreateTableOptions options) = 0;
  // A new table that takes the place of `name` with its first commit, in one step in which the old
  // one becomes `archive`; before it nobody sees either change. That commit's errors: Conflict when
  // the old table changed meanwhile, AlreadyExists when `archive` is there.
  virtual Result<iceberg::Table> ReplaceTable(const TableName& name, const TableName& archive,
                                              iceberg::CreateTableOptions options) = 0;
  // Makes a table that nobody sees before its first commit, which registers it: a command that dies
  // on the way leaves nothing. AlreadyExists now or at that commit.
  virtual Result<iceberg::Table> StageTable(const TableName& name,
                                            iceberg::CreateTableOptions options) = 0;
  // Unregisters; files stay. NotFound.
  virtual Status DropTable(const TableName& name) = 0;
  // NotFound, AlreadyExists.
  virtual Status RenameTable(const TableName& from, const TableName& to) = 0;

  // Views, which share their names with tables. NotFound if the namespace does not exist. Sorted.
  virtual Result<std::vector<TableName>> ListViews(const std::string& name_space) = 0;
  virtual Result<bool> HasView(const TableName& name) = 0;
  // NotFound.
  virtual Result<iceberg::ViewDefinition> LoadView(const TableName& name) = 0;
  // AlreadyExists if there is a table of that name, or a view and `replace` is false.
  virtual Status PutView(const TableName& name, const iceberg::ViewDefinition& view,
                         bool replace) = 0;
  // Unregisters; files stay. NotFound.
  virtual Status DropView(const TableName& name) = 0;

  // Tells what makes a table that is missing, as a command: who opens the catalog knows the
  // repository's configs, which this module must not.
  using Remedy = std::function<std::optional<std::string>(const TableName&)>;
  virtual void set_remedy(Remedy remedy) { remedy_ = std::move(remedy); }

 protected:
  Remedy remedy_;
};

// Opens the embedded default: SQLite in JdbcCatalog's schema V1, catalog name `gnomon`, tables
// under `warehouse_dir`.
Result<std::unique_ptr<Catalog>> OpenSqliteCatalog(const std::string& database_path,
                                                   const std::string& warehouse_dir);

}  // namespace gnomon::catalog
