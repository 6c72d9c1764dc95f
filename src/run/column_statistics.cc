// SPDX-License-Identifier: Apache-2.0
#include "run/column_statistics.h"

#include <arrow/api.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <numeric>

#include "sql/engine.h"
#include "types/arrow_mapping.h"

namespace gnomon::run {

namespace {

constexpr int kApproxPercentile = 12;  // Chronon's number of the operation.

Field NewField(std::string name, DataType type) {
  return Field{.name = std::move(name), .type = std::move(type)};
}

DataType PercentileMap() { return DataType::Map(TypeKind::kString, TypeKind::kFloat); }

Result<std::shared_ptr<arrow::Array>> LongsOf(const std::vector<std::int64_t>& values,
                                              const std::vector<std::uint32_t>& slots) {
  arrow::Int64Builder builder;
  for (const std::uint32_t slot : slots) {
    GNOMON_ARROW_RETURN_NOT_OK(builder.Append(values[slot]), "building statistics");
  }
  GNOMON_ARROW_ASSIGN(auto array, builder.Finish(), "building statistics");
  return array;
}

Result<std::shared_ptr<arrow::RecordBatch>> BatchOf(const Schema& schema,
                                                    arrow::ArrayVector columns, std::size_t rows) {
  return arrow::RecordBatch::Make(ToArrow(schema), static_cast<std::int64_t>(rows),
                                  std::move(columns));
}

}  // namespace

const std::vector<std::string>& FinalizedPercentiles() {
  static const std::vector<std::string> percentiles = [] {
    std::vector<std::string> all = {"0.01"};
    for (int percent = 5; percent < 100; percent += 5)
      all.push_back(fmt::format("{}", static_cast<double>(percent) / 100));
    all.emplace_back("0.99");
    return all;
  }();
  return percentiles;
}

Result<ColumnStatistics> ColumnStatistics::Make(const Schema& columns) {
  ColumnStatistics statistics;
  GNOMON_ASSIGN_OR_RETURN(const aggregate::AggregateFunction* function,
                          aggregate::FindAggregateFunction(kApproxPercentile));
  const aggregate::ArgumentMap arguments = {
      {"percentiles", fmt::format("[{}]", fmt::join(FinalizedPercentiles(), ", "))}};
  for (const Field& field : columns.fields) {
    Column column{.field = field, .is_number = IsNumeric(field.type.kind)};
    if (column.is_number) {
      GNOMON_ASSIGN_OR_RETURN(column.bound, function->bind(field.type, arguments));
      column.sketches = column.bound.make_states(column.bound);
    }
    statistics.columns_.push_back(std::move(column));
  }
  std::sort(statistics.columns_.begin(), statistics.columns_.end(),
            [](const Column& a, const Column& b) { return a.field.name < b.field.name; });
  return statistics;
}

std::string ColumnStatistics::SelectList() const {
  std::string list = "bucket";
  for (const Column& column : columns_) {
    const std::string name = sql::SqlIdentifier(column.field.name);
    list += ", ";
    if (!column.is_number) list.append(name).append(" IS NULL AS ");
    list += name;
  }
  return list;
}

std::uint32_t ColumnStatistics::SlotOf(std::int64_t bucket_ms) {
  const auto [entry, is_new] =
      slots_.emplace(bucket_ms, static_cast<std::uint32_t>(totals_.size()));
  if (!is_new) return entry->second;
  totals_.push_back(0);
  for (Column& column : columns_) {
    column.nulls.push_back(0);
    if (column.is_number) column.sketches->Resize(totals_.size());
  }
  buckets_ms_.insert(std::lower_bound(buckets_ms_.begin(), buckets_ms_.end(), bucket_ms),
                     bucket_ms);
  return entry->second;
}

Status ColumnStatistics::Add(const arrow::RecordBatch& rows) {
  const auto& buckets = static_cast<const arrow::Int64Array&>(*rows.column(0));
  const auto count = static_cast<std::size_t>(rows.num_rows());
  std::vector<std::uint32_t> slots(count), indices(count);
  std::iota(indices.begin(), indices.end(), 0U);
  for (std::size_t row = 0; row < count; ++row) {
    const std::int64_t bucket = buckets.Value(static_cast<std::int64_t>(row));
    // Rows of one bucket mostly lie together.
    const bool as_before = row > 0 && bucket == buckets.Value(static_cast<std::int64_t>(row) - 1);
    slots[row] = as_before ? slots[row - 1] : SlotOf(bucket);
    ++totals_[slots[row]];
  }
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    Column& column = columns_[i];
    const arrow::Array& values = *rows.column(static_cast<int>(i) + 1);
    for (std::size_t row = 0; row < count; ++row) {
      const auto at = static_cast<std::int64_t>(row);
      const bool is_null = column.is_number
                               ? values.IsNull(at)
                               : static_cast<const arrow::BooleanArray&>(values).Value(at);
      column.nulls[slots[row]] += is_null ? 1 : 0;
    }
    if (!column.is_number) continue;
    GNOMON_RETURN_IF_ERROR(column.sketches->Update(values, buckets.raw_values(), indices, slots));
  }
  return Ok();
}

