// SPDX-License-Identifier: Apache-2.0
// A catalog over any CatalogStore.
#include "catalog/stored_catalog.h"

#include <algorithm>
#include <atomic>
#include <filesystem>

#include "base/edit_distance.h"
#include "iceberg/location.h"
#include "storage/file_io.h"

namespace gnomon::catalog {

namespace {

Error NoTable(const TableName& name) {
  return NotFound("table {} does not exist", name.ToString());
}

Error NameTaken(const TableName& name) {
  return AlreadyExists("table {} exists - choose another name", name.ToString());
}

Error ChangedMeanwhile(const TableName& name) {
  return Conflict("table {} was changed by somebody else - run the command again", name.ToString());
}

// The pointer of one table; it keeps the store alive. A staged table is not in the store yet: its
// first swap puts it there.
class StoredPointer final : public iceberg::MetadataPointer {
 public:
  StoredPointer(std::shared_ptr<CatalogStore> store, TableName name,
                std::string staged_location = "")
      : store_(std::move(store)),
        name_(std::move(name)),
        staged_location_(std::move(staged_location)) {}

  std::string name() const override { return name_.ToString(); }

  Result<std::string> Location() override {
    if (!staged_location_.empty() && !may_be_registered_) return staged_location_;
    GNOMON_ASSIGN_OR_RETURN(auto location, store_->Find(EntryKind::kTable, name_));
    if (!location && !staged_location_.empty()) return staged_location_;
    if (!location) return NoTable(name_);
    staged_location_.clear();
    return *std::move(location);
  }

  Status Swap(const std::string& expected, const std::string& next) override {
    if (!staged_location_.empty()) return Register(next);
    GNOMON_ASSIGN_OR_RETURN(const bool swapped,
                            store_->Swap(EntryKind::kTable, name_, expected, next));
    if (swapped) return Ok();
    GNOMON_ASSIGN_OR_RETURN(const auto location, store_->Find(EntryKind::kTable, name_));
    if (!location) return NoTable(name_);
    return ChangedMeanwhile(name_);
  }

 private:
  Status Register(const std::string& location) {
    may_be_registered_ = true;
    GNOMON_ASSIGN_OR_RETURN(const bool inserted,
                            store_->Insert(EntryKind::kTable, name_, location));
    if (!inserted) return NameTaken(name_);
    staged_location_.clear();
    return Ok();
  }

  std::shared_ptr<CatalogStore> store_;
  TableName name_;
  std::string staged_location_;
  bool may_be_registered_ = false;  // Of a staged table: since its first swap.
};

// The pointer of a table that takes the place of another with its first commit. Until then it
// knows its first metadata file alone; from then on it is that of any table.
class ReplacingPointer final : public iceberg::MetadataPointer {
 public:
  ReplacingPointer(std::shared_ptr<CatalogStore> store, TableName name, TableName archive,
                   std::string replaced, std::string first)
      : store_(std::move(store)),
        name_(std::move(name)),
        archive_(std::move(archive)),
        replaced_(std::move(replaced)),
        first_(std::move(first)),
        published_(store_, name_) {}

  std::string name() const override { return name_.ToString(); }

  Result<std::string> Location() override {
    if (!is_published_ && may_be_published_) {
      GNOMON_ASSIGN_OR_RETURN(const auto location, store_->Find(EntryKind::kTable, name_));
      is_published_ = location && *location != replaced_;
    }
    if (is_published_) return published_.Location();
    return first_;
  }

  Status Swap(const std::string& expected, const std::string& next) override {
    if (is_published_) return published_.Swap(expected, next);
    may_be_published_ = true;
    GNOMON_ASSIGN_OR_RETURN(const bool done, store_->Replace(name_, replaced_, archive_, next));
    if (!done) return ChangedMeanwhile(name_);
    is_published_ = true;
    return Ok();
  }

 private:
  std::shared_ptr<CatalogStore> store_;
  TableName name_, archive_;
  std::string replaced_, first_;
  StoredPointer published_;
  std::atomic<bool> may_be_published_ = false;  // Since the first swap.
  std::atomic<bool> is_published_ = false;
};

class StoredCatalog final : public Catalog {
 public:
  StoredCatalog(std::shared_ptr<CatalogStore> store, std::string warehouse_dir)
      : store_(std::move(store)), warehouse_dir_(std::move(warehouse_dir)) {}

