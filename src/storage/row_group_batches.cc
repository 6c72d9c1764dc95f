// SPDX-License-Identifier: Apache-2.0
// Statistics and the encodings of pages decide, group by group; each batch is cast to the promised
// types.
#include "storage/row_group_batches.h"

#include <arrow/api.h>
#include <parquet/file_reader.h>
#include <parquet/metadata.h>

#include <algorithm>

#include "base/cancellation.h"
#include "base/work_counter.h"
#include "storage/arrow_cast.h"
#include "storage/parquet_guard.h"
#include "types/buffer_pool.h"

namespace gnomon {

namespace {

// Each batch of a row group carries its whole dictionary, so there are few of them, of about this.
constexpr std::int64_t kDictionaryBatchBytes = 8 << 20;

class RowGroupBatches final : public arrow::RecordBatchReader {
 public:
  RowGroupBatches(std::string path, parquet::arrow::FileReader& file,
                  std::unique_ptr<parquet::arrow::FileReader> with_dictionaries,
                  std::shared_ptr<arrow::Schema> schema, RowGroupSelection selection)
      : path_(std::move(path)),
        file_(file),
        with_dictionaries_(std::move(with_dictionaries)),
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
    for (;;) {
      if (current_ == nullptr) {
        if (next_group_ == selection_.row_groups.size()) return arrow::Status::OK();
        const int group = selection_.row_groups[next_group_++];
        FindConstants(group);
        bytes_per_row_ = BytesPerRow(group, &parquet::ColumnChunkMetaData::total_compressed_size);
        parquet::arrow::FileReader& file = HasDictionaries(group) ? *with_dictionaries_ : file_;
        file.set_batch_size(HasDictionaries(group) ? DictionaryBatchRows(group)
                                                   : selection_.batch_rows);
        ARROW_ASSIGN_OR_RAISE(current_, file.GetRecordBatchReader({group}, leaves_));
      }
      std::shared_ptr<arrow::RecordBatch> read;
      ARROW_RETURN_NOT_OK(current_->ReadNext(&read));
      if (read == nullptr) {
        current_.reset();
      } else if (read->num_rows() > 0) {
        const auto rows = static_cast<double>(read->num_rows());
        WorkRead().Add(
            {.rows = read->num_rows(), .bytes = static_cast<std::int64_t>(rows * bytes_per_row_)});
        return Convert(*read).Value(batch);
      }
    }
  }

  // Columns of the group that need not be read; one is read for the number of rows.
  void FindConstants(int group) {
    leaves_ = selection_.leaves;
    order_ = selection_.order;
    constants_.assign(order_.size(), nullptr);
    for (const auto& [wanted, leaf, coarse] : selection_.coarse) {
      const ColumnBounds bounds = selection_.bounds_of(group, coarse.column);
      if (leaves_.size() == 1 || !LieInOneStep(bounds, coarse.step)) continue;
      constants_[wanted] = bounds.lower;
      std::erase(leaves_, leaf);
      for (int& place : order_) place -= place > order_[wanted] ? 1 : 0;
    }
  }

  static bool LieInOneStep(const ColumnBounds& bounds, std::int64_t step) {
    if (bounds.lower == nullptr || bounds.upper == nullptr || bounds.null_count != 0) return false;
    const auto multiple_below = [&](const arrow::Scalar& scalar) {
      const std::int64_t value = static_cast<const arrow::Int64Scalar&>(scalar).value;
      return value / step - (value % step < 0 ? 1 : 0);
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

  // Values beside their dictionary would have to be looked up in it one by one.
  bool HasDictionaries(int group) const {
    if (with_dictionaries_ == nullptr) return false;
    const auto metadata = file_.parquet_reader()->metadata()->RowGroup(group);
    const std::vector<int>& leaves = selection_.dictionaries;
    return std::all_of(leaves.begin(), leaves.end(), [&](int leaf) {
      const auto chunk = metadata->ColumnChunk(leaf);
      const auto& pages = chunk->encoding_stats();
      return !pages.empty() && std::all_of(pages.begin(), pages.end(), [](const auto& page) {
        return page.page_type == parquet::PageType::DICTIONARY_PAGE ||
               page.encoding == parquet::Encoding::RLE_DICTIONARY ||
               page.encoding == parquet::Encoding::PLAIN_DICTIONARY;
      });
    });
  }

  arrow::Result<std::shared_ptr<arrow::RecordBatch>> Convert(const arrow::RecordBatch& read) const {
    arrow::ArrayVector columns;
    std::shared_ptr<arrow::Schema> schema = schema_;
    for (int i = 0; i < schema_->num_fields(); ++i) {
      const auto at = static_cast<std::size_t>(i);
      if (constants_[at] != nullptr) {
        ARROW_ASSIGN_OR_RAISE(
            columns.emplace_back(),
            arrow::MakeArrayFromScalar(*constants_[at], read.num_rows(), BufferPool()));
        continue;
      }
      std::shared_ptr<arrow::Array> column = read.column(order_[at]);
      const auto& field = schema_->field(i);
      if (IsWantedDictionary(*column)) {
        ARROW_ASSIGN_OR_RAISE(schema, schema->SetField(i, field->WithType(column->type())));
      } else {
        ARROW_ASSIGN_OR_RAISE(column, CastArray(column, field->type()));
      }
      columns.push_back(std::move(column));
    }
    return arrow::RecordBatch::Make(std::move(schema), read.num_rows(), std::move(columns));
  }
  bool IsWantedDictionary(const arrow::Array& column) const {
    return with_dictionaries_ != nullptr && column.type_id() == arrow::Type::DICTIONARY;
  }

  std::string path_;
  parquet::arrow::FileReader& file_;
  std::unique_ptr<parquet::arrow::FileReader> with_dictionaries_;
  std::shared_ptr<arrow::Schema> schema_;
  RowGroupSelection selection_;
  // Of the current group: what is read of it, and of each wanted column its place in that, or the
  // value that stands for all.
  std::vector<int> leaves_;
  std::vector<int> order_;
  std::vector<std::shared_ptr<arrow::Scalar>> constants_;
  std::size_t next_group_ = 0;
  double bytes_per_row_ = 0;
  std::shared_ptr<arrow::RecordBatchReader> current_;
};

}  // namespace

std::unique_ptr<arrow::RecordBatchReader> ReadRowGroups(
    std::string path, parquet::arrow::FileReader& file,
    std::unique_ptr<parquet::arrow::FileReader> with_dictionaries,
    std::shared_ptr<arrow::Schema> schema, RowGroupSelection selection) {
  return std::make_unique<RowGroupBatches>(std::move(path), file, std::move(with_dictionaries),
                                           std::move(schema), std::move(selection));
}

}  // namespace gnomon
