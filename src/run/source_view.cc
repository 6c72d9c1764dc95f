// SPDX-License-Identifier: Apache-2.0
#include "run/source_view.h"

#include "config/names.h"

namespace gnomon::run {

namespace {

// Splits `db.table/k1=v1/k2=v2`.
void SetTable(const std::string& text, SourceView& view) {
  std::size_t end = std::min(text.find('/'), text.size());
  view.table = text.substr(0, end);
  while (end < text.size()) {
    const std::size_t begin = end + 1;
    end = std::min(text.find('/', begin), text.size());
    const std::string part = text.substr(begin, end - begin);
    const std::size_t equals = part.find('=');
    if (equals == std::string::npos) continue;
    view.sub_partitions.emplace_back(part.substr(0, equals), part.substr(equals + 1));
  }
}

}  // namespace

SourceKind KindOf(const config::Source& source) {
  if (std::holds_alternative<config::EventSource>(source)) return SourceKind::kEvents;
  if (std::holds_alternative<config::EntitySource>(source)) return SourceKind::kEntities;
  return KindOf(std::get<config::JoinSource>(source).join->left);
}

Result<SourceView> ViewOf(const config::Source& source, const std::string& path) {
  SourceView view{.kind = KindOf(source)};
  if (const auto* events = std::get_if<config::EventSource>(&source)) {
    view.path = path + ".events";
    view.table_path = view.path + ".table";
    SetTable(events->table.value_or(""), view);
    view.query = events->query.value_or(config::Query());
    view.is_cumulative = events->is_cumulative.value_or(false);
  } else if (const auto* entities = std::get_if<config::EntitySource>(&source)) {
    view.path = path + ".entities";
    view.table_path = view.path + ".snapshotTable";
    SetTable(entities->snapshot_table.value_or(""), view);
    view.mutation_table = entities->mutation_table.value_or("");
    view.mutation_table = view.mutation_table.substr(0, view.mutation_table.find('/'));
    view.query = entities->query.value_or(config::Query());
  } else {
    const auto& join = std::get<config::JoinSource>(source);
    view.path = path + ".joinSource";
    view.table_path = view.path + ".join";
    view.parent = join.join;
    GNOMON_ASSIGN_OR_RETURN(view.table, config::OutputTable(join.join->meta_data));
    view.query = join.query.value_or(config::Query());
  }
  return view;
}

}  // namespace gnomon::run
