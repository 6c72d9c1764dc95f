// SPDX-License-Identifier: Apache-2.0
// Mode stats-summary (SPEC 8.11): statistics of the output table of a Join or GroupBy, day by day,
// of a sample of its rows.
#include <arrow/api.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "base/log.h"
#include "base/progress.h"
#include "config/any_conf.h"
#include "config/names.h"
#include "run/partition_days.h"
#include "run/run_context.h"
#include "run/statistics_tables.h"
#include "run/text_table.h"
#include "run/wanted_days.h"
#include "sql/engine.h"
#include "sql/result_stream.h"
#include "sql/session.h"

namespace gnomon::run {

namespace {

using nlohmann::ordered_json;

// How fine a share of rows can be.
constexpr std::int64_t kSampleParts = 1'000'000;

class StatsSummary {
 public:
  StatsSummary(RunContext& context, config::LoadedAnyConf loaded)
      : context_(context), loaded_(std::move(loaded)) {}

  Status Run();

 private:
  Status OpenTable();
  Result<plan::FillPlan> MakePlan(const StatisticsTables& tables, std::set<Day> source_days);
  Result<ColumnStatistics> MakeStatistics() const;
  std::string SelectSql(const ColumnStatistics& statistics, Day day) const;
  Status RunDay(StatisticsTables& tables, Day day);
  Status Tell();

