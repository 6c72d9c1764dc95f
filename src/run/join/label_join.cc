// SPDX-License-Identifier: Apache-2.0
#include "run/join/label_join.h"

#include <arrow/api.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <memory>

#include "base/error_place.h"
#include "base/log.h"
#include "base/pause_point.h"
#include "config/any_conf.h"
#include "config/side_file.h"
#include "config/validate_join.h"
#include "run/join/bootstrap_table.h"
#include "run/join/join_layout.h"
#include "run/join/join_tables.h"
#include "run/join/label_views.h"
#include "run/join/left_days.h"
#include "run/join/part_table.h"
#include "run/join/skew_filter.h"
#include "run/join/sql_text.h"
#include "run/partition_days.h"
#include "run/setups.h"
#include "run/wanted_days.h"
#include "sql/result_stream.h"

namespace gnomon::run {

namespace {

constexpr const char* kLeftRows = "left_rows";
constexpr const char* kLabelDay = "label_ds";

std::string RowsName(std::size_t label) { return fmt::format("label_rows_{}", label); }

class LabelJoin {
 public:
  LabelJoin(RunContext& context, const config::Join& join, const config::SideFile& side)
      : context_(context), join_(join), side_(side) {}

  Status Run();

 private:
  Status Prepare();
  Status FindLeftDays();
  Status LayOutLabels();
  Result<std::vector<DayRange>> MissingDays();
  Status LoadLeft(const DayRange& days);
  Status LoadLabels();
  std::string Select(const DayRange& days) const;
  Status WriteLabels(const DayRange& days);

