// SPDX-License-Identifier: Apache-2.0
// Mode analyze (SPEC 3.5): what a GroupBy or a Join reads and gives, and everything that is wrong
// with it, before anything is computed.
#include <arrow/api.h>

#include <nlohmann/json.hpp>

#include "base/log.h"
#include "config/any_conf.h"
#include "config/names.h"
#include "plan/fill_plan.h"
#include "run/analysis/analysis_report.h"
#include "run/analysis/group_by_analysis.h"
#include "run/analysis/join_analysis.h"
#include "run/analysis/key_hitters.h"
#include "run/analysis/schema_table.h"
#include "run/missing_time.h"
#include "run/partition_days.h"
#include "run/run_context.h"
#include "run/setups.h"

namespace gnomon::run {

namespace {

// How many days before the last the rows are looked at (SPEC 3.3).
constexpr std::int32_t kDaysBefore = 3;

class Analyze {
 public:
  Analyze(RunContext& context, config::LoadedAnyConf loaded)
      : context_(context), flags_(context.request.jobs.analyze), loaded_(std::move(loaded)) {}

  Status Run();

 private:
  Status RunGroupBy(const config::GroupBy& group_by);
  Status RunJoin(const config::Join& join);
  Status CheckTimes(const std::vector<AnalyzedSource>& sources);
  Status FindHitters(const std::vector<AnalyzedSource>& sources, const Schema& keys);
  Result<std::optional<Day>> FirstUnfilled(const std::optional<std::string>& start,
                                           const AnalyzedSource* left);
  Status Tell();

  DayRange range() const {
    const Day end = context_.end();
    return {context_.request.begin.value_or(end - 1 - kDaysBefore), end};
  }

