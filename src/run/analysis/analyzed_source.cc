// SPDX-License-Identifier: Apache-2.0
#include "run/analysis/analyzed_source.h"

#include <arrow/api.h>

#include <algorithm>

#include "config/names.h"
#include "iceberg/scan.h"
#include "run/analysis/join_analysis.h"
#include "run/output_table.h"
#include "run/partition_days.h"
#include "run/planned_table.h"
#include "run/source_view.h"
#include "run/view_table.h"
#include "types/type_names.h"

namespace gnomon::run {

namespace {

// What a source says whatever its kind.
struct Parts {
  AnalyzedKind kind;
  std::string body, table, mutation_table;
  bool is_cumulative = false;
  std::shared_ptr<const config::Join> parent;
  config::Query query;
};

// `db.table/k=v` names sub-partitions for sensors.
std::string WithoutSubPartitions(const std::string& table) {
  return table.substr(0, table.find('/'));
}

Parts PartsOf(const config::Source& source) {
  if (const auto* events = std::get_if<config::EventSource>(&source)) {
    return {.kind = AnalyzedKind::kEvents,
            .body = ".events",
            .table = WithoutSubPartitions(events->table.value_or("")),
            .is_cumulative = events->is_cumulative.value_or(false),
            .query = events->query.value_or(config::Query())};
  }
  if (const auto* entities = std::get_if<config::EntitySource>(&source)) {
    return {.kind = AnalyzedKind::kEntities,
            .body = ".entities",
            .table = WithoutSubPartitions(entities->snapshot_table.value_or("")),
            .mutation_table = WithoutSubPartitions(entities->mutation_table.value_or("")),
            .query = entities->query.value_or(config::Query())};
  }
  const auto& join = std::get<config::JoinSource>(source);
  Parts parts{.kind = AnalyzedKind::kJoin,
              .body = ".joinSource",
              .query = join.query.value_or(config::Query())};
  if (join.join != nullptr) {
    parts.parent = join.join;
    const auto table = config::OutputTable(join.join->meta_data);
    if (table) parts.table = *table;
  }
  return parts;
}

bool HasAll(const Schema& table, const Schema& columns) {
  return std::all_of(columns.fields.begin(), columns.fields.end(), [&](const Field& column) {
    const Field* there = table.Find(column.name);
    return there != nullptr && there->type == column.type;
  });
}

const char* TableField(AnalyzedKind kind) {
  if (kind == AnalyzedKind::kEvents) return ".table";
  return kind == AnalyzedKind::kEntities ? ".snapshotTable" : ".join";
}

}  // namespace

Result<AnalyzedSource> AnalyzedSource::Make(RunContext& context, const config::Source& source,
                                            const config::SideFile& side, std::string path,
                                            Findings& findings) {
  AnalyzedSource analyzed;
  Parts parts = PartsOf(source);
  analyzed.side_ = &side;
  analyzed.path_ = std::move(path);
  analyzed.body_ = parts.body;
  analyzed.kind_ = parts.kind;
  analyzed.is_cumulative_ = parts.is_cumulative;
  analyzed.parent_ = std::move(parts.parent);
  analyzed.has_events_ = parts.kind == AnalyzedKind::kEvents ||
                         (analyzed.parent_ != nullptr && KindOf(source) == SourceKind::kEvents);
  analyzed.table_name_ = parts.table;
  analyzed.mutation_table_ = parts.mutation_table;
  analyzed.query_ = std::move(parts.query);
  GNOMON_RETURN_IF_ERROR(analyzed.LoadTable(context, findings));
  if (analyzed.parent_ != nullptr) GNOMON_RETURN_IF_ERROR(analyzed.PlanParent(context, findings));
  if (!analyzed.table_) return analyzed;
  analyzed.ReadDays(findings);
  if (!context.request.jobs.analyze.skip_table_permission_check) analyzed.CheckReadable(findings);
  analyzed.BindQuery(findings);
  analyzed.BindTime(findings);
  analyzed.CheckMutations(context, findings);
  return analyzed;
}

Status AnalyzedSource::LoadTable(RunContext& context, Findings& findings) {
  const std::string where = side_->Where(path_ + body_ + TableField(kind_));
  auto name = catalog::ParseTableName(table_name_);
  if (!name) {
    findings.Add("table", where, std::move(name).error());
    return Ok();
  }
  auto table = LoadTableOrView(context, *name, PartitionColumnOf(query_));
  if (table) {
    table_ = *std::move(table);
    return Ok();
  }
  if (table.error().code != ErrorCode::kNotFound &&
      table.error().code != ErrorCode::kInvalidArgument &&
      table.error().code != ErrorCode::kUnimplemented) {  // Of a view: its query.
    return std::move(table).error();
  }
  if (parent_ == nullptr) findings.Add("table", where, std::move(table).error());
  return Ok();
}

// A run computes the parent first, so its faults are this config's, and its table is what its
// config makes of it: a table that is missing, or of an older config, is not asked.
Status AnalyzedSource::PlanParent(RunContext& context, Findings& findings) {
  const std::size_t found_before = findings.all().size();
  const config::SideFile view = side_->At(path_ + body_ + TableField(kind_));
  GNOMON_ASSIGN_OR_RETURN(const JoinAnalysis parent,
                          AnalyzeJoin(context, *parent_, view, findings));
  if (findings.all().size() > found_before) {
    // What of this config follows from them would hide them.
    table_.reset();
    return Ok();
  }
  if (table_ && HasAll(table_->schema(), StorableSchema(parent.output))) return Ok();
  GNOMON_ASSIGN_OR_RETURN(table_, PlannedTable(table_name_, parent.output, {}));
  is_planned_ = true;
  return Ok();
}

void AnalyzedSource::ReadDays(Findings& findings) {
  auto days = SourceDays(*table_, PartitionColumnOf(query_));
  if (days) {
    days_ = *std::move(days);
    return;
  }
  findings.Add("table", side_->Where(path_ + body_ + TableField(kind_)), std::move(days).error());
}

// Opens one data file: permissions, and files that somebody removed, show here.
void AnalyzedSource::CheckReadable(Findings& findings) const {
  const std::string where = side_->Where(path_ + body_ + TableField(kind_));
  auto plan = table_->PlanScan({});
  if (!plan) return findings.Add("table", where, std::move(plan).error());
  if (plan->tasks.empty()) return;
  plan->tasks.erase(plan->tasks.begin(), plan->tasks.end() - 1);
  if (const Status made = table_->MakeFiles(*plan); !made)
    return findings.Add("table", where, made.error());
  auto opened = iceberg::OpenTask(*table_, plan->tasks.back(), {});
  if (!opened) findings.Add("table", where, std::move(opened).error());
}

Result<expr::Expression> AnalyzedSource::TreeAt(const std::string& path,
                                                const std::string& identity) const {
  const auto entry = side_->expressions.find(path);
  if (entry != side_->expressions.end()) return expr::ParseExpression(entry->second);
  if (!identity.empty()) return expr::Expression::Column(identity);
  return Internal(
      "the side file has no expression for {}: {} - delete production/.gnomon and run again", path,
      side_->source_file);
}

void AnalyzedSource::BindQuery(Findings& findings) {
  const Schema& schema = table_->schema();
  const auto bind =
      [&](const std::string& at, const std::string& identity,
          std::string_view check) -> std::optional<std::pair<expr::Expression, DataType>> {
    auto tree = TreeAt(at, identity);
    auto bound = tree ? expr::BoundExpression::Bind(*tree, schema)
                      : Result<expr::BoundExpression>(tree.error());
    if (bound) return std::pair(*std::move(tree), bound->type());
    findings.Add(check, side_->Where(at), std::move(bound).error());
    return std::nullopt;
  };
  if (query_.selects) {
    for (const auto& [column, text] : *query_.selects) {
      const auto bound = bind(QueryPath() + ".selects." + column, column, "select");
      if (!bound) continue;
      selected_.fields.push_back(Field{.name = column, .type = bound->second});
      trees_.emplace(column, bound->first);
    }
  } else {
    for (const Field& field : schema.fields) {
      selected_.fields.push_back(Field{.name = field.name, .type = field.type});
      trees_.emplace(field.name, expr::Expression::Column(field.name));
    }
  }
  for (std::size_t i = 0; query_.wheres && i < query_.wheres->size(); ++i) {
    const std::string at = fmt::format("{}.wheres[{}]", QueryPath(), i);
    const auto bound = bind(at, "", "where");
    if (!bound) continue;
    if (bound->second.kind == TypeKind::kBoolean) {
      wheres_.push_back(bound->first);
      continue;
    }
    findings.Add("where", side_->Where(at),
                 InvalidArgument("a where must be a condition, this one is {} - compare it with "
                                 "something",
                                 SparkTypeName(bound->second)));
  }
}

void AnalyzedSource::BindTime(Findings& findings) {
  if (!query_.time_column) return;
  const std::string at = QueryPath() + ".timeColumn";
  time_text_ = *query_.time_column;
  auto tree = TreeAt(at, *query_.time_column);
  auto bound = tree ? expr::BoundExpression::Bind(*tree, table_->schema())
                    : Result<expr::BoundExpression>(tree.error());
  if (!bound) return findings.Add("time", side_->Where(at), std::move(bound).error());
  if (bound->type().kind != TypeKind::kLong) {
    return findings.Add(
        "time", side_->Where(at),
        InvalidArgument("the time column {} is {}, and must be BIGINT milliseconds since 1970 "
                        "(UTC) - write time_column=\"UNIX_TIMESTAMP({}) * 1000\"",
                        time_text_, SparkTypeName(bound->type()), time_text_));
  }
  time_ = *std::move(tree);
}

void AnalyzedSource::CheckMutations(RunContext& context, Findings& findings) const {
  if (mutation_table_.empty()) return;
  const std::string where = side_->Where(path_ + body_ + ".mutationTable");
  const auto name = catalog::ParseTableName(mutation_table_);
  if (!name) return findings.Add("table", where, name.error());
  const auto table = LoadTableOrView(context, *name, PartitionColumnOf(query_));
  if (!table) return findings.Add("table", where, table.error());
  const auto check = [&](const std::optional<std::string>& column, const char* field,
                         const char* fallback, TypeKind kind, const char* type) {
    const std::string at = QueryPath() + field;
    auto tree = TreeAt(at, column.value_or(fallback));
    auto bound = tree ? expr::BoundExpression::Bind(*tree, table->schema())
                      : Result<expr::BoundExpression>(tree.error());
    if (!bound) return findings.Add("mutation", side_->Where(at), std::move(bound).error());
    if (bound->type().kind == kind) return;
    findings.Add("mutation", side_->Where(at),
                 InvalidArgument("{} of the mutations is {}, and must be {} - cast it",
                                 column.value_or(fallback), SparkTypeName(bound->type()), type));
  };
  check(query_.mutation_time_column, ".mutationTimeColumn", "mutation_ts", TypeKind::kLong,
        "BIGINT milliseconds");
  check(query_.reversal_column, ".reversalColumn", "is_before", TypeKind::kBoolean, "BOOLEAN");
}

std::optional<DataType> AnalyzedSource::TypeOf(const std::string& column, std::string_view check,
                                               std::string_view where, Findings& findings) const {
  if (const Field* field = selected_.Find(column)) return field->type;
  if (!table_) return std::nullopt;
  // A select of that name is wrong, and was told.
  for (const auto& [name, text] : query_.selects.value_or(config::OrderedMap<std::string>())) {
    if (name == column) return std::nullopt;
  }
  if (column == "ts" && time_) return DataType(TypeKind::kLong);
  auto bound = expr::BoundExpression::Bind(expr::Expression::Column(column), table_->schema());
  if (bound) return bound->type();
  findings.Add(check, where, std::move(bound).error());
  return std::nullopt;
}

std::set<std::string> AnalyzedSource::InputsOf(const std::string& column) const {
  const auto tree = trees_.find(column);
  if (tree == trees_.end()) return {column};
  return expr::ReferencedColumns(tree->second);
}

std::string AnalyzedSource::ExpressionOf(const std::string& column) const {
  for (const auto& [name, text] : query_.selects.value_or(config::OrderedMap<std::string>())) {
    if (name == column) return text;
  }
  return column;
}

}  // namespace gnomon::run