  Result<std::vector<std::string>> ListNamespaces() override { return store_->Namespaces(); }

  Status CreateNamespace(const std::string& name_space) override {
    GNOMON_RETURN_IF_ERROR(CheckName({.name_space = name_space, .name = "t"}));
    GNOMON_ASSIGN_OR_RETURN(const bool inserted, store_->InsertNamespace(name_space));
    return inserted
               ? Ok()
               : Status(AlreadyExists("namespace {} exists - choose another name", name_space));
  }

  Result<std::vector<TableName>> ListTables(const std::string& name_space) override {
    GNOMON_RETURN_IF_ERROR(CheckNamespace(name_space));
    return store_->Names(EntryKind::kTable, name_space);
  }

  Result<iceberg::Table> LoadTable(const TableName& name) override {
    GNOMON_ASSIGN_OR_RETURN(const auto location, store_->Find(EntryKind::kTable, name));
    if (!location) return MissingTable(name, /*to_read=*/true);
    GNOMON_RETURN_IF_ERROR(CheckNotMoved(name, *location));
    return iceberg::Table::Load(std::make_shared<StoredPointer>(store_, name));
  }

  Result<iceberg::Table> CreateTable(const TableName& name,
                                     iceberg::CreateTableOptions options) override {
    GNOMON_ASSIGN_OR_RETURN(const std::string location, WriteNewTable(name, std::move(options)));
    GNOMON_ASSIGN_OR_RETURN(const bool inserted, store_->Insert(EntryKind::kTable, name, location));
    if (!inserted) {
      GNOMON_ASSIGN_OR_RETURN(const auto path, iceberg::LocalPathOfLocation(location));
      GNOMON_RETURN_IF_ERROR(RemoveFile(path));
      return NameTaken(name);
    }
    return iceberg::Table::Load(std::make_shared<StoredPointer>(store_, name));
  }

  Result<iceberg::Table> StageTable(const TableName& name,
                                    iceberg::CreateTableOptions options) override {
    GNOMON_ASSIGN_OR_RETURN(const std::string location, WriteNewTable(name, std::move(options)));
    return iceberg::Table::Load(std::make_shared<StoredPointer>(store_, name, location));
  }

  Result<iceberg::Table> ReplaceTable(const TableName& name, const TableName& archive,
                                      iceberg::CreateTableOptions options) override {
    GNOMON_RETURN_IF_ERROR(CheckName(archive));
    GNOMON_ASSIGN_OR_RETURN(const auto replaced, store_->Find(EntryKind::kTable, name));
    if (!replaced) return MissingTable(name);
    GNOMON_ASSIGN_OR_RETURN(std::string first, WriteFirstMetadata(name, std::move(options)));
    return iceberg::Table::Load(
        std::make_shared<ReplacingPointer>(store_, name, archive, *replaced, std::move(first)));
  }

  Status DropTable(const TableName& name) override {
    GNOMON_ASSIGN_OR_RETURN(const bool is_view, HasView(name));
    if (is_view) {
      return InvalidArgument("{} is a view, not a table - say DROP VIEW", name.ToString());
    }
    GNOMON_ASSIGN_OR_RETURN(const bool deleted, store_->Delete(EntryKind::kTable, name));
    return deleted ? Ok() : Status(MissingTable(name));
  }

  Status RenameTable(const TableName& from, const TableName& to) override {
    GNOMON_RETURN_IF_ERROR(CheckName(to));
    GNOMON_ASSIGN_OR_RETURN(const bool renamed, store_->Rename(from, to));
    return renamed ? Ok() : Status(MissingTable(from));
  }

  Result<std::vector<TableName>> ListViews(const std::string& name_space) override {
    GNOMON_RETURN_IF_ERROR(CheckNamespace(name_space));
    return store_->Names(EntryKind::kView, name_space);
  }

  Result<bool> HasView(const TableName& name) override {
    GNOMON_ASSIGN_OR_RETURN(const auto location, store_->Find(EntryKind::kView, name));
    return location.has_value();
  }

