// SPDX-License-Identifier: Apache-2.0
#include "run/join/join_backfill.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <memory>

#include "base/edit_distance.h"
#include "base/error_place.h"
#include "base/log.h"
#include "base/parallel.h"
#include "config/any_conf.h"
#include "config/validate_join.h"
#include "run/join/bootstrap_coverage.h"
#include "run/join/bootstrap_table.h"
#include "run/join/final_join.h"
#include "run/join/join_tables.h"
#include "run/join/left_days.h"
#include "run/join/part_table.h"
#include "run/join/sample_rows.h"
#include "run/join/skew_filter.h"
#include "run/planned_table.h"
#include "run/setups.h"
#include "run/wanted_days.h"

namespace gnomon::run {

namespace {

class JoinRun {
 public:
  JoinRun(RunContext& context, const config::Join& join, const config::SideFile& side,
          JoinSteps steps)
      : context_(context), join_(join), side_(side), steps_(steps) {}

  Status Run();
  // T as the run leaves it, which a dry run only plans. REQUIRES: Run(), of a run that writes T.
  Result<iceberg::Table> PlannedOutput() const;

 private:
  Status Prepare();
  Status ChooseParts();
  Status OpenTables();
  Status OpenPartsAndOutput();
  bool takes_left_as_it_is() const {
    return steps_ == JoinSteps::kFinal ||
           (steps_ == JoinSteps::kParts && context_.request.use_cached_left);
  }
  Result<plan::FillPlan> MakePlan();
  plan::FillPlan PlanParts(const std::optional<std::set<Day>>& source_days);
  Status RunStep(const DayRange& step);
  Status FillParts(const DayRange& step);
  Status CheckPartsAreThere(const DayRange& step);
  Status Finish();

