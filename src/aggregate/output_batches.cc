// SPDX-License-Identifier: Apache-2.0
// Builders are kept between batches, so that their room is asked for once.
#include "aggregate/output_batches.h"

#include <arrow/api.h>

#include <utility>

#include "base/cancellation.h"
#include "types/arrow_mapping.h"
#include "types/buffer_pool.h"

namespace gnomon::aggregate {

namespace {

constexpr std::int64_t kBatchRows = 64 * 1024;
// Over all drawers of one thread; bounds what lies in builders.
constexpr std::int64_t kHeldRows = 128 * 1024;

}  // namespace

Result<OutputBatches::Builders*> OutputBatches::At(std::size_t drawer) {
  Drawer& at = drawers_[drawer];
  Builders& builders = at.builders;
  if (!builders.empty()) {
    // Growing by doubling would copy most rows once more; a few more than last time are usual.
    for (std::size_t i = 0; at.rows == 0 && i < builders.size(); ++i) {
      GNOMON_ARROW_RETURN_NOT_OK(builders[i]->Reserve(at.last_rows + at.last_rows / 8),
                                 "building output rows");
    }
    return &builders;
  }
  for (const auto& field : schema_->fields()) {
    GNOMON_ARROW_ASSIGN(auto builder, arrow::MakeBuilder(field->type(), BufferPool()),
                        "building output rows");
    builders.push_back(std::move(builder));
  }
  return &builders;
}

Status OutputBatches::Added(std::size_t drawer, std::int64_t rows) {
  drawers_[drawer].rows += rows;
  rows_held_ += rows;
  if (drawers_[drawer].rows >= kBatchRows) GNOMON_RETURN_IF_ERROR(FlushDrawer(drawer));
  return rows_held_ >= kHeldRows ? Flush() : Ok();
}

Status OutputBatches::Flush() {
  for (std::size_t i = 0; i < drawers_.size(); ++i) GNOMON_RETURN_IF_ERROR(FlushDrawer(i));
  return Ok();
}

Status OutputBatches::FlushDrawer(std::size_t drawer) {
  auto& [builders, rows, last_rows] = drawers_[drawer];
  if (rows == 0) return Ok();
  GNOMON_RETURN_IF_ERROR(CheckCancelled());
  arrow::ArrayVector columns;
  for (const auto& builder : builders) {
    GNOMON_ARROW_ASSIGN(auto column, builder->Finish(), "building output rows");
    columns.push_back(std::move(column));
  }
  const auto batch = arrow::RecordBatch::Make(schema_, rows, std::move(columns));
  rows_held_ -= rows;
  last_rows = std::exchange(rows, 0);
  return emit_(drawer, *batch);
}

OutputPool::OutputPool(std::shared_ptr<arrow::Schema> schema, std::size_t drawers, EmitDrawer emit)
    : schema_(std::move(schema)), drawers_(drawers) {
  emit_one_at_a_time_ = [this, emit = std::move(emit)](std::size_t drawer,
                                                       const arrow::RecordBatch& rows) {
    const std::lock_guard lock(emit_mutex_);
    return emit(drawer, rows);
  };
}

Status OutputPool::With(const std::function<Status(OutputBatches*)>& work) {
  return pool_.With(
      [this] { return std::make_unique<OutputBatches>(schema_, drawers_, emit_one_at_a_time_); },
      [&](OutputBatches& batches) { return work(&batches); });
}

Status OutputPool::Flush() {
  for (const auto& batches : pool_.idle()) GNOMON_RETURN_IF_ERROR(batches->Flush());
  return Ok();
}

}  // namespace gnomon::aggregate
