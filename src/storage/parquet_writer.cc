// SPDX-License-Identifier: Apache-2.0
// The adapter of Arrow's Parquet writer: exceptions and statuses of that library end here.
#include "storage/parquet_writer.h"

#include <arrow/api.h>
#include <arrow/compute/api.h>
#include <arrow/io/file.h>
#include <arrow/util/byte_size.h>
#include <arrow/util/compression.h>
#include <arrow/util/io_util.h>
#include <fcntl.h>
#include <parquet/arrow/writer.h>
#include <parquet/metadata.h>
#include <parquet/properties.h>
#include <parquet/statistics.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "storage/column_bounds.h"
#include "storage/file_error.h"
#include "storage/file_io.h"
#include "storage/parquet_guard.h"
#include "types/arrow_bytes.h"
#include "types/arrow_mapping.h"
#include "types/buffer_pool.h"

namespace gnomon {

namespace {

// A failed call of the library as ours. Writing can fail by the disk alone; the rest is memory or a
// batch that is not what its schema says.
Error WriteError(const std::string& path, const arrow::Status& status) {
  if (status.IsOutOfMemory()) return Unavailable("writing {}: the memory is used up", path);
  if (status.IsIOError()) {
    return FileError("writing a data file", path, arrow::internal::ErrnoFromStatus(status));
  }
  return Internal("writing {}: {}", path, status.message());
}

// Runs a call of the library.
template <typename Call>
Status Guard(const std::string& path, const Call& call) {
  const arrow::Status status = GuardParquet(call);
  return status.ok() ? Ok() : Status(WriteError(path, status));
}

// A dictionary that grows beyond this is given up.
constexpr std::int64_t kDictionaryBytesMax = 4 << 20;

// Whether the values of a column come twice on average, so that a dictionary of them is worth its
// room; of ids and keys of features it is only looked up in, outgrown and given up. Judged by some
// rows from all over them: of n values, k rows show about k * k / 2n that were there before.
arrow::Result<bool> Repeats(const std::shared_ptr<arrow::ChunkedArray>& column) {
  constexpr std::int64_t kSampleRows = 2048;
  constexpr double kRepeatsMin = 2;
  const arrow::Type::type type = column->type()->id();
  if (!arrow::is_primitive(type) && !arrow::is_base_binary_like(type)) return true;
  if (column->length() < kSampleRows) return true;
  arrow::Int64Builder picked;
  const std::int64_t step = column->length() / kSampleRows;
  for (std::int64_t i = 0; i < kSampleRows; ++i) ARROW_RETURN_NOT_OK(picked.Append(i * step));
  ARROW_ASSIGN_OR_RAISE(const auto rows, picked.Finish());
  ARROW_ASSIGN_OR_RAISE(const auto sample, arrow::compute::Take(column, rows));
  ARROW_ASSIGN_OR_RAISE(const auto distinct, arrow::compute::Unique(sample));
  const auto repeated = static_cast<double>(kSampleRows - distinct->length());
  constexpr double kPairs = static_cast<double>(kSampleRows) * kSampleRows / 2;
  return static_cast<double>(column->length()) * repeated >= kRepeatsMin * kPairs;
}

// `first` are the first rows to be written.
arrow::Result<std::shared_ptr<parquet::WriterProperties>> WriterPropertiesOf(
    const arrow::Table& first, const ParquetWriterOptions& options) {
  const auto zstd = arrow::Compression::ZSTD;
  const auto snappy = arrow::Compression::SNAPPY;
  parquet::WriterProperties::Builder builder;
  for (int i = 0; i < first.num_columns(); ++i) {
    const auto& field = first.schema()->field(i);
    // Measures rarely repeat, and looking each up costs more than all the rest of its encoding.
    bool has_dictionary = false;
    if (!arrow::is_floating(field->type()->id())) {
      ARROW_ASSIGN_OR_RAISE(has_dictionary, Repeats(first.column(i)));
    }
    if (!has_dictionary) {
      builder.disable_dictionary(
          std::make_shared<parquet::schema::ColumnPath>(std::vector<std::string>{field->name()}));
    }
  }
  return builder.memory_pool(BufferPool())
      ->compression(arrow::util::Codec::IsAvailable(zstd) ? zstd : snappy)
      ->dictionary_pagesize_limit(kDictionaryBytesMax)
      ->max_row_group_length(options.row_group_rows)
      // Pages end by their bytes: without an index of pages, small ones only cost.
      ->max_rows_per_page(options.row_group_rows)
      ->enable_store_decimal_as_integer()  // Iceberg wants the physical type by the precision.
      ->enable_page_checksum()
      ->created_by("gnomon")
      ->build();
}

std::shared_ptr<parquet::ArrowWriterProperties> ArrowPropertiesOf() {
  // Lists in the form of three levels; timestamps stay microseconds, adjusted to UTC if they have a
  // zone.
  return parquet::ArrowWriterProperties::Builder().enable_compliant_nested_types()->build();
}

Status CheckWritable(const arrow::Field& field) {
  if (field.type()->id() == arrow::Type::NA) {
    return InvalidArgument("a column of nulls has no type - cast it: {}", field.name());
  }
  for (const auto& child : field.type()->fields()) GNOMON_RETURN_IF_ERROR(CheckWritable(*child));
  return Ok();
}

// A slice that keeps much more in memory than its own rows becomes a copy of them.
arrow::Result<std::shared_ptr<arrow::RecordBatch>> WithoutRest(
    std::shared_ptr<arrow::RecordBatch> rows) {
  if (arrow::util::TotalBufferSize(*rows) <= 2 * BytesOf(*rows)) return rows;
  arrow::ArrayVector columns;
  for (const auto& column : rows->columns()) {
    // Of a single array, concatenation may give the same.
    const arrow::ArrayVector halves = {column, column->Slice(column->length())};
    ARROW_ASSIGN_OR_RAISE(columns.emplace_back(), arrow::Concatenate(halves, BufferPool()));
  }
  return arrow::RecordBatch::Make(rows->schema(), rows->num_rows(), std::move(columns));
}

// Rows wait as they came until a row group is full, and then column after column is encoded: its
// pages go straight to the file, and the buffers of one column serve the next.
class ArrowParquetWriter final : public ParquetWriter {
 public:
  ArrowParquetWriter(std::string path, std::shared_ptr<arrow::Schema> schema,
                     const ParquetWriterOptions& options)
      : path_(std::move(path)), schema_(std::move(schema)), options_(options), bounds_(*schema_) {}

