// SPDX-License-Identifier: Apache-2.0
// Mode staging-query-backfill (SPEC 9.2): renders the query's macros for each step of unfilled
// days, runs it in DuckDB, and overwrites the partitions that its rows name.
#include <arrow/api.h>

#include <nlohmann/json.hpp>

#include "base/edit_distance.h"
#include "base/log.h"
#include "base/pause_point.h"
#include "base/progress.h"
#include "config/conf_json.h"
#include "config/names.h"
#include "config/side_file.h"
#include "config/validate.h"
#include "plan/fill_plan.h"
#include "run/macros.h"
#include "run/output_table.h"
#include "run/partition_days.h"
#include "run/run_context.h"
#include "run/staging_view.h"
#include "run/wanted_days.h"
#include "sql/result_stream.h"
#include "sql/session.h"
#include "types/arrow_mapping.h"

namespace gnomon::run {

namespace {

class StagingQueryRun {
 public:
  StagingQueryRun(RunContext& context, config::StagingQuery conf, config::SideFile side)
      : context_(context), conf_(std::move(conf)), side_(std::move(side)) {}

  Status Run();

 private:
  Result<OutputTableSpec> MakeSpec() const;
  Status OpenSession();
  Status RunView();
  Status RunStep(OutputTable& output, const std::optional<DayRange>& step);
  Result<nlohmann::json> Render(const std::optional<DayRange>& step);
  Result<Day> MaxPartition(const std::string& table);
  Status CheckColumns(const Schema& schema, const OutputTableSpec& spec) const;

  RunContext& context_;
  config::StagingQuery conf_;
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
        "--start-date needs a staging query with a startPartition, this one is run as a whole: {}",
        side_.Where("startPartition"));
  }
  if (conf_.create_view.value_or(false)) return RunView();
  std::optional<DayRange> wanted_range;
  if (conf_.start_partition) {
    GNOMON_ASSIGN_OR_RETURN(
        wanted_range, WantedDays(context_, *conf_.start_partition, side_.Where("startPartition"),
                                 conf_.meta_data));
  }
  spec_.columns_of_query = [&]() -> Result<Schema> {
    GNOMON_RETURN_IF_ERROR(OpenSession());
    GNOMON_ASSIGN_OR_RETURN(const nlohmann::json query, Render(wanted_range));
    auto result = session_->Query(query);
    if (!result) return std::move(result).Annotate(side_.Where("query")).error();
    return StorableSchema(result->schema);
  };
  GNOMON_ASSIGN_OR_RETURN(OutputTable output, OutputTable::Open(context_, spec_));
  if (!wanted_range) {
    GNOMON_RETURN_IF_ERROR(OpenSession());
    return RunStep(output, std::nullopt);
  }
  const DayRange wanted = *wanted_range;
  const plan::FillPlan plan = PlanUnfilled(context_, output, wanted, std::nullopt);
  if (plan.ranges.empty()) return Ok();
  GNOMON_RETURN_IF_ERROR(OpenSession());
  LogInfo("{}: computing {} day{}", spec_.name.ToString(), plan.day_count(),
          plan.day_count() == 1 ? "" : "s");
  for (const DayRange& step : plan::SplitIntoSteps(plan.ranges, context_.request.step_days)) {
    GNOMON_RETURN_IF_ERROR(RunStep(output, step));
  }
  return output.Finish();
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
  return spec;
}

Status StagingQueryRun::OpenSession() {
  if (session_ != nullptr) return Ok();
  const sql::SessionOptions options{.memory_bytes = context_.memory_bytes / 4 * 3,
                                    .threads = context_.threads};
  GNOMON_ASSIGN_OR_RETURN(session_,
                          sql::Session::Open(context_.workspace, context_.catalog, options));
  for (std::size_t i = 0; i < side_.setups.size(); ++i) {
    auto result = session_->Execute(side_.setups[i]);
    if (!result)
      return std::move(result).Annotate(side_.Where(fmt::format("setups[{}]", i))).error();
  }
  return Ok();
}

Status StagingQueryRun::RunView() {
  GNOMON_RETURN_IF_ERROR(OpenSession());
  GNOMON_ASSIGN_OR_RETURN(const nlohmann::json query, Render(std::nullopt));
  return PublishView(context_, *session_, spec_, query).Annotate(side_.Where("query"));
}

Result<Day> StagingQueryRun::MaxPartition(const std::string& table) {
  GNOMON_ASSIGN_OR_RETURN(const catalog::TableName name, catalog::ParseTableName(table));
  GNOMON_ASSIGN_OR_RETURN(const iceberg::Table loaded, context_.catalog.LoadTable(name));
  GNOMON_ASSIGN_OR_RETURN(const std::set<Day> days, loaded.PartitionDays("ds"));
  if (days.empty())
    return NotFound("No partitions exist for table {} to calculate max_date", table);
  return *days.rbegin();
}

Result<nlohmann::json> StagingQueryRun::Render(const std::optional<DayRange>& step) {
  nlohmann::json query = side_.query;
  const std::string text = query.at("sql").get<std::string>();
  const Day last = context_.end() - 1;
  MacroValues values{.step = step, .latest = last};
  values.max_date = [this](const std::string& table) { return MaxPartition(table); };
  auto rendered = RenderMacros(text, values).Annotate(side_.Where("query"));
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
  if (!result) return std::move(result).Annotate(side_.Where("query")).error();
  GNOMON_RETURN_IF_ERROR(CheckColumns(result->schema, spec_));
  const Schema schema = StorableSchema(result->schema);
  GNOMON_RETURN_IF_ERROR(output.EnsureSchema(schema));
  PausePoint("staging.begin");
  const DayRange days = step.value_or(DayRange{});
  GNOMON_ASSIGN_OR_RETURN(auto transaction, output.BeginWrite(days));
  std::set<Day> days_with_rows;
  while (true) {
    std::shared_ptr<arrow::RecordBatch> batch;
    if (const auto status = result->batches->ReadNext(&batch); !status.ok()) {
      return sql::StreamError(status, side_.Where("query"));
    }
    if (batch == nullptr) break;
    GNOMON_ASSIGN_OR_RETURN(const auto rows, ConformTo(schema, *batch));
    context_.report.rows_read += rows->num_rows();
    auto days_here = DistinctDays(*rows->GetColumnByName(spec_.partition_column));
    if (!days_here) return std::move(days_here).Annotate(side_.Where("query")).error();
    days_with_rows.merge(*days_here);
    GNOMON_RETURN_IF_ERROR(transaction->Write(*rows));
  }
  PausePoint("staging.written");
  return output.Commit(std::move(transaction), days, days_with_rows);
}

Status RunStagingQuery(RunContext& context) {
  GNOMON_ASSIGN_OR_RETURN(config::LoadedConf loaded, config::LoadConf(context.request.conf_path));
  auto conf = config::ParseStagingQuery(loaded.text).Annotate(context.request.conf_path);
  if (!conf) return std::move(conf).error();
  return StagingQueryRun(context, *std::move(conf), std::move(loaded.side)).Run();
}

}  // namespace

extern const RunMode kStagingQueryBackfill;
const RunMode kStagingQueryBackfill = {
    .name = "staging-query-backfill",
    .doc = "materialise a staging query's unfilled days into its Iceberg table",
    .run = &RunStagingQuery,
};

}  // namespace gnomon::run
