// SPDX-License-Identifier: Apache-2.0
#include "run/join/final_join.h"

#include <arrow/api.h>
#include <arrow/compute/api.h>
#include <fmt/ranges.h>

#include <map>

#include "base/log.h"
#include "base/pause_point.h"
#include "base/progress.h"
#include "run/join/bootstrap_table.h"
#include "run/join/sql_text.h"
#include "run/partition_days.h"
#include "sql/result_stream.h"
#include "types/arrow_mapping.h"

namespace gnomon::run {

namespace {

constexpr const char* kDay = "ds";

// The UTC day of a left row's ts.
constexpr const char* kDayOfTime = "CAST(make_timestamp_ms(l.ts) AS DATE)";

std::string Match(const PartShape& part, const std::string& alias) {
  std::vector<std::string> conditions;
  for (const auto& [left, right] : part.keys)
    conditions.push_back(fmt::format("{} = {}", Quoted("l", left), Quoted(alias, right)));
  switch (part.match) {
    case LeftMatch::kDay:
      conditions.push_back(fmt::format("l.ds = {}.ds", alias));
      break;
    case LeftMatch::kDayBefore:
      conditions.push_back(fmt::format("{} = CAST({}.ds AS DATE) + 1", kDayOfTime, alias));
      break;
    case LeftMatch::kTime:
      conditions.push_back(fmt::format("l.ts = {0}.ts AND l.ds = {0}.ds", alias));
      break;
  }
  return fmt::format("{}", fmt::join(conditions, " AND "));
}

// Where the values of a column may come from, first the left row's own.
std::string Coalesced(const std::vector<std::string>& choices, const std::string& name) {
  if (choices.size() == 1) return choices[0] + " AS " + Quoted(name);
  return fmt::format("coalesce({}) AS {}", fmt::join(choices, ", "), Quoted(name));
}

}  // namespace

// The days of a part's table that the left rows of `days` look at.
Result<DayRange> FinalJoin::DaysOfPart(const PartShape& part, const DayRange& days,
                                       sql::Session& session) {
  if (part.match != LeftMatch::kDayBefore) return days;
  GNOMON_ASSIGN_OR_RETURN(
      sql::QueryResult answer,
      RunSelect(session, fmt::format("SELECT min(ts), max(ts) FROM {} WHERE {}",
                                     Quoted(shape_.bootstrap.ToString()), DayCondition(days))));
  DayRange looked_at = days;
  GNOMON_RETURN_IF_ERROR(
      sql::ForEachBatch(*answer.batches, "joining", [&](const arrow::RecordBatch& row) -> Status {
        if (row.column(0)->IsNull(0)) return Ok();
        looked_at = {DayOf(static_cast<const arrow::Int64Array&>(*row.column(0)).Value(0)) - 1,
                     DayOf(static_cast<const arrow::Int64Array&>(*row.column(1)).Value(0))};
        return Ok();
      }));
  return looked_at;
}

// Rows that pass through a GroupBy unaggregated may have a key twice, and would double left rows.
Status FinalJoin::CheckKeysAreUnique(const PartShape& part, const DayRange& days,
                                     sql::Session& session) {
  if (part.group_by->aggregations && !part.group_by->aggregations->empty()) return Ok();
  std::vector<std::string> keys, known;
  for (const auto& [left, right] : part.keys) {
    keys.push_back(Quoted(right));
    known.push_back(Quoted(right) + " IS NOT NULL");
  }
  GNOMON_ASSIGN_OR_RETURN(
      sql::QueryResult answer,
      RunSelect(
          session,
          fmt::format("SELECT ds, count(*) AS copies FROM {} WHERE {} GROUP BY {}, ds HAVING "
                      "count(*) > 1 ORDER BY ds LIMIT 1",
                      DaysOf(part.table, days), fmt::join(known, " AND "), fmt::join(keys, ", "))));
  std::string day;
  GNOMON_RETURN_IF_ERROR(
      sql::ForEachBatch(*answer.batches, "joining", [&](const arrow::RecordBatch& rows) -> Status {
        if (rows.num_rows() > 0)
          day = static_cast<const arrow::StringArray&>(*rows.column(0)).GetString(0);
        return Ok();
      }));
  if (day.empty()) return Ok();
  return InvalidArgument(
      "{} has several rows for one key on {}: {} - keep one of them, such as by an aggregation "
      "LAST, then run: spark-sql -e \"DROP TABLE {}\"",
      part.full_prefix, day, shape_.side->Where(part.path), part.table.ToString());
}

Result<std::string> FinalJoin::Select(const DayRange& days, sql::Session& session) {
  std::string from = fmt::format("{} AS l", DaysOf(shape_.bootstrap, days));
  std::vector<bool> is_there;
  for (std::size_t i = 0; i < shape_.parts.size(); ++i) {
    const PartShape& part = shape_.parts[i];
    const auto table = context_.catalog.LoadTable(part.table);
    is_there.push_back(table.has_value());
    if (!table && table.error().code != ErrorCode::kNotFound) return table.error();
    if (!table) continue;
    GNOMON_ASSIGN_OR_RETURN(const DayRange looked_at, DaysOfPart(part, days, session));
    GNOMON_RETURN_IF_ERROR(CheckKeysAreUnique(part, looked_at, session));
    const std::string alias = fmt::format("p{}", i);
    from += fmt::format(" LEFT JOIN {} AS {} ON {}", DaysOf(part.table, looked_at), alias,
                        Match(part, alias));
  }
  std::map<std::string, std::string> of_parts;
  for (std::size_t i = 0; i < shape_.parts.size(); ++i) {
    for (const Field& value : layout_.parts[i].values.fields) {
      if (is_there[i])
        of_parts[shape_.parts[i].column_prefix + value.name] =
            Quoted(fmt::format("p{}", i), value.name);
    }
  }
  std::vector<std::string> columns;
  for (const Field& field : layout_.joined.fields) {
    if (field.name == kDay) continue;
    std::vector<std::string> choices;
    if (layout_.bootstrap.Find(field.name) != nullptr) choices.push_back(Quoted("l", field.name));
    if (const auto value = of_parts.find(field.name); value != of_parts.end())
      choices.push_back(value->second);
    for (const ExternalField& external : shape_.external_fields) {
      if (external.is_contextual && external.contextual_key == field.name)
        choices.push_back(Quoted("l", external.name));
    }
    for (const std::string& derived : layout_.bootstrapped) {
      if (field.name == BootstrappedName(derived)) choices.push_back(Quoted("l", derived));
    }
    // What comes from nowhere, a part that no row needs, is null: Complete adds it in its own type.
    if (!choices.empty()) columns.push_back(Coalesced(choices, field.name));
  }
  columns.emplace_back("l.ds AS ds");
  return fmt::format("SELECT {} FROM {}", fmt::join(columns, ", "), from);
}

Result<std::shared_ptr<arrow::RecordBatch>> FinalJoin::Derive(
    const std::shared_ptr<arrow::RecordBatch>& rows) const {
  if (!layout_.derivations) return Complete(layout_.output, *rows);
  GNOMON_ASSIGN_OR_RETURN(const arrow::ArrayVector derived, layout_.derivations->Evaluate(*rows));
  std::map<std::string, std::shared_ptr<arrow::Array>> by_name;
  for (std::size_t i = 0; i < derived.size(); ++i)
    by_name[layout_.derivations->columns().fields[i].name] = derived[i];
  const auto target = ToArrow(layout_.output);
  arrow::ArrayVector columns;
  for (const auto& field : target->fields()) {
    const auto value = by_name.find(field->name());
    // The left side's own, or a bootstrapped one, comes first.
    std::shared_ptr<arrow::Array> first =
        layout_.left.Find(field->name()) != nullptr
            ? rows->GetColumnByName(field->name())
            : rows->GetColumnByName(BootstrappedName(field->name()));
    std::shared_ptr<arrow::Array> second = value == by_name.end() ? nullptr : value->second;
    for (auto* column : {&first, &second}) {
      if (*column == nullptr || (*column)->type()->Equals(*field->type())) continue;
      GNOMON_ARROW_ASSIGN(*column, arrow::compute::Cast(**column, field->type()),
                          "column " + field->name());
    }
    if (first == nullptr || second == nullptr) {
      columns.push_back(first == nullptr ? second : first);
      continue;
    }
    GNOMON_ARROW_ASSIGN(const arrow::Datum merged,
                        arrow::compute::CallFunction("coalesce", {first, second}),
                        "column " + field->name());
    columns.push_back(merged.make_array());
  }
  return arrow::RecordBatch::Make(target, rows->num_rows(), std::move(columns));
}

Status FinalJoin::Write(const DayRange& days, sql::Session& session, OutputTable& output) {
  LogInfo("{}: joining {}", output.name(), FormatDayRange(days));
  GNOMON_RETURN_IF_ERROR(output.EnsureSchema(layout_.output));
  GNOMON_ASSIGN_OR_RETURN(const std::string select, Select(days, session));
  ProgressStep progress("joining " + FormatDayRange(days), WorkWritten());
  progress.AskShare([&session] { return session.ShareDone(); });
  GNOMON_ASSIGN_OR_RETURN(sql::QueryResult rows, RunSelect(session, select));
  GNOMON_ASSIGN_OR_RETURN(auto transaction, output.BeginWrite(days));
  transaction->UseThreads(context_.threads);
  std::set<Day> days_with_rows;
  GNOMON_RETURN_IF_ERROR(
      sql::ForEachBatch(*rows.batches, "joining", [&](const arrow::RecordBatch& found) -> Status {
        GNOMON_ASSIGN_OR_RETURN(auto batch, Complete(layout_.joined, found));
        GNOMON_ASSIGN_OR_RETURN(batch, Derive(batch));
        GNOMON_ASSIGN_OR_RETURN(auto days_here, DistinctDays(*batch->GetColumnByName(kDay)));
        days_with_rows.merge(days_here);
        return transaction->Write(*batch);
      }));
  PausePoint("join.joined");
  return output.Commit(std::move(transaction), days, days_with_rows);
}

}  // namespace gnomon::run