  RunContext& context_;
  const config::Join& join_;
  const config::SideFile& side_;
  JoinShape shape_;  // Its parts are the labels.
  Day label_day_;
  DayRange days_;
  std::optional<RowScan> left_;
  std::optional<expr::BoundExpression> skew_filter_;
  std::vector<std::unique_ptr<PartTable>> labels_;
  std::vector<std::string> row_ids_;  // Without ds.
  Schema schema_;                     // Of T_labels.
  catalog::TableName table_name_;
  std::optional<OutputTable> table_;
  std::unique_ptr<sql::Session> session_;
};

Status LabelJoin::Run() {
  GNOMON_RETURN_IF_ERROR(Prepare());
  GNOMON_ASSIGN_OR_RETURN(const std::vector<DayRange> missing, MissingDays());
  if (missing.empty() && context_.report.already_filled.empty())
    return NothingToJoin(shape_, days_, context_.report);
  if (context_.request.dry_run) {
    plan::FillPlan plan;
    plan.ranges = missing;
    return AnnounceDryRun(table_name_.ToString(), plan);
  }
  if (!missing.empty()) {
    GNOMON_RETURN_IF_ERROR(LoadLabels());
    for (const DayRange& days : missing) {
      GNOMON_RETURN_IF_ERROR(LoadLeft(days));
      GNOMON_RETURN_IF_ERROR(WriteLabels(days));
    }
  }
  LabelViews views{.features = shape_.output, .labels = table_name_, .row_ids = row_ids_};
  for (const Field& field : schema_.fields) {
    const bool is_label = field.name != kLabelDay && field.name != "ds" &&
                          std::find(row_ids_.begin(), row_ids_.end(), field.name) == row_ids_.end();
    if (is_label) views.label_columns.push_back(field.name);
  }
  return MakeLabelViews(context_, *session_, views, side_);
}

Status LabelJoin::Prepare() {
  GNOMON_RETURN_IF_ERROR(config::Validate(join_, side_));
  GNOMON_RETURN_IF_ERROR(config::ValidateLabels(join_, side_));
  if (context_.request.begin) {
    return InvalidArgument(
        "--start-date is not for a label join: {} - its left days follow from --end-date and the "
        "offsets",
        side_.Where("labelPart"));
  }
  GNOMON_ASSIGN_OR_RETURN(const JoinShape whole, ShapeOf(join_, side_));
  shape_ = whole;
  shape_.parts.clear();
  const auto& labels = *join_.label_part->labels;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    GNOMON_ASSIGN_OR_RETURN(PartShape part,
                            ShapeOfPart(labels[i], fmt::format("labelPart.labels[{}]", i), side_,
                                        shape_.output, /*left_is_events=*/false));
    shape_.parts.push_back(std::move(part));
  }
  label_day_ = context_.end() - 1;
  GNOMON_ASSIGN_OR_RETURN(const iceberg::Table table, LeftTable(context_, shape_));
  GNOMON_ASSIGN_OR_RETURN(left_,
                          RowScan::Bind(side_, shape_.left_path, shape_.left_query, table, true));
  GNOMON_ASSIGN_OR_RETURN(skew_filter_, SkewFilter(whole, left_->columns()));
  GNOMON_RETURN_IF_ERROR(FindLeftDays());
  for (std::size_t i = 0; i < shape_.parts.size(); ++i) {
    GNOMON_ASSIGN_OR_RETURN(auto label, PartTable::Make(context_, shape_, i));
    labels_.push_back(std::move(label));
  }
  GNOMON_RETURN_IF_ERROR(LayOutLabels());
  GNOMON_RETURN_IF_ERROR(WaitForLeft(context_, shape_, *left_, days_));
  for (const auto& label : labels_)
    GNOMON_RETURN_IF_ERROR(label->WaitForSources({label_day_, label_day_ + 1}));
  const sql::SessionOptions options{.memory_bytes = context_.memory_bytes / 4,
                                    .threads = context_.threads};
  GNOMON_ASSIGN_OR_RETURN(session_,
                          sql::Session::Open(context_.workspace, context_.catalog, options));
  return context_.request.dry_run ? Ok() : RunSetups(context_, side_, *session_);
}

// The days whose rows get labels of this day, of those that the left side's query takes.
Status LabelJoin::FindLeftDays() {
  const DayRange labeled = LeftDaysOfLabels(*join_.label_part, label_day_);
  GNOMON_ASSIGN_OR_RETURN(days_, left_->Within(labeled));
  context_.report.wanted = days_;
  if (!days_.empty()) return Ok();
  const bool is_early = days_.begin > labeled.begin;
  return InvalidArgument(
      "the labels of {} are of left rows of {}, which the left side leaves out: {} - give "
      "{} --end-date{}",
      FormatDay(label_day_), FormatDayRange(labeled),
      side_.Where(shape_.left_path + (is_early ? ".startPartition" : ".endPartition")),
      is_early ? "an" : "an earlier",
      is_early ? fmt::format(" of {} or later",
                             FormatDay(label_day_ + (days_.begin - (labeled.end - 1))))
               : "");
}

Status LabelJoin::LayOutLabels() {
  std::vector<PartColumns> columns;
  for (const auto& label : labels_) columns.push_back(label->columns());
  JoinShape plain = shape_;
  config::Join without = join_;
  without.derivations.reset();
  plain.join = &without;
  plain.external_fields.clear();
  GNOMON_ASSIGN_OR_RETURN(const JoinLayout layout,
                          LayOut(plain, left_->columns(), std::move(columns), {}));
  row_ids_ = join_.row_ids.value_or(std::vector<std::string>());
  std::erase(row_ids_, "ds");
  if (row_ids_.empty()) {
    for (const PartShape& part : shape_.parts) {
      for (const auto& [left, right] : part.keys) {
        if (std::find(row_ids_.begin(), row_ids_.end(), left) == row_ids_.end())
          row_ids_.push_back(left);
      }
    }
  }
  for (const std::string& id : row_ids_) {
    const Field* field = layout.left.Find(id);
    if (field == nullptr) {
      return InvalidArgument("the left side has no column of the row id {}: {} - select it", id,
                             side_.Where("rowIds"));
    }
    schema_.fields.push_back(*field);
  }
  for (const Field& value : layout.values.fields) schema_.fields.push_back(value);
  for (const char* day : {kLabelDay, "ds"})
    schema_.fields.push_back(Field{.name = day, .type = TypeKind::kString});
  for (Field& field : schema_.fields) field.id = -1;
  schema_ = StorableSchema(std::move(schema_));
  GNOMON_ASSIGN_OR_RETURN(table_name_,
                          catalog::ParseTableName(shape_.output.ToString() + "_labels"));
  context_.report.output = table_name_.ToString();
  OutputTableSpec spec = LabelSpec(shape_, table_name_, days_);
  spec.partition_columns = {kLabelDay, "ds"};
  GNOMON_ASSIGN_OR_RETURN(table_, OutputTable::Open(context_, std::move(spec)));
  return Ok();
}

// The left days that have no labels of this day yet, of those that the left side has.
Result<std::vector<DayRange>> LabelJoin::MissingDays() {
  std::set<Day> labeled;
  if (table_->will_keep()) {
    GNOMON_ASSIGN_OR_RETURN(
        sql::QueryResult answer,
        RunSelect(*session_, fmt::format("SELECT DISTINCT ds FROM {} WHERE label_ds = '{}'",
                                         Quoted(table_name_.ToString()), FormatDay(label_day_))));
    GNOMON_RETURN_IF_ERROR(sql::ForEachBatch(
        *answer.batches, "joining", [&](const arrow::RecordBatch& rows) -> Status {
          GNOMON_ASSIGN_OR_RETURN(auto days, DistinctDays(*rows.column(0)));
          labeled.merge(days);
          return Ok();
        }));
  }
  GNOMON_ASSIGN_OR_RETURN(const auto there, left_->Days());
  std::vector<Day> missing, without_left;
  for (Day day = days_.begin; day < days_.end; day = day + 1) {
    if (labeled.contains(day)) {
      context_.report.already_filled.push_back(day);
    } else if (there && !there->contains(day)) {
      without_left.push_back(day);
    } else {
      missing.push_back(day);
    }
  }
  if (!without_left.empty()) {
    context_.report.not_computed.emplace_back(without_left,
                                              LeftRemedy(shape_, there, without_left));
  }
  return GroupContiguous(missing);
}

Status LabelJoin::LoadLeft(const DayRange& days) {
  GNOMON_ASSIGN_OR_RETURN(const auto rows, session_->MakeRows(kLeftRows, left_->columns()));
  GNOMON_RETURN_IF_ERROR(
      left_->Read(days, context_.threads, [&](const arrow::RecordBatch& batch) -> Status {
        GNOMON_ASSIGN_OR_RETURN(const auto kept, WithoutSkewKeys(skew_filter_, batch));
        return kept->num_rows() == 0 ? Ok() : rows->Append(*kept);
      }));
  return rows->Finish();
}

// The labels as of the end of this day.
Status LabelJoin::LoadLabels() {
  for (std::size_t i = 0; i < labels_.size(); ++i) {
    Schema schema = labels_[i]->columns().keys;
    for (const Field& value : labels_[i]->columns().values.fields) schema.fields.push_back(value);
    GNOMON_ASSIGN_OR_RETURN(const auto rows, session_->MakeRows(RowsName(i), schema));
    GNOMON_RETURN_IF_ERROR(
        labels_[i]->ComputeDay(label_day_, [&](const arrow::RecordBatch& batch) -> Status {
          GNOMON_ASSIGN_OR_RETURN(const auto complete, Complete(schema, batch));
          return rows->Append(*complete);
        }));
    GNOMON_RETURN_IF_ERROR(rows->Finish());
    GNOMON_RETURN_IF_ERROR(labels_[i]->NoteMissing({label_day_, label_day_ + 1}));
    const auto& notes = labels_[i]->report().notes;
    context_.report.notes.insert(context_.report.notes.end(), notes.begin(), notes.end());
  }
  return Ok();
}

// One row for each row identifier; of several the greatest labels are kept.
std::string LabelJoin::Select(const DayRange& days) const {
  std::vector<std::string> columns, ids, order;
  std::string from = fmt::format("{} AS l", Quoted(kLeftRows));
  for (const std::string& id : row_ids_) {
    columns.push_back(Quoted("l", id));
    ids.push_back(Quoted(id));
  }
  for (std::size_t i = 0; i < shape_.parts.size(); ++i) {
    const std::string alias = fmt::format("r{}", i);
    std::vector<std::string> matches;
    for (const auto& [left, right] : shape_.parts[i].keys)
      matches.push_back(fmt::format("{} = {}", Quoted("l", left), Quoted(alias, right)));
    from += fmt::format(" LEFT JOIN {} AS {} ON {}", Quoted(RowsName(i)), alias,
                        fmt::join(matches, " AND "));
    for (const Field& value : labels_[i]->columns().values.fields) {
      const std::string name = shape_.parts[i].column_prefix + value.name;
      columns.push_back(fmt::format("{} AS {}", Quoted(alias, value.name), Quoted(name)));
      order.push_back(Quoted(name) + " DESC NULLS LAST");
    }
  }
  return fmt::format(
      "SELECT * FROM (SELECT {}, '{}' AS label_ds, l.ds AS ds FROM {} WHERE l.{}) QUALIFY "
      "row_number() OVER (PARTITION BY {}, ds ORDER BY {}) = 1",
      fmt::join(columns, ", "), FormatDay(label_day_), from, DayCondition(days),
      fmt::join(ids, ", "), fmt::join(order, ", "));
}

Status LabelJoin::WriteLabels(const DayRange& days) {
  LogInfo("{}: computing labels of {} for {}", table_->name(), FormatDay(label_day_),
          FormatDayRange(days));
  GNOMON_RETURN_IF_ERROR(table_->EnsureSchema(schema_));
  GNOMON_ASSIGN_OR_RETURN(auto transaction, table_->BeginWrite(days));
  GNOMON_ASSIGN_OR_RETURN(sql::QueryResult rows, RunSelect(*session_, Select(days)));
  std::set<Day> days_with_rows;
  GNOMON_RETURN_IF_ERROR(
      sql::ForEachBatch(*rows.batches, "joining", [&](const arrow::RecordBatch& found) -> Status {
        GNOMON_ASSIGN_OR_RETURN(const auto batch, Complete(schema_, found));
        GNOMON_ASSIGN_OR_RETURN(auto days_here, DistinctDays(*batch->GetColumnByName("ds")));
        days_with_rows.merge(days_here);
        return transaction->Write(*batch);
      }));
  PausePoint("join.labels");
  return table_->Commit(std::move(transaction), days, days_with_rows);
}

}  // namespace

DayRange LeftDaysOfLabels(const config::LabelPart& labels, Day label_day) {
  return {label_day - (labels.left_start_offset.value_or(1) - 1),
          label_day - (labels.left_end_offset.value_or(1) - 1) + 1};
}

Status RunLabelJoin(RunContext& context) {
  GNOMON_ASSIGN_OR_RETURN(const auto loaded,
                          config::LoadConfOf<config::Join>(context.request.conf_path));
  return LabelJoin(context, loaded.conf, loaded.side).Run();
}

}  // namespace gnomon::run
