// SPDX-License-Identifier: Apache-2.0
#include "run/output_table.h"

#include <arrow/api.h>
#include <arrow/compute/api.h>
#include <fmt/chrono.h>
#include <fmt/ranges.h>

#include <nlohmann/json.hpp>

#include "base/day_set.h"
#include "base/log.h"
#include "run/commit_listener.h"
#include "run/partition_days.h"
#include "types/arrow_mapping.h"
#include "types/type_names.h"

namespace gnomon::run {

namespace {

std::string PropertyOf(const iceberg::Table& table, const std::string& name) {
  const auto entry = table.properties().find(name);
  return entry == table.properties().end() ? "" : entry->second;
}

// The first second from now on whose name is free: runs may follow each other faster.
Result<catalog::TableName> FreeArchiveName(catalog::Catalog& catalog,
                                           const catalog::TableName& table, std::int64_t now_ms) {
  for (auto seconds = static_cast<std::time_t>(now_ms / 1000);; ++seconds) {
    const catalog::TableName name = {
        table.name_space, fmt::format("{}_{:%Y%m%d%H%M%S}", table.name, fmt::gmtime(seconds))};
    const auto there = catalog.LoadTable(name);
    if (!there && there.error().code == ErrorCode::kNotFound) return name;
    if (!there) return there.error();
  }
}

// "7 days (2023-12-01..2023-12-07)"
std::string CountedDays(const std::set<Day>& days) {
  return fmt::format("{} day{} ({})", days.size(), days.size() == 1 ? "" : "s", FormatDaySet(days));
}

std::set<Day> DaysOutside(const std::set<Day>& days, const DayRange& range) {
  std::set<Day> outside;
  for (const Day day : days) {
    if (day < range.begin || !(day < range.end)) outside.insert(day);
  }
  return outside;
}

// Also what lists, maps and structs hold.
void Widen(DataType* type) {
  if (type->kind == TypeKind::kByte || type->kind == TypeKind::kShort) *type = TypeKind::kInt;
  for (Field& child : type->children) Widen(&child.type);
}

}  // namespace

Result<OutputTable> OutputTable::Open(RunContext& context, OutputTableSpec spec) {
  OutputTable output(context, std::move(spec));
  const std::string name = output.spec_.name.ToString();
  GNOMON_ASSIGN_OR_RETURN(const bool is_view, context.catalog.HasView(output.spec_.name));
  if (is_view) {
    return InvalidArgument(
        "the output {} is still a view - drop it and run again: spark-sql -e \"DROP VIEW {}\"",
        name, name);
  }
  auto table = context.catalog.LoadTable(output.spec_.name);
  if (!table && table.error().code != ErrorCode::kNotFound) return std::move(table).error();
  if (table && table->is_in_place()) {
    return InvalidArgument(
        "{} is read in place and cannot be written: {} - take it out of [tables] in gnomon.toml, "
        "or give the config another name",
        table->name(), table->metadata().location);
  }
  if (table) {
    output.table_ = *std::move(table);
    GNOMON_RETURN_IF_ERROR(output.ReconcileConf());
  }
  GNOMON_RETURN_IF_ERROR(output.RefreshFilled());
  return output;
}

Status OutputTable::ReconcileConf() {
  GNOMON_ASSIGN_OR_RETURN(filled_, FilledDays(*table_, spec_.partition_column));
  GNOMON_ASSIGN_OR_RETURN(const ConfChange change, CompareConf(*table_, spec_));
  if (change.kind == ConfChange::Kind::kAddsColumns) AnnounceStale(change.what);
  return change.kind == ConfChange::Kind::kRebuilds ? AnnounceArchive(change.what) : Ok();
}

void OutputTable::AnnounceStale(const std::string& what) {
  stale_ = filled_;
  std::string text = fmt::format("{}: {}", spec_.name.ToString(), what);
  const std::set<Day> later = DaysOutside(stale_, spec_.wanted);
  if (later.size() < stale_.size()) {
    std::set<Day> now = stale_;
    for (const Day day : later) now.erase(day);
    text += fmt::format(" - the {} that are filled are computed again", CountedDays(now));
  }
  if (!later.empty()) {
    text +=
        fmt::format(" - the {} outside of this run's range stay without it until a run covers them",
                    CountedDays(later));
  }
  LogInfo("{}", text);
  context_->report.notes.push_back(text);
}

Status OutputTable::AnnounceArchive(const std::string& what) {
  GNOMON_ASSIGN_OR_RETURN(archive_,
                          FreeArchiveName(context_->catalog, spec_.name, context_->clock.NowMs()));
  const bool is_whole = spec_.wanted.empty();
  std::string text =
      fmt::format("{}: {} - the table is kept as {} and built anew{}", spec_.name.ToString(), what,
                  archive_->ToString(), is_whole ? "" : " for " + FormatDayRange(spec_.wanted));
  const std::set<Day> later = is_whole ? std::set<Day>() : DaysOutside(filled_, spec_.wanted);
  if (!later.empty()) {
    text += fmt::format("; {} outside of this run's range stay in the kept table alone",
                        CountedDays(later));
  }
  LogInfo("{}", text);
  context_->report.notes.push_back(text);
  return Ok();
}

Status OutputTable::RefreshFilled() {
  filled_.clear();
  known_empty_.clear();
  if (!table_ || archive_) return Ok();
  known_empty_ = DaysIn(iceberg::kEmptyDaysProperty);
  // Days that wait for a column are the table's own, not days before its first.
  known_empty_.merge(DaysIn(iceberg::kStaleDaysProperty));
  known_empty_.insert(stale_.begin(), stale_.end());
  GNOMON_ASSIGN_OR_RETURN(filled_, FilledDays(*table_, spec_.partition_column));
  for (const Day day : stale_) filled_.erase(day);
  return Ok();
}

std::set<Day> OutputTable::DaysIn(const std::string& property) const {
  return iceberg::DaysInProperty(*table_, property);
}

std::map<std::string, std::string> OutputTable::ConfProperties() const {
  std::map<std::string, std::string> properties = {{kConfHashProperty, spec_.conf_hash},
                                                   {kConfProperty, spec_.compared_conf}};
  if (!spec_.features.empty())
    properties[kFeaturesProperty] = nlohmann::json(spec_.features).dump();
  return properties;
}

Result<iceberg::Table> OutputTable::MakeTable(const Schema& schema) {
  iceberg::CreateTableOptions options{.schema = schema,
                                      .partition_columns = spec_.partition_columns,
                                      .location = "",
                                      .properties = spec_.properties};
  options.properties.merge(ConfProperties());
  if (archive_) return context_->catalog.ReplaceTable(spec_.name, *archive_, options);
  auto table = context_->catalog.CreateTable(spec_.name, options);
  // Somebody made it since we looked: theirs is as good, the schema is compared by the caller.
  if (!table && table.error().code == ErrorCode::kAlreadyExists)
    return context_->catalog.LoadTable(spec_.name);
  return table;
}

Status OutputTable::EnsureSchema(const Schema& schema) {
  if (!table_ || archive_) {
    GNOMON_ASSIGN_OR_RETURN(table_, MakeTable(schema));
    archive_.reset();
  }
  std::vector<Field> added;
  for (const Field& field : schema.fields) {
    const Field* existing = table_->schema().Find(field.name);
    if (existing == nullptr) {
      added.push_back(field);
    } else if (!(existing->type == field.type)) {
      return InvalidArgument(
          "Existing columns cannot be modified: column {} of {} is {}, the config now gives {} - "
          "cast it "
          "to {} or write to another table",
          field.name, spec_.name.ToString(), SparkTypeName(existing->type),
          SparkTypeName(field.type), SparkTypeName(existing->type));
    }
  }
  if (!stale_.empty()) {
    // First the days, then (with the rows) the columns: a run that dies between the two finds the
    // columns missing and the days stale, and goes on from there.
    stale_.merge(DaysIn(iceberg::kStaleDaysProperty));
    auto properties = ConfProperties();
    properties[iceberg::kStaleDaysProperty] = FormatDaySet(stale_);
    GNOMON_RETURN_IF_ERROR(table_->SetProperties(properties));
    stale_.clear();
  }
  return added.empty() ? Ok() : table_->AddColumns(added);
}

Result<std::unique_ptr<iceberg::WriteTransaction>> OutputTable::BeginWrite(const DayRange& step) {
  iceberg::WriteOptions options{.mode = iceberg::WriteMode::kOverwritePartitions};
  options.summary["gnomon.filled"] = FormatDayRange(step);
  options.summary["gnomon.conf-hash"] = spec_.conf_hash;
  // Rows of these days are replaced even if the new answer has none.
  if (spec_.partition_columns.size() == 1) {
    for (Day day = step.begin; day < step.end; day = day + 1) {
      GNOMON_ASSIGN_OR_RETURN(auto value, DayScalar(*table_, spec_.partition_column, day));
      options.also_replace.push_back({std::move(value)});
    }
  }
  return iceberg::WriteTransaction::Begin(*table_, std::move(options));
}

std::map<std::string, std::string> OutputTable::BookKeeping(
    const DayRange& step, const std::set<Day>& days_with_rows) const {
  std::set<Day> empty = DaysIn(iceberg::kEmptyDaysProperty);
  std::set<Day> stale = DaysIn(iceberg::kStaleDaysProperty);
  empty.insert(pending_empty_.begin(), pending_empty_.end());
  for (Day day = step.begin; day < step.end; day = day + 1) {
    // A day that is not over yet may still get rows: it is computed again by the next run.
    if (!days_with_rows.contains(day) && day < context_->clock.Today()) empty.insert(day);
    stale.erase(day);
  }
  for (const Day day : days_with_rows) empty.erase(day);
  std::map<std::string, std::string> properties;
  const auto set_if_changed = [&](const char* name, const std::set<Day>& days) {
    const std::string text = FormatDaySet(days);
    if (text != PropertyOf(*table_, name)) properties[name] = text;
  };
  set_if_changed(iceberg::kEmptyDaysProperty, empty);
  set_if_changed(iceberg::kStaleDaysProperty, stale);
  for (const char* name : {kConfHashProperty, kConfProperty}) {
    const std::string& value = name == kConfHashProperty ? spec_.conf_hash : spec_.compared_conf;
    if (PropertyOf(*table_, name) != value) properties[name] = value;
  }
  return properties;
}

Status OutputTable::Commit(std::unique_ptr<iceberg::WriteTransaction> transaction,
                           const DayRange& step, const std::set<Day>& days_with_rows) {
  RunReport& report = context_->report;
  const auto account_for_days = [&] {
    // A query may write outside its step (SPEC 9.2): what has rows was computed, what else was
    // asked for is empty.
    report.computed.insert(report.computed.end(), days_with_rows.begin(), days_with_rows.end());
    for (Day day = step.begin; day < step.end; day = day + 1) {
      if (!days_with_rows.contains(day)) report.empty.push_back(day);
    }
  };
  GNOMON_ASSIGN_OR_RETURN(const bool has_rows, HasRowsIn(step));
  if (!step.empty() && days_with_rows.empty() && !has_rows) {
    // Nothing to write and nothing to replace: no snapshot for that. Finish() records the days.
    for (Day day = step.begin; day < step.end; day = day + 1) {
      if (day < context_->clock.Today()) pending_empty_.insert(day);
    }
    account_for_days();
    return Ok();
  }
  const auto properties = BookKeeping(step, days_with_rows);
  transaction->SetProperties(properties);
  GNOMON_ASSIGN_OR_RETURN(const iceberg::CommitResult committed, transaction->Commit());
  // Where no row was written and none replaced there is no snapshot to carry the properties.
  if (committed.snapshot_id == 0 && !properties.empty())
    GNOMON_RETURN_IF_ERROR(table_->SetProperties(properties));
  account_for_days();
  report.rows_written += committed.rows_written;
  report.bytes_written += committed.bytes_written;
  TellCommit(report);
  LogInfo("  {}: {} row{} in {} partition{}", step.empty() ? "whole table" : FormatDayRange(step),
          committed.rows_written, committed.rows_written == 1 ? "" : "s",
          committed.partitions_written, committed.partitions_written == 1 ? "" : "s");
  pending_empty_.clear();
  return RefreshFilled();
}

Result<bool> OutputTable::HasRowsIn(const DayRange& step) const {
  GNOMON_ASSIGN_OR_RETURN(const std::set<Day> days, table_->PartitionDays(spec_.partition_column));
  const auto first = days.lower_bound(step.begin);
  return first != days.end() && *first < step.end;
}

Status OutputTable::Finish() {
  if (pending_empty_.empty()) return Ok();
  const auto properties = BookKeeping(DayRange{}, {});
  pending_empty_.clear();
  return properties.empty() ? Ok() : table_->SetProperties(properties);
}

Schema StorableSchema(Schema schema) {
  for (Field& field : schema.fields) Widen(&field.type);
  return schema;
}

Result<std::shared_ptr<arrow::RecordBatch>> ConformTo(const Schema& schema,
                                                      const arrow::RecordBatch& batch) {
  const auto target = ToArrow(schema);
  std::vector<std::shared_ptr<arrow::Array>> columns;
  for (const auto& field : target->fields()) {
    auto column = batch.GetColumnByName(field->name());
    GNOMON_CHECK(column != nullptr);
    if (!column->type()->Equals(*field->type())) {
      GNOMON_ARROW_ASSIGN(column, arrow::compute::Cast(*column, field->type()),
                          "column " + field->name());
    }
    columns.push_back(std::move(column));
  }
  return arrow::RecordBatch::Make(target, batch.num_rows(), std::move(columns));
}

}  // namespace gnomon::run
