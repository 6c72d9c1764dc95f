// SPDX-License-Identifier: Apache-2.0
// Output rows on their way: per day one set of builders, so that a batch never mixes days.
#include <arrow/api.h>

#include "aggregate/snapshot_sweep.h"
#include "base/cancellation.h"
#include "types/arrow_mapping.h"

namespace gnomon::aggregate {

namespace {

constexpr std::int64_t kBatchRows = 64 * 1024;
// Over all days of one thread; bounds what lies in builders.
constexpr std::int64_t kHeldRows = 512 * 1024;

std::shared_ptr<arrow::Schema> OutputSchema(const Schema& keys, const AggregationPlan& plan) {
  arrow::FieldVector fields;
  for (const Field& key : keys.fields) fields.push_back(arrow::field(key.name, ToArrow(key.type)));
  for (const OutputColumn& column : plan.columns) {
    fields.push_back(arrow::field(column.name, ToArrow(column.type)));
  }
  return arrow::schema(std::move(fields));
}

}  // namespace

DayBatches::DayBatches(const Schema& keys, const AggregationPlan& plan, OutputDays days,
                       const SnapshotKernel::Emit& emit)
    : schema_(OutputSchema(keys, plan)),
      key_count_(keys.fields.size()),
      days_(days),
      emit_(emit),
      builders_(days.end - days.first) {}

Result<DayBatches::Builders*> DayBatches::ForDay(DayIndex day) {
  Builders& builders = builders_[day - days_.first];
  if (!builders.keys.empty()) return &builders;
  for (const auto& field : schema_->fields()) {
    // Not Arrow's own pool, which clears huge pages for every growing builder.
    auto& side = builders.keys.size() < key_count_ ? builders.keys : builders.outputs;
    GNOMON_ARROW_ASSIGN(auto builder,
                        arrow::MakeBuilder(field->type(), arrow::system_memory_pool()),
                        "building output rows");
    side.push_back(std::move(builder));
  }
  return &builders;
}

Status DayBatches::Added(DayIndex day, std::int64_t rows) {
  Builders& builders = builders_[day - days_.first];
  builders.rows += rows;
  rows_held_ += rows;
  if (builders.rows >= kBatchRows) GNOMON_RETURN_IF_ERROR(FlushDay(day));
  return rows_held_ >= kHeldRows ? Flush() : Ok();
}

Status DayBatches::Flush() {
  for (DayIndex day = days_.first; day < days_.end; ++day) GNOMON_RETURN_IF_ERROR(FlushDay(day));
  return Ok();
}

Status DayBatches::FlushDay(DayIndex day) {
  Builders& builders = builders_[day - days_.first];
  if (builders.rows == 0) return Ok();
  GNOMON_RETURN_IF_ERROR(CheckCancelled());
  arrow::ArrayVector columns;
  for (auto* side : {&builders.keys, &builders.outputs}) {
    for (const auto& builder : *side) {
      GNOMON_ARROW_ASSIGN(auto column, builder->Finish(), "building output rows");
      columns.push_back(std::move(column));
    }
  }
  const auto batch = arrow::RecordBatch::Make(schema_, builders.rows, std::move(columns));
  rows_held_ -= builders.rows;
  builders.rows = 0;
  return emit_(days_.day_of_index_0 + static_cast<std::int32_t>(day), *batch);
}

}  // namespace gnomon::aggregate
