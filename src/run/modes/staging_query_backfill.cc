// SPDX-License-Identifier: Apache-2.0
// Mode staging-query-backfill (SPEC 9.2): renders the query's macros for each step of unfilled
// days, runs it in DuckDB, and overwrites the partitions that its rows name.
#include <arrow/api.h>

#include <nlohmann/json.hpp>

#include "base/edit_distance.h"
#include "base/error_place.h"
#include "base/log.h"
#include "base/pause_point.h"
#include "base/progress.h"
#include "config/any_conf.h"
#include "config/names.h"
#include "config/side_file.h"
#include "config/validate.h"
#include "plan/fill_plan.h"
#include "run/macros.h"
#include "run/output_table.h"
#include "run/partition_days.h"
#include "run/query_dependencies.h"
#include "run/run_context.h"
#include "run/setups.h"
#include "run/staging_view.h"
#include "run/view_table.h"
#include "run/wanted_days.h"
#include "sql/result_stream.h"
#include "sql/session.h"
#include "types/arrow_mapping.h"

namespace gnomon::run {

namespace {

class StagingQueryRun {
 public:
  StagingQueryRun(RunContext& context, config::LoadedConfOf<config::StagingQuery> loaded)
      : context_(context),
        conf_(std::move(loaded.conf)),
        text_(std::move(loaded.text)),
        side_(std::move(loaded.side)) {}

  Status Run();

 private:
  Result<OutputTableSpec> MakeSpec() const;
  Status OpenSession();
  Status RunView();
  Status RunStep(OutputTable& output, const std::optional<DayRange>& step);
  Status NoteDaysOfQuery();
  Result<nlohmann::json> Render(const std::optional<DayRange>& step);
  Result<Day> MaxPartition(const std::string& table);
  Status CheckColumns(const Schema& schema, const OutputTableSpec& spec) const;

