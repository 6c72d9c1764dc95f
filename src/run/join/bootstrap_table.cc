// SPDX-License-Identifier: Apache-2.0
#include "run/join/bootstrap_table.h"

#include <arrow/api.h>
#include <arrow/compute/api.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <mutex>

#include "base/log.h"
#include "base/pause_point.h"
#include "run/join/join_tables.h"
#include "run/join/skew_filter.h"
#include "run/join/sql_text.h"
#include "run/partition_days.h"
#include "sql/result_stream.h"
#include "types/arrow_mapping.h"

namespace gnomon::run {

namespace {

constexpr const char* kLeftRows = "left_rows";
constexpr const char* kMatchedHashes = "matched_hashes";

std::string RowsName(std::size_t source) { return fmt::format("bootstrap_rows_{}", source); }

bool Gives(const BootstrapSource& source, const std::string& column) {
  return std::find(source.columns.begin(), source.columns.end(), column) != source.columns.end();
}

// The contextual field that `column` is one of the two names of.
const ExternalField* ContextualOf(const JoinShape& shape, const std::string& column) {
  for (const ExternalField& field : shape.external_fields) {
    if (field.is_contextual && (field.name == column || field.contextual_key == column))
      return &field;
  }
  return nullptr;
}

// A bootstrap table's rows, one per keys and day: of several the greatest values are kept, so that
// the answer does not depend on their order (SPEC appendix G 3).
std::string Distinct(const BootstrapSource& source, std::size_t index) {
  std::vector<std::string> keys, order;
  for (const std::string& key : source.keys) keys.push_back(Quoted(key));
  for (const std::string& column : source.columns)
    order.push_back(Quoted(column) + " DESC NULLS LAST");
  const std::string by = order.empty() ? "" : fmt::format(" ORDER BY {}", fmt::join(order, ", "));
  return fmt::format("(SELECT * FROM {} QUALIFY row_number() OVER (PARTITION BY {}, ds{}) = 1)",
                     Quoted(RowsName(index)), fmt::join(keys, ", "), by);
}

}  // namespace

std::vector<DayRange> Missing(const DayRange& days, const std::set<Day>& filled) {
  std::vector<Day> missing;
  for (Day day = days.begin; day < days.end; day = day + 1) {
    if (!filled.contains(day)) missing.push_back(day);
  }
  return GroupContiguous(missing);
}

Result<std::shared_ptr<arrow::RecordBatch>> Complete(const Schema& schema,
                                                     const arrow::RecordBatch& rows) {
  const auto target = ToArrow(schema);
  arrow::ArrayVector columns;
  for (const auto& field : target->fields()) {
    auto column = rows.GetColumnByName(field->name());
    if (column == nullptr || column->type_id() == arrow::Type::NA) {
      GNOMON_ARROW_ASSIGN(column, arrow::MakeArrayOfNull(field->type(), rows.num_rows()),
                          "column " + field->name());
    } else if (!column->type()->Equals(*field->type())) {
      GNOMON_ARROW_ASSIGN(column, arrow::compute::Cast(*column, field->type()),
                          "column " + field->name());
    }
    columns.push_back(std::move(column));
  }
  return arrow::RecordBatch::Make(target, rows.num_rows(), std::move(columns));
}

BootstrapTable::BootstrapTable(const RunContext& context, const JoinShape& shape,
                               const JoinLayout& layout, const RowScan& left,
                               const std::vector<BootstrapSource>& sources,
                               const std::optional<expr::BoundExpression>& skew_filter)
    : context_(ContextBeside(context)),
      shape_(shape),
      layout_(layout),
      left_(left),
      sources_(sources),
      skew_filter_(skew_filter) {}

Status BootstrapTable::Open(const DayRange& wanted) {
  GNOMON_ASSIGN_OR_RETURN(table_, OutputTable::Open(context_, BootstrapSpec(shape_, wanted)));
  return Ok();
}

Status BootstrapTable::Fill(const DayRange& days, sql::Session& session) {
  for (const DayRange& range : Missing(days, table_->filled()))
    GNOMON_RETURN_IF_ERROR(FillInto(range, session, *table_));
  return Ok();
}

std::set<Day> BootstrapTable::days() const {
  std::set<Day> days = table_->filled();
  days.insert(table_->known_empty().begin(), table_->known_empty().end());
  return days;
}

Status BootstrapTable::FillInto(const DayRange& days, sql::Session& session, OutputTable& table) {
  LogInfo("{}: computing {}", table.name(), FormatDayRange(days));
  GNOMON_RETURN_IF_ERROR(table.EnsureSchema(layout_.bootstrap));
  GNOMON_ASSIGN_OR_RETURN(auto transaction, table.BeginWrite(days));
  transaction->UseThreads(context_.threads);
  std::mutex mutex;
  std::set<Day> days_with_rows;
  const auto write = [&](const arrow::RecordBatch& rows) -> Status {
    GNOMON_ASSIGN_OR_RETURN(const auto batch, Complete(layout_.bootstrap, rows));
    GNOMON_ASSIGN_OR_RETURN(auto days_here, DistinctDays(*batch->GetColumnByName("ds")));
    const std::lock_guard lock(mutex);
    days_with_rows.merge(days_here);
    return transaction->Write(*batch);
  };
  GNOMON_RETURN_IF_ERROR(sources_.empty() ? ReadPlain(days, write)
                                          : ReadBootstrapped(days, session, write));
  PausePoint("join.left");
  return table.Commit(std::move(transaction), days, days_with_rows);
}

Status BootstrapTable::ReadPlain(const DayRange& days, const RowScan::Consume& write) {
  return left_.Read(days, context_.threads, [&](const arrow::RecordBatch& rows) -> Status {
    GNOMON_ASSIGN_OR_RETURN(auto kept, WithoutSkewKeys(skew_filter_, rows));
    if (kept->num_rows() == 0) return Ok();
    arrow::ListBuilder hashes(arrow::default_memory_pool(),
                              std::make_shared<arrow::StringBuilder>());
    for (std::int64_t row = 0; row < kept->num_rows(); ++row)
      GNOMON_ARROW_RETURN_NOT_OK(hashes.Append(), "building matched_hashes");
    GNOMON_ARROW_ASSIGN(auto column, hashes.Finish(), "building matched_hashes");
    // A contextual field has what the left row has under its bare name.
    for (const ExternalField& field : shape_.external_fields) {
      const auto key = field.is_contextual ? kept->GetColumnByName(field.contextual_key) : nullptr;
      if (key == nullptr || kept->GetColumnByName(field.name) != nullptr) continue;
      GNOMON_ARROW_ASSIGN(kept, kept->AddColumn(kept->num_columns(), field.name, key),
                          "contextual field " + field.name);
    }
    GNOMON_ARROW_ASSIGN(kept, kept->AddColumn(kept->num_columns(), kMatchedHashes, column),
                        "building matched_hashes");
    return write(*kept);
  });
}

Status BootstrapTable::ReadBootstrapped(const DayRange& days, sql::Session& session,
                                        const RowScan::Consume& write) {
  GNOMON_ASSIGN_OR_RETURN(const auto left_rows, session.MakeRows(kLeftRows, left_.columns()));
  GNOMON_RETURN_IF_ERROR(
      left_.Read(days, context_.threads, [&](const arrow::RecordBatch& rows) -> Status {
        GNOMON_ASSIGN_OR_RETURN(const auto kept, WithoutSkewKeys(skew_filter_, rows));
        return kept->num_rows() == 0 ? Ok() : left_rows->Append(*kept);
      }));
  GNOMON_RETURN_IF_ERROR(left_rows->Finish());
  for (std::size_t i = 0; i < sources_.size(); ++i) {
    const RowScan& scan = sources_[i].scan;
    GNOMON_ASSIGN_OR_RETURN(const auto loaded, session.MakeRows(RowsName(i), scan.columns()));
    GNOMON_RETURN_IF_ERROR(scan.Read(days, context_.threads, [&](const arrow::RecordBatch& rows) {
      return loaded->Append(rows);
    }));
    GNOMON_RETURN_IF_ERROR(loaded->Finish());
  }
  GNOMON_ASSIGN_OR_RETURN(sql::QueryResult joined, RunSelect(session, CoalescingSelect()));
  return sql::ForEachBatch(*joined.batches, "joining", write);
}

// Left rows with the bootstrap tables in their order of precedence, each matched by its keys and
// the day.
std::string BootstrapTable::CoalescingSelect() const {
  std::string from = fmt::format("{} AS l", Quoted(kLeftRows));
  std::vector<std::string> hashes;
  for (std::size_t i = 0; i < sources_.size(); ++i) {
    const std::string alias = fmt::format("b{}", i);
    from +=
        fmt::format(" LEFT JOIN {} AS {} ON l.ds = {}.ds", Distinct(sources_[i], i), alias, alias);
    for (const std::string& key : sources_[i].keys)
      from += fmt::format(" AND {} = {}", Quoted("l", key), Quoted(alias, key));
    const std::string hash =
        sources_[i].is_log ? Quoted(alias, "schema_hash") : fmt::format("'{}'", sources_[i].hash);
    hashes.push_back(fmt::format("CASE WHEN {}.ds IS NULL THEN NULL ELSE {} END", alias, hash));
  }
  std::vector<std::string> columns;
  for (const Field& field : layout_.bootstrap.fields) {
    if (field.name == kMatchedHashes || field.name == "ds") continue;
    // A contextual field has two names for one value.
    std::vector<std::string> names = {field.name};
    if (const ExternalField* contextual = ContextualOf(shape_, field.name)) {
      names.push_back(field.name == contextual->name ? contextual->contextual_key
                                                     : contextual->name);
    }
    std::vector<std::string> choices;
    for (const std::string& name : names) {
      if (layout_.left.Find(name) != nullptr) choices.push_back(Quoted("l", name));
    }
    for (std::size_t i = 0; i < sources_.size(); ++i) {
      for (const std::string& name : names) {
        if (Gives(sources_[i], name)) choices.push_back(Quoted(fmt::format("b{}", i), name));
      }
    }
    if (choices.empty()) choices.emplace_back("NULL");
    columns.push_back(
        choices.size() == 1
            ? fmt::format("{} AS {}", choices[0], Quoted(field.name))
            : fmt::format("coalesce({}) AS {}", fmt::join(choices, ", "), Quoted(field.name)));
  }
  columns.push_back(fmt::format("list_filter([{}], lambda h: h IS NOT NULL) AS {}",
                                fmt::join(hashes, ", "), kMatchedHashes));
  return fmt::format("SELECT {}, l.ds AS ds FROM {}", fmt::join(columns, ", "), from);
}

}  // namespace gnomon::run
