// SPDX-License-Identifier: Apache-2.0
#include "run/streamed_columns.h"

#include <set>

#include "codec/record_schema.h"
#include "expr/expression.h"
#include "run/source_table.h"
#include "run/source_view.h"

namespace gnomon::run {

namespace {

bool IsStreaming(const config::Source& source) {
  if (const auto* events = std::get_if<config::EventSource>(&source))
    return events->topic.has_value();
  if (const auto* entities = std::get_if<config::EntitySource>(&source))
    return entities->mutation_topic.has_value();
  return IsStreaming(std::get<config::JoinSource>(source).join->left);
}

// The columns that the query's expressions look at.
Result<std::set<std::string>> ReferencedBy(const SourceView& view, const config::SideFile& side) {
  std::set<std::string> columns;
  const std::string prefix = view.query_path() + ".";
  for (auto entry = side.expressions.lower_bound(prefix);
       entry != side.expressions.end() && entry->first.starts_with(prefix); ++entry) {
    GNOMON_ASSIGN_OR_RETURN(const expr::Expression tree, expr::ParseExpression(entry->second));
    columns.merge(expr::ReferencedColumns(tree));
  }
  if (view.kind == SourceKind::kEntities) {
    if (!view.query.mutation_time_column) columns.insert("mutation_ts");
    if (!view.query.reversal_column) columns.insert("is_before");
  }
  return columns;
}

// A stream of a chain begins at the left side of the first Join.
Result<SourceView> RootOf(const config::Source& source, const std::string& path) {
  const auto* join = std::get_if<config::JoinSource>(&source);
  if (join == nullptr) return ViewOf(source, path);
  return RootOf(join->join->left, path + ".joinSource.join.left");
}

}  // namespace

Result<std::optional<std::vector<Field>>> StreamedColumns(RunContext& context,
                                                          const config::GroupBy& group_by,
                                                          const config::SideFile& side) {
  for (std::size_t i = 0; i < group_by.sources.size(); ++i) {
    if (!IsStreaming(group_by.sources[i])) continue;
    GNOMON_ASSIGN_OR_RETURN(const SourceView view,
                            RootOf(group_by.sources[i], fmt::format("sources[{}]", i)));
    GNOMON_ASSIGN_OR_RETURN(
        const iceberg::Table table,
        LoadSourceTable(context, side, view.table, view.table_path, view.partition_column()));
    GNOMON_ASSIGN_OR_RETURN(const std::set<std::string> used, ReferencedBy(view, side));
    std::vector<Field> columns;
    for (const Field& field : table.schema().fields) {
      const bool wanted = view.query.selects ? used.contains(field.name)
                                             : bool(codec::RecordSchema("Input", {field}));
      if (wanted) columns.push_back(field);
    }
    return std::optional(std::move(columns));
  }
  return std::optional<std::vector<Field>>();
}

}  // namespace gnomon::run
