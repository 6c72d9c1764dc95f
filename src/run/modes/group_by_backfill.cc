// SPDX-License-Identifier: Apache-2.0
// Mode group-by-backfill (SPEC 6): computes the unfilled days of a GroupBy's feature table, step by
// step, each step one commit.
#include <arrow/api.h>

#include "base/error_place.h"
#include "base/log.h"
#include "config/any_conf.h"
#include "config/conf_json.h"
#include "config/names.h"
#include "config/side_file.h"
#include "config/validate.h"
#include "plan/fill_plan.h"
#include "run/feature_meanings.h"
#include "run/group_by_computation.h"
#include "run/output_table.h"
#include "run/run_context.h"
#include "run/setups.h"
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
  Schema OutputSchema(const GroupByComputation& computation);
  Result<plan::FillPlan> MakePlan(GroupByComputation& computation, const OutputTable& output,
                                  const DayRange& wanted);
  Status RunRanges(GroupByComputation& computation, OutputTable& output,
                   const std::vector<DayRange>& ranges);
  Status RunStep(GroupByComputation& computation, OutputTable& output, const DayRange& step);
  Result<std::shared_ptr<arrow::RecordBatch>> ToOutput(Day day,
                                                       const arrow::RecordBatch& rows) const;

  RunContext& context_;
  config::GroupBy conf_;
  config::SideFile side_;
  Schema output_schema_;
  std::map<std::string, std::string> renamed_;  // Value column -> its name in the table.
};

Status GroupByBackfill::Run() {
  GNOMON_RETURN_IF_ERROR(config::ValidateForBackfill(conf_, side_));
  GNOMON_ASSIGN_OR_RETURN(const DayRange wanted,
                          WantedDays(context_, *conf_.backfill_start_date,
                                     side_.Where("backfillStartDate"), conf_.meta_data));
  GNOMON_RETURN_IF_ERROR(RunSetups(context_, side_));
  GNOMON_ASSIGN_OR_RETURN(
      GroupByComputation computation,
      GroupByComputation::Make(context_, conf_, side_,
                               {.from_day_irs = true, .missing_time = MissingTimeOfDays()}));
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
  const Status done = RunRanges(computation, output, plan.ranges);
  GNOMON_RETURN_IF_ERROR(output.Finish());
  return done;
}

// A range that fails does not stop the others (SPEC 6, point 5): what can be computed is, and the
// errors are told together. A stop, a want of memory and another run's commit would meet the others
// alike.
Status GroupByBackfill::RunRanges(GroupByComputation& computation, OutputTable& output,
                                  const std::vector<DayRange>& ranges) {
  std::vector<Error> errors;
  for (const DayRange& range : ranges) {
    for (const DayRange& step : plan::SplitIntoSteps({range}, context_.request.step_days)) {
      const Status done = RunStep(computation, output, step);
      if (done) continue;
      const ErrorCode code = done.error().code;
      const bool of_the_data = code == ErrorCode::kInvalidArgument ||
                               code == ErrorCode::kNotFound || code == ErrorCode::kCorruption ||
                               code == ErrorCode::kUnimplemented;
      if (ranges.size() == 1 || !of_the_data) return done;
      LogInfo("  {}: failed: {}", FormatDayRange(step), done.error().message);
      errors.push_back(done.error());
      break;
    }
  }
  if (errors.empty()) return Ok();
  Error error = errors.front();
  error.message = fmt::format("{} of {} ranges of days could not be computed; the first: {}",
                              errors.size(), ranges.size(), error.message);
  return error;
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
  for (const auto& [column, meaning] : FeatureMeanings(conf_, computation))
    spec.features[prefix + column] = meaning;
  return spec;
}

// Keys, features, partition column last; prefix and DATE exist only here (design, "Two names for
// the same things"). What passes through keeps the order of Chronon's table.
Schema GroupByBackfill::OutputSchema(const GroupByComputation& computation) {
  const std::string prefix = config::FeaturePrefix(conf_.meta_data);
  Schema schema = computation.keys();
  for (const Field& field : computation.value_columns().fields) {
    renamed_[field.name] = prefix + field.name;
    schema.fields.push_back(Field{.name = prefix + field.name, .type = field.type});
  }
  if (!computation.has_aggregations() && computation.derivations() == nullptr) {
    Schema ordered;
    for (const std::string& column : computation.passed_through()) {
      const Field* key = computation.keys().Find(column);
      const auto name = renamed_.find(column);
      if (key != nullptr) ordered.fields.push_back(*key);
      if (name != renamed_.end()) ordered.fields.push_back(*schema.Find(name->second));
      if (column == "ts") ordered.fields.push_back(Field{.name = "ts", .type = TypeKind::kLong});
    }
    schema = std::move(ordered);
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
  arrow::FieldVector fields;
  for (const auto& field : rows.schema()->fields()) {
    const auto name = renamed_.find(field->name());
    fields.push_back(field->WithName(name == renamed_.end() ? field->name() : name->second));
  }
  const Field& partition = output_schema_.fields.back();
  std::shared_ptr<arrow::Scalar> value =
      std::make_shared<arrow::Date32Scalar>(day.days_since_epoch);
  if (partition.type.kind == TypeKind::kString)
    value = std::make_shared<arrow::StringScalar>(FormatDay(day));
  GNOMON_ARROW_ASSIGN(auto days, arrow::MakeArrayFromScalar(*value, rows.num_rows()),
                      "building ds");
  fields.push_back(arrow::field(partition.name, days->type()));
  columns.push_back(std::move(days));
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
  GNOMON_ASSIGN_OR_RETURN(auto loaded,
                          config::LoadConfOf<config::GroupBy>(context.request.conf_path));
  return GroupByBackfill(context, std::move(loaded.conf), std::move(loaded.side)).Run();
}

}  // namespace

extern const RunMode kGroupByBackfill;
const RunMode kGroupByBackfill = {
    .name = "group-by-backfill",
    .doc = "compute the unfilled days of a GroupBy into its feature table",
    .run = &RunGroupByBackfill,
};

}  // namespace gnomon::run