  RunContext& context_;
  const AnalyzeFlags& flags_;
  config::LoadedAnyConf loaded_;
  Findings findings_;
  AnalysisReport report_;
};

Status Analyze::Run() {
  const config::MetaData& meta = config::MetaDataOf(loaded_.conf);
  report_.name = meta.name.value_or("");
  report_.type = config::TypeName(loaded_.conf);
  auto output = config::OutputTable(meta);
  if (output) {
    report_.output_table = *output;
  } else {
    findings_.Add("name", loaded_.side.Where("metaData"), std::move(output).error());
  }
  if (const Status done = RunSetups(context_, loaded_.side); !done) {
    if (done.error().code == ErrorCode::kCancelled) return done;
    findings_.Add("setup", loaded_.side.Where(""), done.error());
  }
  if (const auto* group_by = std::get_if<config::GroupBy>(&loaded_.conf)) {
    GNOMON_RETURN_IF_ERROR(RunGroupBy(*group_by));
  } else if (const auto* join = std::get_if<config::Join>(&loaded_.conf)) {
    GNOMON_RETURN_IF_ERROR(RunJoin(*join));
  } else {
    return InvalidArgument(
        "a StagingQuery cannot be analyzed: {} - look at it with spark-sql and EXPLAIN",
        loaded_.side.Where(""));
  }
  report_.findings = findings_.all();
  if (flags_.export_schema && !context_.request.dry_run) {
    GNOMON_RETURN_IF_ERROR(WriteSchemaTable(context_, report_, context_.end() - 1));
  }
  return Tell();
}

Status Analyze::RunGroupBy(const config::GroupBy& group_by) {
  GNOMON_ASSIGN_OR_RETURN(const GroupByAnalysis analysis,
                          AnalyzeGroupBy(context_, group_by, loaded_.side, findings_));
  report_.accuracy = analysis.accuracy == config::Accuracy::kTemporal ? "TEMPORAL" : "SNAPSHOT";
  for (const AnalyzedSource& source : analysis.sources) report_.AddSource(source, "source");
  report_.keys = analysis.keys;
  report_.features = analysis.features;
  const std::string prefix = config::FeaturePrefix(group_by.meta_data);
  report_.output = analysis.keys;
  for (const Feature& feature : analysis.features)
    report_.output.fields.push_back(Field{.name = prefix + feature.name, .type = feature.type});
  report_.output.fields.push_back(
      Field{.name = "ds", .type = prefix.empty() ? TypeKind::kString : TypeKind::kDate});
  GNOMON_ASSIGN_OR_RETURN(const auto first, FirstUnfilled(group_by.backfill_start_date, nullptr));
  if (first) {
    CheckAvailability(analysis, LeftKind::kEntities, *first, loaded_.side.Where("sources"),
                      findings_);
  }
  if (group_by.backfill_start_date && group_by.derivations && group_by.aggregations) {
    GNOMON_ASSIGN_OR_RETURN(const auto where, PlaceOfTimeUse(*group_by.derivations, loaded_.side));
    if (where) findings_.Add("derivation", *where, TimeIsMissing(MissingTimeOfDays()));
  }
  GNOMON_RETURN_IF_ERROR(CheckTimes(analysis.sources));
  return FindHitters(analysis.sources, analysis.keys);
}

Status Analyze::RunJoin(const config::Join& join) {
  GNOMON_ASSIGN_OR_RETURN(const JoinAnalysis analysis,
                          AnalyzeJoin(context_, join, loaded_.side, findings_));
  report_.AddSource(analysis.left.front(), "left");
  report_.left = analysis.left_schema;
  report_.keys = analysis.keys;
  report_.right = analysis.right;
  report_.features = analysis.features;
  report_.output = analysis.output;
  for (const JoinAnalysis::Part& part : analysis.parts) {
    for (const AnalyzedSource& source : part.group_by.sources)
      report_.AddSource(source, part.prefix);
  }
  const AnalyzedSource& left = analysis.left.front();
  GNOMON_ASSIGN_OR_RETURN(const auto first, FirstUnfilled(left.query().start_partition, &left));
  if (first) CheckAvailability(analysis, LeftKindOf(join), *first, loaded_.side, findings_);
  GNOMON_RETURN_IF_ERROR(CheckTimes(analysis.left));
  for (const JoinAnalysis::Part& part : analysis.parts)
    GNOMON_RETURN_IF_ERROR(CheckTimes(part.group_by.sources));
  return FindHitters(analysis.left, analysis.keys);
}

// A row that cannot be read is a finding as well: the analysis goes on.
Status Analyze::CheckTimes(const std::vector<AnalyzedSource>& sources) {
  if (flags_.skip_timestamp_check) return Ok();
  for (const AnalyzedSource& source : sources) {
    const Status checked = source.CheckTimes(range(), findings_);
    if (!checked && checked.error().code == ErrorCode::kCancelled) return checked;
    if (!checked) findings_.Add("time", source.table_name(), checked.error());
  }
  return Ok();
}

Status Analyze::FindHitters(const std::vector<AnalyzedSource>& sources, const Schema& keys) {
  if (!flags_.enable_hitter || keys.fields.empty()) return Ok();
  if (!findings_.empty()) {
    report_.notes.emplace_back("heavy hitters are looked for when nothing else is found");
    return Ok();
  }
  auto hitters = FindKeyHitters(sources, keys.names(), range(), context_.request.jobs.sample,
                                static_cast<std::size_t>(flags_.count));
  if (!hitters) return std::move(hitters).error();
  report_.hitters = *std::move(hitters);
  report_.hitters_range = range();
  return Ok();
}

// The first day that a backfill would compute: nullopt when there is nothing to do.
Result<std::optional<Day>> Analyze::FirstUnfilled(const std::optional<std::string>& start,
                                                  const AnalyzedSource* left) {
  Day first = range().begin;
  if (!context_.request.begin && start) {
    const auto day = ParseDay(*start);
    if (!day) {
      findings_.Add("date", loaded_.side.Where(left == nullptr ? "backfillStartDate" : "left"),
                    day.error());
      return std::optional<Day>();
    }
    first = *day;
  } else if (!context_.request.begin && left != nullptr && left->days() && !left->days()->empty()) {
    first = *left->days()->begin();
  }
  const auto name = catalog::ParseTableName(report_.output_table);
  if (!name) return std::optional<Day>(first);
  const auto table = context_.catalog.LoadTable(*name);
  if (!table) return std::optional<Day>(first);
  const auto filled = FilledDays(*table, "ds");
  for (Day day = first; filled && day < context_.end(); day = day + 1) {
    if (!filled->contains(day)) return std::optional<Day>(day);
  }
  return filled ? std::optional<Day>() : std::optional<Day>(first);
}

Status Analyze::Tell() {
  context_.report.result_text = report_.ToText();
  context_.report.result_json = report_.ToJson().dump();
  const std::size_t count = report_.findings.size();
  if (count == 0) return Ok();
  return InvalidArgument(
      "analyze found {} in {}: {} - mend what the table of findings names, and run it again",
      CountOf(static_cast<std::int64_t>(count), "fault"), report_.name, loaded_.side.Where(""));
}

Status RunAnalyze(RunContext& context) {
  GNOMON_ASSIGN_OR_RETURN(config::LoadedAnyConf loaded,
                          config::LoadAnyConf(context.request.conf_path));
  return Analyze(context, std::move(loaded)).Run();
}

}  // namespace

extern const RunMode kAnalyze;
const RunMode kAnalyze = {
    .name = "analyze",
    .doc = "say what a GroupBy or a Join reads and gives, and everything that is wrong with it",
    .run = &RunAnalyze,
};

}  // namespace gnomon::run
