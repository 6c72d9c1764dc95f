// SPDX-License-Identifier: Apache-2.0
#include "run/comparison_metrics.h"

#include <arrow/api.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <numeric>

#include "run/list_distance.h"
#include "types/arrow_mapping.h"

namespace gnomon::run {

namespace {

// Chronon's numbers of the operations.
constexpr int kSum = 7;
constexpr int kAverage = 8;
constexpr int kApproxPercentile = 12;

// How many buckets are held before they become rows: more hold more memory, fewer make small
// batches.
constexpr std::size_t kBucketsHeld = 64;
constexpr int kBins = 41;  // Percentiles are kept at 0, 1/41, ... 1.
constexpr const char* kBuilding = "building the statistics of a comparison";

std::string FractionList(const std::vector<double>& fractions) {
  return fmt::format("[{}]", fmt::join(fractions, ", "));
}

aggregate::ArgumentMap KeptPercentiles() {
  std::vector<double> fractions;
  for (int i = 0; i <= kBins; ++i) fractions.push_back(static_cast<double>(i) / kBins);
  return {{"percentiles", FractionList(fractions)}};
}

// Inserts and deletes of each row's two lists, and both again where the lists differ.
Result<arrow::ArrayVector> DistanceArrays(const arrow::Array& left, const arrow::Array& right) {
  const auto distances = ListDistances(static_cast<const arrow::ListArray&>(left),
                                       static_cast<const arrow::ListArray&>(right));
  std::array<arrow::Int32Builder, 4> builders;
  for (std::size_t row = 0; row < distances.size(); ++row) {
    const ListDistance& one = distances[row];
    const auto at = static_cast<std::int64_t>(row);
    const bool differ = !left.IsNull(at) && !right.IsNull(at) && one.insert + one.remove > 0;
    for (std::size_t i = 0; i < builders.size(); ++i) {
      const std::int32_t count = i % 2 == 0 ? one.insert : one.remove;
      GNOMON_ARROW_RETURN_NOT_OK(
          i < 2 || differ ? builders[i].Append(count) : builders[i].AppendNull(), kBuilding);
    }
  }
  arrow::ArrayVector arrays;
  for (arrow::Int32Builder& builder : builders) {
    GNOMON_ARROW_ASSIGN(auto array, builder.Finish(), kBuilding);
    arrays.push_back(std::move(array));
  }
  return arrays;
}

}  // namespace

const std::vector<double>& DistanceFractions() {
  static const std::vector<double> fractions = {0, 0.05, 0.5, 0.95, 1};
  return fractions;
}

Result<ComparisonMetrics> ComparisonMetrics::Make(const std::vector<MetricColumn>& columns,
                                                  bool has_time) {
  ComparisonMetrics metrics;
  metrics.has_time_ = has_time;
  if (has_time) metrics.schema_.fields.push_back(Field{.name = "ts", .type = TypeKind::kLong});
  metrics.schema_.fields.push_back(Field{.name = "ds", .type = TypeKind::kString});
  for (const MetricColumn& column : columns) GNOMON_RETURN_IF_ERROR(metrics.AddColumn(column));
  metrics.schema_.fields.push_back(Field{.name = "total_count", .type = TypeKind::kLong});
  return metrics;
}

Status ComparisonMetrics::AddColumn(const MetricColumn& column) {
  const std::string& l = column.left;
  const std::string& r = column.right;
  GNOMON_RETURN_IF_ERROR(
      AddCount(column.name + "_both_null", fmt::format("{} IS NULL AND {} IS NULL", l, r)));
  GNOMON_RETURN_IF_ERROR(
      AddCount(column.name + "_left_null", fmt::format("{} IS NULL AND {} IS NOT NULL", l, r)));
  GNOMON_RETURN_IF_ERROR(
      AddCount(column.name + "_right_null", fmt::format("{} IS NOT NULL AND {} IS NULL", l, r)));
  GNOMON_RETURN_IF_ERROR(
      AddCount(column.name + "_mismatch",
               fmt::format("{} IS NOT NULL AND {} IS NOT NULL AND {}", l, r, column.differs)));
  if (column.kind == MetricColumn::Kind::kNumber) return AddNumber(column);
  return column.kind == MetricColumn::Kind::kList ? AddList(column) : Ok();
}

Status ComparisonMetrics::AddNumber(const MetricColumn& column) {
  // As doubles: a difference of two BIGINT may be none.
  const std::string l = fmt::format("CAST({} AS DOUBLE)", column.left);
  const std::string r = fmt::format("CAST({} AS DOUBLE)", column.right);
  Input smape{.sql = {fmt::format("CASE WHEN {0} = 0 AND {1} = 0 THEN 0 ELSE 2 * abs({0} - {1}) / "
                                  "(abs({0}) + abs({1})) END",
                                  l, r)},
              .targets = {}};
  GNOMON_ASSIGN_OR_RETURN(Target average, NewTarget(kAverage, TypeKind::kDouble));
  GNOMON_RETURN_IF_ERROR(AddOutput(column.name + "_smape_average", std::move(average), smape));
  inputs_.push_back(std::move(smape));
  const std::string difference = fmt::format("{} - {}", l, r);
  GNOMON_RETURN_IF_ERROR(
      AddPercentiles(column.name + "_left_minus_right", TypeKind::kDouble, difference));
  GNOMON_RETURN_IF_ERROR(AddPercentiles(column.name + "_left", TypeKind::kDouble, l));
  GNOMON_RETURN_IF_ERROR(AddPercentiles(column.name + "_right", TypeKind::kDouble, r));
  Input differing{.sql = {fmt::format("CASE WHEN {} THEN {} END", column.differs, difference)},
                  .targets = {}};
  GNOMON_RETURN_IF_ERROR(
      AddDistance(column.name, "left_minus_right", TypeKind::kDouble, 0, differing));
  inputs_.push_back(std::move(differing));
  return Ok();
}

Status ComparisonMetrics::AddList(const MetricColumn& column) {
  const auto texts = [&](const std::string& list) {
    return fmt::format("list_transform({}, lambda x: {})", list, column.element_text);
  };
  Input lists{.sql = {texts(column.left), texts(column.right)}, .targets = {}};
  const std::array<std::string, 2> edits = {"edit_distance_insert", "edit_distance_delete"};
  for (std::size_t i = 0; i < edits.size(); ++i) {
    GNOMON_ASSIGN_OR_RETURN(Target target,
                            NewTarget(kApproxPercentile, TypeKind::kInt, KeptPercentiles()));
    target.value = i;
    GNOMON_RETURN_IF_ERROR(AddOutput(fmt::format("{}_{}_approx_percentile", column.name, edits[i]),
                                     std::move(target), lists));
  }
  for (std::size_t i = 0; i < edits.size(); ++i)
    GNOMON_RETURN_IF_ERROR(AddDistance(column.name, edits[i], TypeKind::kInt, i + 2, lists));
  inputs_.push_back(std::move(lists));
  const std::string l = fmt::format("CAST(len({}) AS INTEGER)", column.left);
  const std::string r = fmt::format("CAST(len({}) AS INTEGER)", column.right);
  GNOMON_RETURN_IF_ERROR(AddPercentiles(column.name + "_left_length", TypeKind::kInt, l));
  GNOMON_RETURN_IF_ERROR(AddPercentiles(column.name + "_right_length", TypeKind::kInt, r));
  return AddCount(column.name + "_mismatch_length", fmt::format("coalesce({} <> {}, false)", l, r));
}

Status ComparisonMetrics::AddCount(const std::string& name, const std::string& condition) {
  Input input{.sql = {fmt::format("CAST({} AS INTEGER)", condition)}, .targets = {}};
  GNOMON_ASSIGN_OR_RETURN(Target target, NewTarget(kSum, TypeKind::kInt));
  GNOMON_RETURN_IF_ERROR(AddOutput(name + "_sum", std::move(target), input));
  inputs_.push_back(std::move(input));
  return Ok();
}

Status ComparisonMetrics::AddPercentiles(const std::string& name, const DataType& type,
                                         std::string sql) {
  Input input{.sql = {std::move(sql)}, .targets = {}};
  GNOMON_ASSIGN_OR_RETURN(Target target, NewTarget(kApproxPercentile, type, KeptPercentiles()));
  GNOMON_RETURN_IF_ERROR(AddOutput(name + "_approx_percentile", std::move(target), input));
  inputs_.push_back(std::move(input));
  return Ok();
}

Result<ComparisonMetrics::Target> ComparisonMetrics::NewTarget(
    int operation, const DataType& type, const aggregate::ArgumentMap& arguments) const {
  GNOMON_ASSIGN_OR_RETURN(const aggregate::AggregateFunction* function,
                          aggregate::FindAggregateFunction(operation));
  Target target;
  GNOMON_ASSIGN_OR_RETURN(target.bound, function->bind(type, arguments));
  target.states = target.bound.make_states(target.bound);
  return target;
}

Status ComparisonMetrics::AddOutput(const std::string& name, Target target, Input& input) {
  if (schema_.Find(name) != nullptr) {
    return InvalidArgument(
        "two statistics of this comparison have one name: {} - rename a column of the query", name);
  }
  schema_.fields.push_back(Field{.name = name, .type = target.bound.output});
  input.targets.push_back(std::move(target));
  return Ok();
}

// REQUIRES: `input` is pushed to inputs_ next.
Status ComparisonMetrics::AddDistance(const std::string& column, const std::string& what,
                                      const DataType& type, std::size_t value, Input& input) {
  GNOMON_ASSIGN_OR_RETURN(
      Target target,
      NewTarget(kApproxPercentile, type, {{"percentiles", FractionList(DistanceFractions())}}));
  target.is_per_bucket = false;
  target.value = value;
  target.states->Resize(1);
  distances_.push_back({column, what, inputs_.size(), input.targets.size()});
  input.targets.push_back(std::move(target));
  return Ok();
}

std::string ComparisonMetrics::SelectList() const {
  std::string list;
  std::size_t number = 0;
  for (const Input& input : inputs_) {
    for (const std::string& sql : input.sql) {
      list += fmt::format("{}{} AS m{}", number == 0 ? "" : ", ", sql, number);
      ++number;
    }
  }
  return list;
}

Result<std::vector<arrow::ArrayVector>> ComparisonMetrics::ValuesOf(
    const arrow::RecordBatch& pairs) const {
  std::vector<arrow::ArrayVector> values;
  int column = 2;
  for (const Input& input : inputs_) {
    arrow::ArrayVector one = {pairs.column(column++)};
    if (input.sql.size() == 2) {
      const auto right = pairs.column(column++);
      GNOMON_ASSIGN_OR_RETURN(one, DistanceArrays(*one.front(), *right));
    }
    values.push_back(std::move(one));
  }
  return values;
}

Status ComparisonMetrics::Update(const std::vector<arrow::ArrayVector>& values,
                                 const std::vector<std::uint32_t>& rows,
                                 const std::vector<std::uint32_t>& slots) {
  if (rows.empty()) return Ok();
  const std::vector<std::uint32_t> one_slot(rows.size(), 0);
  const std::vector<std::int64_t> no_times(rows.back() + std::size_t{1}, 0);
  for (std::size_t i = 0; i < inputs_.size(); ++i) {
    for (Target& target : inputs_[i].targets) {
      if (target.is_per_bucket) target.states->Resize(totals_.size());
      GNOMON_RETURN_IF_ERROR(target.states->Update(*values[i][target.value], no_times.data(), rows,
                                                   target.is_per_bucket ? slots : one_slot));
    }
  }
  return Ok();
}

Status ComparisonMetrics::Add(const arrow::RecordBatch& pairs) {
  const auto& times = static_cast<const arrow::Int64Array&>(*pairs.column(0));
  const auto& days = static_cast<const arrow::StringArray&>(*pairs.column(1));
  GNOMON_ASSIGN_OR_RETURN(const std::vector<arrow::ArrayVector> values, ValuesOf(pairs));
  std::vector<std::uint32_t> rows, slots;
  for (std::int64_t row = 0; row < pairs.num_rows(); ++row) {
    Bucket bucket;
    if (has_time_ && !times.IsNull(row)) bucket.first = times.Value(row);
    if (!days.IsNull(row)) bucket.second = days.GetView(row);
    if (buckets_.empty() || bucket != buckets_.back()) {
      if (buckets_.size() == kBucketsHeld) {
        GNOMON_RETURN_IF_ERROR(Update(values, rows, slots));
        rows.clear();
        slots.clear();
        GNOMON_RETURN_IF_ERROR(EndBuckets());
      }
      buckets_.push_back(std::move(bucket));
      totals_.push_back(0);
    }
    ++totals_.back();
    rows.push_back(static_cast<std::uint32_t>(row));
    slots.push_back(static_cast<std::uint32_t>(totals_.size() - 1));
  }
  return Update(values, rows, slots);
}

Status ComparisonMetrics::Finish() { return buckets_.empty() ? Ok() : EndBuckets(); }

std::shared_ptr<arrow::RecordBatch> ComparisonMetrics::TakeRows() {
  if (ended_.empty()) return nullptr;
  auto rows = std::move(ended_.front());
  ended_.erase(ended_.begin());
  return rows;
}

Status ComparisonMetrics::EndBuckets() {
  arrow::Int64Builder times, totals;
  arrow::StringBuilder days;
  std::vector<std::uint32_t> slots(buckets_.size());
  std::iota(slots.begin(), slots.end(), 0U);
  for (const Bucket& bucket : buckets_) {
    GNOMON_ARROW_RETURN_NOT_OK(times.AppendOrNull(bucket.first), kBuilding);
    GNOMON_ARROW_RETURN_NOT_OK(days.Append(bucket.second), kBuilding);
  }
  GNOMON_ARROW_RETURN_NOT_OK(totals.AppendValues(totals_), kBuilding);
  arrow::ArrayVector columns;
  const auto finish = [&](arrow::ArrayBuilder& builder) -> Status {
    GNOMON_ARROW_ASSIGN(auto array, builder.Finish(), kBuilding);
    columns.push_back(std::move(array));
    return Ok();
  };
  if (has_time_) GNOMON_RETURN_IF_ERROR(finish(times));
  GNOMON_RETURN_IF_ERROR(finish(days));
  for (Input& input : inputs_) {
    for (Target& target : input.targets) {
      if (!target.is_per_bucket) continue;
      GNOMON_ARROW_ASSIGN(const auto builder, arrow::MakeBuilder(ToArrow(target.bound.output)),
                          kBuilding);
      GNOMON_ARROW_RETURN_NOT_OK(target.states->Finalize(slots, builder.get()), kBuilding);
      GNOMON_RETURN_IF_ERROR(finish(*builder));
      target.states = target.bound.make_states(target.bound);
    }
  }
  GNOMON_RETURN_IF_ERROR(finish(totals));
  ended_.push_back(
      arrow::RecordBatch::Make(ToArrow(schema_), std::ssize(slots), std::move(columns)));
  buckets_.clear();
  totals_.clear();
  return Ok();
}

Result<std::vector<ColumnDistance>> ComparisonMetrics::Distances() const {
  std::vector<ColumnDistance> distances;
  const std::vector<std::uint32_t> slot = {0};
  for (const DistanceOf& one : distances_) {
    const Target& target = inputs_[one.input].targets[one.target];
    if (target.states->IsEmpty(0)) continue;
    GNOMON_ARROW_ASSIGN(const auto builder, arrow::MakeBuilder(ToArrow(target.bound.output)),
                        kBuilding);
    GNOMON_ARROW_RETURN_NOT_OK(target.states->Finalize(slot, builder.get()), kBuilding);
    GNOMON_ARROW_ASSIGN(const auto array, builder->Finish(), kBuilding);
    const auto& lists = static_cast<const arrow::ListArray&>(*array);
    const auto& values = static_cast<const arrow::FloatArray&>(*lists.values());
    ColumnDistance distance{.column = one.column, .what = one.what, .percentiles = {}};
    for (std::int64_t i = 0; i < values.length(); ++i)
      distance.percentiles.push_back(values.Value(i));
    distances.push_back(std::move(distance));
  }
  return distances;
}

}  // namespace gnomon::run
