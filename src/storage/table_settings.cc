// SPDX-License-Identifier: Apache-2.0
// The second adapter of toml++, as tables are no plain settings.
#include "storage/table_settings.h"

#include <toml++/toml.h>

#include "base/edit_distance.h"
#include "storage/file_io.h"
#include "types/type_names.h"

namespace gnomon {

namespace {

std::string Where(const std::string& file, const std::string& name) {
  return fmt::format("{} [tables] \"{}\"", file, name);
}

Result<DataType> PartitionType(const std::string& where, const std::string& key,
                               const toml::node& node) {
  const auto text = node.value<std::string>();
  if (!text) {
    return InvalidArgument("the type of {} is no text: {} - write {} = \"date\"", key, where, key);
  }
  GNOMON_ASSIGN_OR_RETURN(DataType type, ParseSparkTypeName(*text).Annotate(where));
  const bool allowed = type.kind == TypeKind::kString || type.kind == TypeKind::kDate ||
                       type.kind == TypeKind::kInt || type.kind == TypeKind::kLong;
  if (allowed) return type;
  return InvalidArgument(
      "the type {} of {} is not for names of folders: {} - take string, date, "
      "int or bigint",
      *text, key, where);
}

Status ReadEntry(const std::string& where, const toml::table& entry, TableSetting& table) {
  for (const auto& [key, node] : entry) {
    if (key == "path") {
      table.path = node.value<std::string>().value_or("");
    } else if (key == "format") {
      if (node.value<std::string>() == "parquet") continue;
      return Unimplemented(
          "only parquet is read in place: {} - import other files: gnomon import "
          "{} PATH",
          where, table.name);
    } else if (key == "partition_types" && node.is_table()) {
      for (const auto& [column, type] : *node.as_table()) {
        GNOMON_ASSIGN_OR_RETURN(table.partition_types[std::string(column.str())],
                                PartitionType(where, std::string(column.str()), type));
      }
    } else {
      return InvalidArgument("unknown key {}: {}{}", std::string(key.str()), where,
                             DidYouMean(key.str(), {"path", "format", "partition_types"}));
    }
  }
  return Ok();
}

// `[tables.data] purchases = "..."` says the same as `[tables] "data.purchases" = "..."`.
Status ReadTables(const std::string& file, const std::string& prefix, const toml::table& tables,
                  std::vector<TableSetting>& all) {
  for (const auto& [key, node] : tables) {
    TableSetting table;
    table.name = prefix + std::string(key.str());
    const std::string where = Where(file, table.name);
    const toml::table* entry = node.as_table();
    if (entry != nullptr && prefix.empty() && table.name.find('.') == std::string::npos &&
        !entry->contains("path")) {
      GNOMON_RETURN_IF_ERROR(ReadTables(file, table.name + ".", *entry, all));
      continue;
    }
    if (entry != nullptr) {
      GNOMON_RETURN_IF_ERROR(ReadEntry(where, *entry, table));
    } else {
      table.path = node.value<std::string>().value_or("");
    }
    if (table.path.empty()) {
      return InvalidArgument("the table has no path: {} - write \"{}\" = \"s3a://bucket/folder\"",
                             where, table.name);
    }
    all.push_back(std::move(table));
  }
  return Ok();
}

Result<std::vector<TableSetting>> ParseTables(const std::string& text, const std::string& file) {
  std::vector<TableSetting> all;
  try {
    const toml::table document = toml::parse(text, file);
    const toml::node* tables = document.get("tables");
    if (tables == nullptr) return all;
    if (!tables->is_table()) {
      return InvalidArgument("tables is no table of tables in {} - write [tables]", file);
    }
    GNOMON_RETURN_IF_ERROR(ReadTables(file, "", *tables->as_table(), all));
  } catch (const toml::parse_error& error) {
    return InvalidArgument("{} line {} is not TOML: {}", file, error.source().begin.line,
                           error.description());
  }
  return all;
}

Result<std::string> ReadIfThere(const std::string& file) {
  auto text = ReadFile(file);
  if (!text && text.error().code == ErrorCode::kNotFound) return std::string();
  return text;
}

std::string Quoted(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + "\"";
}

}  // namespace

Result<std::vector<TableSetting>> LoadTableSettings(const std::filesystem::path& root) {
  const std::string file = (root / "gnomon.toml").string();
  GNOMON_ASSIGN_OR_RETURN(const std::string text, ReadIfThere(file));
  return ParseTables(text, file);
}

Status AddTableSetting(const std::filesystem::path& root, const TableSetting& table) {
  const std::string file = (root / "gnomon.toml").string();
  GNOMON_ASSIGN_OR_RETURN(std::string text, ReadIfThere(file));
  GNOMON_ASSIGN_OR_RETURN(const auto known, ParseTables(text, file));
  for (const TableSetting& other : known) {
    if (other.name != table.name) continue;
    return AlreadyExists("table {} is read in place already: {} names {} - change it there",
                         table.name, file, other.path);
  }
  if (!text.empty() && !text.ends_with('\n')) text += '\n';
  text += fmt::format("{}[tables.{}]\npath = {}\n", text.empty() ? "" : "\n", Quoted(table.name),
                      Quoted(table.path));
  std::string types;
  for (const auto& [column, type] : table.partition_types) {
    types += fmt::format("{}{} = {}", types.empty() ? "" : ", ", Quoted(column),
                         Quoted(SparkTypeName(type)));
  }
  if (!types.empty()) text += fmt::format("partition_types = {{ {} }}\n", types);
  GNOMON_RETURN_IF_ERROR(ParseTables(text, file).Annotate("adding a table to gnomon.toml"));
  return ReplaceFile(file, text);
}

}  // namespace gnomon
