// SPDX-License-Identifier: Apache-2.0
#include "sql/stored_views.h"

#include <arrow/api.h>

#include <nlohmann/json.hpp>
#include <set>

#include "base/ascii_case.h"
#include "sql/result_stream.h"
#include "sql/row_builder.h"
#include "sql/show_pattern.h"

namespace gnomon::sql {

namespace {

using nlohmann::json;

constexpr char kOurDialect[] = "gnomon";
constexpr char kSparkDialect[] = "spark";
// Iceberg's Spark integration keeps there what the query calls its columns.
constexpr char kQueryColumns[] = "spark.query-column-names";

// The translated query of a view; an empty object when it only has another engine's.
json QueryOf(const iceberg::ViewDefinition& view) {
  const std::string* text = view.FindSql(kOurDialect);
  if (text == nullptr) return json::object();
  json query = json::parse(*text, nullptr, /*allow_exceptions=*/false);
  const bool is_query = query.is_object() && query.contains("sql") && query.contains("tables");
  return is_query ? query : json::object();
}

std::vector<std::string> TablesOf(const json& query) {
  return query.value("tables", std::vector<std::string>());
}

// The way from a view with these tables to `target`, as `a.v, a.w`; empty when there is none.
Result<std::string> WayTo(StatementContext& context, const std::vector<std::string>& tables,
                          const std::string& target, std::set<std::string>& seen) {
  for (const std::string& table : tables) {
    if (table == target) return target;
    if (!seen.insert(table).second) continue;
    GNOMON_ASSIGN_OR_RETURN(const auto view, FindStoredView(context, table));
    if (!view) continue;
    GNOMON_ASSIGN_OR_RETURN(const std::string way,
                            WayTo(context, TablesOf(QueryOf(*view)), target, seen));
    if (!way.empty()) return table + ", " + way;
  }
  return std::string();
}

Status CheckReadsNotItself(StatementContext& context, const std::string& name, const json& query) {
  std::set<std::string> seen;
  GNOMON_ASSIGN_OR_RETURN(const std::string way, WayTo(context, TablesOf(query), name, seen));
  if (way.empty()) return Ok();
  return InvalidArgument("view {} would read itself: {} reads {} - take it out of the query", name,
                         name, way);
}

// What a view needs is there: said in the view's terms, which the query's do not tell.
Status CheckTables(StatementContext& context, const std::string& name, const json& query) {
  for (const std::string& table : TablesOf(query)) {
    GNOMON_ASSIGN_OR_RETURN(const auto view, FindStoredView(context, table));
    if (view) continue;
    const auto found = context.sources.Find(table);
    if (found || found.error().code != ErrorCode::kNotFound) continue;
    return NotFound("view {} cannot be read any more: {}", name, found.error().message);
  }
  return Ok();
}

std::vector<std::string> SplitNames(const std::string& text) {
  std::vector<std::string> names;
  std::size_t begin = 0;
  while (begin <= text.size()) {
    const std::size_t comma = std::min(text.find(',', begin), text.size());
    names.push_back(text.substr(begin, comma - begin));
    begin = comma + 1;
  }
  return names;
}

// The columns that the view had when it was made, whatever its tables have got since.
std::string SelectColumns(const iceberg::ViewDefinition& view, const std::string& sql) {
  std::vector<std::string> inner = view.schema.names();
  if (const auto names = view.properties.find(kQueryColumns); names != view.properties.end()) {
    const std::vector<std::string> split = SplitNames(names->second);
    if (split.size() == inner.size()) inner = split;
  }
  std::string select = "SELECT ";
  for (std::size_t i = 0; i < inner.size(); ++i) {
    select += fmt::format("{}{} AS {}", i == 0 ? "" : ", ", SqlIdentifier(inner[i]),
                          SqlIdentifier(view.schema.fields[i].name));
  }
  return select + " FROM (" + sql + ")";
}

Result<Schema> NamedSchema(Schema schema, const std::vector<std::string>& names) {
  std::set<std::string> seen;
  if (!names.empty() && names.size() != schema.fields.size()) {
    return InvalidArgument("the view names {} columns, and its query gives {} - name each of them",
                           names.size(), schema.fields.size());
  }
  for (std::size_t i = 0; i < schema.fields.size(); ++i) {
    if (!names.empty()) schema.fields[i].name = names[i];
    if (!seen.insert(AsciiLower(schema.fields[i].name)).second) {
      return InvalidArgument("the view gives two columns '{}' - rename one with AS",
                             schema.fields[i].name);
    }
  }
  return schema;
}

Result<iceberg::ViewDefinition> MakeDefinition(StatementContext& context, const json& statement) {
  const json& query = statement.at("query");
  GNOMON_ASSIGN_OR_RETURN(const std::string sql, PrepareQuery(context, query));
  GNOMON_ASSIGN_OR_RETURN(const Schema given, context.engine.SchemaOf(sql));
  iceberg::ViewDefinition view;
  view.properties = statement.at("properties").get<std::map<std::string, std::string>>();
  std::string query_columns;
  for (const std::string& name : given.names()) {
    query_columns += (query_columns.empty() ? "" : ",") + name;
  }
  view.properties[kQueryColumns] = query_columns;
  GNOMON_ASSIGN_OR_RETURN(
      view.schema, NamedSchema(given, statement.at("columns").get<std::vector<std::string>>()));
  json ours = query;
  ours.erase("source");
  view.representations = {
      {.dialect = kSparkDialect, .sql = query.at("source").get<std::string>()},
      {.dialect = kOurDialect, .sql = ours.dump(-1, ' ', false, json::error_handler_t::replace)}};
  return view;
}

}  // namespace

Result<std::optional<iceberg::ViewDefinition>> FindStoredView(StatementContext& context,
                                                              const std::string& name) {
  using Found = std::optional<iceberg::ViewDefinition>;
  if (std::count(name.begin(), name.end(), '.') > 1) return Found();
  GNOMON_ASSIGN_OR_RETURN(const auto parsed, context.sources.NameOf(name));
  GNOMON_ASSIGN_OR_RETURN(const bool exists, context.catalog.HasView(parsed));
  if (!exists) return Found();
  GNOMON_ASSIGN_OR_RETURN(iceberg::ViewDefinition view, context.catalog.LoadView(parsed));
  return Found(std::move(view));
}

// A text as one word of a shell, in which nothing is run: the query is another engine's.
static std::string ShellWord(std::string_view text) {
  std::string word = "'";
  for (const char c : text) word += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return word + "'";
}

Result<std::optional<std::string>> SelectOfStoredView(StatementContext& context,
                                                      const std::string& name) {
  GNOMON_ASSIGN_OR_RETURN(const auto view, FindStoredView(context, name));
  if (!view) return std::optional<std::string>();
  const json query = QueryOf(*view);
  if (query.empty()) {
    const std::string* spark = view->FindSql(kSparkDialect);
    return Unimplemented(
        "view {} was made by another engine, and its query is not translated - make it here, too: "
        "spark-sql -e {}",
        name,
        ShellWord(fmt::format("CREATE OR REPLACE VIEW {} AS {}", name,
                              spark == nullptr ? "SELECT ..." : *spark)));
  }
  GNOMON_RETURN_IF_ERROR(CheckReadsNotItself(context, name, query));
  GNOMON_RETURN_IF_ERROR(CheckTables(context, name, query));
  GNOMON_ASSIGN_OR_RETURN(const std::string sql, PrepareQuery(context, query));
  return std::optional(SelectColumns(*view, sql));
}

Result<QueryResult> CreateStoredView(StatementContext& context, const json& statement) {
  GNOMON_ASSIGN_OR_RETURN(const auto name,
                          context.sources.NameOf(statement.at("name").get<std::string>()));
  GNOMON_ASSIGN_OR_RETURN(const bool exists, context.catalog.HasView(name));
  if (exists && statement.at("if_not_exists").get<bool>()) return EmptyResult();
  const json& query = statement.at("query");
  GNOMON_RETURN_IF_ERROR(CheckReadsNotItself(context, name.ToString(), query));
  GNOMON_ASSIGN_OR_RETURN(const iceberg::ViewDefinition view, MakeDefinition(context, statement));
  GNOMON_RETURN_IF_ERROR(context.catalog.PutView(name, view, statement.at("replace").get<bool>()));
  return EmptyResult();
}

Result<QueryResult> DropView(StatementContext& context, const json& statement) {
  const auto text = statement.at("view").get<std::string>();
  if (const auto known = context.views.find(AsciiLower(text)); known != context.views.end()) {
    GNOMON_RETURN_IF_ERROR(context.engine.Command("DROP VIEW " + SqlIdentifier(known->second)));
    context.views.erase(known);
    return EmptyResult();
  }
  GNOMON_ASSIGN_OR_RETURN(const auto name, context.sources.NameOf(text));
  Status status = context.catalog.DropView(name);
  const bool may_miss = statement.at("if_exists").get<bool>();
  if (!status.has_value() && !(may_miss && status.error().code == ErrorCode::kNotFound)) {
    return std::move(status).error();
  }
  return EmptyResult();
}

Result<QueryResult> ShowViews(StatementContext& context, const json& statement) {
  const json& given = statement.at("namespace");
  const json& pattern = statement.at("pattern");
  const std::string name_space =
      given.is_null() ? context.sources.name_space() : given.get<std::string>();
  auto views = context.catalog.ListViews(name_space);
  // Spark's default namespace always exists.
  const bool empty_default =
      !views.has_value() && name_space == "default" && views.error().code == ErrorCode::kNotFound;
  if (!views.has_value() && !empty_default) return std::move(views).error();
  RowBuilder rows(
      Schema{{MakeField("namespace", TypeKind::kString), MakeField("viewName", TypeKind::kString),
              MakeField("isTemporary", TypeKind::kBoolean)}});
  if (!empty_default) {
    for (const catalog::TableName& view : *views) {
      if (MatchesShowPattern(view.name, pattern)) rows.Add({view.name_space, view.name, false});
    }
  }
  for (const auto& [key, name] : context.views) {
    if (MatchesShowPattern(name, pattern)) rows.Add({std::string(), name, true});
  }
  GNOMON_ASSIGN_OR_RETURN(auto batch, rows.Finish());
  return ResultOf(std::move(batch));
}

}  // namespace gnomon::sql
