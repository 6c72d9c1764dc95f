// SPDX-License-Identifier: Apache-2.0
// The rows behind a catalog: where a back end keeps the pointers to the tables' metadata files.
// What the rows mean (names, messages, locations) is the business of StoredCatalog, so a new kind
// of store is these nine functions. Tables and views share their names. Thread safe; each call is
// atomic, also between processes, and holds no lock when it returns.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "catalog/catalog.h"

namespace gnomon::catalog {

enum class EntryKind : std::uint8_t { kTable, kView };

class CatalogStore {
 public:
  virtual ~CatalogStore() = default;

  // Sorted; those that were created and those that hold tables. Errors of all: Unavailable.
  virtual Result<std::vector<std::string>> Namespaces() = 0;
  // False when it is there.
  virtual Result<bool> InsertNamespace(const std::string& name_space) = 0;
  // Sorted; empty for an unknown namespace.
  virtual Result<std::vector<TableName>> Names(EntryKind kind, const std::string& name_space) = 0;
  // The metadata location; nullopt when there is no such entry of that kind.
  virtual Result<std::optional<std::string>> Find(EntryKind kind, const TableName& name) = 0;
  // Adds entry and namespace; false when the name is taken, by whatever kind.
  virtual Result<bool> Insert(EntryKind kind, const TableName& name,
                              const std::string& location) = 0;
  // Compare-and-swap: false when the location is not `expected` or the entry is gone.
  virtual Result<bool> Swap(EntryKind kind, const TableName& name, const std::string& expected,
                            const std::string& next) = 0;
  // False when there is no such entry.
  virtual Result<bool> Delete(EntryKind kind, const TableName& name) = 0;
  // Of tables. False when `from` is missing. Errors: AlreadyExists when `to` is there.
  virtual Result<bool> Rename(const TableName& from, const TableName& to) = 0;
  // Renames `name` to `archive` and adds `name` anew at `next`, both or nothing: false when the
  // location of `name` is not `expected`. Errors: AlreadyExists when `archive` is there.
  virtual Result<bool> Replace(const TableName& name, const std::string& expected,
                               const TableName& archive, const std::string& next) = 0;
};

}  // namespace gnomon::catalog