  ~ArrowParquetWriter() override {
    if (closed_ || sink_ == nullptr) return;
    // Closing the library's writer would write a footer; its file is closed first, so that it can
    // not.
    static_cast<void>(Guard(path_, [&] { return sink_->Close(); }));
    writer_.reset();
    static_cast<void>(RemoveFile(path_).has_value());
  }

  Status Start() {
    const std::filesystem::path folder = std::filesystem::path(path_).parent_path();
    std::error_code failure;
    std::filesystem::create_directories(folder, failure);
    if (failure) return FileError("creating a folder", folder, failure.value());
    const int descriptor = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    if (descriptor < 0) return FileError("writing a data file", path_, errno);
    auto sink = arrow::io::FileOutputStream::Open(descriptor);
    if (!sink.ok()) {
      ::close(descriptor);
      ::unlink(path_.c_str());
      return WriteError(path_, sink.status());
    }
    sink_ = *sink;
    return Ok();
  }

  Status Write(const arrow::RecordBatch& batch) override {
    GNOMON_CHECK(!closed_);
    if (failed_) return Unavailable("writing {}: an earlier write to it failed", path_);
    if (!batch.schema()->Equals(*schema_, /*check_metadata=*/false)) {
      return InvalidArgument(
          "writing {}: a batch has other columns than the file: {} instead of {}", path_,
          batch.schema()->ToString(), schema_->ToString());
    }
    const std::int64_t batch_bytes = std::max<std::int64_t>(1, BytesOf(batch));
    for (std::int64_t done = 0; done < batch.num_rows();) {
      const std::int64_t rows = PieceRows(batch, batch_bytes, batch.num_rows() - done);
      Status written = Guard(path_, [&]() -> arrow::Status {
        ARROW_ASSIGN_OR_RAISE(group_.emplace_back(), WithoutRest(batch.Slice(done, rows)));
        group_rows_ += rows;
        group_bytes_ += batch_bytes * rows / batch.num_rows() + 1;
        return is_group_full() ? WriteGroup() : arrow::Status::OK();
      });
      failed_ = !written.has_value();
      if (failed_) return written;
      done += rows;
    }
    // By the file's schema, as the batch's own may lack the ids.
    bounds_.Add(*arrow::RecordBatch::Make(schema_, batch.num_rows(), batch.columns()));
    row_count_ += batch.num_rows();
    return Ok();
  }

  Status EndRowGroup() override {
    GNOMON_CHECK(!closed_);
    if (failed_) return Unavailable("writing {}: an earlier write to it failed", path_);
    if (group_rows_ == 0) return Ok();
    Status written = Guard(path_, [&] { return WriteGroup(); });
    failed_ = !written.has_value();
    return written;
  }

  Result<DataFileMetrics> Close() override {
    GNOMON_CHECK(!closed_);
    if (failed_) return Unavailable("writing {}: an earlier write to it failed", path_);
    GNOMON_RETURN_IF_ERROR(Guard(path_, [&]() -> arrow::Status {
      if (writer_ == nullptr || group_rows_ > 0) ARROW_RETURN_NOT_OK(WriteGroup());
      return writer_->Close();
    }));
    const std::int64_t size = bytes_written();
    GNOMON_RETURN_IF_ERROR(Guard(path_, [&] { return sink_->Close(); }));
    DataFileMetrics metrics;
    GNOMON_RETURN_IF_ERROR(Guard(path_, [&] {
      AddFooterMetrics(*writer_->metadata(), metrics);
      return arrow::Status::OK();
    }));
    AddBounds(metrics);
    metrics.record_count = row_count_;
    metrics.file_size_bytes = size;
    closed_ = true;
    return metrics;
  }

