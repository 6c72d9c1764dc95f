// SPDX-License-Identifier: Apache-2.0
// Looks names up in the catalog; a third part of a name is a metadata table.
#include "sql/table_sources.h"

#include <arrow/api.h>

#include <algorithm>

#include "sql/metadata_tables.h"
#include "types/arrow_mapping.h"

namespace gnomon::sql {

void TableSources::BeginStatement() {
  const std::lock_guard lock(mutex_);
  tables_.clear();
}

Result<std::shared_ptr<const iceberg::Table>> TableSources::Load(const catalog::TableName& name) {
  const std::string text = name.ToString();
  if (const auto known = tables_.find(text); known != tables_.end()) return known->second;
  GNOMON_ASSIGN_OR_RETURN(iceberg::Table table, catalog_->LoadTable(name));
  auto shared = std::make_shared<const iceberg::Table>(std::move(table));
  tables_.emplace(text, shared);
  return shared;
}

Result<catalog::TableName> TableSources::Parse(const std::string& name) const {
  return catalog::ParseTableName(name.find('.') == std::string::npos ? name_space_ + "." + name
                                                                     : name);
}

void TableSources::SetNamespace(std::string name_space) {
  const std::lock_guard lock(mutex_);
  name_space_ = std::move(name_space);
}

std::string TableSources::name_space() {
  const std::lock_guard lock(mutex_);
  return name_space_;
}

Result<catalog::TableName> TableSources::NameOf(const std::string& name) {
  const std::lock_guard lock(mutex_);
  return Parse(name);
}

Result<TableSource> TableSources::Resolve(const std::string& name) {
  TableSource source;
  if (std::count(name.begin(), name.end(), '.') >= 2) {
    const std::size_t dot = name.rfind('.');
    GNOMON_ASSIGN_OR_RETURN(const auto table_name, Parse(name.substr(0, dot)));
    GNOMON_ASSIGN_OR_RETURN(const auto table, Load(table_name));
    GNOMON_ASSIGN_OR_RETURN(source.rows, MakeMetadataTable(*table, name.substr(dot + 1)));
    GNOMON_ASSIGN_OR_RETURN(source.schema, FromArrow(*source.rows->schema()));
    return source;
  }
  GNOMON_ASSIGN_OR_RETURN(const auto table_name, Parse(name));
  GNOMON_ASSIGN_OR_RETURN(source.table, Load(table_name));
  source.schema = source.table->schema();
  return source;
}

Result<TableSource> TableSources::Find(const std::string& name) {
  const std::lock_guard lock(mutex_);
  return Resolve(name);
}

Result<std::optional<std::string>> TableSources::FindView(const std::string& name) {
  if (!resolve_view_) return std::optional<std::string>();
  return resolve_view_(name);
}

void TableSources::SetFileTable(const std::string& name, std::string select) {
  const std::lock_guard lock(mutex_);
  file_tables_[name] = std::move(select);
}

std::optional<std::string> TableSources::FindFileTable(const std::string& name) {
  const std::lock_guard lock(mutex_);
  const auto found = file_tables_.find(name);
  if (found == file_tables_.end()) return std::nullopt;
  return found->second;
}

}  // namespace gnomon::sql
