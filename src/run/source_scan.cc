// SPDX-License-Identifier: Apache-2.0
// Binding. What to scan is known when all trees are: each is bound to the whole table first, so
// that an unknown column meets all the names that it may have meant, then to the columns that are
// used.
#include "run/source_scan.h"

#include <arrow/api.h>

#include <set>

#include "base/error_place.h"
#include "run/run_day.h"
#include "types/type_names.h"

namespace gnomon::run {

namespace {

bool Selects(const config::Query& query, const std::string& column) {
  for (const auto& [name, text] : query.selects.value_or(config::OrderedMap<std::string>())) {
    if (name == column) return true;
  }
  return false;
}

}  // namespace

Result<SourceScan> SourceScan::Bind(const config::SideFile& side, const SourceView& view,
                                    const iceberg::Table& table, SourceRequest request) {
  InitializeCompute();
  SourceScan scan(table);
  // A scan may outlive a view of an embedded conf.
  scan.side_ = std::make_shared<const config::SideFile>(side);
  scan.partition_column_ = view.partition_column();
  GNOMON_RETURN_IF_ERROR(scan.CollectOutputs(view, request));
  GNOMON_RETURN_IF_ERROR(scan.CollectWheres(view));
  scan.CollectScanned();
  scan.CollectPlain(request);
  GNOMON_RETURN_IF_ERROR(scan.CheckUnused(view));
  for (Output& output : scan.outputs_) GNOMON_RETURN_IF_ERROR(scan.BindOutput(output));
  for (Where& where : scan.wheres_) GNOMON_RETURN_IF_ERROR(scan.BindWhere(where));
  GNOMON_RETURN_IF_ERROR(scan.BindExtraWheres(request.extra_wheres));
  return scan;
}

// The tree of the expression at `path` of the conf; a column that is not selected explicitly stands
// for itself.
Result<expr::Expression> SourceScan::TreeAt(const std::string& path,
                                            const std::string& identity) const {
  const auto entry = side_->expressions.find(path);
  if (entry != side_->expressions.end()) return expr::ParseExpression(entry->second);
  if (!identity.empty()) return expr::Expression::Column(identity);
  return Internal(
      "the side file of {} has no expression for {} - delete production/.gnomon and run again",
      side_->source_file, path);
}

// What the user selects overrides what every source has (SPEC 6.1).
Result<SourceScan::Output> SourceScan::OutputOf(const SourceView& view,
                                                const std::string& column) const {
  const bool is_selected = Selects(view.query, column);
  if (column == "ts" && !is_selected) return TimeOf(view);
  const bool is_partition = column == "ds" && !is_selected;
  Output output{.name = column, .at = view.query_path() + ".selects." + column};
  GNOMON_ASSIGN_OR_RETURN(output.tree,
                          TreeAt(output.at, is_partition ? partition_column_ : column));
  return output;
}

Result<SourceScan::Output> SourceScan::TimeOf(const SourceView& view) const {
  Output output{.name = "ts", .at = view.query_path() + ".timeColumn"};
  if (view.query.time_column.value_or("").empty()) return output;
  GNOMON_ASSIGN_OR_RETURN(output.tree, TreeAt(output.at, *view.query.time_column));
  return output;
}

Result<SourceScan::Output> SourceScan::MutationOutput(const SourceView& view,
                                                      const std::string& column,
                                                      const std::optional<std::string>& expression,
                                                      const std::string& field) const {
  if (Selects(view.query, column)) return OutputOf(view, column);
  Output output{.name = column, .at = view.query_path() + "." + field};
  GNOMON_ASSIGN_OR_RETURN(output.tree, TreeAt(output.at, expression.value_or(column)));
  return output;
}

Status SourceScan::CollectOutputs(const SourceView& view, const SourceRequest& request) {
  const auto add = [&](Result<Output> output) -> Status {
    if (!output) return std::move(output).error();
    for (const Output& there : outputs_) {
      if (there.name == output->name) return Ok();
    }
    outputs_.push_back(*std::move(output));
    return Ok();
  };
  for (const std::string& column : request.columns)
    GNOMON_RETURN_IF_ERROR(add(OutputOf(view, column)));
  const bool has_time = Selects(view.query, "ts") || !view.query.time_column.value_or("").empty();
  const bool wants_time = request.time == SourceRequest::Time::kAlways ||
                          (request.time == SourceRequest::Time::kIfThere && has_time);
  if (wants_time) GNOMON_RETURN_IF_ERROR(add(OutputOf(view, "ts")));
  if (request.mutations) {
    GNOMON_RETURN_IF_ERROR(add(MutationOutput(view, "mutation_ts", view.query.mutation_time_column,
                                              "mutationTimeColumn")));
    GNOMON_RETURN_IF_ERROR(
        add(MutationOutput(view, "is_before", view.query.reversal_column, "reversalColumn")));
  }
  for (Output& output : outputs_) {
    output.has_run_day = output.tree && AsksForRunDay(*output.tree);
    has_run_day_ = has_run_day_ || output.has_run_day;
  }
  time_column_ = Selects(view.query, "ts") ? "ts" : view.query.time_column.value_or("");
  return Ok();
}

Status SourceScan::CollectWheres(const SourceView& view) {
  const std::size_t count = view.query.wheres.value_or(std::vector<std::string>()).size();
  for (std::size_t i = 0; i < count; ++i) {
    Where where{.at = fmt::format("{}.wheres[{}]", view.query_path(), i)};
    GNOMON_ASSIGN_OR_RETURN(where.tree, TreeAt(where.at, ""));
    where.has_run_day = AsksForRunDay(where.tree);
    has_run_day_ = has_run_day_ || where.has_run_day;
    wheres_.push_back(std::move(where));
  }
  return Ok();
}

void SourceScan::CollectScanned() {
  std::set<std::string> used = {partition_column_};
  for (const Output& output : outputs_) {
    if (output.tree) used.merge(expr::ReferencedColumns(*output.tree));
  }
  for (const Where& where : wheres_) used.merge(expr::ReferencedColumns(where.tree));
  for (const Field& field : table_.schema().fields) {
    if (used.contains(field.name)) scanned_.fields.push_back(field);
  }
}

// Columns that pass through as they are, and are nothing else: an expression would not know what to
// do with a dictionary, or with a time that is only nearly right.
void SourceScan::CollectPlain(const SourceRequest& request) {
  if (!request.extra_wheres.empty()) return;
  std::multiset<std::string> used = {partition_column_};
  const auto use = [&](const expr::Expression& tree) {
    for (const std::string& column : expr::ReferencedColumns(tree)) used.insert(column);
  };
  for (const Output& output : outputs_) {
    if (output.tree) use(*output.tree);
  }
  for (const Where& where : wheres_) use(where.tree);
  for (const Output& output : outputs_) {
    if (!output.tree || output.tree->op != expr::Expression::Op::kColumn ||
        used.count(output.tree->name) != 1)
      continue;
    if (output.name == "ts") time_of_scanned_ = output.tree->name;
    const bool is_wanted = std::find(request.dictionaries.begin(), request.dictionaries.end(),
                                     output.name) != request.dictionaries.end();
    if (is_wanted) dictionaries_.push_back(output.tree->name);
  }
}

// Selects that nobody uses are checked, too, though never evaluated.
Status SourceScan::CheckUnused(const SourceView& view) const {
  for (const auto& [column, text] :
       view.query.selects.value_or(config::OrderedMap<std::string>())) {
    const std::string at = view.query_path() + ".selects." + column;
    GNOMON_ASSIGN_OR_RETURN(const expr::Expression tree, TreeAt(at, column));
    auto bound = BindTo(table_.schema(), tree, at);
    if (!bound) return std::move(bound).error();
  }
  return Ok();
}

Result<expr::BoundExpression> SourceScan::BindTo(const Schema& schema, const expr::Expression& tree,
                                                 const std::string& at) const {
  return PlacedAt(side_->Where(at), expr::BoundExpression::Bind(tree, schema));
}

Status SourceScan::BindOutput(Output& output) {
  Field field{.name = output.name, .type = TypeKind::kLong};
  if (output.tree) {
    if (auto whole = BindTo(table_.schema(), *output.tree, output.at); !whole)
      return std::move(whole).error();
    GNOMON_ASSIGN_OR_RETURN(output.bound, BindTo(scanned_, *output.tree, output.at));
    field.type = output.bound->type();
    if (output.name == "ts" || output.name == "mutation_ts")
      GNOMON_RETURN_IF_ERROR(CheckTimeType(output, field.type));
    if (output.name == "is_before" && field.type.kind != TypeKind::kBoolean) {
      return InvalidArgument(
          "the reversal column must be BOOLEAN, it is {}: {} - compare it with something",
          SparkTypeName(field.type), side_->Where(output.at));
    }
    if (output.name == "ts") time_place_ = side_->Where(output.at);
  }
  selected_.fields.push_back(std::move(field));
  return Ok();
}

Status SourceScan::CheckTimeType(const Output& output, const DataType& type) const {
  if (type.kind == TypeKind::kLong) return Ok();
  const bool is_time = type.kind == TypeKind::kTimestamp || type.kind == TypeKind::kTimestampNtz;
  const bool is_integer =
      type.kind == TypeKind::kInt || type.kind == TypeKind::kShort || type.kind == TypeKind::kByte;
  // `seconds * 1000` of an INT has wrapped before a cast around it could help.
  const bool is_computed = time_column_.find_first_of(" */+-%(") != std::string::npos;
  const std::string column = output.name == "ts" ? time_column_ : output.name;
  const std::string field = output.name == "ts" ? "time_column" : "mutation_time_column";
  return InvalidArgument(
      "the time column {} is {}, and must be BIGINT milliseconds since 1970 (UTC): {} - {}", column,
      SparkTypeName(type), side_->Where(output.at),
      is_time ? fmt::format("write {}=\"unix_timestamp({}) * 1000\"", field, column)
      : is_integer && is_computed
          ? "cast the columns in it before they are computed with, such as CAST(seconds AS "
            "BIGINT) * 1000: INT wraps"
      : is_integer ? fmt::format("write {}=\"CAST({} AS BIGINT)\"", field, column)
                   : "convert it in the select or in the staging query");
}

Status SourceScan::BindWhere(Where& where) {
  if (auto whole = BindTo(table_.schema(), where.tree, where.at); !whole)
    return std::move(whole).error();
  GNOMON_ASSIGN_OR_RETURN(where.bound, BindTo(scanned_, where.tree, where.at));
  if (where.bound->type().kind == TypeKind::kBoolean) return Ok();
  return InvalidArgument(
      "a where must be a condition, this one is {}: {} - compare it with something",
      SparkTypeName(where.bound->type()), side_->Where(where.at));
}

Status SourceScan::BindExtraWheres(const std::vector<expr::Expression>& wheres) {
  for (const expr::Expression& where : wheres) {
    GNOMON_ASSIGN_OR_RETURN(auto bound, expr::BoundExpression::Bind(where, selected_));
    extra_wheres_.push_back(std::move(bound));
  }
  return Ok();
}

Result<SourceScan> SourceScan::ForRunDay(const plan::ScanRange& range) const {
  SourceScan scan = *this;
  const auto day_at = [&](const std::string& at) -> Result<Day> {
    if (range.begin && *range.begin + 1 == range.end) return *range.begin;
    return InvalidArgument(
        "{{{{ CHRONON_RUN_DS }}}} stands for the day that is read, and {} are: {} - use "
        "--step-days=1, and no windows over events",
        range.begin ? FormatDayRange({*range.begin, range.end}) : "all days", side_->Where(at));
  };
  for (Output& output : scan.outputs_) {
    if (!output.has_run_day) continue;
    GNOMON_ASSIGN_OR_RETURN(const Day day, day_at(output.at));
    output.tree = WithRunDay(*output.tree, day);
    GNOMON_ASSIGN_OR_RETURN(output.bound, BindTo(scanned_, *output.tree, output.at));
  }
  for (Where& where : scan.wheres_) {
    if (!where.has_run_day) continue;
    GNOMON_ASSIGN_OR_RETURN(const Day day, day_at(where.at));
    where.tree = WithRunDay(where.tree, day);
    GNOMON_ASSIGN_OR_RETURN(where.bound, BindTo(scanned_, where.tree, where.at));
  }
  scan.has_run_day_ = false;
  return scan;
}

}  // namespace gnomon::run
