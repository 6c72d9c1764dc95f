// SPDX-License-Identifier: Apache-2.0
#include "run/day_ir_table.h"

#include <arrow/api.h>
#include <arrow/compute/api.h>

#include "aggregate/day_ir_kernel.h"
#include "aggregate/snapshot_kernel.h"
#include "base/error_place.h"
#include "base/log.h"
#include "base/progress.h"
#include "config/conf_json.h"
#include "config/names.h"
#include "plan/fill_plan.h"
#include "run/feature_meanings.h"
#include "run/output_table.h"
#include "storage/scratch_folder.h"
#include "types/arrow_mapping.h"

namespace gnomon::run {

namespace {

Result<catalog::TableName> NameOf(const config::GroupBy& group_by) {
  GNOMON_ASSIGN_OR_RETURN(const std::string output, config::OutputTable(group_by.meta_data));
  return catalog::ParseTableName(output + "_daily_inc");
}

// The rows whose time is in the day of their partition.
Result<std::shared_ptr<arrow::RecordBatch>> OfTheirDay(const arrow::RecordBatch& rows, Day day) {
  const auto& times = static_cast<const arrow::Int64Array&>(*rows.GetColumnByName("ts"));
  arrow::BooleanBuilder kept;
  GNOMON_ARROW_RETURN_NOT_OK(kept.Reserve(rows.num_rows()), "choosing rows of a day");
  for (std::int64_t row = 0; row < rows.num_rows(); ++row)
    kept.UnsafeAppend(times.IsValid(row) && DayOf(times.Value(row)) == day);
  GNOMON_ARROW_ASSIGN(const auto mask, kept.Finish(), "choosing rows of a day");
  GNOMON_ARROW_ASSIGN(const arrow::Datum chosen, arrow::compute::Filter(rows.Slice(0), mask),
                      "choosing rows of a day");
  return chosen.record_batch();
}

}  // namespace

// One run that writes the table.
class DayIrTable::Filling {
 public:
  Filling(DayIrTable& table, RunContext& inner) : table_(table), inner_(inner) {}

  Status Run(const DayRange& reach);

 private:
  Result<OutputTableSpec> MakeSpec(const DayRange& reach) const;
  Status RunStep(OutputTable& output, const DayRange& step);
  Result<std::shared_ptr<arrow::RecordBatch>> ToRows(Day day, const arrow::RecordBatch& rows) const;

