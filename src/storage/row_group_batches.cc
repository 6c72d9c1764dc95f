// SPDX-License-Identifier: Apache-2.0
// Statistics and the encodings of pages decide, group by group; what is left is read by the
// library's Arrow reader and cast to the promised types.
#include "storage/row_group_batches.h"

#include <arrow/api.h>
#include <parquet/file_reader.h>
#include <parquet/metadata.h>

#include <algorithm>

#include "base/cancellation.h"
#include "base/floor_division.h"
#include "base/work_counter.h"
#include "storage/arrow_cast.h"
#include "storage/dictionary_column.h"
#include "storage/parquet_guard.h"
#include "types/buffer_pool.h"
#include "types/dictionary_batch.h"

namespace gnomon {

namespace {

// Who looks at each value of a dictionary once per batch is better off with few batches, of about
// this.
constexpr std::int64_t kDictionaryBatchBytes = 8 << 20;

class RowGroupBatches final : public arrow::RecordBatchReader {
 public:
  RowGroupBatches(std::string path, parquet::arrow::FileReader& file,
                  std::shared_ptr<arrow::Schema> schema, RowGroupSelection selection)
      : path_(std::move(path)),
        file_(file),
        schema_(std::move(schema)),
        selection_(std::move(selection)) {}

  std::shared_ptr<arrow::Schema> schema() const override { return schema_; }

  arrow::Status ReadNext(std::shared_ptr<arrow::RecordBatch>* batch) override {
    if (const Status stop = CheckCancelled(); !stop) {
      return arrow::Status::Cancelled(stop.error().message);
    }
    const arrow::Status status = GuardParquet([&] { return Next(batch); });
    if (status.ok() || status.IsOutOfMemory()) return status;
    return arrow::Status::Invalid("reading ", path_, ": the file is damaged: ", status.message());
  }

 private:
  arrow::Status Next(std::shared_ptr<arrow::RecordBatch>* batch) {
    batch->reset();
    while (rows_left_ == 0) {
      if (next_group_ == selection_.row_groups.size()) return arrow::Status::OK();
      ARROW_RETURN_NOT_OK(StartGroup(selection_.row_groups[next_group_++]));
    }
    std::shared_ptr<arrow::RecordBatch> read;
    if (leaves_.empty()) {
      read = arrow::RecordBatch::Make(arrow::schema({}), std::min(rows_left_, batch_rows_),
                                      arrow::ArrayVector());
    } else {
      ARROW_RETURN_NOT_OK(rest_->ReadNext(&read));
      if (read == nullptr || read->num_rows() == 0 || read->num_rows() > rows_left_)
        return arrow::Status::Invalid("a row group has another number of rows than it says");
    }
    rows_left_ -= read->num_rows();
    const auto rows = static_cast<double>(read->num_rows());
    WorkRead().Add(
        {.rows = read->num_rows(), .bytes = static_cast<std::int64_t>(rows * bytes_per_row_)});
    return Convert(*read).Value(batch);
  }

  arrow::Status StartGroup(int group) {
    leaves_ = selection_.leaves;
    order_ = selection_.order;
    constants_.assign(order_.size(), nullptr);
    dictionaries_.clear();
    dictionaries_.resize(order_.size());
    for (const auto& [flat, coarse] : selection_.coarse) {
      const ColumnBounds bounds = selection_.bounds_of(group, coarse.column);
      if (!LieInOneStep(bounds, coarse.step)) continue;
      constants_[flat.wanted] = bounds.lower;
      LeaveOut(flat);
    }
    bytes_per_row_ = BytesPerRow(group, &parquet::ColumnChunkMetaData::total_compressed_size);
    batch_rows_ = selection_.batch_rows;
    if (!selection_.dictionaries.empty()) OpenDictionaries(group);
    rows_left_ = file_.parquet_reader()->metadata()->RowGroup(group)->num_rows();
    file_.set_batch_size(batch_rows_);
    return leaves_.empty() ? arrow::Status::OK()
                           : file_.GetRecordBatchReader({group}, leaves_).Value(&rest_);
  }

  void OpenDictionaries(int group) {
    const std::int64_t batch_rows = DictionaryBatchRows(group);
    for (const RowGroupSelection::Flat& flat : selection_.dictionaries) {
      auto column = DictionaryColumn::Open(*file_.parquet_reader(), group, flat.leaf);
      if (column == nullptr) continue;
      dictionaries_[flat.wanted] = std::move(column);
      batch_rows_ = batch_rows;
      LeaveOut(flat);
    }
  }

