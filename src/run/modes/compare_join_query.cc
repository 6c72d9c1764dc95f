// SPDX-License-Identifier: Apache-2.0
// Mode compare-join-query: the rows of a Join's output against those of a staging query, as one
// does before a hand-written pipeline is replaced by a Join.
#include <arrow/api.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "base/error_place.h"
#include "base/log.h"
#include "config/any_conf.h"
#include "config/content_hash.h"
#include "config/names.h"
#include "config/validate.h"
#include "run/macros.h"
#include "run/output_table.h"
#include "run/partition_days.h"
#include "run/run_context.h"
#include "run/setups.h"
#include "run/table_comparison.h"
#include "run/view_table.h"
#include "sql/result_stream.h"
#include "sql/session.h"
#include "types/arrow_mapping.h"
#include "types/type_names.h"

namespace gnomon::run {

namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kSampleRows = 20;

class CompareJoinQuery {
 public:
  CompareJoinQuery(RunContext& context, config::LoadedAnyConf join)
      : context_(context), join_(std::move(join)) {}

  Status Run();

 private:
  Status LoadQuery();
  Result<DayRange> Range() const;
  Result<ComparedRows> RowsOfJoin(const DayRange& range) const;
  Result<ComparedRows> RowsOfQuery(const DayRange& range);
  Result<Day> MaxPartition(const std::string& table) const;
  Status Measure(const RowComparison& comparison, const std::vector<std::string>& keys,
                 ComparisonMetrics& metrics, const DayRange& range);
  Status WriteTable(RunContext& context, const sql::QueryResult& rows, const std::string& table,
                    const char* table_type, const DayRange& range);

  RunContext& context_;
  config::LoadedAnyConf join_;
  std::optional<config::LoadedAnyConf> query_;
  catalog::TableName output_;
  std::string names_;  // Of the join and the query, as its tables have them.
  std::unique_ptr<sql::Session> session_;
};

// The compiled config that --query-conf names, relative to where the user stands or to the
// repository.
Status CompareJoinQuery::LoadQuery() {
  const std::string& given = context_.request.jobs.query_conf;
  if (given.empty()) {
    return InvalidArgument(
        "no query to compare the join with: {} - add "
        "--query-conf=production/staging_queries/team/file.v1",
        join_.side.Where(""));
  }
  std::error_code error;
  fs::path path = fs::absolute(given, error).lexically_normal();
  if (!fs::exists(path, error)) path = (context_.workspace.root() / given).lexically_normal();
  if (path.string().find("/staging_queries/") == std::string::npos) {
    return InvalidArgument(
        "the query to compare with is no compiled staging query: {} - give "
        "production/staging_queries/team/file.v1",
        given);
  }
  auto loaded = config::LoadAnyConf(path.string()).Annotate("--query-conf");
  if (!loaded) return std::move(loaded).error();
  query_ = *std::move(loaded);
  const auto* query = std::get_if<config::StagingQuery>(&query_->conf);
  if (query == nullptr) {
    return InvalidArgument("the query to compare with is a {}: {} - give a StagingQuery",
                           config::TypeName(query_->conf), given);
  }
  return config::Validate(*query, query_->side);
}

Result<DayRange> CompareJoinQuery::Range() const {
  GNOMON_ASSIGN_OR_RETURN(const iceberg::Table table, context_.catalog.LoadTable(output_));
  GNOMON_ASSIGN_OR_RETURN(const std::set<Day> days, table.PartitionDays("ds"));
  const Day end = context_.end();
  std::set<Day> wanted;
  for (const Day day : days) {
    if (day < end && (!context_.request.begin || *context_.request.begin <= day))
      wanted.insert(day);
  }
  if (wanted.empty()) {
    return NotFound(
        "there is nothing to compare: {} has no rows{} until {} - run the join first, or choose "
        "other dates",
        output_.ToString(),
        context_.request.begin ? " from " + FormatDay(*context_.request.begin) : "",
        FormatDay(end - 1));
  }
  return DayRange{context_.request.begin.value_or(*wanted.begin()), *wanted.rbegin() + 1};
}

std::string DaysSql(const std::string& rows, const DayRange& range) {
  return fmt::format("SELECT * FROM ({}) WHERE CAST(ds AS VARCHAR) BETWEEN '{}' AND '{}'", rows,
                     FormatDay(range.begin), FormatDay(range.last()));
}

Result<ComparedRows> CompareJoinQuery::RowsOfJoin(const DayRange& range) const {
  const std::string table = output_.ToString();
  return ComparedRows{.label = "join",
                      .name = table,
                      .sql = DaysSql(fmt::format("SELECT * FROM \"{}\"", table), range),
                      .tables = {table}};
}

Result<Day> CompareJoinQuery::MaxPartition(const std::string& table) const {
  GNOMON_ASSIGN_OR_RETURN(const catalog::TableName name, catalog::ParseTableName(table));
  GNOMON_ASSIGN_OR_RETURN(const iceberg::Table loaded, LoadTableOrView(context_, name));
  GNOMON_ASSIGN_OR_RETURN(const std::set<Day> days, loaded.PartitionDays("ds"));
  if (days.empty()) {
    return NotFound("No partitions exist for table {} to calculate max_date - fill it first",
                    table);
  }
  return *days.rbegin();
}

Result<ComparedRows> CompareJoinQuery::RowsOfQuery(const DayRange& range) {
  const config::SideFile& side = query_->side;
  GNOMON_RETURN_IF_ERROR(RunSetups(context_, side, *session_));
  MacroValues values{.step = range, .latest = context_.end() - 1};
  values.max_date = [this](const std::string& table) { return MaxPartition(table); };
  auto sql =
      PlacedAt(side.Where("query"), RenderMacros(side.query.at("sql").get<std::string>(), values));
  if (!sql) return std::move(sql).error();
  nlohmann::json query = side.query;
  query["sql"] = fmt::format("SELECT * FROM ({}) LIMIT 0", *sql);
  auto none = session_->Query(query);
  if (!none) return PlacedAt(side.Where("query"), std::move(none).error());
  if (none->schema.Find("ds") == nullptr) {
    return InvalidArgument(
        "the query gives no column ds, by which its rows are compared: {} - select it",
        side.Where("query"));
  }
  return ComparedRows{.label = "query",
                      .name = config::MetaDataOf(query_->conf).name.value_or(""),
                      .sql = DaysSql(*sql, range),
                      .tables = side.query.value("tables", std::vector<std::string>()),
                      .paths = side.query.value("paths", nlohmann::json::array())};
}

// The statistics of pairs as a stream of rows, each bucket's when its pairs have come.
class StatisticsStream : public arrow::RecordBatchReader {
 public:
  StatisticsStream(ComparisonMetrics& metrics, sql::QueryResult pairs)
      : metrics_(metrics), pairs_(std::move(pairs)), schema_(ToArrow(metrics.schema())) {}

