// SPDX-License-Identifier: Apache-2.0
#include "run/join/part_table.h"

#include <arrow/api.h>
#include <arrow/compute/api.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <atomic>
#include <mutex>

#include "aggregate/mutation_kernel.h"
#include "aggregate/temporal_kernel.h"
#include "base/log.h"
#include "base/pause_point.h"
#include "codec/aggregation_specs.h"
#include "config/names.h"
#include "run/join/bootstrap_table.h"
#include "run/join/join_tables.h"
#include "run/join/part_time.h"
#include "run/join/skew_filter.h"
#include "run/join/sql_text.h"
#include "run/partition_days.h"
#include "sql/result_stream.h"
#include "storage/scratch_folder.h"
#include "types/arrow_mapping.h"

namespace gnomon::run {

namespace {

constexpr const char* kTime = "ts";
// The years 1900 to 2200: each day from the first to the last row's gets its snapshots.
constexpr std::int64_t kTimeMinMs = -2'208'988'800'000;
constexpr std::int64_t kTimeMaxMs = 7'258'118'400'000;
constexpr const char* kDay = "ds";

// The rows of one day as rows of the table.
Result<std::shared_ptr<arrow::RecordBatch>> WithDay(Day day, const arrow::RecordBatch& rows) {
  GNOMON_ARROW_ASSIGN(
      auto days, arrow::MakeArrayFromScalar(arrow::StringScalar(FormatDay(day)), rows.num_rows()),
      "building ds");
  auto batch = arrow::RecordBatch::Make(rows.schema(), rows.num_rows(), rows.columns());
  GNOMON_ARROW_ASSIGN(batch, batch->AddColumn(batch->num_columns(), kDay, days), "building ds");
  return batch;
}

// The UTC day of each time as `ds`.
Result<std::shared_ptr<arrow::RecordBatch>> WithDayOfTime(const arrow::RecordBatch& rows) {
  const auto& times = static_cast<const arrow::Int64Array&>(*rows.GetColumnByName(kTime));
  arrow::StringBuilder builder;
  std::optional<Day> known;
  std::string text;
  for (std::int64_t row = 0; row < rows.num_rows(); ++row) {
    const Day day = DayOf(times.Value(row));
    if (known != day) text = FormatDay(day);
    known = day;
    GNOMON_ARROW_RETURN_NOT_OK(builder.Append(text), "building ds");
  }
  GNOMON_ARROW_ASSIGN(auto days, builder.Finish(), "building ds");
  auto batch = arrow::RecordBatch::Make(rows.schema(), rows.num_rows(), rows.columns());
  GNOMON_ARROW_ASSIGN(batch, batch->AddColumn(batch->num_columns(), kDay, days), "building ds");
  return batch;
}

// Whether each row's time lies in its `ds`.
bool DaysFollowTimes(const arrow::RecordBatch& queries) {
  const auto& times = static_cast<const arrow::Int64Array&>(*queries.GetColumnByName(kTime));
  const auto& days = static_cast<const arrow::StringArray&>(*queries.GetColumnByName(kDay));
  std::optional<Day> known;
  std::string text;
  for (std::int64_t row = 0; row < queries.num_rows(); ++row) {
    const Day day = DayOf(times.Value(row));
    if (known != day) text = FormatDay(day);
    known = day;
    if (days.GetView(row) != text) return false;
  }
  return true;
}

}  // namespace

PartTable::PartTable(const RunContext& context, const JoinShape& shape, const PartShape& part)
    : context_(ContextBeside(context)),
      shape_(shape),
      part_(part),
      side_(shape.side->At(part.group_by_path)) {
  context_.memory_bytes /= std::max(1, context.request.join_part_parallelism);
}

Result<std::unique_ptr<PartTable>> PartTable::Make(const RunContext& context,
                                                   const JoinShape& shape, std::size_t part) {
  std::unique_ptr<PartTable> table(new PartTable(context, shape, shape.parts[part]));
  GroupByOptions options;
  // A parent join is filled up to the day before the run's last, as in Chronon: what a left row
  // sees of its own day must not depend on how much of the day is there (golden join_chained).
  if (table->part_.match != LeftMatch::kDay) options.last = context.end() - 2;
  options.missing_time = MissingTimeOf(table->part_.match, shape.left_is_events);
  GNOMON_ASSIGN_OR_RETURN(auto skew_filter, PartSkewFilter(shape, table->part_));
  if (skew_filter) options.extra_wheres.push_back(*std::move(skew_filter));
  GNOMON_ASSIGN_OR_RETURN(auto computation,
                          GroupByComputation::Make(table->context_, *table->part_.group_by,
                                                   table->side_, std::move(options)));
  table->computation_.emplace(std::move(computation));
  GNOMON_RETURN_IF_ERROR(table->computation_->CheckReadable(table->part_.algorithm ==
                                                            PartAlgorithm::kTemporalEntities));
  table->columns_.keys = table->computation_->keys();
  for (const Field& value : table->computation_->value_columns().fields) {
    // A derivation with a key's name takes the key's place, which joins it.
    const bool is_key = table->columns_.keys.Find(value.name) != nullptr;
    if (!is_key && value.name != kTime && value.name != kDay)
      table->columns_.values.fields.push_back(value);
  }
  return table;
}

Status PartTable::WaitForSources(const DayRange& left_days) {
  if (part_.algorithm != PartAlgorithm::kTemporalEntities)
    return computation_->WaitForSources(Shifted(left_days));
  // The state at the end of the day before, and what changed since.
  GNOMON_RETURN_IF_ERROR(computation_->WaitForSources({left_days.begin - 1, left_days.end - 1}));
  return computation_->WaitForMutations(left_days);
}

Status PartTable::Open(const DayRange& wanted, const std::string& uncovered) {
  GNOMON_ASSIGN_OR_RETURN(const std::string not_skewed, PartSkewCondition(shape_, part_));
  needed_by_ = fmt::format("({}) AND {}", uncovered, not_skewed);
  GNOMON_ASSIGN_OR_RETURN(table_,
                          OutputTable::Open(context_, PartSpec(shape_, part_, Shifted(wanted))));
  return Ok();
}

DayRange PartTable::Shifted(const DayRange& left_days) const {
  const int shift = part_.match == LeftMatch::kDayBefore ? 1 : 0;
  return {left_days.begin - shift, left_days.end - shift};
}

std::vector<DayRange> PartTable::Lacking(const DayRange& left_days) const {
  std::set<Day> there = table_->filled();
  there.insert(table_->known_empty().begin(), table_->known_empty().end());
  return Missing(Shifted(left_days), there);
}

Result<std::vector<DayRange>> PartTable::LackingRows(const DayRange& left_days,
                                                     sql::Session& session) {
  const int shift = part_.match == LeftMatch::kDayBefore ? 1 : 0;
  std::vector<DayRange> lacking;
  for (const DayRange& range : Lacking(left_days)) {
    GNOMON_ASSIGN_OR_RETURN(const auto rows,
                            DaysOfTimes({range.begin + shift, range.end + shift}, session));
    if (rows) lacking.push_back(range);
  }
  return lacking;
}

Schema PartTable::TableSchema() const {
  Schema schema = columns_.keys;
  if (part_.match == LeftMatch::kTime)
    schema.fields.push_back(Field{.name = kTime, .type = TypeKind::kLong});
  for (const Field& value : columns_.values.fields) schema.fields.push_back(value);
  schema.fields.push_back(Field{.name = kDay, .type = TypeKind::kString});
  for (Field& field : schema.fields) field.id = -1;
  return StorableSchema(std::move(schema));
}

Status PartTable::Fill(const DayRange& days, sql::Session& session) {
  const int shift = part_.match == LeftMatch::kDayBefore ? 1 : 0;
  for (const DayRange& range : Missing(Shifted(days), table_->filled()))
    GNOMON_RETURN_IF_ERROR(FillRange({range.begin + shift, range.end + shift}, session));
  return Ok();
}

Status PartTable::FillRange(const DayRange& left_days, sql::Session& session) {
  if (part_.algorithm != PartAlgorithm::kSnapshot) return ComputeTemporal(left_days, session);
  if (part_.match == LeftMatch::kDay) {
    // A day without left rows needs no right ones.
    GNOMON_ASSIGN_OR_RETURN(const auto rows, DaysOfTimes(left_days, session));
    return rows ? ComputeSnapshots(left_days) : Ok();
  }
  // Late rows widen the range: days that the table has are then written again (SPEC appendix I 6).
  GNOMON_ASSIGN_OR_RETURN(const auto days, DaysOfTimes(left_days, session));
  if (!days) return Ok();
  return ComputeSnapshots({days->begin - 1, days->end - 1});
}

// The days of the left rows' times, of rows that need the part; nullopt when there are none.
Result<std::optional<DayRange>> PartTable::DaysOfTimes(const DayRange& left_days,
                                                       sql::Session& session) {
  std::vector<std::string> conditions = {DayCondition(left_days), needed_by_};
  for (const auto& [left, right] : part_.keys) conditions.push_back(Quoted(left) + " IS NOT NULL");
  const bool has_time = part_.match == LeftMatch::kDayBefore;
  GNOMON_ASSIGN_OR_RETURN(
      sql::QueryResult answer,
      RunSelect(session,
                fmt::format("SELECT min({0}) AS first, max({0}) AS last FROM {1} WHERE {2}",
                            has_time ? "ts" : "CAST(0 AS BIGINT)",
                            Quoted(shape_.bootstrap.ToString()), fmt::join(conditions, " AND "))));
  std::optional<DayRange> days;
  GNOMON_RETURN_IF_ERROR(
      sql::ForEachBatch(*answer.batches, "joining", [&](const arrow::RecordBatch& row) -> Status {
        if (row.column(0)->IsNull(0)) return Ok();
        const auto first = static_cast<const arrow::Int64Array&>(*row.column(0)).Value(0);
        const auto last = static_cast<const arrow::Int64Array&>(*row.column(1)).Value(0);
        if (first < kTimeMinMs || last > kTimeMaxMs) {
          return InvalidArgument(
              "a left row's time is no time that has days: {} ms since 1970: {} - leave such rows "
              "out "
              "by a where of the left side, or correct its time column",
              first < kTimeMinMs ? first : last,
              shape_.side->Where(shape_.left_path + ".timeColumn"));
        }
        days = DayRange{DayOf(first), DayOf(last) + 1};
        return Ok();
      }));
  return days;
}

Status PartTable::Write(const DayRange& days,
                        const std::function<Status(const RowScan::Consume& write)>& compute) {
  LogInfo("{}: computing {}", table_->name(), FormatDayRange(days));
  const Schema schema = TableSchema();
  GNOMON_RETURN_IF_ERROR(table_->EnsureSchema(schema));
  GNOMON_ASSIGN_OR_RETURN(auto transaction, table_->BeginWrite(days));
  transaction->UseThreads(context_.threads);
  std::set<Day> days_with_rows;
  std::mutex mutex;
  GNOMON_RETURN_IF_ERROR(compute([&](const arrow::RecordBatch& rows) -> Status {
    if (rows.num_rows() == 0) return Ok();
    GNOMON_ASSIGN_OR_RETURN(const auto batch, Complete(schema, rows));
    GNOMON_ASSIGN_OR_RETURN(auto days_here, DistinctDays(*batch->GetColumnByName(kDay)));
    const std::lock_guard lock(mutex);
    days_with_rows.merge(days_here);
    return transaction->Write(*batch);
  }));
  PausePoint("join.part");
  return table_->Commit(std::move(transaction), days, days_with_rows);
}

Status PartTable::NoteMissing(const DayRange& days) {
  GNOMON_ASSIGN_OR_RETURN(const std::string missing, computation_->MissingDaysNote(days));
  if (missing.empty()) return Ok();
  const std::string note =
      fmt::format("{} is computed of what is there: {}", part_.full_prefix, missing);
  LogInfo("note: {}", note);
  context_.report.notes.push_back(note);
  return Ok();
}

Status PartTable::ComputeSnapshots(const DayRange& days) {
  GNOMON_RETURN_IF_ERROR(NoteMissing(days));
  return Write(days, [&](const RowScan::Consume& write) {
    return computation_->Compute(days, [&](Day day, const arrow::RecordBatch& rows) -> Status {
      GNOMON_ASSIGN_OR_RETURN(const auto batch, WithDay(day, rows));
      return write(*batch);
    });
  });
}

Status PartTable::ComputeDay(Day day, const RowScan::Consume& consume) {
  return computation_->Compute({day, day + 1},
                               [&](Day, const arrow::RecordBatch& rows) { return consume(rows); });
}

// The left rows' keys, by the GroupBy's names, and times.
std::string PartTable::QuerySelect(const DayRange& left_days) const {
  std::vector<std::string> columns, conditions = {DayCondition(left_days), needed_by_};
  for (const auto& [left, right] : part_.keys) {
    columns.push_back(fmt::format("{} AS {}", Quoted(left), Quoted(right)));
    conditions.push_back(Quoted(left) + " IS NOT NULL");
  }
  return fmt::format("SELECT {}, ts, ds FROM {} WHERE {}", fmt::join(columns, ", "),
                     Quoted(shape_.bootstrap.ToString()), fmt::join(conditions, " AND "));
}

std::string PartTable::RowsName() const { return "part_rows_" + part_.full_prefix; }

namespace {

// Feeds the queries to a kernel. Returns the days of their times (nullopt: there are none) and
// whether each query's ds is the day of its time.
struct QueryDays {
  std::optional<DayRange> of_times;
  bool follow_times = true;
};

template <typename Kernel>
Result<QueryDays> AddQueries(Kernel& kernel, const Schema& keys, sql::QueryResult& queries) {
  QueryDays days;
  Schema schema = keys;
  schema.fields.push_back(Field{.name = kTime, .type = TypeKind::kLong});
  GNOMON_RETURN_IF_ERROR(
      sql::ForEachBatch(*queries.batches, "joining", [&](const arrow::RecordBatch& rows) -> Status {
        if (rows.num_rows() == 0) return Ok();
        const auto& times = static_cast<const arrow::Int64Array&>(*rows.GetColumnByName(kTime));
        for (std::int64_t row = 0; row < rows.num_rows(); ++row) {
          const Day day = DayOf(times.Value(row));
          if (!days.of_times) days.of_times = DayRange{day, day + 1};
          days.of_times->begin = std::min(days.of_times->begin, day);
          days.of_times->end = std::max(days.of_times->end, day + 1);
        }
        days.follow_times = days.follow_times && DaysFollowTimes(rows);
        GNOMON_ASSIGN_OR_RETURN(const auto batch, Complete(schema, rows));
        return kernel.AddQueries(*batch);
      }));
  GNOMON_RETURN_IF_ERROR(kernel.Seal());
  return days;
}

}  // namespace

Status PartTable::ComputeTemporal(const DayRange& left_days, sql::Session& session) {
  GNOMON_ASSIGN_OR_RETURN(const ScratchFolder scratch,
                          ScratchFolder::Make(context_.workspace.tmp_dir().string()));
  const aggregate::KernelOptions options{.keys = computation_->keys(),
                                         .inputs = computation_->inputs(),
                                         .aggregations = codec::AggregationSpecsOf(*part_.group_by),
                                         .threads = context_.threads,
                                         .memory_bytes = context_.memory_bytes / 4 * 3,
                                         .tmp_dir = scratch.path()};
  GNOMON_ASSIGN_OR_RETURN(sql::QueryResult queries, RunSelect(session, QuerySelect(left_days)));
  // Emits rows with keys, ts and values.
  const auto finish = [&](auto& kernel, const QueryDays& days) -> Status {
    return Write(left_days, [&](const RowScan::Consume& write) -> Status {
      if (days.follow_times) {
        return kernel.Finish([&](const arrow::RecordBatch& rows) -> Status {
          auto batch = arrow::RecordBatch::Make(rows.schema(), rows.num_rows(), rows.columns());
          GNOMON_ASSIGN_OR_RETURN(batch, WithDayOfTime(*batch));
          GNOMON_ASSIGN_OR_RETURN(batch, computation_->ApplyDerivations(batch));
          return write(*batch);
        });
      }
      Schema schema = computation_->keys();
      schema.fields.push_back(Field{.name = kTime, .type = TypeKind::kLong});
      for (const Field& column : computation_->base_columns().fields)
        schema.fields.push_back(column);
      GNOMON_ASSIGN_OR_RETURN(const auto loaded, session.MakeRows(RowsName(), schema));
      GNOMON_RETURN_IF_ERROR(kernel.Finish([&](const arrow::RecordBatch& rows) -> Status {
        GNOMON_ASSIGN_OR_RETURN(const auto batch, Complete(schema, rows));
        return loaded->Append(*batch);
      }));
      GNOMON_RETURN_IF_ERROR(loaded->Finish());
      return SpreadOverDays(left_days, session, write);
    });
  };
  if (part_.algorithm == PartAlgorithm::kTemporalEvents) {
    GNOMON_ASSIGN_OR_RETURN(const auto kernel, aggregate::TemporalKernel::Make(options));
    GNOMON_ASSIGN_OR_RETURN(const QueryDays days,
                            AddQueries(*kernel, computation_->keys(), queries));
    if (!days.of_times) return Ok();
    GNOMON_RETURN_IF_ERROR(NoteMissing(*days.of_times));
    GNOMON_RETURN_IF_ERROR(computation_->ReadEvents(
        *days.of_times, [&](const arrow::RecordBatch& rows) { return kernel->Consume(rows); }));
    return finish(*kernel, days);
  }
  GNOMON_ASSIGN_OR_RETURN(const auto kernel, aggregate::MutationKernel::Make(options));
  GNOMON_ASSIGN_OR_RETURN(const QueryDays days, AddQueries(*kernel, computation_->keys(), queries));
  if (!days.of_times) return Ok();
  const DayRange snapshots{days.of_times->begin - 1, days.of_times->end - 1};
  GNOMON_RETURN_IF_ERROR(NoteMissing(snapshots));
  GNOMON_RETURN_IF_ERROR(computation_->ReadSnapshots(
      snapshots,
      [&](Day day, const arrow::RecordBatch& rows) { return kernel->ConsumeSnapshot(rows, day); }));
  GNOMON_RETURN_IF_ERROR(
      computation_->ReadMutations(*days.of_times, [&](Day day, const arrow::RecordBatch& rows) {
        return kernel->ConsumeMutations(rows, day);
      }));
  return finish(*kernel, days);
}

// Left rows of one time may lie in several days, and each gets the values (SPEC appendix G 7).
Status PartTable::SpreadOverDays(const DayRange& left_days, sql::Session& session,
                                 const RowScan::Consume& write) {
  std::vector<std::string> matches = {"q.ts = r.ts"};
  for (const auto& [left, right] : part_.keys)
    matches.push_back(fmt::format("{} = {}", Quoted("q", right), Quoted("r", right)));
  GNOMON_ASSIGN_OR_RETURN(
      sql::QueryResult rows,
      RunSelect(session, fmt::format("SELECT r.*, q.ds AS ds FROM (SELECT DISTINCT * FROM ({})) AS "
                                     "q JOIN {} AS r ON {}",
                                     QuerySelect(left_days), Quoted(RowsName()),
                                     fmt::join(matches, " AND "))));
  return sql::ForEachBatch(
      *rows.batches, "joining", [&](const arrow::RecordBatch& found) -> Status {
        auto batch = arrow::RecordBatch::Make(found.schema(), found.num_rows(), found.columns());
        GNOMON_ASSIGN_OR_RETURN(batch, computation_->ApplyDerivations(batch));
        return write(*batch);
      });
}

}  // namespace gnomon::run