  RunContext& context_;
  config::StagingQuery conf_;
  std::string text_;
  config::SideFile side_;
  OutputTableSpec spec_;
  std::unique_ptr<sql::Session> session_;
};

Status StagingQueryRun::Run() {
  GNOMON_RETURN_IF_ERROR(config::Validate(conf_, side_));
  GNOMON_ASSIGN_OR_RETURN(spec_, MakeSpec());
  context_.report.output = spec_.name.ToString();
  if (!conf_.start_partition && context_.request.begin) {
    return InvalidArgument(
        "--start-date needs a staging query with a startPartition, this one is run as a whole: {} "
        "- "
        "drop --start-date, or set startPartition",
        side_.Where("startPartition"));
  }
  const Day last = context_.end() - 1;
  GNOMON_ASSIGN_OR_RETURN(const QueryDependencies dependencies,
                          QueryDependencies::Make(context_, conf_.meta_data, side_));
  // First the tables alone: a changed query is looked at with their columns.
  GNOMON_RETURN_IF_ERROR(dependencies.WaitForTables());
  if (conf_.create_view.value_or(false)) {
    GNOMON_RETURN_IF_ERROR(dependencies.WaitForDays({{last, last + 1}}));
    return RunView();
  }
  std::optional<DayRange> wanted_range;
  if (conf_.start_partition) {
    GNOMON_ASSIGN_OR_RETURN(
        wanted_range, WantedDays(context_, *conf_.start_partition, side_.Where("startPartition"),
                                 conf_.meta_data));
  }
  spec_.wanted = wanted_range.value_or(DayRange{});
  spec_.columns_of_query = [&]() -> Result<Schema> {
    GNOMON_RETURN_IF_ERROR(OpenSession());
    GNOMON_ASSIGN_OR_RETURN(const nlohmann::json query, Render(wanted_range));
    auto result = session_->Query(query);
    if (!result) return PlacedAt(side_.Where("query"), std::move(result).error());
    return StorableSchema(result->schema);
  };
  GNOMON_ASSIGN_OR_RETURN(OutputTable output, OutputTable::Open(context_, spec_));
  if (!wanted_range) {
    if (context_.request.dry_run) return AnnounceDryRun(output);
    GNOMON_RETURN_IF_ERROR(dependencies.WaitForDays({{last, last + 1}}));
    GNOMON_RETURN_IF_ERROR(OpenSession());
    return RunStep(output, std::nullopt);
  }
  const DayRange wanted = *wanted_range;
  const plan::FillPlan plan = PlanUnfilled(context_, output, wanted, std::nullopt);
  if (plan.ranges.empty()) return Ok();
  if (context_.request.dry_run) return AnnounceDryRun(output, plan);
  GNOMON_RETURN_IF_ERROR(dependencies.WaitForDays(plan.ranges));
  GNOMON_RETURN_IF_ERROR(OpenSession());
  LogInfo("{}: computing {} day{}", spec_.name.ToString(), plan.day_count(),
          plan.day_count() == 1 ? "" : "s");
  for (const DayRange& step : plan::SplitIntoSteps(plan.ranges, context_.request.step_days)) {
    GNOMON_RETURN_IF_ERROR(RunStep(output, step));
  }
  GNOMON_RETURN_IF_ERROR(output.Finish());
  return NoteDaysOfQuery();
}

// A run that found all of its days empty has most likely the wrong dates: says which the query has.
Status StagingQueryRun::NoteDaysOfQuery() {
  if (!context_.report.computed.empty() || context_.report.empty.empty()) return Ok();
  const DayRange all{ParseDay("0001-01-01").value(), ParseDay("9999-12-31").value()};
  GNOMON_ASSIGN_OR_RETURN(nlohmann::json query, Render(all));
  query["sql"] = fmt::format("SELECT min(\"{0}\") AS first, max(\"{0}\") AS last FROM ({1})",
                             spec_.partition_column, query.at("sql").get<std::string>());
  auto result = session_->Query(query);
  // The days are known, and the run is done: what helps only is no reason to fail.
  std::shared_ptr<arrow::RecordBatch> batch;
  if (!result || !result->batches->ReadNext(&batch).ok() || batch == nullptr) return Ok();
  const auto first = DistinctDays(*batch->column(0));
  const auto last = DistinctDays(*batch->column(1));
  // A query that writes its macro into the day has the days that it is asked for.
  if (first && first->contains(all.begin)) return Ok();
  const std::string note =
      first && last && !first->empty() && !last->empty()
          ? fmt::format(
                "the query gives rows from {} to {} only: {} - give --start-date and "
                "--end-date of these",
                FormatDay(*first->begin()), FormatDay(*last->begin()), side_.Where("query"))
          : fmt::format("the query gives no rows at all: {} - look at its WHERE and at its files",
                        side_.Where("query"));
  LogInfo("note: {}", note);
  context_.report.notes.push_back(note);
  return Ok();
}

Result<OutputTableSpec> StagingQueryRun::MakeSpec() const {
  OutputTableSpec spec;
  GNOMON_ASSIGN_OR_RETURN(const std::string table, config::OutputTable(conf_.meta_data));
  GNOMON_ASSIGN_OR_RETURN(spec.name, catalog::ParseTableName(table));
  const auto custom =
      nlohmann::json::parse(conf_.meta_data.custom_json.value_or("{}"), nullptr, false);
  if (custom.is_object() && custom.contains("additional_partition_cols")) {
    for (const auto& column : custom["additional_partition_cols"]) {
      if (column.is_string()) spec.partition_columns.push_back(column.get<std::string>());
    }
  }
  for (const auto& [name, value] :
       conf_.meta_data.table_properties.value_or(config::OrderedMap<std::string>())) {
    spec.properties[name] = value;
  }
  spec.properties["chronon_generated"] = "true";
  spec.properties["chronon_table_type"] = "staging_query";
  spec.conf_hash = side_.conf_hash;
  spec.compared_conf = ComparedConf(text_);
  return spec;
}

Status StagingQueryRun::OpenSession() {
  if (session_ != nullptr) return Ok();
  const sql::SessionOptions options{.memory_bytes = context_.memory_bytes / 4 * 3,
                                    .threads = context_.threads};
  GNOMON_ASSIGN_OR_RETURN(session_,
                          sql::Session::Open(context_.workspace, context_.catalog, options));
  return RunSetups(context_, side_, *session_);
}

Status StagingQueryRun::RunView() {
  GNOMON_RETURN_IF_ERROR(OpenSession());
  GNOMON_ASSIGN_OR_RETURN(const nlohmann::json query, Render(std::nullopt));
  if (context_.request.dry_run) {
    LogInfo("{}: a dry run, nothing was changed; without --dry-run it would make the view",
            spec_.name.ToString());
    return Ok();
  }
  return PublishView(context_, *session_, spec_, query).Annotate(side_.Where("query"));
}

Result<Day> StagingQueryRun::MaxPartition(const std::string& table) {
  GNOMON_ASSIGN_OR_RETURN(const catalog::TableName name, catalog::ParseTableName(table));
  GNOMON_ASSIGN_OR_RETURN(const iceberg::Table loaded, LoadTableOrView(context_, name));
  GNOMON_ASSIGN_OR_RETURN(const std::set<Day> days, loaded.PartitionDays("ds"));
  if (days.empty())
    return NotFound("No partitions exist for table {} to calculate max_date - fill it first",
                    table);
  return *days.rbegin();
}

Result<nlohmann::json> StagingQueryRun::Render(const std::optional<DayRange>& step) {
  nlohmann::json query = side_.query;
  const std::string text = query.at("sql").get<std::string>();
  const Day last = context_.end() - 1;
  MacroValues values{.step = step, .latest = last};
  values.max_date = [this](const std::string& table) { return MaxPartition(table); };
  auto rendered = PlacedAt(side_.Where("query"), RenderMacros(text, values));
  if (!rendered) return std::move(rendered).error();
  query["sql"] = *std::move(rendered);
  // What a view keeps as its text; elsewhere nobody looks at it.
  if (auto source = RenderMacros(query.value("source", ""), values)) query["source"] = *source;
  return query;
}

Status StagingQueryRun::CheckColumns(const Schema& schema, const OutputTableSpec& spec) const {
  std::set<std::string> seen;
  for (const Field& field : schema.fields) {
    if (seen.insert(field.name).second) continue;
    return InvalidArgument("the query gives two columns '{}': {} - rename one with AS", field.name,
                           side_.Where("query"));
  }
  for (const std::string& column : spec.partition_columns) {
    const Field* field = schema.Find(column);
    if (field == nullptr) {
      return InvalidArgument(
          "the query gives no column '{}', by which its table is partitioned: {}{} - add `... AS "
          "{}` to it",
          column, side_.Where("query"), DidYouMean(column, schema.names()), column);
    }
    if (column == spec.partition_column && field->type.kind != TypeKind::kDate &&
        field->type.kind != TypeKind::kString) {
      return InvalidArgument(
          "the column {} must be a DATE or a STRING like 2023-12-01: {} - write DATE(...) AS {}",
          column, side_.Where("query"), column);
    }
  }
  return Ok();
}

Status StagingQueryRun::RunStep(OutputTable& output, const std::optional<DayRange>& step) {
  GNOMON_ASSIGN_OR_RETURN(const nlohmann::json query, Render(step));
  ProgressStep progress("computing " + (step ? FormatDayRange(*step) : spec_.name.ToString()),
                        WorkWritten());
  progress.AskShare([this] { return session_->ShareDone(); });
  auto result = session_->Query(query);
  if (!result) return PlacedAt(side_.Where("query"), std::move(result).error());
  GNOMON_RETURN_IF_ERROR(CheckColumns(result->schema, spec_));
  const Schema schema = StorableSchema(result->schema);
  GNOMON_RETURN_IF_ERROR(PlacedAt(side_.Where("query"), output.EnsureSchema(schema)));
  PausePoint("staging.begin");
  const DayRange days = step.value_or(DayRange{});
  GNOMON_ASSIGN_OR_RETURN(auto transaction, output.BeginWrite(days));
  std::set<Day> days_with_rows;
  const auto write = [&](const arrow::RecordBatch& batch) -> Status {
    GNOMON_ASSIGN_OR_RETURN(const auto rows, ConformTo(schema, batch));
    auto days_here = DistinctDays(*rows->GetColumnByName(spec_.partition_column));
    if (!days_here) return PlacedAt(side_.Where("query"), std::move(days_here).error());
    days_with_rows.merge(*days_here);
    return transaction->Write(*rows);
  };
  GNOMON_RETURN_IF_ERROR(sql::ForEachBatch(*result->batches, side_.Where("query"), write));
  PausePoint("staging.written");
  return output.Commit(std::move(transaction), days, days_with_rows);
}

Status RunStagingQuery(RunContext& context) {
  GNOMON_ASSIGN_OR_RETURN(auto loaded,
                          config::LoadConfOf<config::StagingQuery>(context.request.conf_path));
  return StagingQueryRun(context, std::move(loaded)).Run();
}

}  // namespace

extern const RunMode kStagingQueryBackfill;
const RunMode kStagingQueryBackfill = {
    .name = "staging-query-backfill",
    .doc = "materialise a staging query's unfilled days into its Iceberg table",
    .run = &RunStagingQuery,
};

}  // namespace gnomon::run
