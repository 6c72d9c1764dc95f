// SPDX-License-Identifier: Apache-2.0
// The embedded catalog: one SQLite file in JdbcCatalog's schema V1 under the catalog name `gnomon`,
// so that pyiceberg and Spark open it too. The journal stays SQLite's default (a rollback journal):
// a commit is one short row update, and the file can be copied or opened read-only at any time,
// which a write-ahead log would forbid.
#include <sqlite3.h>

#include <chrono>
#include <filesystem>
#include <mutex>
#include <random>

#include "base/cancellation.h"
#include "base/log.h"
#include "catalog/catalog_type.h"
#include "catalog/lock_holder.h"
#include "catalog/stored_catalog.h"

namespace gnomon::catalog {

namespace {

constexpr char kSchema[] =
    "CREATE TABLE IF NOT EXISTS iceberg_tables (catalog_name VARCHAR(255) NOT NULL,"
    " table_namespace VARCHAR(255) NOT NULL, table_name VARCHAR(255) NOT NULL,"
    " metadata_location VARCHAR(1000), previous_metadata_location VARCHAR(1000),"
    " iceberg_type VARCHAR(5), PRIMARY KEY (catalog_name, table_namespace, table_name));"
    "CREATE TABLE IF NOT EXISTS iceberg_namespace_properties (catalog_name VARCHAR(255) NOT NULL,"
    " namespace VARCHAR(255) NOT NULL, property_key VARCHAR(255) NOT NULL,"
    " property_value VARCHAR(1000) NOT NULL, PRIMARY KEY (catalog_name, namespace, property_key));";

// The condition of a kind; a row of JdbcCatalog's schema V0 that was upgraded has no type.
std::string KindIs(EntryKind kind) {
  return kind == EntryKind::kView ? "iceberg_type = 'VIEW'"
                                  : "(iceberg_type = 'TABLE' OR iceberg_type IS NULL)";
}

constexpr int kBusyTimeoutMs = 30'000;

constexpr int kWaitMs = 50;
// After so many waits (some three seconds) the user is told why nothing happens.
constexpr int kTellAfter = 90;

// Waits a little longer each time, at random, so that processes that met do not meet again.
int OnBusy(void* path, int attempts) {
  static thread_local std::minstd_rand random(std::random_device{}());
  const int wait_ms = std::min(1 + attempts, kWaitMs);
  // The waits add up to about the timeout: the mean of one is wait_ms.
  if (attempts > kBusyTimeoutMs / kWaitMs) return 0;
  if (attempts == kTellAfter) {
    LogInfo("waiting for the catalog, which is locked by {}", LockHolder(static_cast<char*>(path)));
  }
  const int random_ms =
      wait_ms / 2 + static_cast<int>(random() % static_cast<unsigned>(wait_ms + 1));
  return SleepUnlessCancelled(std::chrono::milliseconds(random_ms)) ? 1 : 0;
}

struct CloseDatabase {
  void operator()(sqlite3* database) const { sqlite3_close(database); }
};
struct FinalizeStatement {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Database = std::unique_ptr<sqlite3, CloseDatabase>;
using Statement = std::unique_ptr<sqlite3_stmt, FinalizeStatement>;
using Row = std::vector<std::optional<std::string>>;

class SqliteStore final : public CatalogStore {
 public:
  static Result<std::shared_ptr<SqliteStore>> Open(const std::string& path) {
    std::error_code ignored;
    std::filesystem::create_directories(std::filesystem::path(path).parent_path(), ignored);
    sqlite3* raw = nullptr;
    const int code = sqlite3_open_v2(
        path.c_str(), &raw, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_FULLMUTEX,
        nullptr);
    auto store = std::make_shared<SqliteStore>(Database(raw), path);
    if (code != SQLITE_OK) return store->Failure(code);
    sqlite3_busy_handler(raw, &OnBusy, store->path_.data());
    GNOMON_RETURN_IF_ERROR(store->EnsureSchema());
    return store;
  }

  SqliteStore(Database database, std::string path)
      : database_(std::move(database)), path_(std::move(path)) {}

  Result<std::vector<std::string>> Namespaces() override {
    GNOMON_ASSIGN_OR_RETURN(
        const auto rows,
        Query("SELECT namespace FROM iceberg_namespace_properties WHERE catalog_name = 'gnomon' "
              "UNION "
              "SELECT table_namespace FROM iceberg_tables WHERE catalog_name = 'gnomon' ORDER BY 1",
              {}));
    std::vector<std::string> result;
    result.reserve(rows.size());
    for (const Row& row : rows) result.push_back(row[0].value_or(""));
    return result;
  }

  Result<bool> InsertNamespace(const std::string& name_space) override {
    return Write([&]() -> Result<bool> {
      GNOMON_ASSIGN_OR_RETURN(
          const auto known,
          Query("SELECT 1 FROM iceberg_namespace_properties WHERE catalog_name = 'gnomon' AND"
                " namespace = ?1 UNION SELECT 1 FROM iceberg_tables WHERE catalog_name = 'gnomon'"
                " AND table_namespace = ?1",
                {name_space}));
      if (!known.empty()) return false;
      return AddNamespace(name_space);
    });
  }

