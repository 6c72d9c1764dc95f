// SPDX-License-Identifier: Apache-2.0
// DESCRIBE as Spark 3.5 prints it for an Iceberg table.
#include <arrow/api.h>

#include <array>
#include <nlohmann/json.hpp>

#include "base/ascii_case.h"
#include "sql/result_stream.h"
#include "sql/row_builder.h"
#include "sql/secret_properties.h"
#include "sql/statements.h"
#include "sql/stored_views.h"
#include "types/type_names.h"

namespace gnomon::sql {

namespace {

using nlohmann::json;

constexpr char kCatalogName[] = "gnomon";
// Spark shows these as lines of their own.
constexpr std::array<std::string_view, 4> kReservedProperties = {"comment", "location", "provider",
                                                                 "owner"};

void AddRow(RowBuilder& rows, std::string name, std::string type, Cell comment = std::string()) {
  rows.Add({std::move(name), std::move(type), std::move(comment)});
}

Cell CommentOf(const Field& field) { return field.doc.empty() ? Cell() : Cell(field.doc); }

void AddColumns(RowBuilder& rows, const Schema& schema) {
  for (const Field& field : schema.fields) {
    AddRow(rows, field.name, SparkTypeName(field.type), CommentOf(field));
  }
}

void AddPartitioning(RowBuilder& rows, const iceberg::Table& table) {
  const auto& fields = table.metadata().spec().fields;
  if (fields.empty()) return;
  bool identity = true;
  for (const iceberg::PartitionField& field : fields) identity = identity && field.is_identity();
  if (!identity) {
    AddRow(rows, "", "");
    AddRow(rows, "# Partitioning", "");
    for (std::size_t i = 0; i < fields.size(); ++i) {
      const Field* source = iceberg::FindFieldById(table.schema().fields, fields[i].source_id);
      const std::string name = source == nullptr ? fields[i].name : source->name;
      AddRow(rows, fmt::format("Part {}", i),
             fields[i].is_identity() ? name : fmt::format("{}({})", fields[i].transform, name));
    }
    return;
  }
  AddRow(rows, "# Partition Information", "");
  AddRow(rows, "# col_name", "data_type", "comment");
  for (const iceberg::PartitionField& field : fields) {
    const Field* source = iceberg::FindFieldById(table.schema().fields, field.source_id);
    if (source == nullptr) continue;
    AddRow(rows, source->name, SparkTypeName(source->type), CommentOf(*source));
  }
}

// As Spark describes an external table of Hive.
void AddDetailsInPlace(RowBuilder& rows, const iceberg::Table& table) {
  AddRow(rows, "", "");
  AddRow(rows, "# Detailed Table Information", "");
  AddRow(rows, "Name", fmt::format("{}.{}", kCatalogName, table.name()));
  AddRow(rows, "Type", "EXTERNAL");
  AddRow(rows, "Location", table.metadata().location);
  AddRow(rows, "Provider", "parquet");
  AddRow(rows, "Partition Provider", "Folders, read in place");
}

// The table's own properties and those that Iceberg computes, as [a=b,c=d].
std::string PropertiesText(const iceberg::Table& table) {
  std::map<std::string, std::string> properties = table.properties();
  properties["format"] = "iceberg/parquet";
  properties["format-version"] = std::to_string(table.metadata().format_version);
  const iceberg::Snapshot* snapshot = table.current_snapshot();
  properties["current-snapshot-id"] = snapshot == nullptr ? "none" : std::to_string(snapshot->id);
  for (const std::string_view reserved : kReservedProperties) {
    properties.erase(std::string(reserved));
  }
  std::string text = "[";
  for (const auto& [key, value] : properties) {
    if (text.size() > 1) text += ',';
    text += key + "=" + MaskedProperty(key, value);
  }
  return text + "]";
}

void AddDetails(RowBuilder& rows, const iceberg::Table& table) {
  AddRow(rows, "", "");
  AddRow(rows, "# Detailed Table Information", "");
  AddRow(rows, "Name", fmt::format("{}.{}", kCatalogName, table.name()));
  AddRow(rows, "Type", "MANAGED");
  const auto& properties = table.properties();
  if (const auto comment = properties.find("comment"); comment != properties.end()) {
    AddRow(rows, "Comment", comment->second);
  }
  AddRow(rows, "Location", table.metadata().location);
  AddRow(rows, "Provider", "iceberg");
  if (const auto owner = properties.find("owner"); owner != properties.end()) {
    AddRow(rows, "Owner", owner->second);
  }
  AddRow(rows, "Table Properties", PropertiesText(table));
}

// As Iceberg's Spark integration describes a view.
void AddDetailsOfView(RowBuilder& rows, const iceberg::ViewDefinition& view) {
  const auto property = [&](const std::string& key) {
    const auto found = view.properties.find(key);
    return found == view.properties.end() ? std::string() : found->second;
  };
  std::string text = "[";
  for (const auto& [key, value] : view.properties) {
    if (key == "comment") continue;
    text +=
        fmt::format("{}'{}' = '{}'", text.size() > 1 ? ", " : "", key, MaskedProperty(key, value));
  }
  AddRow(rows, "", "");
  AddRow(rows, "# Detailed View Information", "");
  AddRow(rows, "Comment", property("comment"));
  AddRow(rows, "View Catalog and Namespace",
         fmt::format("{}.{}", kCatalogName, view.default_namespace));
  AddRow(rows, "View Query Output Columns", "[" + property("spark.query-column-names") + "]");
  AddRow(rows, "View Properties", text + "]");
  if (const std::string* sql = view.FindSql("spark")) AddRow(rows, "View Text", *sql);
}

}  // namespace

Result<QueryResult> Describe(StatementContext& context, const json& statement) {
  const auto name = statement.at("table").get<std::string>();
  RowBuilder rows(
      Schema{{MakeField("col_name", TypeKind::kString), MakeField("data_type", TypeKind::kString),
              MakeField("comment", TypeKind::kString)}});
  const auto view = context.views.find(AsciiLower(name));
  if (view != context.views.end()) {
    GNOMON_ASSIGN_OR_RETURN(const Schema schema,
                            context.engine.SchemaOf("SELECT * FROM " + SqlIdentifier(name)));
    AddColumns(rows, schema);
    GNOMON_ASSIGN_OR_RETURN(auto described, rows.Finish());
    return ResultOf(std::move(described));
  }
  GNOMON_ASSIGN_OR_RETURN(const auto stored, FindStoredView(context, name));
  if (stored) {
    AddColumns(rows, stored->schema);
    if (statement.at("extended").get<bool>()) AddDetailsOfView(rows, *stored);
  } else {
    GNOMON_ASSIGN_OR_RETURN(const TableSource source, context.sources.Find(name));
    AddColumns(rows, source.schema);
    if (source.table != nullptr) {
      AddPartitioning(rows, *source.table);
      if (statement.at("extended").get<bool>()) {
        source.table->is_in_place() ? AddDetailsInPlace(rows, *source.table)
                                    : AddDetails(rows, *source.table);
      }
    }
  }
  GNOMON_ASSIGN_OR_RETURN(auto batch, rows.Finish());
  return ResultOf(std::move(batch));
}

}  // namespace gnomon::sql