std::vector<std::uint32_t> ColumnStatistics::SlotsInOrder() const {
  std::vector<std::uint32_t> slots;
  for (const auto& [bucket, slot] : slots_) slots.push_back(slot);
  return slots;
}

Schema ColumnStatistics::intermediate_schema() const {
  Schema schema;
  for (const Column& column : columns_) {
    const std::string& name = column.field.name;
    if (column.is_number) {
      schema.fields.push_back(NewField(name + "_approx_percentile", column.bound.intermediate));
    }
    schema.fields.push_back(NewField(name + "__null_sum", TypeKind::kLong));
  }
  schema.fields.push_back(NewField("total_count", TypeKind::kLong));
  return schema;
}

Result<std::shared_ptr<arrow::RecordBatch>> ColumnStatistics::Intermediate() const {
  const std::vector<std::uint32_t> slots = SlotsInOrder();
  arrow::ArrayVector arrays;
  for (const Column& column : columns_) {
    if (column.is_number) {
      GNOMON_ARROW_ASSIGN(const auto builder,
                          arrow::MakeBuilder(ToArrow(column.bound.intermediate)),
                          "building statistics");
      GNOMON_ARROW_RETURN_NOT_OK(column.sketches->Encode(slots, builder.get()),
                                 "building statistics");
      GNOMON_ARROW_ASSIGN(auto sketches, builder->Finish(), "building statistics");
      arrays.push_back(std::move(sketches));
    }
    GNOMON_ASSIGN_OR_RETURN(auto nulls, LongsOf(column.nulls, slots));
    arrays.push_back(std::move(nulls));
  }
  GNOMON_ASSIGN_OR_RETURN(auto totals, LongsOf(totals_, slots));
  arrays.push_back(std::move(totals));
  return BatchOf(intermediate_schema(), std::move(arrays), slots.size());
}

Schema ColumnStatistics::derived_schema() const {
  Schema schema;
  for (const Column& column : columns_) {
    schema.fields.push_back(NewField(column.field.name + "__null_rate", TypeKind::kDouble));
    if (!column.is_number) continue;
    schema.fields.push_back(
        NewField(column.field.name + "_approx_percentile_finalized", PercentileMap()));
  }
  return schema;
}

// The percentiles of these slots: list<float>.
Result<std::shared_ptr<arrow::Array>> ColumnStatistics::Finalized(
    const aggregate::StateColumn& sketches, const Column& column,
    const std::vector<std::uint32_t>& slots) const {
  GNOMON_ARROW_ASSIGN(const auto builder, arrow::MakeBuilder(ToArrow(column.bound.output)),
                      "building statistics");
  GNOMON_ARROW_RETURN_NOT_OK(sketches.Finalize(slots, builder.get()), "building statistics");
  GNOMON_ARROW_ASSIGN(auto lists, builder->Finish(), "building statistics");
  return lists;
}

