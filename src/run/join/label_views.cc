// SPDX-License-Identifier: Apache-2.0
#include "run/join/label_views.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/log.h"
#include "run/join/sql_text.h"

namespace gnomon::run {

namespace {

using Json = nlohmann::json;

// How a view's text names tables and columns: DuckDB's way, or Spark's for its user.
struct Dialect {
  bool is_spark = false;

  std::string Name(std::string_view name) const {
    return is_spark ? fmt::format("`{}`", name) : Quoted(name);
  }
  std::string Table(const catalog::TableName& table) const {
    return is_spark ? table.ToString() : Quoted(table.ToString());
  }
};

std::string LabelName(const std::string& column) {
  return column.starts_with("label_") ? column : "label_" + column;
}

bool IsRowId(const LabelViews& views, const std::string& name) {
  return name == "ds" ||
         std::find(views.row_ids.begin(), views.row_ids.end(), name) != views.row_ids.end();
}

std::string Labeled(const LabelViews& views, const std::vector<std::string>& features,
                    const Dialect& dialect) {
  std::vector<std::string> columns, matches = {"f.ds = l.ds"};
  for (const std::string& id : views.row_ids) {
    columns.push_back("f." + dialect.Name(id));
    matches.push_back(fmt::format("f.{0} = l.{0}", dialect.Name(id)));
  }
  columns.emplace_back("f.ds");
  for (const std::string& name : features) {
    if (!IsRowId(views, name)) columns.push_back("f." + dialect.Name(name));
  }
  for (const std::string& name : views.label_columns)
    columns.push_back(fmt::format("l.{} AS {}", dialect.Name(name), dialect.Name(LabelName(name))));
  columns.emplace_back("l.label_ds");
  return fmt::format("SELECT {} FROM {} f LEFT JOIN {} l ON {}", fmt::join(columns, ", "),
                     dialect.Table(views.features), dialect.Table(views.labels),
                     fmt::join(matches, " AND "));
}

// Rows without labels stay on days that have none at all.
std::string Latest(const catalog::TableName& labeled, const std::vector<std::string>& columns,
                   const Dialect& dialect) {
  std::vector<std::string> selected;
  selected.reserve(columns.size());
  for (const std::string& column : columns) selected.push_back("v." + dialect.Name(column));
  return fmt::format(
      "SELECT {0} FROM {1} v JOIN (SELECT ds, max(label_ds) AS newest FROM {1} GROUP BY ds) n ON "
      "v.ds = n.ds WHERE v.label_ds = n.newest OR (v.label_ds IS NULL AND n.newest IS NULL)",
      fmt::join(selected, ", "), dialect.Table(labeled));
}

Status PutView(sql::Session& session, const catalog::TableName& name, const LabelViews& views,
               const std::vector<catalog::TableName>& tables, const std::string& sql,
               const std::string& source) {
  Json names = Json::array();
  for (const catalog::TableName& table : tables) names.push_back(table.ToString());
  const Json query = {
      {"sql", sql}, {"source", source}, {"tables", names}, {"paths", Json::array()}};
  const Json statement = {
      {"kind", "create_stored_view"},
      {"name", name.ToString()},
      {"replace", true},
      {"if_not_exists", false},
      {"columns", Json::array()},
      {"properties",
       {{"feature_table", views.features.ToString()}, {"label_table", views.labels.ToString()}}},
      {"query", query},
      {"source", source}};
  GNOMON_RETURN_IF_ERROR(session.Execute(statement));
  return Ok();
}

}  // namespace

Status MakeLabelViews(RunContext& context, sql::Session& session, const LabelViews& views,
                      const config::SideFile& side) {
  const auto features = context.catalog.LoadTable(views.features);
  const auto labels = context.catalog.LoadTable(views.labels);
  if (!features || !labels) {
    const Error& error = features ? labels.error() : features.error();
    if (error.code != ErrorCode::kNotFound) return error;
    const std::string note = fmt::format(
        "{} does not exist yet, so no view joins its labels - run --mode=backfill and this again",
        (features ? views.labels : views.features).ToString());
    LogInfo("note: {}", note);
    context.report.notes.push_back(note);
    return Ok();
  }
  const std::vector<std::string> columns = features->schema().names();
  std::vector<std::string> of_view = views.row_ids;
  of_view.emplace_back("ds");
  for (const std::string& column : columns) {
    if (!IsRowId(views, column)) of_view.push_back(column);
  }
  for (const std::string& column : views.label_columns) of_view.push_back(LabelName(column));
  of_view.emplace_back("label_ds");
  for (const std::string& id : views.row_ids) {
    if (features->schema().Find(id) != nullptr) continue;
    return InvalidArgument("{} has no column of the row id {}: {} - keep it in the join's output",
                           views.features.ToString(), id, side.Where("rowIds"));
  }
  const catalog::TableName labeled{views.features.name_space, views.features.name + "_labeled"};
  const catalog::TableName latest{views.features.name_space, labeled.name + "_latest"};
  GNOMON_RETURN_IF_ERROR(PutView(session, labeled, views, {views.features, views.labels},
                                 Labeled(views, columns, {}), Labeled(views, columns, {true})));
  return PutView(session, latest, views, {labeled}, Latest(labeled, of_view, {}),
                 Latest(labeled, of_view, {true}));
}

}  // namespace gnomon::run