  Result<std::vector<TableName>> Names(EntryKind kind, const std::string& name_space) override {
    GNOMON_ASSIGN_OR_RETURN(
        const auto rows,
        Query("SELECT table_name FROM iceberg_tables WHERE catalog_name = 'gnomon' AND "
              "table_namespace = ?1 AND " +
                  KindIs(kind) + " ORDER BY 1",
              {name_space}));
    std::vector<TableName> result;
    result.reserve(rows.size());
    for (const Row& row : rows) {
      result.push_back({.name_space = name_space, .name = row[0].value_or("")});
    }
    return result;
  }

  Result<std::optional<std::string>> Find(EntryKind kind, const TableName& name) override {
    GNOMON_ASSIGN_OR_RETURN(
        const auto rows,
        Query("SELECT metadata_location FROM iceberg_tables WHERE catalog_name = 'gnomon' AND"
              " table_namespace = ?1 AND table_name = ?2 AND " +
                  KindIs(kind),
              {name.name_space, name.name}));
    return rows.empty() ? std::optional<std::string>() : rows[0][0];
  }

  Result<bool> Insert(EntryKind kind, const TableName& name, const std::string& location) override {
    return Write([&]() -> Result<bool> {
      GNOMON_ASSIGN_OR_RETURN(const bool inserted,
                              Change(kInsert, {name.name_space, name.name, location,
                                               kind == EntryKind::kView ? "VIEW" : "TABLE"}));
      if (inserted) GNOMON_RETURN_IF_ERROR(AddNamespace(name.name_space));
      return inserted;
    });
  }

  Result<bool> Swap(EntryKind kind, const TableName& name, const std::string& expected,
                    const std::string& next) override {
    return Write([&] {
      return Change(
          "UPDATE iceberg_tables SET metadata_location = ?4, previous_metadata_location = ?3 WHERE"
          " catalog_name = 'gnomon' AND table_namespace = ?1 AND table_name = ?2 AND"
          " metadata_location = ?3 AND " +
              KindIs(kind),
          {name.name_space, name.name, expected, next});
    });
  }

  Result<bool> Delete(EntryKind kind, const TableName& name) override {
    return Write([&] {
      return Change(
          "DELETE FROM iceberg_tables WHERE catalog_name = 'gnomon' AND table_namespace = ?1 AND"
          " table_name = ?2 AND " +
              KindIs(kind),
          {name.name_space, name.name});
    });
  }

  Result<bool> Rename(const TableName& from, const TableName& to) override {
    return Write([&] { return RenameInside(from, to); });
  }

  Result<bool> Replace(const TableName& name, const std::string& expected, const TableName& archive,
                       const std::string& next) override {
    return Write([&]() -> Result<bool> {
      GNOMON_ASSIGN_OR_RETURN(const auto location, Find(EntryKind::kTable, name));
      if (location != expected) return false;
      GNOMON_RETURN_IF_ERROR(RenameInside(name, archive));
      return Change(kInsert, {name.name_space, name.name, next, "TABLE"});
    });
  }

 private:
  static constexpr const char* kInsert =
      "INSERT OR IGNORE INTO iceberg_tables (catalog_name, table_namespace, table_name,"
      " metadata_location, previous_metadata_location, iceberg_type)"
      " VALUES ('gnomon', ?1, ?2, ?3, NULL, ?4)";

  // REQUIRES: a transaction.
  Result<bool> RenameInside(const TableName& from, const TableName& to) {
    GNOMON_ASSIGN_OR_RETURN(
        const auto taken,
        Query("SELECT 1 FROM iceberg_tables WHERE catalog_name = 'gnomon' AND table_namespace = ?1"
              " AND table_name = ?2",
              {to.name_space, to.name}));
    GNOMON_ASSIGN_OR_RETURN(const auto source, Find(EntryKind::kTable, from));
    if (!source) return false;
    if (!taken.empty())
      return AlreadyExists("table {} exists - choose another name", to.ToString());
    GNOMON_RETURN_IF_ERROR(AddNamespace(to.name_space));
    return Change(
        "UPDATE iceberg_tables SET table_namespace = ?3, table_name = ?4 WHERE"
        " catalog_name = 'gnomon' AND table_namespace = ?1 AND table_name = ?2",
        {from.name_space, from.name, to.name_space, to.name});
  }

  // Refuses a file in the older schema V0 rather than changing it under another engine.
  Status EnsureSchema() {
    const std::lock_guard lock(mutex_);
    const int code = sqlite3_exec(database_.get(), kSchema, nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) return Failure(code);
    GNOMON_ASSIGN_OR_RETURN(
        const auto columns,
        Query("SELECT 1 FROM pragma_table_info('iceberg_tables') WHERE name = 'iceberg_type'", {}));
    if (!columns.empty()) return Ok();
    return Unimplemented(
        "the catalog {} has JdbcCatalog's schema V0 - upgrade it: sqlite3 {} \"ALTER "
        "TABLE iceberg_tables ADD COLUMN iceberg_type VARCHAR(5)\"",
        path_, path_);
  }

