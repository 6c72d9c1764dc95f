// SPDX-License-Identifier: Apache-2.0
// Binding: the sources to their tables, the aggregations and derivations to the sources' types.
#include "run/group_by_computation.h"

#include <algorithm>
#include <set>

#include "base/error_place.h"
#include "codec/aggregation_specs.h"
#include "run/select_order.h"
#include "types/type_names.h"

namespace gnomon::run {

namespace {

// Columns that say when and how a row came (SPEC 0), no values.
constexpr std::string_view kReserved[] = {"ds", "ts", "ts_ds", "is_before", "mutation_ts"};

bool IsReserved(const std::string& column) {
  return std::find(std::begin(kReserved), std::end(kReserved), column) != std::end(kReserved);
}

void AddName(std::vector<std::string>& names, const std::string& name) {
  if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
}

}  // namespace

Result<GroupByComputation> GroupByComputation::Make(RunContext& context,
                                                    const config::GroupBy& group_by,
                                                    const config::SideFile& side,
                                                    GroupByOptions options) {
  GroupByComputation computation(context, group_by, side, std::move(options));
  computation.specs_ = codec::AggregationSpecsOf(group_by);
  GNOMON_RETURN_IF_ERROR(computation.LookAtSources());
  GNOMON_RETURN_IF_ERROR(computation.ComputeParents());
  GNOMON_RETURN_IF_ERROR(computation.BindSources());
  GNOMON_RETURN_IF_ERROR(computation.BindOutputs());
  GNOMON_RETURN_IF_ERROR(computation.BindDerivations());
  return computation;
}

Status GroupByComputation::LookAtSources() {
  for (std::size_t i = 0; i < group_by_->sources.size(); ++i) {
    const std::string path = fmt::format("sources[{}]", i);
    auto view = PlacedAt(side_->Where(path), ViewOf(group_by_->sources[i], path));
    if (!view) return std::move(view).error();
    views_.push_back(*std::move(view));
  }
  return Ok();
}

Status GroupByComputation::BindSources() {
  scans_.clear();
  keys_ = {};
  inputs_ = {};
  for (const SourceView& view : views_) GNOMON_RETURN_IF_ERROR(BindSource(view));
  return Ok();
}

Status GroupByComputation::BindSource(const SourceView& view) {
  GNOMON_ASSIGN_OR_RETURN(const iceberg::Table table, TableOf(view));
  if (scans_.empty() && !has_aggregations()) CollectPassedThrough(view, table);
  GNOMON_ASSIGN_OR_RETURN(SourceScan scan, SourceScan::Bind(*side_, view, table, RequestOf()));
  if (!scans_.empty()) {
    GNOMON_RETURN_IF_ERROR(CheckSameColumns(scan, scans_.size()));
    scans_.push_back(std::move(scan));
    return Ok();
  }
  const Schema& selected = scan.selected();
  for (const std::string& key : group_by_->key_columns) keys_.fields.push_back(*selected.Find(key));
  const auto add_input = [&](const std::string& column) {
    if (inputs_.Find(column) == nullptr) inputs_.fields.push_back(*selected.Find(column));
  };
  for (const aggregate::AggregationSpec& spec : specs_) {
    for (const std::string& bucket : spec.buckets) add_input(bucket);
    add_input(spec.input_column);
  }
  scans_.push_back(std::move(scan));
  return Ok();
}

// What every source must give: keys, then what is aggregated or passes through.
SourceRequest GroupByComputation::RequestOf() const {
  SourceRequest request{.columns = group_by_->key_columns, .extra_wheres = options_.extra_wheres};
  for (const aggregate::AggregationSpec& spec : specs_) {
    for (const std::string& bucket : spec.buckets) AddName(request.columns, bucket);
    AddName(request.columns, spec.input_column);
  }
  for (const std::string& column : passed_through_) {
    if (column != "ts") AddName(request.columns, column);
  }
  // Kernels take the key as a dictionary where it is nothing but the key.
  const bool is_input = std::any_of(specs_.begin(), specs_.end(), [&](const auto& spec) {
    return spec.input_column == request.columns[0] ||
           std::find(spec.buckets.begin(), spec.buckets.end(), request.columns[0]) !=
               spec.buckets.end();
  });
  if (has_aggregations() && group_by_->key_columns.size() == 1 && !is_input)
    request.dictionaries = group_by_->key_columns;
  request.time =
      kind() == SourceKind::kEvents ? SourceRequest::Time::kAlways : SourceRequest::Time::kIfThere;
  return request;
}

void GroupByComputation::CollectPassedThrough(const SourceView& view, const iceberg::Table& table) {
  std::vector<std::string> names;
  const bool has_time = !view.query.time_column.value_or("").empty();
  if (view.query.selects) {
    AddName(names, "ds");
    if (has_time) AddName(names, "ts");
    for (const std::string& key : group_by_->key_columns) AddName(names, key);
    for (const auto& [column, text] : *view.query.selects) AddName(names, column);
    names = InScalaMapOrder(std::move(names));
  } else {
    names = table.schema().names();
    std::erase(names, view.partition_column());
    if (has_time) AddName(names, "ts");
  }
  std::erase(names, "ds");
  passed_through_ = std::move(names);
}

Status GroupByComputation::CheckSameColumns(const SourceScan& scan, std::size_t index) const {
  const Schema& first = scans_[0].selected();
  const Schema& here = scan.selected();
  const std::string where = side_->Where(fmt::format("sources[{}]", index));
  for (std::size_t i = 0; i < std::min(first.fields.size(), here.fields.size()); ++i) {
    if (first.fields[i] == here.fields[i]) continue;
    return InvalidArgument(
        "the sources disagree on the type of {}: {} in sources[0], {} in sources[{}]: {} - cast "
        "one of them",
        here.fields[i].name, SparkTypeName(first.fields[i].type),
        SparkTypeName(here.fields[i].type), index, where);
  }
  if (first.fields.size() == here.fields.size()) return Ok();
  return InvalidArgument(
      "sources[{}] has {} time column and sources[0] has {}: {} - give both or none a time_column",
      index, first.fields.size() > here.fields.size() ? "no" : "a",
      first.fields.size() > here.fields.size() ? "one" : "none", where);
}

Status GroupByComputation::BindOutputs() {
  if (!has_aggregations()) {
    passes_time_ =
        std::find(passed_through_.begin(), passed_through_.end(), "ts") != passed_through_.end();
    for (const std::string& column : passed_through_) {
      if (!IsReserved(column) && keys_.Find(column) == nullptr)
        base_.fields.push_back(*scans_[0].selected().Find(column));
    }
    return Ok();
  }
  auto outputs = aggregate::OutputColumnsOf(specs_, inputs_);
  if (!outputs) return PlacedAt(PlaceOfRefused(), std::move(outputs).error());
  outputs_ = *std::move(outputs);
  for (const aggregate::OutputColumn& column : outputs_)
    base_.fields.push_back(Field{.name = column.name, .type = column.type});
  return Ok();
}

// Where the first aggregation stands that is refused by itself.
std::string GroupByComputation::PlaceOfRefused() const {
  for (std::size_t i = 0; i < specs_.size(); ++i) {
    if (!aggregate::OutputColumnsOf({specs_[i]}, inputs_))
      return side_->Where(fmt::format("aggregations[{}]", i));
  }
  return side_->Where("aggregations");
}

Status GroupByComputation::BindDerivations() {
  values_ = base_;
  if (!group_by_->derivations || group_by_->derivations->empty()) return Ok();
  if (options_.missing_time && !passes_time_) {
    GNOMON_ASSIGN_OR_RETURN(const auto where, PlaceOfTimeUse(*group_by_->derivations, *side_));
    if (where) return PlacedAt(*where, TimeIsMissing(*options_.missing_time));
  }
  Schema others = keys_;
  others.fields.push_back(Field{.name = "ds", .type = TypeKind::kString});
  others.fields.push_back(Field{.name = "ts", .type = TypeKind::kLong});
  GNOMON_ASSIGN_OR_RETURN(derivations_,
                          Derivations::Make(*group_by_->derivations, *side_, base_, others));
  values_ = {};
  for (const Field& field : derivations_->columns().fields) {
    const Field* key = keys_.Find(field.name);
    if (key == nullptr) {
      values_.fields.push_back(field);
    } else if (!(key->type == field.type)) {
      return InvalidArgument(
          "a derivation makes the key {} a {}, it is {}: {} - give the derivation another name",
          key->name, SparkTypeName(field.type), SparkTypeName(key->type),
          side_->Where("derivations"));
    }
  }
  return Ok();
}

}  // namespace gnomon::run
