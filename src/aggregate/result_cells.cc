// SPDX-License-Identifier: Apache-2.0
#include "aggregate/result_cells.h"

#include <arrow/api.h>

#include "base/check.h"
#include "types/buffer_pool.h"

namespace gnomon::aggregate {

ResultCells::ResultCells(const std::shared_ptr<arrow::DataType>& type)
    // Every type of an output has a builder.
    : builder_(arrow::MakeBuilder(type, BufferPool()).ValueOrDie()) {}

ResultCells::~ResultCells() = default;

void ResultCells::Reset(std::size_t cells) {
  builder_->Reset();
  finished_.reset();
  next_row_ = 0;
  rows_.resize(cells);
  valid_.assign(cells, 0);
}

void ResultCells::Set(std::size_t cell) {
  GNOMON_DCHECK(finished_ == nullptr && builder_->length() == next_row_ + 1);
  rows_[cell] = next_row_++;
  valid_[cell] = 1;
}

arrow::Status ResultCells::Append(std::span<const std::uint32_t> cells,
                                  arrow::ArrayBuilder* results) const {
  if (finished_ == nullptr) {
    ARROW_ASSIGN_OR_RAISE(finished_, builder_->Finish());
  }
  const arrow::ArraySpan values(*finished_->data());
  for (std::size_t i = 0; i < cells.size();) {
    if (valid_[cells[i]] == 0) {
      ARROW_RETURN_NOT_OK(results->AppendNull());
      ++i;
      continue;
    }
    const std::uint32_t row = rows_[cells[i]];
    std::size_t length = 1;
    while (i + length < cells.size() && valid_[cells[i + length]] != 0 &&
           rows_[cells[i + length]] == row + length) {
      ++length;
    }
    ARROW_RETURN_NOT_OK(results->AppendArraySlice(values, row, static_cast<std::int64_t>(length)));
    i += length;
  }
  return arrow::Status::OK();
}

}  // namespace gnomon::aggregate