  // Of the columns that the library's Arrow reader reads.
  void LeaveOut(const RowGroupSelection::Flat& flat) {
    std::erase(leaves_, flat.leaf);
    for (int& place : order_) place -= place > order_[flat.wanted] ? 1 : 0;
  }

  // The library's own function copies value by value.
  static arrow::Result<std::shared_ptr<arrow::Array>> Repeated(const arrow::Scalar& scalar,
                                                               std::int64_t rows) {
    ARROW_ASSIGN_OR_RAISE(
        std::shared_ptr<arrow::Buffer> buffer,
        arrow::AllocateBuffer(rows * static_cast<std::int64_t>(sizeof(std::int64_t)),
                              BufferPool()));
    std::fill_n(buffer->mutable_data_as<std::int64_t>(), rows,
                static_cast<const arrow::Int64Scalar&>(scalar).value);
    return std::make_shared<arrow::Int64Array>(rows, std::move(buffer));
  }

  static bool LieInOneStep(const ColumnBounds& bounds, std::int64_t step) {
    if (bounds.lower == nullptr || bounds.upper == nullptr || bounds.null_count != 0) return false;
    const auto multiple_below = [&](const arrow::Scalar& scalar) {
      return FloorDiv(static_cast<const arrow::Int64Scalar&>(scalar).value, step);
    };
    return multiple_below(*bounds.lower) == multiple_below(*bounds.upper);
  }

  // Of the columns that are read.
  double BytesPerRow(int group, std::int64_t (parquet::ColumnChunkMetaData::*size)() const) const {
    const auto metadata = file_.parquet_reader()->metadata()->RowGroup(group);
    std::int64_t bytes = 0;
    for (const int leaf : leaves_) bytes += (*metadata->ColumnChunk(leaf).*size)();
    return static_cast<double>(bytes) /
           static_cast<double>(std::max<std::int64_t>(metadata->num_rows(), 1));
  }

  std::int64_t DictionaryBatchRows(int group) const {
    const double row_bytes =
        BytesPerRow(group, &parquet::ColumnChunkMetaData::total_uncompressed_size);
    const auto rows = static_cast<double>(kDictionaryBatchBytes) / std::max(row_bytes, 1.0);
    return std::max(selection_.batch_rows, static_cast<std::int64_t>(rows));
  }

  arrow::Result<std::shared_ptr<arrow::RecordBatch>> Convert(const arrow::RecordBatch& read) {
    arrow::ArrayVector columns;
    for (std::size_t i = 0; i < order_.size(); ++i) {
      ARROW_ASSIGN_OR_RAISE(columns.emplace_back(), ColumnOf(i, read));
    }
    return BatchWithDictionaries(schema_, read.num_rows(), std::move(columns));
  }

  arrow::Result<std::shared_ptr<arrow::Array>> ColumnOf(std::size_t wanted,
                                                        const arrow::RecordBatch& read) {
    if (constants_[wanted] != nullptr) return Repeated(*constants_[wanted], read.num_rows());
    if (dictionaries_[wanted] != nullptr) return dictionaries_[wanted]->Read(read.num_rows());
    return CastArray(read.column(order_[wanted]), schema_->field(static_cast<int>(wanted))->type());
  }

  std::string path_;
  parquet::arrow::FileReader& file_;
  std::shared_ptr<arrow::Schema> schema_;
  RowGroupSelection selection_;
  std::size_t next_group_ = 0;
  // Of the current group: of each wanted column the value that stands for all, or its dictionary,
  // or its place in what the library's Arrow reader makes of the rest.
  std::vector<std::shared_ptr<arrow::Scalar>> constants_;
  std::vector<std::unique_ptr<DictionaryColumn>> dictionaries_;
  std::vector<int> order_;
  std::vector<int> leaves_;
  std::shared_ptr<arrow::RecordBatchReader> rest_;
  std::int64_t rows_left_ = 0;
  std::int64_t batch_rows_ = 0;
  double bytes_per_row_ = 0;
};

}  // namespace

std::unique_ptr<arrow::RecordBatchReader> ReadRowGroups(std::string path,
                                                        parquet::arrow::FileReader& file,
                                                        std::shared_ptr<arrow::Schema> schema,
                                                        RowGroupSelection selection) {
  return std::make_unique<RowGroupBatches>(std::move(path), file, std::move(schema),
                                           std::move(selection));
}

}  // namespace gnomon