  std::int64_t bytes_written() const override {
    if (sink_->closed()) return 0;
    return sink_->Tell().ValueOr(0);
  }

 private:
  bool is_group_full() const {
    return group_rows_ >= options_.row_group_rows || group_bytes_ >= options_.row_group_bytes;
  }

  // How many of the batch's remaining rows still fit the row group.
  std::int64_t PieceRows(const arrow::RecordBatch& batch, std::int64_t batch_bytes,
                         std::int64_t remaining) const {
    const double row_bytes =
        static_cast<double>(batch_bytes) / static_cast<double>(batch.num_rows());
    const auto bytes_left = static_cast<double>(options_.row_group_bytes - group_bytes_);
    const auto by_bytes = static_cast<std::int64_t>(bytes_left / row_bytes) + 1;
    return std::min({remaining, by_bytes, options_.row_group_rows - group_rows_});
  }

  // The library's writer begins when the first rows are known, by which its encodings are chosen.
  arrow::Status WriteGroup() {
    ARROW_ASSIGN_OR_RAISE(const auto rows,
                          arrow::Table::FromRecordBatches(schema_, std::exchange(group_, {})));
    if (writer_ == nullptr) {
      ARROW_ASSIGN_OR_RAISE(const auto properties, WriterPropertiesOf(*rows, options_));
      ARROW_ASSIGN_OR_RAISE(
          writer_, parquet::arrow::FileWriter::Open(*schema_, BufferPool(), sink_, properties,
                                                    ArrowPropertiesOf()));
    }
    group_bytes_ = 0;
    if (std::exchange(group_rows_, 0) == 0) return arrow::Status::OK();
    ARROW_RETURN_NOT_OK(writer_->WriteTable(*rows, rows->num_rows()));
    // Begins to write back what syncing will wait for.
    (void)::sync_file_range(sink_->file_descriptor(), 0, 0, SYNC_FILE_RANGE_WRITE);
    return arrow::Status::OK();
  }

  static void AddFooterMetrics(const parquet::FileMetaData& footer, DataFileMetrics& metrics) {
    for (int g = 0; g < footer.num_row_groups(); ++g) {
      const auto group = footer.RowGroup(g);
      if (group->num_rows() == 0) continue;
      for (int c = 0; c < group->num_columns(); ++c) {
        const auto chunk = group->ColumnChunk(c);
        if (c == 0) {
          metrics.split_offsets.push_back(chunk->has_dictionary_page()
                                              ? chunk->dictionary_page_offset()
                                              : chunk->data_page_offset());
        }
        const int id = footer.schema()->Column(c)->schema_node()->field_id();
        if (id < 0) continue;
        ColumnMetrics& column = metrics.columns[id];
        column.size_bytes += chunk->total_compressed_size();
        column.value_count += chunk->num_values();
        const auto statistics = chunk->statistics();
        if (statistics != nullptr) column.null_count += statistics->null_count();
      }
    }
  }

  void AddBounds(DataFileMetrics& metrics) const {
    for (const auto& [id, tracker] : bounds_.trackers()) {
      ColumnMetrics& column = metrics.columns[id];
      column.lower = tracker->lower();
      column.upper = tracker->upper();
      column.nan_count = tracker->nan_count();
    }
  }

  std::string path_;
  std::shared_ptr<arrow::Schema> schema_;
  ParquetWriterOptions options_;
  SchemaBounds bounds_;
  std::shared_ptr<arrow::io::FileOutputStream> sink_;
  std::unique_ptr<parquet::arrow::FileWriter> writer_;
  std::int64_t row_count_ = 0;
  std::vector<std::shared_ptr<arrow::RecordBatch>> group_;  // What waits for its row group.
  std::int64_t group_rows_ = 0;
  std::int64_t group_bytes_ = 0;
  bool failed_ = false;
  bool closed_ = false;
};

}  // namespace

Result<std::unique_ptr<ParquetWriter>> ParquetWriter::Open(const std::string& path,
                                                           std::shared_ptr<arrow::Schema> schema,
                                                           const ParquetWriterOptions& options) {
  GNOMON_CHECK(options.row_group_rows > 0 && options.row_group_bytes > 0);
  for (const auto& field : schema->fields()) GNOMON_RETURN_IF_ERROR(CheckWritable(*field));
  auto writer = std::make_unique<ArrowParquetWriter>(path, std::move(schema), options);
  GNOMON_RETURN_IF_ERROR(writer->Start());
  return std::unique_ptr<ParquetWriter>(std::move(writer));
}

}  // namespace gnomon
