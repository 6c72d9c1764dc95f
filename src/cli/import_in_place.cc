// SPDX-License-Identifier: Apache-2.0
#include "cli/import_in_place.h"

#include <filesystem>

#include "iceberg/folder_table.h"
#include "storage/table_settings.h"

namespace gnomon::cli {

namespace {

// In gnomon.toml a relative path is relative to the repository, on a command line to where the user
// stands.
std::string PathForSettings(const Repository& repository, const std::string& folder) {
  if (folder.find("://") != std::string::npos) return folder;
  const auto path = std::filesystem::absolute(folder).lexically_normal();
  const std::string below = path.lexically_relative(repository.workspace.root()).string();
  const bool is_inside = !below.empty() && !below.starts_with("..");
  std::string text = is_inside ? below : path.string();
  while (text.size() > 1 && text.ends_with('/')) text.pop_back();
  return text;
}

}  // namespace

Result<iceberg::Table> RegisterInPlace(Repository& repository, const std::string& table,
                                       const std::string& folder,
                                       const std::map<std::string, DataType>& partition_types,
                                       bool dry_run) {
  GNOMON_ASSIGN_OR_RETURN(const catalog::TableName name, catalog::ParseTableName(table));
  const auto known = repository.catalog->LoadTable(name);
  if (known) {
    return AlreadyExists("table {} exists already - choose another name, or drop it first",
                         name.ToString());
  }
  if (known.error().code != ErrorCode::kNotFound) return known.error();
  const TableSetting setting{.name = name.ToString(),
                             .path = PathForSettings(repository, folder),
                             .partition_types = partition_types};
  GNOMON_ASSIGN_OR_RETURN(const auto path, repository.workspace.ResolvePath(setting.path));
  GNOMON_ASSIGN_OR_RETURN(iceberg::Table opened,
                          iceberg::OpenFolderTable({.name = setting.name,
                                                    .folder = path.string(),
                                                    .shown_path = setting.path,
                                                    .partition_types = partition_types}));
  if (!dry_run) GNOMON_RETURN_IF_ERROR(AddTableSetting(repository.workspace.root(), setting));
  return opened;
}

}  // namespace gnomon::cli
