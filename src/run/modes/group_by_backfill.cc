// SPDX-License-Identifier: Apache-2.0
// Mode group-by-backfill (SPEC 6): computes the unfilled days of a GroupBy's feature table, step by
// step, each step one commit.
#include <arrow/api.h>

#include "base/error_place.h"
#include "base/log.h"
#include "config/conf_json.h"
#include "config/names.h"
#include "config/side_file.h"
#include "config/validate.h"
#include "plan/fill_plan.h"
#include "run/group_by_computation.h"
#include "run/output_table.h"
#include "run/run_context.h"
#include "run/wanted_days.h"
#include "types/arrow_mapping.h"

namespace gnomon::run {

namespace {

class GroupByBackfill {
 public:
  GroupByBackfill(RunContext& context, config::GroupBy conf, config::SideFile side)
      : context_(context), conf_(std::move(conf)), side_(std::move(side)) {}

  Status Run();

 private:
  Result<OutputTableSpec> MakeSpec(const GroupByComputation& computation,
                                   const DayRange& wanted) const;
  Schema OutputSchema(const GroupByComputation& computation) const;
  Result<plan::FillPlan> MakePlan(GroupByComputation& computation, const OutputTable& output,
                                  const DayRange& wanted);
  Status RunStep(GroupByComputation& computation, OutputTable& output, const DayRange& step);
  Result<std::shared_ptr<arrow::RecordBatch>> ToOutput(Day day,
                                                       const arrow::RecordBatch& rows) const;