  RunContext& context_;
  const config::Join& join_;
  const config::SideFile& side_;
  const JoinSteps steps_;
  JoinShape shape_;
  std::optional<RowScan> left_;
  std::optional<expr::BoundExpression> skew_filter_;
  std::vector<BootstrapSource> sources_;
  std::vector<std::unique_ptr<PartTable>> parts_;
  std::vector<std::size_t> chosen_;  // The parts that this run computes.
  JoinLayout layout_;
  DayRange wanted_;
  std::set<Day> planned_;  // What this run computes.
  std::unique_ptr<sql::Session> session_;
  std::optional<BootstrapTable> bootstrap_;
  std::optional<OutputTable> output_;
};

Status JoinRun::Run() {
  GNOMON_RETURN_IF_ERROR(Prepare());
  GNOMON_RETURN_IF_ERROR(OpenTables());
  GNOMON_ASSIGN_OR_RETURN(const plan::FillPlan plan, MakePlan());
  if (plan.ranges.empty()) {
    if (plan.already_filled.empty() && !plan.without_source.empty())
      return NothingToJoin(shape_, wanted_, context_.report);
    return Ok();
  }
  if (context_.request.dry_run)
    return output_ ? AnnounceDryRun(*output_, plan) : AnnounceDryRun(context_.report.output, plan);
  LogInfo("{}: computing {} day{}", context_.report.output, plan.day_count(),
          plan.day_count() == 1 ? "" : "s");
  for (const DayRange& step : plan::SplitIntoSteps(plan.ranges, context_.request.step_days))
    GNOMON_RETURN_IF_ERROR(RunStep(step));
  return Finish();
}

Result<iceberg::Table> JoinRun::PlannedOutput() const {
  std::set<Day> days = planned_;
  days.insert(output_->filled().begin(), output_->filled().end());
  days.insert(output_->known_empty().begin(), output_->known_empty().end());
  return PlannedTable(shape_.output.ToString(), layout_.output, days);
}

// All that can be wrong with the config and its sources is found here.
Status JoinRun::Prepare() {
  GNOMON_RETURN_IF_ERROR(config::Validate(join_, side_));
  GNOMON_ASSIGN_OR_RETURN(shape_, ShapeOf(join_, side_));
  GNOMON_RETURN_IF_ERROR(ChooseParts());
  GNOMON_ASSIGN_OR_RETURN(const iceberg::Table table, LeftTable(context_, shape_));
  GNOMON_ASSIGN_OR_RETURN(left_, RowScan::Bind(side_, shape_.left_path, shape_.left_query, table,
                                               shape_.left_is_events));
  GNOMON_ASSIGN_OR_RETURN(skew_filter_, SkewFilter(shape_, left_->columns()));
  GNOMON_ASSIGN_OR_RETURN(wanted_, LeftDays(context_, shape_, *left_));
  GNOMON_ASSIGN_OR_RETURN(sources_, BindBootstrapParts(context_, shape_));
  std::vector<PartColumns> columns;
  for (std::size_t i = 0; i < shape_.parts.size(); ++i) {
    GNOMON_ASSIGN_OR_RETURN(auto part, PartTable::Make(context_, shape_, i));
    columns.push_back(part->columns());
    parts_.push_back(std::move(part));
  }
  GNOMON_ASSIGN_OR_RETURN(layout_, LayOut(shape_, left_->columns(), std::move(columns), sources_));
  if (!takes_left_as_it_is())
    GNOMON_RETURN_IF_ERROR(WaitForLeft(context_, shape_, *left_, wanted_));
  if (steps_ != JoinSteps::kAll && steps_ != JoinSteps::kParts) return Ok();
  for (const std::size_t i : chosen_) GNOMON_RETURN_IF_ERROR(parts_[i]->WaitForSources(wanted_));
  return Ok();
}

// Errors: InvalidArgument for a name that no part has, with all that are.
Status JoinRun::ChooseParts() {
  const std::vector<std::string> names = shape_.part_names();
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto& wanted = context_.request.selected_join_parts;
    if (steps_ != JoinSteps::kParts ||
        std::find(wanted.begin(), wanted.end(), names[i]) != wanted.end())
      chosen_.push_back(i);
  }
  if (steps_ != JoinSteps::kParts) return Ok();
  for (const std::string& name : context_.request.selected_join_parts) {
    if (std::find(names.begin(), names.end(), name) != names.end()) continue;
    return InvalidArgument("the join has no such part: {} - give one of {}: {}",
                           side_.Where("joinParts"), fmt::join(names, ", "), name);
  }
  return Ok();
}

Status JoinRun::OpenTables() {
  GNOMON_RETURN_IF_ERROR(ReconcileHashes(context_, shape_));
  if (steps_ == JoinSteps::kLeft) {
    context_.report.output = shape_.bootstrap.ToString();
    GNOMON_ASSIGN_OR_RETURN(output_, OutputTable::Open(context_, BootstrapSpec(shape_, wanted_)));
  } else {
    GNOMON_RETURN_IF_ERROR(OpenPartsAndOutput());
  }
  bootstrap_.emplace(context_, shape_, layout_, *left_, sources_, skew_filter_);
  if (steps_ != JoinSteps::kLeft) GNOMON_RETURN_IF_ERROR(bootstrap_->Open(wanted_));
  if (context_.request.dry_run) return Ok();
  const sql::SessionOptions options{.memory_bytes = context_.memory_bytes / 4,
                                    .threads = context_.threads};
  GNOMON_ASSIGN_OR_RETURN(session_,
                          sql::Session::Open(context_.workspace, context_.catalog, options));
  return RunSetups(context_, side_, *session_);
}

Status JoinRun::OpenPartsAndOutput() {
  context_.report.output = shape_.output.ToString();
  if (steps_ == JoinSteps::kParts) {
    std::vector<std::string> names;
    for (const std::size_t i : chosen_) names.push_back(shape_.parts[i].table.ToString());
    context_.report.output = fmt::format("{}", fmt::join(names, ", "));
  } else {
    GNOMON_ASSIGN_OR_RETURN(output_, OutputTable::Open(context_, OutputSpec(shape_, wanted_)));
  }
  for (const std::size_t i : chosen_) {
    GNOMON_ASSIGN_OR_RETURN(const std::string uncovered,
                            UncoveredCondition(shape_, layout_, i, sources_));
    GNOMON_RETURN_IF_ERROR(parts_[i]->Open(wanted_, uncovered));
  }
  return Ok();
}

// The days that this run has to compute, of those that the left side has.
Result<plan::FillPlan> JoinRun::MakePlan() {
  GNOMON_ASSIGN_OR_RETURN(auto source_days, left_->Days());
  if (takes_left_as_it_is()) source_days = bootstrap_->days();
  plan::FillPlan plan = steps_ == JoinSteps::kParts
                            ? PlanParts(source_days)
                            : PlanUnfilled(context_, *output_, wanted_, source_days);
  for (const DayRange& range : plan.ranges) {
    for (Day day = range.begin; day < range.end; day = day + 1) planned_.insert(day);
  }
  if (!plan.without_source.empty()) {
    context_.report.not_computed.emplace_back(
        plan.without_source,
        takes_left_as_it_is()
            ? fmt::format("{} does not have them - run --mode=backfill-left first",
                          shape_.bootstrap.ToString())
            : LeftRemedy(shape_, source_days, plan.without_source));
  }
  return plan;
}

// Days of which at least one chosen part lacks what they need.
plan::FillPlan JoinRun::PlanParts(const std::optional<std::set<Day>>& source_days) {
  plan::FillPlan plan;
  std::vector<Day> days;
  for (Day day = wanted_.begin; day < wanted_.end; day = day + 1) {
    const bool lacks = std::any_of(chosen_.begin(), chosen_.end(), [&](std::size_t i) {
      return !parts_[i]->Lacking({day, day + 1}).empty();
    });
    if (source_days && !source_days->contains(day)) {
      plan.without_source.push_back(day);
    } else if (lacks) {
      days.push_back(day);
    } else {
      plan.already_filled.push_back(day);
    }
  }
  plan.ranges = GroupContiguous(days);
  context_.report.already_filled = plan.already_filled;
  return plan;
}

Status JoinRun::RunStep(const DayRange& step) {
  if (steps_ == JoinSteps::kLeft) return bootstrap_->FillInto(step, *session_, *output_);
  if (!takes_left_as_it_is()) GNOMON_RETURN_IF_ERROR(bootstrap_->Fill(step, *session_));
  if (steps_ == JoinSteps::kFinal) {
    GNOMON_RETURN_IF_ERROR(CheckPartsAreThere(step));
  } else {
    GNOMON_RETURN_IF_ERROR(FillParts(step));
  }
  if (steps_ == JoinSteps::kParts) return Ok();
  FinalJoin join(context_, shape_, layout_);
  return join.Write(step, *session_, *output_);
}

Status JoinRun::FillParts(const DayRange& step) {
  return ParallelFor(chosen_.size(), context_.request.join_part_parallelism,
                     [&](std::size_t index) -> Status {
                       const std::size_t part = chosen_[index];
                       return parts_[part]->Fill(step, *session_);
                     });
}

// A final join of parts that nobody computed would silently give nulls.
Status JoinRun::CheckPartsAreThere(const DayRange& step) {
  if (!sources_.empty()) return Ok();  // What is missing may have been bootstrapped.
  for (const std::size_t i : chosen_) {
    GNOMON_ASSIGN_OR_RETURN(const std::vector<DayRange> lacking,
                            parts_[i]->LackingRows(step, *session_));
    if (lacking.empty()) continue;
    return NotFound(
        "{} lacks {}, which the join of {} needs: {} - run first: run.py --mode=backfill "
        "--selected-join-parts={} --use-cached-left --end-date={} --conf={}",
        shape_.parts[i].table.ToString(), FormatDayRange(lacking.front()), FormatDayRange(step),
        side_.Where(shape_.parts[i].path), shape_.parts[i].full_prefix, FormatDay(wanted_.last()),
        side_.conf_path);
  }
  return Ok();
}

Status JoinRun::Finish() {
  if (steps_ == JoinSteps::kLeft) return output_->Finish();
  if (!takes_left_as_it_is()) GNOMON_RETURN_IF_ERROR(bootstrap_->Finish());
  for (const std::size_t i : chosen_) {
    if (steps_ == JoinSteps::kFinal) break;
    GNOMON_RETURN_IF_ERROR(parts_[i]->Finish());
    AddReport(parts_[i]->report(), steps_ == JoinSteps::kParts, context_.report);
  }
  if (steps_ == JoinSteps::kParts) return Ok();
  GNOMON_RETURN_IF_ERROR(output_->Finish());
  GNOMON_RETURN_IF_ERROR(RecordHashes(context_, shape_));
  if (steps_ == JoinSteps::kAll && !context_.report.computed.empty())
    return ShowSample(context_, shape_, *session_);
  return Ok();
}

}  // namespace

