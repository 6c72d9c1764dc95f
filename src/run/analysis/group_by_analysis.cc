// SPDX-License-Identifier: Apache-2.0
#include "run/analysis/group_by_analysis.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "aggregate/aggregation_spec.h"
#include "codec/aggregation_specs.h"
#include "config/names.h"
#include "config/validate.h"
#include "types/type_names.h"

namespace gnomon::run {

namespace {

// Names that are no features of an entity's row.
bool IsReserved(const std::string& name) {
  for (const char* reserved : {"ts", "ds", "ts_ds", "is_before", "mutation_ts"}) {
    if (name == reserved) return true;
  }
  return false;
}

class GroupByAnalyzer {
 public:
  GroupByAnalyzer(const config::GroupBy& group_by, const config::SideFile& side, Findings& findings)
      : group_by_(group_by), side_(side), findings_(findings) {}

  Result<GroupByAnalysis> Run(RunContext& context) {
    const std::size_t found_before = findings_.all().size();
    analysis_.name = group_by_.meta_data.name.value_or("");
    analysis_.accuracy = config::AccuracyOf(group_by_);
    for (std::size_t i = 0; i < group_by_.sources.size(); ++i) {
      GNOMON_ASSIGN_OR_RETURN(AnalyzedSource source,
                              AnalyzedSource::Make(context, group_by_.sources[i], side_,
                                                   fmt::format("sources[{}]", i), findings_));
      analysis_.sources.push_back(std::move(source));
    }
    CheckSources();
    FindKeys();
    if (group_by_.aggregations && !group_by_.aggregations->empty()) {
      CheckWindows();
      FindAggregations();
      FindLongestWindow();
    } else {
      PassThrough();
    }
    Schema others = analysis_.keys;
    others.fields.push_back(Field{.name = "ds", .type = TypeKind::kString});
    others.fields.push_back(Field{.name = "ts", .type = TypeKind::kLong});
    if (group_by_.derivations && !group_by_.derivations->empty()) {
      // Where base columns are missing, derivations of them have no faults of their own.
      Findings follow;
      Findings& derived = findings_.all().size() == found_before ? findings_ : follow;
      analysis_.features =
          WithDerivations(*group_by_.derivations, side_, analysis_.features, others, derived);
    }
    return std::move(analysis_);
  }

 private:
  void CheckSources() {
    if (analysis_.sources.empty()) {
      findings_.Add("source", side_.Where("sources"),
                    InvalidArgument("the GroupBy has no sources - give it one"));
    }
    const bool is_timed = analysis_.accuracy == config::Accuracy::kTemporal;
    for (std::size_t i = 0; i < analysis_.sources.size(); ++i) {
      const AnalyzedSource& source = analysis_.sources[i];
      if (!is_timed || source.kind() != AnalyzedKind::kEvents || source.query().time_column)
        continue;
      findings_.Add("time", side_.Where(fmt::format("sources[{}].events.query", i)),
                    InvalidArgument("a GroupBy of TEMPORAL accuracy needs the time of its events - "
                                    "set time_column"));
    }
  }

  // The type of a column in all sources; the first that differs is a finding.
  std::optional<DataType> CommonType(const std::string& column, std::string_view check,
                                     const std::string& at) {
    std::optional<DataType> type;
    for (std::size_t i = 0; i < analysis_.sources.size(); ++i) {
      const auto here = analysis_.sources[i].TypeOf(column, check, side_.Where(at), findings_);
      if (!here) continue;
      if (type && !(*type == *here)) {
        findings_.Add(check, side_.Where(fmt::format("sources[{}]", i)),
                      InvalidArgument("the sources disagree on the type of {}: {} before, {} in "
                                      "sources[{}] - cast one of them",
                                      column, SparkTypeName(*type), SparkTypeName(*here), i));
      }
      if (!type) type = here;
    }
    return type;
  }

  void FindKeys() {
    if (group_by_.key_columns.empty()) {
      findings_.Add("key", side_.Where("keyColumns"),
                    InvalidArgument("the GroupBy has no keys - name them in keys"));
    }
    for (std::size_t i = 0; i < group_by_.key_columns.size(); ++i) {
      const std::string& key = group_by_.key_columns[i];
      const auto type = CommonType(key, "key", fmt::format("keyColumns[{}]", i));
      if (type) analysis_.keys.fields.push_back(Field{.name = key, .type = *type});
    }
  }

