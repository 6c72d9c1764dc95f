// SPDX-License-Identifier: Apache-2.0
// One function for each kind of statement, found by a table.
#include "sql/statements.h"

#include <arrow/api.h>

#include <array>
#include <nlohmann/json.hpp>

#include "base/ascii_case.h"
#include "sql/file_tables.h"
#include "sql/result_stream.h"
#include "sql/row_builder.h"
#include "sql/show_pattern.h"
#include "sql/stored_views.h"

namespace gnomon::sql {

namespace {

using nlohmann::json;

constexpr char kDefaultNamespace[] = "default";

Result<QueryResult> RunQuery(StatementContext& context, const json& statement) {
  GNOMON_ASSIGN_OR_RETURN(const std::string sql, PrepareQuery(context, statement.at("query")));
  return context.engine.Run(sql);
}

Result<QueryResult> MakeView(StatementContext& context, const json& statement,
                             const std::string& select) {
  const auto name = statement.at("name").get<std::string>();
  const bool replace = statement.at("replace").get<bool>();
  const std::string key = AsciiLower(name);
  if (!replace && context.views.contains(key)) {
    return AlreadyExists("view {} exists in this session - say CREATE OR REPLACE", name);
  }
  GNOMON_RETURN_IF_ERROR(context.engine.Command(
      fmt::format("CREATE OR REPLACE VIEW {} AS {}", SqlIdentifier(name), select)));
  context.views[key] = name;
  return EmptyResult();
}

Result<QueryResult> CreateView(StatementContext& context, const json& statement) {
  GNOMON_ASSIGN_OR_RETURN(const std::string sql, PrepareQuery(context, statement.at("query")));
  // Also finds columns whose types have no counterpart in Spark.
  GNOMON_RETURN_IF_ERROR(context.engine.SchemaOf(sql));
  return MakeView(context, statement, sql);
}

FileTable FileTableOf(const json& description) {
  FileTable table;
  table.format = description.at("format").get<std::string>();
  table.path = description.at("path").get<std::string>();
  if (const auto options = description.find("options"); options != description.end()) {
    table.options = options->get<std::map<std::string, std::string>>();
  }
  return table;
}

Result<QueryResult> CreateViewOverPath(StatementContext& context, const json& statement) {
  GNOMON_ASSIGN_OR_RETURN(
      const std::string select,
      SelectFromFiles(context.workspace, context.engine, FileTableOf(statement)));
  GNOMON_RETURN_IF_ERROR(context.engine.SchemaOf(select));
  return MakeView(context, statement, select);
}

Result<QueryResult> ShowTables(StatementContext& context, const json& statement) {
  const json& given = statement.at("namespace");
  const std::string name_space =
      given.is_null() ? context.sources.name_space() : given.get<std::string>();
  const json& pattern = statement.at("pattern");
  RowBuilder rows(
      Schema{{MakeField("namespace", TypeKind::kString), MakeField("tableName", TypeKind::kString),
              MakeField("isTemporary", TypeKind::kBoolean)}});
  auto tables = context.catalog.ListTables(name_space);
  // Spark's default namespace always exists.
  const bool empty_default = !tables.has_value() && name_space == kDefaultNamespace &&
                             tables.error().code == ErrorCode::kNotFound;
  if (!tables.has_value() && !empty_default) return std::move(tables).error();
  if (!empty_default) {
    for (const catalog::TableName& table : *tables) {
      if (MatchesShowPattern(table.name, pattern)) rows.Add({table.name_space, table.name, false});
    }
  }
  for (const auto& [key, name] : context.views) {
    if (MatchesShowPattern(name, pattern)) rows.Add({std::string(), name, true});
  }
  GNOMON_ASSIGN_OR_RETURN(auto batch, rows.Finish());
  return ResultOf(std::move(batch));
}

// Bare names of tables mean this namespace from here on.
Result<QueryResult> Use(StatementContext& context, const json& statement) {
  const auto name_space = statement.at("namespace").get<std::string>();
  if (name_space != kDefaultNamespace) {
    // Says what namespaces there are if this is none.
    GNOMON_RETURN_IF_ERROR(context.catalog.ListTables(name_space));
  }
  context.sources.SetNamespace(name_space);
  return EmptyResult();
}

Result<QueryResult> ShowNamespaces(StatementContext& context, const json& statement) {
  GNOMON_ASSIGN_OR_RETURN(const auto names, context.catalog.ListNamespaces());
  RowBuilder rows(Schema{{MakeField("namespace", TypeKind::kString)}});
  for (const std::string& name : names) {
    if (MatchesShowPattern(name, statement.at("pattern"))) rows.Add({name});
  }
  GNOMON_ASSIGN_OR_RETURN(auto batch, rows.Finish());
  return ResultOf(std::move(batch));
}

Result<QueryResult> CreateNamespace(StatementContext& context, const json& statement) {
  Status status = context.catalog.CreateNamespace(statement.at("name").get<std::string>());
  const bool may_exist = statement.at("if_not_exists").get<bool>();
  if (!status.has_value() && !(may_exist && status.error().code == ErrorCode::kAlreadyExists)) {
    return std::move(status).error();
  }
  return EmptyResult();
}

Result<QueryResult> DropTable(StatementContext& context, const json& statement) {
  const auto text = statement.at("table").get<std::string>();
  if (context.views.contains(AsciiLower(text))) {
    return InvalidArgument("{} is a view of this session, not a table - it ends with the session",
                           text);
  }
  GNOMON_ASSIGN_OR_RETURN(const auto name, context.sources.NameOf(text));
  Status status = context.catalog.DropTable(name);
  const bool may_miss = statement.at("if_exists").get<bool>();
  if (!status.has_value() && !(may_miss && status.error().code == ErrorCode::kNotFound)) {
    return std::move(status).error();
  }
  return EmptyResult();
}

struct Kind {
  std::string_view name;
  Result<QueryResult> (*execute)(StatementContext&, const json&);
};

constexpr std::array<Kind, 15> kKinds = {{
    {"query", RunQuery},
    {"explain", Explain},
    {"use", Use},
    {"create_view_over_path", CreateViewOverPath},
    {"create_view", CreateView},
    {"create_table_as", CreateTableAs},
    {"show_tables", ShowTables},
    {"show_namespaces", ShowNamespaces},
    {"create_namespace", CreateNamespace},
    {"drop_table", DropTable},
    {"drop_partitions", DropPartitions},
    {"describe", Describe},
    {"create_stored_view", CreateStoredView},
    {"drop_view", DropView},
    {"show_views", ShowViews},
}};

}  // namespace

Result<std::string> PrepareQuery(StatementContext& context, const json& query) {
  for (const json& path : query.at("paths")) {
    GNOMON_ASSIGN_OR_RETURN(std::string select,
                            SelectFromFiles(context.workspace, context.engine, FileTableOf(path)));
    context.sources.SetFileTable(path.at("name").get<std::string>(), std::move(select));
  }
  return query.at("sql").get<std::string>();
}

Result<QueryResult> ExecuteStatement(StatementContext& context, const json& statement) {
  const auto name = statement.at("kind").get<std::string>();
  for (const Kind& kind : kKinds) {
    if (kind.name == name) return kind.execute(context, statement);
  }
  return Unimplemented("statement '{}' is not supported", name);
}

}  // namespace gnomon::sql