  RunContext& context_;
  config::LoadedAnyConf loaded_;
  catalog::TableName name_;
  std::optional<iceberg::Table> table_;
  std::vector<std::string> row_keys_;
  std::unique_ptr<sql::Session> session_;
  std::optional<ColumnStatistics> all_;  // Of all days of this run.
};

// `team.file.var` as keys of stores have it: `team/file.var`.
std::string PathOfName(std::string name) {
  if (const auto dot = name.find('.'); dot != std::string::npos) name[dot] = '/';
  return name;
}

Status StatsSummary::OpenTable() {
  const config::MetaData& meta = config::MetaDataOf(loaded_.conf);
  GNOMON_ASSIGN_OR_RETURN(row_keys_, config::RowKeys(loaded_.conf));
  // Row ids tell the rows of a Join apart; its keys are no features either.
  if (const auto* join = std::get_if<config::Join>(&loaded_.conf)) {
    for (std::string& key : config::LeftKeys(*join)) row_keys_.push_back(std::move(key));
  }
  GNOMON_ASSIGN_OR_RETURN(const std::string table, config::OutputTable(meta));
  GNOMON_ASSIGN_OR_RETURN(name_, catalog::ParseTableName(table));
  GNOMON_ASSIGN_OR_RETURN(table_, context_.catalog.LoadTable(name_));
  return Ok();
}

Result<plan::FillPlan> StatsSummary::MakePlan(const StatisticsTables& tables,
                                              std::set<Day> source_days) {
  const DayRange wanted = *context_.report.wanted;
  if (!context_.request.jobs.force_backfill) {
    return PlanUnfilled(context_, tables.output(), wanted, std::move(source_days));
  }
  return plan::PlanFill({.wanted = wanted,
                         .filled = {},
                         .known_empty = {},
                         .source_days = std::move(source_days),
                         .run_first_hole = true});
}

Status StatsSummary::Run() {
  GNOMON_RETURN_IF_ERROR(OpenTable());
  GNOMON_ASSIGN_OR_RETURN(const std::set<Day> days, table_->PartitionDays("ds"));
  if (days.empty()) {
    return NotFound("there is nothing to describe: {} has no rows - run the backfill first",
                    name_.ToString());
  }
  GNOMON_ASSIGN_OR_RETURN(const DayRange wanted,
                          WantedDays(context_, FormatDay(*days.begin()), name_.ToString(), {}));
  GNOMON_ASSIGN_OR_RETURN(
      StatisticsTables tables,
      StatisticsTables::Open(
          context_, name_, PathOfName(config::MetaDataOf(loaded_.conf).name.value_or("")), wanted));
  context_.report.output = tables.output().name();
  GNOMON_ASSIGN_OR_RETURN(const plan::FillPlan plan, MakePlan(tables, days));
  if (!plan.without_source.empty()) {
    context_.report.not_computed.emplace_back(
        plan.without_source, fmt::format("{} has no rows for them", name_.ToString()));
  }
  if (plan.ranges.empty()) {
    if (plan.already_filled.empty() && !plan.without_source.empty()) {
      return NotFound(
          "nothing can be described for {}: {} has no rows (it has {}..{}) - run its backfill "
          "first, or choose other dates",
          FormatDayRange(wanted), name_.ToString(), FormatDay(*days.begin()),
          FormatDay(*days.rbegin()));
    }
    return Ok();
  }
  if (context_.request.dry_run) return AnnounceDryRun(tables.output(), plan);
  GNOMON_ASSIGN_OR_RETURN(
      session_, sql::Session::Open(
                    context_.workspace, context_.catalog,
                    {.memory_bytes = context_.memory_bytes / 4 * 3, .threads = context_.threads}));
  GNOMON_ASSIGN_OR_RETURN(all_, MakeStatistics());
  for (const DayRange& range : plan.ranges) {
    for (Day day = range.begin; day < range.end; day = day + 1) {
      GNOMON_RETURN_IF_ERROR(RunDay(tables, day));
    }
  }
  GNOMON_RETURN_IF_ERROR(tables.output().Finish());
  return Tell();
}

// All columns but those that tell rows apart.
Result<ColumnStatistics> StatsSummary::MakeStatistics() const {
  Schema described;
  for (const Field& field : table_->schema().fields) {
    const bool is_key =
        std::find(row_keys_.begin(), row_keys_.end(), field.name) != row_keys_.end();
    if (!is_key && field.name != "ts" && field.name != "ds") described.fields.push_back(field);
  }
  return ColumnStatistics::Make(described);
}

// A row is in the sample by the hash of its key columns, time and values: the same rows in each
// run, wherever they lie.
std::string StatsSummary::SelectSql(const ColumnStatistics& statistics, Day day) const {
  const Field* ts = table_->schema().Find("ts");
  const std::string midnight = std::to_string(day.begin_ms());
  const std::string bucket =
      ts != nullptr && ts->type.kind == TypeKind::kLong
          ? fmt::format("coalesce(ts - ((ts % {0}) + {0}) % {0}, {1})", kMillisPerHour, midnight)
          : midnight;
  std::string condition = fmt::format(
      "ds = {}'{}'", table_->schema().Find("ds")->type.kind == TypeKind::kDate ? "DATE " : "",
      FormatDay(day));
  const double share = context_.request.jobs.sample;
  if (share < 1) {
    std::string all;
    for (const Field& field : table_->schema().fields) {
      if (field.type.kind == TypeKind::kMap) continue;  // Entries have no order.
      all += (all.empty() ? "" : ", ") + sql::SqlIdentifier(field.name);
    }
    condition += fmt::format(" AND hash({}) % {} < {}", all, kSampleParts,
                             std::max<std::int64_t>(1, std::llround(share * kSampleParts)));
  }
  return fmt::format("SELECT {} FROM (SELECT CAST({} AS BIGINT) AS bucket, * FROM \"{}\" WHERE {})",
                     statistics.SelectList(), bucket, name_.ToString(), condition);
}

Status StatsSummary::RunDay(StatisticsTables& tables, Day day) {
  GNOMON_ASSIGN_OR_RETURN(ColumnStatistics statistics, MakeStatistics());
  const ProgressStep progress("describing " + FormatDay(day), WorkRead());
  GNOMON_ASSIGN_OR_RETURN(const sql::QueryResult result,
                          session_->Query({{"sql", SelectSql(statistics, day)},
                                           {"tables", {name_.ToString()}},
                                           {"paths", nlohmann::json::array()}}));
  const auto add = [&](const arrow::RecordBatch& batch) -> Status {
    GNOMON_RETURN_IF_ERROR(statistics.Add(batch));
    return all_->Add(batch);
  };
  GNOMON_RETURN_IF_ERROR(sql::ForEachBatch(*result.batches, "reading " + name_.ToString(), add));
  return tables.Write(day, statistics);
}

Status StatsSummary::Tell() {
  GNOMON_ASSIGN_OR_RETURN(const auto summaries, all_->Summarize());
  const auto& percentiles = FinalizedPercentiles();
  TextTable table({"column", "rows", "null", "p5", "p50", "p95"});
  ordered_json columns = ordered_json::array();
  for (const ColumnStatistics::Summary& one : summaries) {
    if (one.rows == 0) continue;
    const double rate = static_cast<double>(one.nulls) / static_cast<double>(one.rows);
    std::vector<std::string> row = {
        one.column, std::to_string(one.rows), fmt::format("{:.1f}%", 100 * rate), "", "", ""};
    ordered_json json = {{"column", one.column}, {"rows", one.rows}, {"null_rate", rate}};
    if (!one.percentiles.empty()) {
      for (std::size_t i = 0; i < percentiles.size(); ++i) {
        const std::string value = fmt::format("{:.6g}", one.percentiles[i]);
        json["percentiles"][percentiles[i]] = one.percentiles[i];
        if (percentiles[i] == "0.05") row[3] = value;
        if (percentiles[i] == "0.5") row[4] = value;
        if (percentiles[i] == "0.95") row[5] = value;
      }
    }
    table.Add(std::move(row));
    columns.push_back(std::move(json));
  }
  context_.report.result_text = table.ToText();
  context_.report.result_json = ordered_json({{"table", name_.ToString()},
                                              {"sample", context_.request.jobs.sample},
                                              {"columns", std::move(columns)}})
                                    .dump();
  return Ok();
}

Status RunStatsSummary(RunContext& context) {
  GNOMON_ASSIGN_OR_RETURN(config::LoadedAnyConf loaded,
                          config::LoadAnyConf(context.request.conf_path));
  return StatsSummary(context, std::move(loaded)).Run();
}

}  // namespace

extern const RunMode kStatsSummary;
const RunMode kStatsSummary = {
    .name = "stats-summary",
    .doc = "describe the columns of an output table, day by day: nulls, percentiles",
    .run = &RunStatsSummary,
};

}  // namespace gnomon::run