  DayIrTable& table_;
  RunContext& inner_;
  Schema schema_;
};

DayIrTable::DayIrTable(RunContext& context, const config::GroupBy& group_by,
                       const config::SideFile& side, GroupByComputation& computation)
    : context_(context), group_by_(group_by), side_(side), computation_(computation) {}

// The days of which the windows of `days` are put together.
Result<DayRange> DayIrTable::ReachOf(const DayRange& days) {
  if (const auto longest_ms = plan::LongestWindowMs(group_by_))
    return DayRange{DayOf(days.begin.begin_ms() - *longest_ms), days.end};
  GNOMON_ASSIGN_OR_RETURN(const auto there, computation_.SourceDays());
  if (!there) {
    return InvalidArgument(
        "an incremental GroupBy with an aggregation over all of time needs a source that is "
        "partitioned by day: {} - drop is_incremental, or give all aggregations windows",
        side_.Where("isIncremental"));
  }
  return DayRange{there->empty() ? days.begin : std::min(*there->begin(), days.begin), days.end};
}

Status DayIrTable::Fill(const DayRange& days) {
  GNOMON_ASSIGN_OR_RETURN(const DayRange reach, ReachOf(days));
  // Its days are not those of the run that asks.
  RunContext inner = context_;
  inner.report = RunReport();
  inner.report.wanted = reach;
  GNOMON_RETURN_IF_ERROR(Filling(*this, inner).Run(reach));
  context_.report.notes.insert(context_.report.notes.end(), inner.report.notes.begin(),
                               inner.report.notes.end());
  if (!inner.report.computed.empty()) {
    GNOMON_ASSIGN_OR_RETURN(const auto name, NameOf(group_by_));
    context_.report.notes.push_back(
        fmt::format("{}: the intermediate results of {} day{} were computed", name.ToString(),
                    inner.report.computed.size(), inner.report.computed.size() == 1 ? "" : "s"));
  }
  return Ok();
}

Status DayIrTable::Filling::Run(const DayRange& reach) {
  GNOMON_ASSIGN_OR_RETURN(const Schema values,
                          PlacedAt(table_.side_.Where("aggregations"),
                                   aggregate::DayIrColumns(table_.computation_.aggregations(),
                                                           table_.computation_.inputs())));
  schema_ = table_.computation_.keys();
  schema_.fields.insert(schema_.fields.end(), values.fields.begin(), values.fields.end());
  schema_.fields.push_back(Field{.name = "ts", .type = TypeKind::kLong});
  schema_.fields.push_back(Field{.name = "ds", .type = TypeKind::kString});
  for (Field& field : schema_.fields) field.id = -1;
  schema_ = StorableSchema(std::move(schema_));
  GNOMON_ASSIGN_OR_RETURN(OutputTableSpec spec, MakeSpec(reach));
  GNOMON_ASSIGN_OR_RETURN(OutputTable output, OutputTable::Open(inner_, std::move(spec)));
  GNOMON_ASSIGN_OR_RETURN(auto source_days, table_.computation_.SourceDays());
  const plan::FillPlan plan = plan::PlanFill({.wanted = reach,
                                              .filled = output.filled(),
                                              .known_empty = {},
                                              .source_days = std::move(source_days),
                                              .run_first_hole = true});
  GNOMON_RETURN_IF_ERROR(output.EnsureSchema(schema_));
  if (plan.ranges.empty()) return Ok();
  LogInfo("{}: computing {} day{}", output.name(), plan.day_count(),
          plan.day_count() == 1 ? "" : "s");
  for (const DayRange& step : plan::SplitIntoSteps(plan.ranges, inner_.request.step_days))
    GNOMON_RETURN_IF_ERROR(RunStep(output, step));
  return output.Finish();
}

Result<OutputTableSpec> DayIrTable::Filling::MakeSpec(const DayRange& reach) const {
  OutputTableSpec spec;
  GNOMON_ASSIGN_OR_RETURN(spec.name, NameOf(table_.group_by_));
  for (const auto& [name, value] :
       table_.group_by_.meta_data.table_properties.value_or(config::OrderedMap<std::string>())) {
    spec.properties[name] = value;
  }
  spec.properties["chronon_generated"] = "true";
  spec.properties["chronon_table_type"] = "group_by_incremental";
  spec.conf_hash = table_.side_.conf_hash;
  spec.compared_conf = ComparedConf(config::ToCompactJson(table_.group_by_));
  spec.wanted = reach;
  spec.features = UnwindowedMeanings(table_.group_by_, table_.computation_);
  return spec;
}

Status DayIrTable::Filling::RunStep(OutputTable& output, const DayRange& step) {
  GNOMON_ASSIGN_OR_RETURN(const ScratchFolder scratch,
                          ScratchFolder::Make(inner_.workspace.tmp_dir().string()));
  aggregate::DayIrKernelOptions options;
  options.keys = table_.computation_.keys();
  options.inputs = table_.computation_.inputs();
  options.aggregations = table_.computation_.aggregations();
  options.days = step;
  options.threads = inner_.threads;
  options.memory_bytes = inner_.memory_bytes / 4 * 3;
  options.tmp_dir = scratch.path();
  GNOMON_ASSIGN_OR_RETURN(const auto kernel, aggregate::DayIrKernel::Make(std::move(options)));
  GNOMON_RETURN_IF_ERROR(table_.computation_.ReadEventsOfDays(
      step, [&](Day day, const arrow::RecordBatch& rows) -> Status {
        GNOMON_ASSIGN_OR_RETURN(const auto own, OfTheirDay(rows, day));
        return own->num_rows() == 0 ? Ok() : kernel->Consume(*own);
      }));
  GNOMON_ASSIGN_OR_RETURN(auto transaction, output.BeginWrite(step));
  transaction->UseThreads(inner_.threads);
  std::set<Day> days_with_rows;
  GNOMON_RETURN_IF_ERROR(kernel->Finish([&](Day day, const arrow::RecordBatch& rows) -> Status {
    GNOMON_ASSIGN_OR_RETURN(const auto batch, ToRows(day, rows));
    if (batch->num_rows() > 0) days_with_rows.insert(day);
    return transaction->Write(*batch);
  }));
  return output.Commit(std::move(transaction), step, days_with_rows);
}

Result<std::shared_ptr<arrow::RecordBatch>> DayIrTable::Filling::ToRows(
    Day day, const arrow::RecordBatch& rows) const {
  GNOMON_ARROW_ASSIGN(
      const auto ts,
      arrow::MakeArrayFromScalar(arrow::Int64Scalar(day.begin_ms()), rows.num_rows()),
      "building ts");
  GNOMON_ARROW_ASSIGN(
      const auto ds,
      arrow::MakeArrayFromScalar(arrow::StringScalar(FormatDay(day)), rows.num_rows()),
      "building ds");
  GNOMON_ARROW_ASSIGN(auto with_ts, rows.AddColumn(rows.num_columns(), "ts", ts), "adding ts");
  GNOMON_ARROW_ASSIGN(auto whole, with_ts->AddColumn(with_ts->num_columns(), "ds", ds),
                      "adding ds");
  return ConformTo(schema_, *whole);
}

Status DayIrTable::Compute(const DayRange& days, const GroupByComputation::EmitDay& emit) {
  GNOMON_ASSIGN_OR_RETURN(const DayRange reach, ReachOf(days));
  GNOMON_ASSIGN_OR_RETURN(const auto name, NameOf(group_by_));
  GNOMON_ASSIGN_OR_RETURN(const iceberg::Table table, context_.catalog.LoadTable(name));
  GNOMON_ASSIGN_OR_RETURN(const Schema values, aggregate::DayIrColumns(computation_.aggregations(),
                                                                       computation_.inputs()));
  SourceRequest request{.columns = computation_.keys().names()};
  for (const Field& field : values.fields) request.columns.push_back(field.name);
  SourceView view{.kind = SourceKind::kEvents, .table = name.ToString(), .path = "dailyInc"};
  view.query.time_column = "ts";
  GNOMON_ASSIGN_OR_RETURN(const SourceScan scan,
                          SourceScan::Bind(side_, view, table, std::move(request)));
  GNOMON_ASSIGN_OR_RETURN(const ScratchFolder scratch,
                          ScratchFolder::Make(context_.workspace.tmp_dir().string()));
  aggregate::SnapshotKernelOptions options{.keys = computation_.keys(),
                                           .inputs = computation_.inputs(),
                                           .aggregations = computation_.aggregations(),
                                           .days = days,
                                           .threads = context_.threads,
                                           .memory_bytes = context_.memory_bytes / 4 * 3,
                                           .tmp_dir = scratch.path()};
  GNOMON_ASSIGN_OR_RETURN(const auto kernel,
                          aggregate::SnapshotKernel::MakeOverDayIrs(std::move(options)));
  GNOMON_RETURN_IF_ERROR(
      scan.Read({.begin = reach.begin, .end = reach.end}, context_.threads,
                [&](const arrow::RecordBatch& batch) { return kernel->Consume(batch); }));
  const ProgressStep progress("computing " + FormatDayRange(days), WorkWritten(),
                              {.parts = aggregate::SnapshotKernel::kFinishParts});
  return kernel->Finish(emit);
}

}  // namespace gnomon::run