namespace {

// Lists of percentiles' values as maps; null where nothing was seen.
Result<std::shared_ptr<arrow::Array>> MapsOf(const arrow::ListArray& lists) {
  const auto& values = static_cast<const arrow::FloatArray&>(*lists.values());
  auto names = std::make_shared<arrow::StringBuilder>();
  auto numbers = std::make_shared<arrow::FloatBuilder>();
  arrow::MapBuilder maps(arrow::default_memory_pool(), names, numbers, ToArrow(PercentileMap()));
  for (std::int64_t row = 0; row < lists.length(); ++row) {
    if (lists.IsNull(row)) {
      GNOMON_ARROW_RETURN_NOT_OK(maps.AppendNull(), "building statistics");
      continue;
    }
    GNOMON_ARROW_RETURN_NOT_OK(maps.Append(), "building statistics");
    for (std::int64_t i = 0; i < lists.value_length(row); ++i) {
      GNOMON_ARROW_RETURN_NOT_OK(names->Append(FinalizedPercentiles()[static_cast<std::size_t>(i)]),
                                 "building statistics");
      GNOMON_ARROW_RETURN_NOT_OK(numbers->Append(values.Value(lists.value_offset(row) + i)),
                                 "building statistics");
    }
  }
  GNOMON_ARROW_ASSIGN(auto array, maps.Finish(), "building statistics");
  return array;
}

}  // namespace

Result<std::shared_ptr<arrow::RecordBatch>> ColumnStatistics::Derived() const {
  const std::vector<std::uint32_t> slots = SlotsInOrder();
  arrow::ArrayVector arrays;
  for (const Column& column : columns_) {
    arrow::DoubleBuilder rates;
    for (const std::uint32_t slot : slots) {
      GNOMON_ARROW_RETURN_NOT_OK(rates.Append(static_cast<double>(column.nulls[slot]) /
                                              static_cast<double>(totals_[slot])),
                                 "building statistics");
    }
    GNOMON_ARROW_ASSIGN(auto rate_array, rates.Finish(), "building statistics");
    arrays.push_back(std::move(rate_array));
    if (!column.is_number) continue;
    GNOMON_ASSIGN_OR_RETURN(const auto lists, Finalized(*column.sketches, column, slots));
    GNOMON_ASSIGN_OR_RETURN(auto maps, MapsOf(static_cast<const arrow::ListArray&>(*lists)));
    arrays.push_back(std::move(maps));
  }
  return BatchOf(derived_schema(), std::move(arrays), slots.size());
}

Result<std::vector<ColumnStatistics::Summary>> ColumnStatistics::Summarize() const {
  std::vector<Summary> summaries;
  const std::vector<std::uint32_t> slots = SlotsInOrder();
  const std::vector<std::uint32_t> all(slots.size(), 0);
  for (const Column& column : columns_) {
    Summary summary{
        .column = column.field.name,
        .rows = std::accumulate(totals_.begin(), totals_.end(), std::int64_t{0}),
        .nulls = std::accumulate(column.nulls.begin(), column.nulls.end(), std::int64_t{0})};
    if (column.is_number) {
      const auto merged = column.bound.make_states(column.bound);
      merged->Resize(1);
      GNOMON_RETURN_IF_ERROR(merged->Merge(all, *column.sketches, slots));
      GNOMON_ASSIGN_OR_RETURN(const auto array, Finalized(*merged, column, {0}));
      const auto& lists = static_cast<const arrow::ListArray&>(*array);
      const auto& values = static_cast<const arrow::FloatArray&>(*lists.values());
      for (std::int64_t i = 0; !lists.IsNull(0) && i < lists.value_length(0); ++i)
        summary.percentiles.push_back(values.Value(lists.value_offset(0) + i));
    }
    summaries.push_back(std::move(summary));
  }
  return summaries;
}

}  // namespace gnomon::run