  std::shared_ptr<arrow::Schema> schema() const override { return schema_; }
  arrow::Status ReadNext(std::shared_ptr<arrow::RecordBatch>* rows) override {
    *rows = metrics_.TakeRows();
    while (*rows == nullptr && !is_done_) {
      std::shared_ptr<arrow::RecordBatch> batch;
      ARROW_RETURN_NOT_OK(pairs_.batches->ReadNext(&batch));
      is_done_ = batch == nullptr;
      const Status added = is_done_ ? metrics_.Finish() : metrics_.Add(*batch);
      if (!added) return sql::ToArrowStatus(added.error());
      *rows = metrics_.TakeRows();
    }
    return arrow::Status::OK();
  }

 private:
  ComparisonMetrics& metrics_;
  sql::QueryResult pairs_;
  std::shared_ptr<arrow::Schema> schema_;
  bool is_done_ = false;
};

// Buckets are an hour of `ts` (if the rows have one) and a day.
std::string BucketSql(const std::vector<std::string>& keys) {
  std::string hour = "CAST(NULL AS BIGINT)", day;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (keys[i] == "ds") day = fmt::format("CAST(k{} AS VARCHAR)", i);
    if (keys[i] != "ts") continue;
    // Rounded down, before 1970 too.
    hour = fmt::format("TRY_CAST(k{0} AS BIGINT) - (TRY_CAST(k{0} AS BIGINT) % {1} + {1}) % {1}", i,
                       kMillisPerHour);
  }
  return fmt::format("{} AS ts, {} AS ds", hour, day);
}

// Writes the statistics of the pairs into their table; of a dry run it only looks at the pairs.
Status CompareJoinQuery::Measure(const RowComparison& comparison,
                                 const std::vector<std::string>& keys, ComparisonMetrics& metrics,
                                 const DayRange& range) {
  GNOMON_ASSIGN_OR_RETURN(sql::QueryResult pairs, comparison.Query(comparison.MetricPairsSql(
                                                      BucketSql(keys), metrics.SelectList())));
  const sql::QueryResult statistics{
      .schema = metrics.schema(),
      .batches = std::make_unique<StatisticsStream>(metrics, std::move(pairs))};
  RunContext aside = context_;
  if (!context_.request.dry_run) {
    return WriteTable(aside, statistics, "compare_stats_join_query_" + names_, "comparison_stats",
                      range);
  }
  return sql::ForEachBatch(*statistics.batches, "comparing the rows",
                           [](const arrow::RecordBatch&) { return Ok(); });
}

// A table is built anew when its columns change, as other tables are when their config does.
OutputTableSpec SpecOf(const catalog::TableName& name, const char* table_type, const Schema& schema,
                       const DayRange& range) {
  OutputTableSpec spec;
  spec.name = name;
  spec.properties = {{"chronon_generated", "true"}, {"chronon_table_type", table_type}};
  nlohmann::json columns = nlohmann::json::object();
  for (const Field& field : schema.fields) columns[field.name] = SparkTypeName(field.type);
  spec.compared_conf = nlohmann::json({{"columns", columns}}).dump();
  spec.conf_hash = config::ShortHash(spec.compared_conf);
  spec.wanted = range;
  return spec;
}