  Result<iceberg::ViewDefinition> LoadView(const TableName& name) override {
    GNOMON_ASSIGN_OR_RETURN(const auto location, store_->Find(EntryKind::kView, name));
    if (!location) return MissingView(name);
    GNOMON_RETURN_IF_ERROR(CheckNotMoved(name, *location));
    return iceberg::ReadView(*location).Annotate("view " + name.ToString());
  }

  Status PutView(const TableName& name, const iceberg::ViewDefinition& view,
                 bool replace) override {
    GNOMON_RETURN_IF_ERROR(CheckName(name));
    GNOMON_ASSIGN_OR_RETURN(const auto table, store_->Find(EntryKind::kTable, name));
    if (table) {
      return AlreadyExists("{} is a table - give the view another name, or drop the table",
                           name.ToString());
    }
    GNOMON_ASSIGN_OR_RETURN(const auto known, store_->Find(EntryKind::kView, name));
    if (known && !replace) {
      return AlreadyExists("view {} exists - say CREATE OR REPLACE VIEW", name.ToString());
    }
    GNOMON_ASSIGN_OR_RETURN(
        const std::string location,
        iceberg::WriteView(view, known ? "" : DefaultLocation(name), known.value_or("")));
    GNOMON_ASSIGN_OR_RETURN(const bool stored,
                            known ? store_->Swap(EntryKind::kView, name, *known, location)
                                  : store_->Insert(EntryKind::kView, name, location));
    if (stored) return Ok();
    return Conflict("view {} was changed by somebody else - run the command again",
                    name.ToString());
  }

  Status DropView(const TableName& name) override {
    GNOMON_ASSIGN_OR_RETURN(const bool deleted, store_->Delete(EntryKind::kView, name));
    return deleted ? Ok() : Status(MissingView(name));
  }

 private:
  static Status CheckName(const TableName& name) {
    GNOMON_ASSIGN_OR_RETURN(const TableName parsed, ParseTableName(name.ToString()));
    GNOMON_CHECK(parsed == name);
    return Ok();
  }

  Status CheckNamespace(const std::string& name_space) {
    GNOMON_ASSIGN_OR_RETURN(const auto namespaces, store_->Namespaces());
    if (std::find(namespaces.begin(), namespaces.end(), name_space) != namespaces.end()) {
      return Ok();
    }
    return NotFound(
        "namespace {} does not exist{}", name_space,
        namespaces.empty() ? " - the catalog has none" : DidYouMean(name_space, namespaces));
  }

  // Writes the first metadata file of a table that the catalog does not have.
  Result<std::string> WriteNewTable(const TableName& name, iceberg::CreateTableOptions options) {
    GNOMON_RETURN_IF_ERROR(CheckName(name));
    for (const EntryKind kind : {EntryKind::kTable, EntryKind::kView}) {
      GNOMON_ASSIGN_OR_RETURN(const auto existing, store_->Find(kind, name));
      if (existing && kind == EntryKind::kView) {
        return AlreadyExists("{} is a view - give the table another name, or drop the view",
                             name.ToString());
      }
      if (existing) return NameTaken(name);
    }
    return WriteFirstMetadata(name, std::move(options));
  }

  Result<std::string> WriteFirstMetadata(const TableName& name,
                                         iceberg::CreateTableOptions options) const {
    if (options.location.empty()) options.location = DefaultLocation(name);
    return iceberg::Table::WriteInitialMetadata(options).Annotate(
        fmt::format("creating table {}", name.ToString()));
  }

  // Metadata names absolute paths. A repository that was copied would write into the original's
  // warehouse, one that was moved finds nothing: both are said before anything is touched. A table
  // that lies elsewhere on purpose is in no repository's warehouse and passes.
  Status CheckNotMoved(const TableName& name, const std::string& location) const {
    constexpr std::string_view kWarehouse = "/.gnomon/warehouse/";
    GNOMON_ASSIGN_OR_RETURN(const std::string path, iceberg::LocalPathOfLocation(location));
    const std::size_t marker = path.find(kWarehouse);
    if (marker == std::string::npos || path.starts_with(warehouse_dir_ + "/")) return Ok();
    const std::string root = path.substr(0, marker);
    std::error_code ignored;
    const std::string theirs = root + std::string(kWarehouse);
    if (std::filesystem::equivalent(theirs, warehouse_dir_, ignored)) return Ok();
    return InvalidArgument(
        "table {} lies in another repository: {} - this one was moved or copied from there; move "
        "it "
        "back, or remove {} and the warehouse beside it and run the modes again",
        name.ToString(), root,
        (std::filesystem::path(warehouse_dir_).parent_path() / "catalog.db").string());
  }