Status RunJoin(RunContext& context, JoinSteps steps) {
  GNOMON_ASSIGN_OR_RETURN(const auto loaded,
                          config::LoadConfOf<config::Join>(context.request.conf_path));
  if (steps == JoinSteps::kAll && !context.request.selected_join_parts.empty())
    steps = JoinSteps::kParts;
  return JoinRun(context, loaded.conf, loaded.side, steps).Run();
}

Result<std::optional<iceberg::Table>> BackfillJoin(RunContext& context, const config::Join& join,
                                                   const config::SideFile& side, Day end) {
  RunContext beside = ContextBeside(context);
  beside.request.begin.reset();  // It has a start of its own.
  beside.request.last = end - 1;
  beside.request.selected_join_parts.clear();
  beside.request.shows_rows = false;
  JoinRun run(beside, join, side, JoinSteps::kAll);
  GNOMON_RETURN_IF_ERROR(run.Run());
  if (context.request.dry_run) {
    GNOMON_ASSIGN_OR_RETURN(iceberg::Table planned, run.PlannedOutput());
    return std::optional<iceberg::Table>(std::move(planned));
  }
  if (!beside.report.computed.empty()) {
    context.report.notes.push_back(fmt::format("{}: {} computed first", beside.report.output,
                                               CountOf(std::ssize(beside.report.computed), "day")));
  }
  for (std::string& note : beside.report.notes) context.report.notes.push_back(std::move(note));
  return std::optional<iceberg::Table>();
}

}  // namespace gnomon::run
