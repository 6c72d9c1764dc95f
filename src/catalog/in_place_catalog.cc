// SPDX-License-Identifier: Apache-2.0
#include "catalog/in_place_catalog.h"

#include <algorithm>
#include <map>

#include "base/edit_distance.h"
#include "storage/table_settings.h"

namespace gnomon::catalog {

namespace {

class InPlaceCatalog final : public Catalog {
 public:
  InPlaceCatalog(std::unique_ptr<Catalog> catalog, std::vector<iceberg::FolderTable> folders)
      : catalog_(std::move(catalog)) {
    given_ = std::move(folders);
  }

  // REQUIRES: called once, before all else. A bare name is in the namespace default, as everywhere.
  Status TakeFolders() {
    for (iceberg::FolderTable& folder : given_) {
      GNOMON_ASSIGN_OR_RETURN(TableName name,
                              ParseTableName(folder.name).Annotate("[tables] in gnomon.toml"));
      folder.name = name.ToString();
      if (!folders_.emplace(name.ToString(), folder).second) {
        return InvalidArgument("[tables] in gnomon.toml names {} twice - drop one of the entries",
                               name.ToString());
      }
      names_.push_back(std::move(name));
    }
    given_.clear();
    return Ok();
  }

  void set_remedy(Remedy remedy) override { catalog_->set_remedy(std::move(remedy)); }

  Result<std::vector<std::string>> ListNamespaces() override {
    GNOMON_ASSIGN_OR_RETURN(std::vector<std::string> all, catalog_->ListNamespaces());
    for (const TableName& name : names_) all.push_back(name.name_space);
    std::sort(all.begin(), all.end());
    all.erase(std::unique(all.begin(), all.end()), all.end());
    return all;
  }

  Status CreateNamespace(const std::string& name_space) override {
    return catalog_->CreateNamespace(name_space);
  }

  Result<std::vector<TableName>> ListTables(const std::string& name_space) override {
    std::vector<TableName> all;
    for (const TableName& name : names_) {
      if (name.name_space == name_space) all.push_back(name);
    }
    auto own = catalog_->ListTables(name_space);
    if (!own && (own.error().code != ErrorCode::kNotFound || all.empty())) return own;
    if (own) all.insert(all.end(), own->begin(), own->end());
    std::sort(all.begin(), all.end(),
              [](const auto& left, const auto& right) { return left.name < right.name; });
    all.erase(std::unique(all.begin(), all.end()), all.end());
    return all;
  }

  Result<iceberg::Table> LoadTable(const TableName& name) override {
    auto table = catalog_->LoadTable(name);
    const auto folder = folders_.find(name.ToString());
    if (folder == folders_.end()) {
      if (table || table.error().code != ErrorCode::kNotFound) return table;
      return WithNearFolder(name, table.error());
    }
    if (table) {
      return InvalidArgument(
          "table {} is in the catalog, and [tables] in gnomon.toml names it too: {} - give one of "
          "them another name",
          name.ToString(), folder->second.shown_path);
    }
    return iceberg::OpenFolderTable(folder->second);
  }

  Result<iceberg::Table> CreateTable(const TableName& name,
                                     iceberg::CreateTableOptions options) override {
    GNOMON_RETURN_IF_ERROR(RefuseInPlace(name, "be made"));
    return catalog_->CreateTable(name, std::move(options));
  }

  Result<iceberg::Table> StageTable(const TableName& name,
                                    iceberg::CreateTableOptions options) override {
    GNOMON_RETURN_IF_ERROR(RefuseInPlace(name, "be made"));
    return catalog_->StageTable(name, std::move(options));
  }

  Result<iceberg::Table> ReplaceTable(const TableName& name, const TableName& archive,
                                      iceberg::CreateTableOptions options) override {
    GNOMON_RETURN_IF_ERROR(RefuseInPlace(name, "be replaced"));
    GNOMON_RETURN_IF_ERROR(RefuseInPlace(archive, "be made"));
    return catalog_->ReplaceTable(name, archive, std::move(options));
  }