  // A table that was renamed away keeps its folder, so a new one of the old name takes another.
  std::string DefaultLocation(const TableName& name) const {
    std::string path = fmt::format("{}/{}/{}", warehouse_dir_, name.name_space, name.name);
    if (std::filesystem::exists(path)) path += "-" + iceberg::MakeUuid();
    return iceberg::LocationOfPath(path);
  }

  std::vector<std::string> AllNames(EntryKind kind) {
    std::vector<std::string> known;
    for (const std::string& name_space :
         store_->Namespaces().value_or(std::vector<std::string>())) {
      for (const TableName& entry :
           store_->Names(kind, name_space).value_or(std::vector<TableName>())) {
        known.push_back(entry.ToString());
      }
    }
    return known;
  }

  // `to_read`: says also how a table that no config makes comes here.
  Error MissingTable(const TableName& name, bool to_read = false) {
    const auto view = store_->Find(EntryKind::kView, name);
    if (view && *view) {
      return InvalidArgument(
          "{} is a view, and a table is needed here - materialise it with a StagingQuery, or query "
          "it with spark-sql",
          name.ToString());
    }
    const std::vector<std::string> known = AllNames(EntryKind::kTable);
    // The same name in another namespace was meant, whatever could make this one.
    const auto elsewhere = std::find_if(known.begin(), known.end(), [&](const std::string& table) {
      return table.ends_with("." + name.name);
    });
    if (elsewhere != known.end()) {
      return NotFound("table {} does not exist - did you mean '{}'?", name.ToString(), *elsewhere);
    }
    if (const auto command = remedy_ ? remedy_(name) : std::nullopt) {
      return NotFound("table {} does not exist yet - first run: {}", name.ToString(), *command);
    }
    const std::string there =
        known.empty() ? " - the catalog has no tables" : DidYouMean(name.ToString(), known);
    const bool is_mistyped = NearestName(name.ToString(), known).has_value();
    if (!to_read || is_mistyped || !remedy_)
      return NotFound("table {} does not exist{}", name.ToString(), there);
    return NotFound(
        "table {} does not exist{}; import its files (gnomon import {} FILES), or make it by SQL",
        name.ToString(), there, name.ToString());
  }

  Error MissingView(const TableName& name) {
    const auto table = store_->Find(EntryKind::kTable, name);
    if (table && *table) {
      return InvalidArgument("{} is a table, not a view - say DROP TABLE", name.ToString());
    }
    const std::vector<std::string> known = AllNames(EntryKind::kView);
    return NotFound("view {} does not exist{}", name.ToString(),
                    known.empty() ? " - there are no views" : DidYouMean(name.ToString(), known));
  }

  std::shared_ptr<CatalogStore> store_;
  std::string warehouse_dir_;
};

Status CheckPart(std::string_view text, std::string_view part) {
  const bool allowed = !part.empty() && std::all_of(part.begin(), part.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
  });
  if (allowed) return Ok();
  return InvalidArgument(
      "not a table name: '{}' - write namespace.table with letters, digits, _ and -", text);
}

}  // namespace

std::unique_ptr<Catalog> MakeStoredCatalog(std::shared_ptr<CatalogStore> store,
                                           std::string warehouse_dir) {
  return std::make_unique<StoredCatalog>(std::move(store), std::move(warehouse_dir));
}

Result<TableName> ParseTableName(std::string_view text) {
  const std::size_t dot = text.find('.');
  const bool bare = dot == std::string_view::npos;
  const std::string_view name_space = bare ? std::string_view("default") : text.substr(0, dot);
  const std::string_view name = bare ? text : text.substr(dot + 1);
  GNOMON_RETURN_IF_ERROR(CheckPart(text, name_space));
  GNOMON_RETURN_IF_ERROR(CheckPart(text, name));
  return TableName{.name_space = std::string(name_space), .name = std::string(name)};
}

}  // namespace gnomon::catalog