  Result<bool> AddNamespace(const std::string& name_space) {
    return Change(
        "INSERT OR IGNORE INTO iceberg_namespace_properties (catalog_name, namespace, property_key,"
        " property_value) VALUES ('gnomon', ?1, 'exists', 'true')",
        {name_space});
  }

  // Runs `body` in one transaction that takes the write lock first, so that it never fails half-way
  // for a lock.
  template <typename Body>
  Result<bool> Write(const Body& body) {
    const std::lock_guard lock(mutex_);
    GNOMON_RETURN_IF_ERROR(Execute("BEGIN IMMEDIATE"));
    auto result = body();
    if (!result || !*result) {
      static_cast<void>(Execute("ROLLBACK").has_value());
      return result;
    }
    if (auto committed = Execute("COMMIT"); !committed) {
      static_cast<void>(Execute("ROLLBACK").has_value());
      return std::move(committed).error();
    }
    return result;
  }

  Status Execute(const char* sql) {
    const int code = sqlite3_exec(database_.get(), sql, nullptr, nullptr, nullptr);
    return code == SQLITE_OK ? Ok() : Status(Failure(code));
  }

  // True when a row was changed.
  Result<bool> Change(const std::string& sql, const std::vector<std::string>& arguments) {
    GNOMON_RETURN_IF_ERROR(Query(sql, arguments));
    return sqlite3_changes(database_.get()) > 0;
  }

  Result<std::vector<Row>> Query(const std::string& sql,
                                 const std::vector<std::string>& arguments) {
    const std::lock_guard lock(mutex_);
    sqlite3_stmt* raw = nullptr;
    int code = sqlite3_prepare_v2(database_.get(), sql.c_str(), -1, &raw, nullptr);
    const Statement statement(raw);
    if (code != SQLITE_OK) return Failure(code);
    for (std::size_t i = 0; i < arguments.size(); ++i) {
      sqlite3_bind_text(raw, static_cast<int>(i + 1), arguments[i].data(),
                        static_cast<int>(arguments[i].size()), SQLITE_STATIC);
    }
    std::vector<Row> rows;
    while ((code = sqlite3_step(raw)) == SQLITE_ROW) {
      Row row;
      for (int i = 0; i < sqlite3_column_count(raw); ++i) {
        const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(raw, i));
        row.push_back(text == nullptr ? std::nullopt : std::optional<std::string>(text));
      }
      rows.push_back(std::move(row));
    }
    if (code != SQLITE_DONE) return Failure(code);
    return rows;
  }

  Error Failure(int code) const {
    const char* reason = database_ ? sqlite3_errmsg(database_.get()) : sqlite3_errstr(code);
    if (const Status stop = CheckCancelled(); !stop && code == SQLITE_BUSY) return stop.error();
    if (code == SQLITE_BUSY || code == SQLITE_LOCKED) {
      return Unavailable(
          "the catalog {} stayed locked for {} s: by {} - wait until that is done, or end it (a "
          "Spark needs jdbc.init-catalog-tables=false, see docs/peers.md), and run the command "
          "again",
          path_, kBusyTimeoutMs / 1000, LockHolder(path_));
    }
    if (code == SQLITE_FULL) {
      return Unavailable(
          "the catalog {} cannot be written - the disk is full; free space and run "
          "the command again",
          path_);
    }
    if (code == SQLITE_READONLY || code == SQLITE_CANTOPEN || code == SQLITE_PERM) {
      return Unavailable(
          "the catalog {} cannot be written - no permission, or a file system that is "
          "read-only; make it and its folder writable for this user",
          path_);
    }
    if (code == SQLITE_NOTADB || code == SQLITE_CORRUPT) {
      return Corruption(
          "the catalog {} is not a SQLite database: {} - restore it from a copy, or remove it and "
          "run the modes again",
          path_, reason);
    }
    return Unavailable("the catalog {} cannot be used now: {} - run the command again", path_,
                       reason);
  }

  std::recursive_mutex mutex_;  // One statement or transaction at a time on the one connection.
  Database database_;
  std::string path_;
};

Result<std::unique_ptr<Catalog>> OpenSqlite(const CatalogOptions& options) {
  GNOMON_ASSIGN_OR_RETURN(auto store, SqliteStore::Open(options.uri));
  return MakeStoredCatalog(
      std::move(store),
      std::filesystem::absolute(options.warehouse_dir).lexically_normal().string());
}

}  // namespace

extern const CatalogType kSqlite;
constinit const CatalogType kSqlite{
    .name = "sqlite",
    .doc = "An embedded SQLite file, shared with pyiceberg and Spark.",
    .open = &OpenSqlite,
    .test_uri_variable = ""};

Result<std::unique_ptr<Catalog>> OpenSqliteCatalog(const std::string& database_path,
                                                   const std::string& warehouse_dir) {
  return OpenSqlite({.uri = database_path, .warehouse_dir = warehouse_dir});
}

}  // namespace gnomon::catalog