  RunContext& context_;
  config::GroupBy conf_;
  config::SideFile side_;
  Schema output_schema_;
};

Status GroupByBackfill::Run() {
  GNOMON_RETURN_IF_ERROR(config::ValidateForBackfill(conf_, side_));
  GNOMON_ASSIGN_OR_RETURN(const DayRange wanted,
                          WantedDays(context_, *conf_.backfill_start_date,
                                     side_.Where("backfillStartDate"), conf_.meta_data));
  GNOMON_ASSIGN_OR_RETURN(GroupByComputation computation,
                          GroupByComputation::Make(context_, conf_, side_));
  GNOMON_RETURN_IF_ERROR(computation.WaitForSources(wanted));
  GNOMON_ASSIGN_OR_RETURN(OutputTableSpec spec, MakeSpec(computation, wanted));
  context_.report.output = spec.name.ToString();
  output_schema_ = OutputSchema(computation);
  GNOMON_ASSIGN_OR_RETURN(OutputTable output, OutputTable::Open(context_, spec));
  GNOMON_ASSIGN_OR_RETURN(const plan::FillPlan plan, MakePlan(computation, output, wanted));
  if (plan.ranges.empty()) {
    if (plan.already_filled.empty() && !plan.without_source.empty()) {
      return PlacedAt(side_.Where("sources"),
                      NotFound("nothing can be computed for {}: {}", FormatDayRange(wanted),
                               computation.MissingSourceRemedy(plan.without_source)));
    }
    return Ok();
  }
  if (context_.request.dry_run) return AnnounceDryRun(output, plan);
  LogInfo("{}: computing {} day{}", spec.name.ToString(), plan.day_count(),
          plan.day_count() == 1 ? "" : "s");
  GNOMON_RETURN_IF_ERROR(output.EnsureSchema(output_schema_));
  for (const DayRange& step : plan::SplitIntoSteps(plan.ranges, context_.request.step_days)) {
    GNOMON_RETURN_IF_ERROR(RunStep(computation, output, step));
  }
  return output.Finish();
}

Result<OutputTableSpec> GroupByBackfill::MakeSpec(const GroupByComputation& computation,
                                                  const DayRange& wanted) const {
  OutputTableSpec spec;
  GNOMON_ASSIGN_OR_RETURN(const std::string table, config::OutputTable(conf_.meta_data));
  GNOMON_ASSIGN_OR_RETURN(spec.name, catalog::ParseTableName(table));
  for (const auto& [name, value] :
       conf_.meta_data.table_properties.value_or(config::OrderedMap<std::string>())) {
    spec.properties[name] = value;
  }
  spec.properties["chronon_generated"] = "true";
  spec.properties["chronon_table_type"] = "group_by";
  spec.conf_hash = side_.conf_hash;
  spec.compared_conf = ComparedConf(config::ToCompactJson(conf_));
  spec.wanted = wanted;
  const std::string prefix = config::FeaturePrefix(conf_.meta_data);
  for (const aggregate::OutputColumn& column : computation.outputs()) {
    const config::Aggregation& aggregation = (*conf_.aggregations)[column.aggregation];
    std::string meaning = fmt::format("{}({})", aggregate::OperationName(*aggregation.operation),
                                      *aggregation.input_column);
    for (const auto& [name, value] :
         aggregation.arg_map.value_or(config::OrderedMap<std::string>())) {
      meaning += fmt::format(" {}={}", name, value);
    }
    if (column.window) {
      const bool in_hours = column.window->unit == aggregate::WindowUnit::kHours;
      meaning += fmt::format(" over {} {}", column.window->length, in_hours ? "hours" : "days");
    }
    if (!column.bucket.empty()) meaning += " by " + column.bucket;
    spec.features[prefix + column.name] = meaning;
  }
  return spec;
}

// Keys, features, partition column last; prefix and DATE exist only here (design, "Two names for
// the same things").
Schema GroupByBackfill::OutputSchema(const GroupByComputation& computation) const {
  Schema schema = computation.keys();
  const std::string prefix = config::FeaturePrefix(conf_.meta_data);
  for (const aggregate::OutputColumn& column : computation.outputs()) {
    schema.fields.push_back(Field{.name = prefix + column.name, .type = column.type});
  }
  const bool documented = config::NamingRuleOf(conf_.meta_data) == config::NamingRule::kDocumented;
  schema.fields.push_back(
      Field{.name = "ds", .type = documented ? TypeKind::kDate : TypeKind::kString});
  for (Field& field : schema.fields) field.id = -1;
  return StorableSchema(std::move(schema));
}

Result<plan::FillPlan> GroupByBackfill::MakePlan(GroupByComputation& computation,
                                                 const OutputTable& output,
                                                 const DayRange& wanted) {
  GNOMON_ASSIGN_OR_RETURN(auto source_days, computation.SourceDays());
  plan::FillPlan plan = PlanUnfilled(context_, output, wanted, std::move(source_days));
  if (!plan.without_source.empty()) {
    context_.report.not_computed.emplace_back(plan.without_source,
                                              computation.MissingSourceRemedy(plan.without_source));
  }
  return plan;
}

Result<std::shared_ptr<arrow::RecordBatch>> GroupByBackfill::ToOutput(
    Day day, const arrow::RecordBatch& rows) const {
  arrow::ArrayVector columns = rows.columns();
  const Field& partition = output_schema_.fields.back();
  std::shared_ptr<arrow::Scalar> value =
      std::make_shared<arrow::Date32Scalar>(day.days_since_epoch);
  if (partition.type.kind == TypeKind::kString)
    value = std::make_shared<arrow::StringScalar>(FormatDay(day));
  GNOMON_ARROW_ASSIGN(auto days, arrow::MakeArrayFromScalar(*value, rows.num_rows()),
                      "building ds");
  columns.push_back(std::move(days));
  arrow::FieldVector fields;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    fields.push_back(arrow::field(output_schema_.fields[i].name, columns[i]->type()));
  }
  return ConformTo(output_schema_,
                   *arrow::RecordBatch::Make(arrow::schema(fields), rows.num_rows(), columns));
}

Status GroupByBackfill::RunStep(GroupByComputation& computation, OutputTable& output,
                                const DayRange& step) {
  GNOMON_ASSIGN_OR_RETURN(auto transaction, output.BeginWrite(step));
  transaction->UseThreads(context_.threads);
  std::set<Day> days_with_rows;
  GNOMON_RETURN_IF_ERROR(
      computation.Compute(step, [&](Day day, const arrow::RecordBatch& rows) -> Status {
        GNOMON_ASSIGN_OR_RETURN(const auto batch, ToOutput(day, rows));
        if (batch->num_rows() > 0) days_with_rows.insert(day);
        return transaction->Write(*batch);
      }));
  return output.Commit(std::move(transaction), step, days_with_rows);
}

Status RunGroupByBackfill(RunContext& context) {
  GNOMON_ASSIGN_OR_RETURN(config::LoadedConf loaded, config::LoadConf(context.request.conf_path));
  auto conf = config::ParseGroupBy(loaded.text).Annotate(context.request.conf_path);
  if (!conf) return std::move(conf).error();
  return GroupByBackfill(context, *std::move(conf), std::move(loaded.side)).Run();
}

}  // namespace

extern const RunMode kGroupByBackfill;
const RunMode kGroupByBackfill = {
    .name = "group-by-backfill",
    .doc = "compute the unfilled days of a GroupBy into its feature table",
    .run = &RunGroupByBackfill,
};

}  // namespace gnomon::run