  // As Chronon's rules of a repository have it, and ours of a run: only single rows know the hour.
  void CheckWindows() {
    const bool has_snapshots = !analysis_.sources.empty() && !analysis_.has_events();
    const bool knows_time = analysis_.accuracy == config::Accuracy::kTemporal ||
                            (has_snapshots && group_by_.accuracy != config::Accuracy::kSnapshot);
    const auto& aggregations = *group_by_.aggregations;
    for (std::size_t i = 0; i < aggregations.size(); ++i) {
      const std::size_t count = aggregations[i].windows ? aggregations[i].windows->size() : 0;
      for (std::size_t j = 0; j < count; ++j) {
        const config::Window& window = (*aggregations[i].windows)[j];
        const std::string where = side_.Where(fmt::format("aggregations[{}].windows[{}]", i, j));
        if (window.length <= 0) {
          findings_.Add("window", where,
                        InvalidArgument("a window's length is {}, and must be positive - leave "
                                        "windows out for all of time",
                                        window.length));
        }
        if (window.unit != config::TimeUnit::kHours || window.length == INT32_MAX) continue;
        if (!knows_time) {
          findings_.Add("window", where,
                        InvalidArgument("a window of {} hours needs TEMPORAL accuracy - use "
                                        "TimeUnit.DAYS, or accuracy=Accuracy.TEMPORAL",
                                        window.length));
        } else if (group_by_.backfill_start_date && !has_snapshots) {
          findings_.Add("window", where,
                        InvalidArgument("a window of {} hours does not go with "
                                        "backfill_start_date, as backfills are of whole days - "
                                        "use TimeUnit.DAYS, or drop backfill_start_date",
                                        window.length));
        }
      }
    }
  }

  void FindAggregations() {
    const auto specs = codec::AggregationSpecsOf(group_by_);
    for (std::size_t i = 0; i < specs.size(); ++i) {
      const std::string at = fmt::format("aggregations[{}]", i);
      Schema inputs;
      bool is_known = AddInput(specs[i].input_column, at, inputs);
      for (const std::string& bucket : specs[i].buckets)
        is_known = AddInput(bucket, at, inputs) && is_known;
      if (!is_known) continue;
      auto outputs = aggregate::OutputColumnsOf({specs[i]}, inputs);
      if (!outputs) {
        findings_.Add("aggregation", side_.Where(at), std::move(outputs).error());
        continue;
      }
      for (const aggregate::OutputColumn& column : *outputs) AddFeature(specs[i], column, at);
    }
  }

  bool AddInput(const std::string& column, const std::string& at, Schema& inputs) {
    const auto type = CommonType(column, "aggregation", at);
    if (type && inputs.Find(column) == nullptr)
      inputs.fields.push_back(Field{.name = column, .type = *type});
    return type.has_value();
  }

  void AddFeature(const aggregate::AggregationSpec& spec, const aggregate::OutputColumn& column,
                  const std::string& at) {
    for (const Feature& known : analysis_.features) {
      if (known.name != column.name) continue;
      findings_.Add(
          "aggregation", side_.Where(at),
          InvalidArgument("two aggregations give the column {} - drop one of them", column.name));
      return;
    }
    const char* operation = aggregate::OperationName(spec.operation_id);
    Feature feature{.name = column.name,
                    .type = column.type,
                    .group_by = analysis_.name,
                    .operation = operation == nullptr ? "" : operation,
                    .window = column.window ? column.window->suffix() : "",
                    .bucket = column.bucket,
                    .input_column = spec.input_column};
    DescribeInput(spec.input_column, feature);
    if (!column.bucket.empty()) DescribeInput(column.bucket, feature);
    analysis_.features.push_back(std::move(feature));
  }

  void DescribeInput(const std::string& column, Feature& feature) {
    for (const AnalyzedSource& source : analysis_.sources) {
      if (feature.expression.empty()) feature.expression = source.ExpressionOf(column);
      for (const std::string& input : source.InputsOf(column)) {
        const std::string name = source.table_name() + "." + input;
        auto& all = feature.sources;
        if (std::find(all.begin(), all.end(), name) == all.end()) all.push_back(name);
      }
    }
  }

  void PassThrough() {
    if (analysis_.has_events()) {
      findings_.Add("aggregation", side_.Where("aggregations"),
                    InvalidArgument("a GroupBy of events needs aggregations - add some, or use an "
                                    "EntitySource"));
      return;
    }
    if (analysis_.sources.empty()) return;
    for (const Field& field : analysis_.sources.front().selected().fields) {
      const auto& keys = group_by_.key_columns;
      if (std::find(keys.begin(), keys.end(), field.name) != keys.end()) continue;
      if (IsReserved(field.name)) continue;
      Feature feature{.name = field.name,
                      .type = field.type,
                      .group_by = analysis_.name,
                      .input_column = field.name};
      DescribeInput(field.name, feature);
      analysis_.features.push_back(std::move(feature));
    }
  }

  void FindLongestWindow() {
    std::int32_t longest = 0;
    for (const config::Aggregation& aggregation : *group_by_.aggregations) {
      if (!aggregation.windows || aggregation.windows->empty()) return;
      for (const config::Window& window : *aggregation.windows) {
        if (window.length == INT32_MAX) return;
        const bool in_hours = window.unit == config::TimeUnit::kHours;
        longest = std::max(longest, in_hours ? (window.length + 23) / 24 : window.length);
      }
    }
    analysis_.longest_window_days = longest;
  }

