// SPDX-License-Identifier: Apache-2.0
#include "run/join/bootstrap_part.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "config/semantic_hash.h"
#include "run/source_table.h"
#include "run/source_view.h"

namespace gnomon::run {

namespace {

constexpr const char* kSchemaHash = "schema_hash";
constexpr const char* kLogTable = "chronon_log_table";

std::string PropertyOf(const iceberg::Table& table, const std::string& name) {
  const auto entry = table.properties().find(name);
  return entry == table.properties().end() ? "" : entry->second;
}

// The columns of a logging schema (SPEC 8.11).
std::set<std::string> ColumnsOfLog(const std::string& schema_text) {
  std::set<std::string> columns;
  const auto schema = nlohmann::json::parse(schema_text, nullptr, /*allow_exceptions=*/false);
  if (!schema.is_object()) return columns;
  for (const char* side : {"key_schema", "value_schema"}) {
    const auto record = nlohmann::json::parse(schema.value(side, ""), nullptr, false);
    if (!record.is_object() || !record.contains("fields")) continue;
    for (const auto& field : record["fields"]) columns.insert(field.value("name", ""));
  }
  return columns;
}

void ReadLoggedColumns(const iceberg::Table& table, BootstrapSource& source) {
  const std::string prefix = std::string(kSchemaHash) + "_";
  for (const auto& [name, value] : table.properties()) {
    if (name.starts_with(prefix))
      source.logged_columns[name.substr(prefix.size())] = ColumnsOfLog(value);
  }
}

Result<BootstrapSource> BindOne(RunContext& context, const JoinShape& shape, std::size_t index) {
  const config::BootstrapPart& part = (*shape.join->bootstrap_parts)[index];
  const std::string path = fmt::format("bootstrapParts[{}]", index);
  const std::string text = part.table.value_or("");
  const config::Query query = part.query.value_or(config::Query());
  GNOMON_ASSIGN_OR_RETURN(const iceberg::Table table,
                          LoadSourceTable(context, *shape.side, text.substr(0, text.find('/')),
                                          path + ".table", PartitionColumnOf(query)));
  GNOMON_ASSIGN_OR_RETURN(RowScan scan,
                          RowScan::Bind(*shape.side, path + ".query", query, table, false));
  BootstrapSource source{.path = path, .scan = std::move(scan)};
  source.keys = part.key_columns ? *part.key_columns
                                 : shape.join->row_ids.value_or(std::vector<std::string>());
  std::erase(source.keys, "ds");
  if (source.keys.empty()) {
    return InvalidArgument(
        "a bootstrap part has no keys: {} - give it key_columns, or the join row_ids",
        shape.side->Where(path));
  }
  source.is_log = PropertyOf(table, kLogTable) == "true";
  source.hash = config::SemanticHash(std::vector<config::BootstrapPart>{part});
  if (source.is_log) ReadLoggedColumns(table, source);
  for (const Field& field : source.scan.columns().fields) {
    if (field.name == kSchemaHash && !source.is_log) {
      return InvalidArgument(
          "a bootstrap table that is no log has a column schema_hash: {} - leave it out of the "
          "selects",
          shape.side->Where(path));
    }
    const bool is_key =
        std::find(source.keys.begin(), source.keys.end(), field.name) != source.keys.end();
    if (!is_key && field.name != "ds" && field.name != "ts" && field.name != kSchemaHash)
      source.columns.push_back(field.name);
  }
  return source;
}

}  // namespace

Result<std::vector<BootstrapSource>> BindBootstrapParts(RunContext& context,
                                                        const JoinShape& shape) {
  std::vector<BootstrapSource> sources;
  if (!shape.join->bootstrap_parts) return sources;
  for (std::size_t i = 0; i < shape.join->bootstrap_parts->size(); ++i) {
    GNOMON_ASSIGN_OR_RETURN(BootstrapSource source, BindOne(context, shape, i));
    sources.push_back(std::move(source));
  }
  return sources;
}

std::map<std::string, std::set<std::string>> ColumnsByHash(
    const std::vector<BootstrapSource>& sources) {
  std::map<std::string, std::set<std::string>> by_hash;
  for (const BootstrapSource& source : sources) {
    if (source.is_log) {
      for (const auto& [hash, columns] : source.logged_columns)
        by_hash[hash].insert(columns.begin(), columns.end());
    } else {
      by_hash[source.hash].insert(source.columns.begin(), source.columns.end());
    }
  }
  return by_hash;
}

}  // namespace gnomon::run
