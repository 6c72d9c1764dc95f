// SPDX-License-Identifier: Apache-2.0
// Rows put aside as they came: batches of `key, hop, ts, inputs`, keys as their encoded bytes.
#pragma once

#include <arrow/type_fwd.h>

#include <memory>
#include <span>

#include "aggregate/prepared_rows.h"

namespace gnomon::aggregate {

class RowCodec {
 public:
  explicit RowCodec(const Schema& inputs);

  const std::shared_ptr<arrow::Schema>& schema() const { return schema_; }
  // Copies the rows at `selection`, indices into prepared.rows.
  Result<std::shared_ptr<arrow::RecordBatch>> Encode(
      const PreparedRows& prepared, std::span<const std::uint32_t> selection) const;
  // The rows of such a batch, all selected; views into it.
  PreparedRows Decode(const arrow::RecordBatch& batch) const;

 private:
  std::size_t input_count_;
  std::shared_ptr<arrow::Schema> schema_;
};

// The keys and hops of a batch that begins with `key, hop`, all rows selected; views into it.
PreparedRows DecodeKeys(const arrow::RecordBatch& batch);

// One builder per column.
Result<std::vector<std::unique_ptr<arrow::ArrayBuilder>>> MakeBuilders(const arrow::Schema& schema);
// What the builders hold, which are empty then.
Result<std::shared_ptr<arrow::RecordBatch>> FinishBatch(
    const std::shared_ptr<arrow::Schema>& schema, std::int64_t rows,
    std::span<const std::unique_ptr<arrow::ArrayBuilder>> builders);

}  // namespace gnomon::aggregate
