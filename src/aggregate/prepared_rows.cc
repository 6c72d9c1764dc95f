// SPDX-License-Identifier: Apache-2.0
// Columns go by name: sources order theirs as they like.
#include "aggregate/prepared_rows.h"

#include <arrow/api.h>

#include <algorithm>
#include <numeric>

#include "types/arrow_mapping.h"

namespace gnomon::aggregate {

namespace {

// Returns how many are null.
std::int64_t FindTs(const arrow::Array* column, std::size_t row_count, PreparedRows* prepared) {
  if (column == nullptr) {
    prepared->ts_without_nulls.assign(row_count, 0);
    prepared->ts = prepared->ts_without_nulls.data();
    return 0;
  }
  prepared->ts = static_cast<const arrow::Int64Array&>(*column).raw_values();
  if (column->null_count() == 0) return 0;
  // Chronon reads a null ts as 0: only unbounded windows see the row, as their oldest (golden
  // gb_unbounded, user u05).
  prepared->ts_without_nulls.assign(prepared->ts, prepared->ts + row_count);
  for (std::size_t row = 0; row < row_count; ++row) {
    if (column->IsNull(static_cast<std::int64_t>(row))) prepared->ts_without_nulls[row] = 0;
  }
  prepared->ts = prepared->ts_without_nulls.data();
  return column->null_count();
}

// A single key may be a dictionary, which KeyEncoding reads as it is.
Result<std::shared_ptr<arrow::Array>> FindKey(const arrow::RecordBatch& batch, const Field& key,
                                              std::size_t key_count) {
  std::shared_ptr<arrow::Array> column = batch.GetColumnByName(key.name);
  static const auto dictionary = arrow::dictionary(arrow::int32(), arrow::utf8());
  const bool is_dictionary = column != nullptr && key_count == 1 && key.type == TypeKind::kString &&
                             column->type()->Equals(*dictionary);
  return is_dictionary ? column : FindColumn(batch, key);
}

}  // namespace

void PreparedRows::ForgetBatch() {
  key_columns.clear();
  inputs.clear();
  state_values.clear();
  owned.clear();
  keys.dictionary.values.reset();
}

TsColumn TsColumnFor(const AggregationPlan& plan) {
  const bool has_window = std::any_of(plan.windows.begin(), plan.windows.end(),
                                      [](const auto& window) { return window.has_value(); });
  return has_window || plan.is_timed() ? TsColumn::kRequired : TsColumn::kOptional;
}

Result<std::shared_ptr<arrow::Array>> FindColumn(const arrow::RecordBatch& batch,
                                                 const Field& field) {
  std::shared_ptr<arrow::Array> column = batch.GetColumnByName(field.name);
  if (column == nullptr)
    return InvalidArgument("a source has no column of this name: {}", field.name);
  const auto type = ToArrow(field.type);
  if (!column->type()->Equals(*type)) {
    return InvalidArgument("column {} of a source has type {} where {} was expected", field.name,
                           column->type()->ToString(), type->ToString());
  }
  return column;
}

Result<std::int64_t> FindColumns(const arrow::RecordBatch& batch, const Schema& keys,
                                 const Schema& inputs, TsColumn ts, PreparedRows* prepared) {
  prepared->key_columns.clear();
  prepared->inputs.clear();
  prepared->owned.clear();
  for (const Field& key : keys.fields) {
    GNOMON_ASSIGN_OR_RETURN(prepared->owned.emplace_back(),
                            FindKey(batch, key, keys.fields.size()));
    prepared->key_columns.push_back(prepared->owned.back().get());
  }
  for (const Field& input : inputs.fields) {
    GNOMON_ASSIGN_OR_RETURN(prepared->inputs.emplace_back(), FindColumn(batch, input));
  }
  std::shared_ptr<arrow::Array> times;
  if (ts == TsColumn::kRequired || batch.GetColumnByName("ts") != nullptr) {
    GNOMON_ASSIGN_OR_RETURN(times, FindColumn(batch, {"ts", TypeKind::kLong}));
    prepared->owned.push_back(times);
  }
  const auto row_count = static_cast<std::size_t>(batch.num_rows());
  prepared->rows.resize(row_count);
  std::iota(prepared->rows.begin(), prepared->rows.end(), std::uint32_t{0});
  return FindTs(times.get(), row_count, prepared);
}

std::vector<std::uint32_t> Iota(std::size_t begin, std::size_t end) {
  std::vector<std::uint32_t> numbers(end - begin);
  std::iota(numbers.begin(), numbers.end(), static_cast<std::uint32_t>(begin));
  return numbers;
}

}  // namespace gnomon::aggregate