  const config::GroupBy& group_by_;
  const config::SideFile& side_;
  Findings& findings_;
  GroupByAnalysis analysis_;
};

// The name of a derivation that is a bare column.
std::optional<std::string> VerbatimColumn(const config::SideFile& side, const std::string& at) {
  const auto entry = side.expressions.find(at);
  if (entry == side.expressions.end()) return std::nullopt;
  const auto tree = expr::ParseExpression(entry->second);
  if (!tree || tree->op != expr::Expression::Op::kColumn) return std::nullopt;
  return tree->name;
}

}  // namespace

bool GroupByAnalysis::has_events() const {
  return std::any_of(sources.begin(), sources.end(),
                     [](const AnalyzedSource& source) { return source.has_events(); });
}

bool GroupByAnalysis::is_cumulative() const {
  return std::any_of(sources.begin(), sources.end(),
                     [](const AnalyzedSource& source) { return source.is_cumulative(); });
}

Result<GroupByAnalysis> AnalyzeGroupBy(RunContext& context, const config::GroupBy& group_by,
                                       const config::SideFile& side, Findings& findings) {
  return GroupByAnalyzer(group_by, side, findings).Run(context);
}

std::vector<Feature> WithDerivations(const std::vector<config::Derivation>& derivations,
                                     const config::SideFile& side, const std::vector<Feature>& base,
                                     const Schema& others, Findings& findings) {
  Schema row;
  std::set<std::string> verbatim;
  for (const Feature& feature : base)
    row.fields.push_back(Field{.name = feature.name, .type = feature.type});
  for (const Field& field : others.fields) {
    if (row.Find(field.name) == nullptr) row.fields.push_back(field);
  }
  for (std::size_t i = 0; i < derivations.size(); ++i) {
    if (const auto column = VerbatimColumn(side, fmt::format("derivations[{}].expression", i))) {
      verbatim.insert(*column);
    }
  }
  std::vector<Feature> features;
  for (std::size_t i = 0; i < derivations.size(); ++i) {
    const std::string name = derivations[i].name.value_or("");
    if (name == "*") {
      for (const Feature& feature : base) {
        if (!verbatim.contains(feature.name)) features.push_back(feature);
      }
      continue;
    }
    const std::string at = fmt::format("derivations[{}].expression", i);
    const auto entry = side.expressions.find(at);
    auto tree = entry == side.expressions.end()
                    ? Result<expr::Expression>(InvalidArgument(
                          "the derivation {} has no expression - give it one", name))
                    : expr::ParseExpression(entry->second);
    auto bound = tree ? expr::BoundExpression::Bind(*tree, row)
                      : Result<expr::BoundExpression>(tree.error());
    if (!bound) {
      findings.Add("derivation", side.Where(at), std::move(bound).error());
      continue;
    }
    Feature feature{.name = name,
                    .type = bound->type(),
                    .expression = derivations[i].expression.value_or(""),
                    .is_derived = true};
    for (const std::string& column : expr::ReferencedColumns(*tree)) {
      for (const Feature& used : base) {
        if (used.name != column) continue;
        if (feature.group_by.empty()) feature.group_by = used.group_by;
        for (const std::string& source : used.sources) {
          auto& all = feature.sources;
          if (std::find(all.begin(), all.end(), source) == all.end()) all.push_back(source);
        }
      }
    }
    features.push_back(std::move(feature));
  }
  return features;
}

void CheckAvailability(const GroupByAnalysis& analysis, LeftKind left, Day first,
                       std::string_view where, Findings& findings) {
  if (!analysis.longest_window_days || analysis.is_cumulative()) return;
  const std::int32_t window = *analysis.longest_window_days;
  const bool is_temporal = analysis.accuracy == config::Accuracy::kTemporal;
  Day expected = first;
  if (left == LeftKind::kEntities) {
    expected = analysis.has_events() ? first + 1 - window : first;
  } else if (analysis.has_events()) {
    expected = is_temporal ? first - window : first - 1 - window;
  } else {
    expected = is_temporal ? first - 1 - window : first - 1;
  }
  std::optional<Day> begin;
  std::string tables;
  for (const AnalyzedSource& source : analysis.sources) {
    // Every day, or a table that is not there: told elsewhere.
    if (!source.days() || source.days()->empty()) return;
    begin = begin ? std::min(*begin, *source.days()->begin()) : *source.days()->begin();
    tables += (tables.empty() ? "" : ", ") + source.table_name();
  }
  if (!begin || *begin <= expected) return;
  findings.Add("availability", where,
               InvalidArgument("the features of {} need data from {} on, and {} begins on {} - "
                               "fill it from there, or begin {} days later",
                               FormatDay(first), FormatDay(expected), tables, FormatDay(*begin),
                               *begin - expected));
}

}  // namespace gnomon::run