  Status DropTable(const TableName& name) override {
    GNOMON_RETURN_IF_ERROR(RefuseInPlace(name, "be dropped"));
    return catalog_->DropTable(name);
  }

  Status RenameTable(const TableName& from, const TableName& to) override {
    GNOMON_RETURN_IF_ERROR(RefuseInPlace(from, "be renamed"));
    GNOMON_RETURN_IF_ERROR(RefuseInPlace(to, "be made"));
    return catalog_->RenameTable(from, to);
  }

  Result<std::vector<TableName>> ListViews(const std::string& name_space) override {
    auto views = catalog_->ListViews(name_space);
    const bool is_ours = std::any_of(names_.begin(), names_.end(), [&](const TableName& name) {
      return name.name_space == name_space;
    });
    if (!views && views.error().code == ErrorCode::kNotFound && is_ours) {
      return std::vector<TableName>();
    }
    return views;
  }

  Result<bool> HasView(const TableName& name) override { return catalog_->HasView(name); }

  Result<iceberg::ViewDefinition> LoadView(const TableName& name) override {
    return catalog_->LoadView(name);
  }

  Status PutView(const TableName& name, const iceberg::ViewDefinition& view,
                 bool replace) override {
    GNOMON_RETURN_IF_ERROR(RefuseInPlace(name, "become a view"));
    return catalog_->PutView(name, view, replace);
  }

  Status DropView(const TableName& name) override { return catalog_->DropView(name); }

 private:
  Status RefuseInPlace(const TableName& name, std::string_view what) const {
    const auto folder = folders_.find(name.ToString());
    if (folder == folders_.end()) return Ok();
    return InvalidArgument(
        "table {} is read in place and cannot {}: {} - change [tables] in gnomon.toml, or use "
        "another name",
        name.ToString(), what, folder->second.shown_path);
  }

  // The catalog below knows its own names only.
  Error WithNearFolder(const TableName& name, const Error& error) const {
    std::vector<std::string> texts;
    for (const TableName& known : names_) texts.push_back(known.ToString());
    if (!NearestName(name.ToString(), texts)) return error;
    return NotFound("table {} does not exist{}", name.ToString(),
                    DidYouMean(name.ToString(), texts));
  }

  std::unique_ptr<Catalog> catalog_;
  std::vector<iceberg::FolderTable> given_;
  std::map<std::string, iceberg::FolderTable> folders_;
  std::vector<TableName> names_;
};

}  // namespace

Result<std::unique_ptr<Catalog>> WithTablesInPlace(std::unique_ptr<Catalog> catalog,
                                                   std::vector<iceberg::FolderTable> folders) {
  if (folders.empty()) return catalog;
  auto with = std::make_unique<InPlaceCatalog>(std::move(catalog), std::move(folders));
  GNOMON_RETURN_IF_ERROR(with->TakeFolders());
  return std::unique_ptr<Catalog>(std::move(with));
}

Result<std::unique_ptr<Catalog>> OpenCatalogOf(const Workspace& workspace) {
  GNOMON_ASSIGN_OR_RETURN(auto catalog, OpenSqliteCatalog(workspace.catalog_db().string(),
                                                          workspace.warehouse_dir().string()));
  GNOMON_ASSIGN_OR_RETURN(const auto tables, LoadTableSettings(workspace.root()));
  std::vector<iceberg::FolderTable> folders;
  for (const TableSetting& table : tables) {
    GNOMON_ASSIGN_OR_RETURN(
        const auto folder,
        workspace.ResolvePath(table.path).Annotate("table " + table.name + " in gnomon.toml"));
    folders.push_back({.name = table.name,
                       .folder = folder.string(),
                       .shown_path = table.path,
                       .partition_types = table.partition_types});
  }
  return WithTablesInPlace(std::move(catalog), std::move(folders));
}

}  // namespace gnomon::catalog
