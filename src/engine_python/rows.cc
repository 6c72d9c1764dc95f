// SPDX-License-Identifier: Apache-2.0
#include "engine_python/rows.h"

#include <arrow/api.h>

#include "sql/result_printer.h"
#include "sql/result_stream.h"
#include "types/arrow_mapping.h"

namespace gnomon {

// Reads kept rows from the start, others as the query gives them.
class Rows::Reader final : public arrow::RecordBatchReader {
 public:
  explicit Reader(std::shared_ptr<Rows> rows) : rows_(std::move(rows)) {}

  std::shared_ptr<arrow::Schema> schema() const override { return ToArrow(rows_->schema()); }

  arrow::Status ReadNext(std::shared_ptr<arrow::RecordBatch>* batch) override {
    const std::lock_guard lock(rows_->mutex_);
    batch->reset();
    if (rows_->is_kept_) {
      if (next_kept_ < rows_->ahead_.size()) *batch = rows_->ahead_[next_kept_++];
      return arrow::Status::OK();
    }
    auto next = rows_->Take();
    if (!next.has_value()) return sql::ToArrowStatus(next.error());
    *batch = *std::move(next);
    return arrow::Status::OK();
  }

 private:
  std::shared_ptr<Rows> rows_;
  std::size_t next_kept_ = 0;
};

Rows::Rows(std::shared_ptr<void> owner, sql::QueryResult result)
    : owner_(std::move(owner)), result_(std::move(result)) {}

Result<std::shared_ptr<arrow::RecordBatch>> Rows::ReadQuery() {
  std::shared_ptr<arrow::RecordBatch> batch;
  const arrow::Status status = result_.batches->ReadNext(&batch);
  if (!status.ok()) return sql::StreamError(status, "running the query");
  return batch;
}

Result<std::shared_ptr<arrow::RecordBatch>> Rows::Take() {
  if (ahead_.empty()) return ReadQuery();
  auto batch = std::move(ahead_.front());
  ahead_.pop_front();
  return batch;
}

Status Rows::Keep() {
  const std::lock_guard lock(mutex_);
  if (is_kept_) return Ok();
  if (is_spent_) return InvalidArgument("the rows were read as a stream already - run it again");
  while (true) {
    GNOMON_ASSIGN_OR_RETURN(auto batch, ReadQuery());
    if (batch == nullptr) break;
    ahead_.push_back(std::move(batch));
  }
  is_kept_ = true;
  return Ok();
}

Result<Rows::Preview> Rows::PreviewRows(std::int64_t count) {
  const std::lock_guard lock(mutex_);
  if (is_spent_) return InvalidArgument("the rows were read as a stream already - run it again");
  std::int64_t held = 0;
  for (const auto& batch : ahead_) held += batch->num_rows();
  while (held <= count && !is_kept_) {
    GNOMON_ASSIGN_OR_RETURN(auto batch, ReadQuery());
    if (batch == nullptr) break;
    held += batch->num_rows();
    ahead_.push_back(std::move(batch));
  }
  Preview preview;
  preview.has_more = held > count;
  for (const auto& batch : ahead_) {
    for (std::int64_t row = 0; row < batch->num_rows(); ++row) {
      if (static_cast<std::int64_t>(preview.rows.size()) == count) return preview;
      auto& cells = preview.rows.emplace_back();
      for (const auto& column : batch->columns()) {
        auto& cell = cells.emplace_back();
        if (!column->IsNull(row)) sql::AppendSparkText(*column, row, &cell.emplace());
      }
    }
  }
  return preview;
}

Result<std::shared_ptr<arrow::RecordBatchReader>> Rows::Stream(const std::shared_ptr<Rows>& rows) {
  const std::lock_guard lock(rows->mutex_);
  if (rows->is_spent_) {
    return InvalidArgument("the rows were read as a stream already - run it again");
  }
  rows->is_spent_ = !rows->is_kept_;
  return std::static_pointer_cast<arrow::RecordBatchReader>(std::make_shared<Reader>(rows));
}

}  // namespace gnomon