Status CompareJoinQuery::WriteTable(RunContext& context, const sql::QueryResult& result,
                                    const std::string& table, const char* table_type,
                                    const DayRange& range) {
  const Schema schema = StorableSchema(result.schema);
  GNOMON_ASSIGN_OR_RETURN(
      OutputTable output,
      OutputTable::Open(context, SpecOf({output_.name_space, table}, table_type, schema, range)));
  GNOMON_RETURN_IF_ERROR(output.EnsureSchema(schema));
  GNOMON_ASSIGN_OR_RETURN(auto transaction, output.BeginWrite(range));
  std::set<Day> days;
  const auto write = [&](const arrow::RecordBatch& batch) -> Status {
    GNOMON_ASSIGN_OR_RETURN(const auto rows, ConformTo(schema, batch));
    GNOMON_ASSIGN_OR_RETURN(std::set<Day> here, DistinctDays(*rows->GetColumnByName("ds")));
    days.merge(here);
    return transaction->Write(*rows);
  };
  GNOMON_RETURN_IF_ERROR(sql::ForEachBatch(*result.batches, "comparing the rows", write));
  return output.Commit(std::move(transaction), range, days);
}

Status CompareJoinQuery::Run() {
  const config::MetaData& meta = config::MetaDataOf(join_.conf);
  if (!std::holds_alternative<config::Join>(join_.conf)) {
    return InvalidArgument("a {} cannot be compared with a query: {} - give a Join",
                           config::TypeName(join_.conf), join_.side.Where(""));
  }
  GNOMON_RETURN_IF_ERROR(LoadQuery());
  GNOMON_ASSIGN_OR_RETURN(const std::string table, config::OutputTable(meta));
  GNOMON_ASSIGN_OR_RETURN(output_, catalog::ParseTableName(table));
  GNOMON_ASSIGN_OR_RETURN(const DayRange range, Range());
  context_.report.wanted = range;
  GNOMON_ASSIGN_OR_RETURN(
      session_, sql::Session::Open(
                    context_.workspace, context_.catalog,
                    {.memory_bytes = context_.memory_bytes / 4 * 3, .threads = context_.threads}));
  GNOMON_ASSIGN_OR_RETURN(const std::vector<std::string> keys, config::RowKeys(join_.conf));
  GNOMON_ASSIGN_OR_RETURN(ComparedRows left, RowsOfJoin(range));
  GNOMON_ASSIGN_OR_RETURN(ComparedRows right, RowsOfQuery(range));
  GNOMON_ASSIGN_OR_RETURN(RowComparison comparison,
                          RowComparison::Make(*session_, std::move(left), std::move(right), keys));
  LogInfo("comparing {} with {} for {}", table, config::MetaDataOf(query_->conf).name.value_or(""),
          FormatDayRange(range));
  GNOMON_ASSIGN_OR_RETURN(TableComparison found, comparison.Run(kSampleRows));
  const bool has_time = std::find(keys.begin(), keys.end(), "ts") != keys.end();
  GNOMON_ASSIGN_OR_RETURN(ComparisonMetrics metrics,
                          ComparisonMetrics::Make(comparison.MetricColumns(), has_time));
  names_ = fmt::format("{}_{}", config::Sanitize(meta.name.value_or("")),
                       config::Sanitize(config::MetaDataOf(query_->conf).name.value_or("")));
  // The statistics first: days count as done when the rows are there.
  GNOMON_RETURN_IF_ERROR(Measure(comparison, keys, metrics, range));
  GNOMON_ASSIGN_OR_RETURN(found.distances, metrics.Distances());
  context_.report.result_text = found.ToText();
  context_.report.result_json = nlohmann::ordered_json({{"comparison", found.ToJson()}}).dump();
  if (context_.request.dry_run) return Ok();
  const std::string rows_table = "compare_join_query_" + names_;
  context_.report.output = output_.name_space + "." + rows_table;
  GNOMON_ASSIGN_OR_RETURN(const sql::QueryResult pairs, comparison.Query(comparison.PairsSql()));
  return WriteTable(context_, pairs, rows_table, "comparison", range);
}

Status RunCompareJoinQuery(RunContext& context) {
  GNOMON_ASSIGN_OR_RETURN(config::LoadedAnyConf loaded,
                          config::LoadAnyConf(context.request.conf_path));
  return CompareJoinQuery(context, std::move(loaded)).Run();
}

}  // namespace

extern const RunMode kCompareJoinQuery;
const RunMode kCompareJoinQuery = {
    .name = "compare-join-query",
    .doc = "compare the rows of a Join's output with those of a staging query",
    .run = &RunCompareJoinQuery,
};

}  // namespace gnomon::run
