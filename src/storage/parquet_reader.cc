// SPDX-License-Identifier: Apache-2.0
// The adapter of Arrow's Parquet reader. Row groups are read one after another through buffered
// streams, so memory is bounded by a batch and the open pages, not by the file.
#include "storage/parquet_reader.h"

#include <arrow/api.h>
#include <arrow/compute/cast.h>
#include <arrow/io/file.h>
#include <parquet/arrow/reader.h>
#include <parquet/arrow/schema.h>
#include <parquet/exception.h>
#include <parquet/file_reader.h>
#include <parquet/metadata.h>
#include <parquet/statistics.h>

#include <fcntl.h>
#include <cerrno>
#include <cmath>

#include "base/cancellation.h"
#include "base/work_counter.h"
#include "storage/arrow_cast.h"
#include "storage/descriptor.h"
#include "storage/file_error.h"
#include "storage/parquet_guard.h"
#include "storage/row_group_batches.h"
#include "types/arrow_mapping.h"
#include "types/buffer_pool.h"

namespace gnomon {

namespace {

constexpr std::int64_t kReadBufferBytes = 1 << 20;

Error ReadError(const std::string& path, const arrow::Status& status) {
  if (status.IsOutOfMemory()) return Unavailable("reading {}: the memory is used up", path);
  if (status.IsNotImplemented()) return Unimplemented("reading {}: {}", path, status.message());
  // The library's own words are about Thrift and footers, over several lines.
  return Corruption("{} is damaged or not a Parquet file - write it again", path);
}

// The library's errors of a missing file and of a damaged one are hard to tell apart.
Status CheckReadable(const std::string& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.valid()) return Ok();
  return FileError("reading a data file", path, errno);
}

// The indexes of the leaf columns below a top-level column, and whether one of them is INT96.
struct Leaves {
  std::vector<int> columns;
  bool has_int96 = false;
};

void CollectLeaves(const parquet::arrow::SchemaField& field,
                   const parquet::SchemaDescriptor& schema, Leaves& leaves) {
  if (field.is_leaf()) {
    leaves.columns.push_back(field.column_index);
    leaves.has_int96 = leaves.has_int96 ||
                       schema.Column(field.column_index)->physical_type() == parquet::Type::INT96;
  }
  for (const auto& child : field.children) CollectLeaves(child, schema, leaves);
}

// INT96 is Spark's old instant: it has no zone in the file and means UTC.
void MarkInstants(DataType& type) {
  if (type.kind == TypeKind::kTimestampNtz) type.kind = TypeKind::kTimestamp;
  for (Field& child : type.children) MarkInstants(child.type);
}

bool IsNan(const arrow::Scalar& scalar) {
  if (scalar.type->id() == arrow::Type::FLOAT) {
    return std::isnan(static_cast<const arrow::FloatScalar&>(scalar).value);
  }
  return scalar.type->id() == arrow::Type::DOUBLE &&
         std::isnan(static_cast<const arrow::DoubleScalar&>(scalar).value);
}

// Zeros of both signs compare equal, so a bound of zero must cover both.
std::shared_ptr<arrow::Scalar> WidenZero(std::shared_ptr<arrow::Scalar> scalar, bool is_lower) {
  if (scalar->type->id() == arrow::Type::DOUBLE &&
      static_cast<const arrow::DoubleScalar&>(*scalar).value == 0) {
    return std::make_shared<arrow::DoubleScalar>(is_lower ? -0.0 : 0.0);
  }
  if (scalar->type->id() == arrow::Type::FLOAT &&
      static_cast<const arrow::FloatScalar&>(*scalar).value == 0) {
    return std::make_shared<arrow::FloatScalar>(is_lower ? -0.0f : 0.0f);
  }
  return scalar;
}

// Statistics in the column's own type, as rows will be; nullptr for what can not be trusted.
std::shared_ptr<arrow::Scalar> ToBound(const std::shared_ptr<arrow::Scalar>& scalar,
                                       const std::shared_ptr<arrow::DataType>& type,
                                       bool is_lower) {
  if (scalar == nullptr || !scalar->is_valid || IsNan(*scalar)) return nullptr;
  const auto array = arrow::MakeArrayFromScalar(*scalar, 1);
  if (!array.ok()) return nullptr;
  const auto cast = CastArray(*array, type);
  if (!cast.ok()) return nullptr;
  const auto bound = (*cast)->GetScalar(0);
  return bound.ok() && (*bound)->is_valid ? WidenZero(*bound, is_lower) : nullptr;
}

class ArrowParquetReader final : public ParquetReader {
 public:
  explicit ArrowParquetReader(std::string path) : path_(std::move(path)) {}

  Status Start() {
    std::shared_ptr<arrow::Schema> arrow_schema;
    const arrow::Status status = GuardParquet([&] {
      ARROW_ASSIGN_OR_RAISE(file_, OpenFile());
      return file_->GetSchema(&arrow_schema);
    });
    if (!status.ok()) return ReadError(path_, status);
    auto schema = FromArrow(*arrow_schema);
    if (!schema) return std::move(schema).Annotate("reading " + path_).error();
    schema_ = *std::move(schema);
    for (std::size_t i = 0; i < schema_.fields.size(); ++i) {
      CollectLeaves(file_->manifest().schema_fields[i],
                    *file_->parquet_reader()->metadata()->schema(), leaves_.emplace_back());
      if (leaves_.back().has_int96) MarkInstants(schema_.fields[i].type);
    }
    return Ok();
  }

  const Schema& schema() const override { return schema_; }
  std::int64_t row_count() const override {
    return file_->parquet_reader()->metadata()->num_rows();
  }

  Result<std::unique_ptr<arrow::RecordBatchReader>> Read(
      const ParquetReaderOptions& options) override {
    GNOMON_CHECK(options.batch_rows > 0);
    std::vector<int> wanted;
    if (options.columns) {
      wanted = *options.columns;
    } else {
      for (std::size_t i = 0; i < schema_.fields.size(); ++i) wanted.push_back(static_cast<int>(i));
    }
    Schema projected;
    RowGroupSelection selection;
    std::vector<int> sorted = wanted;
    std::sort(sorted.begin(), sorted.end());
    sorted.erase(std::unique(sorted.begin(), sorted.end()), sorted.end());
    for (const int column : wanted) {
      GNOMON_CHECK(column >= 0 && static_cast<std::size_t>(column) < schema_.fields.size());
      projected.fields.push_back(schema_.fields[static_cast<std::size_t>(column)]);
      // The library gives columns in the order of the file.
      selection.order.push_back(static_cast<int>(
          std::lower_bound(sorted.begin(), sorted.end(), column) - sorted.begin()));
    }
    for (const int column : sorted) {
      const auto& own = leaves_[static_cast<std::size_t>(column)].columns;
      selection.leaves.insert(selection.leaves.end(), own.begin(), own.end());
    }
    const auto flat = [&](int column, TypeKind kind) -> RowGroupSelection::Flat {
      const auto place = std::find(wanted.begin(), wanted.end(), column);
      GNOMON_CHECK(place != wanted.end());
      return {static_cast<std::size_t>(place - wanted.begin()), LeafOf(column, kind)};
    };
    for (const int column : options.dictionaries)
      selection.dictionaries.push_back(flat(column, TypeKind::kString));
    for (const CoarseColumn& coarse : options.coarse)
      selection.coarse.emplace_back(flat(coarse.column, TypeKind::kLong), coarse);
    selection.row_groups = ChooseRowGroups(options);
    selection.bounds_of = [this](int group, int column) { return BoundsOf(group, column); };
    selection.batch_rows = options.batch_rows;
    file_->set_use_threads(options.side_by_side);
    return ReadRowGroups(path_, *file_, ToArrow(projected), std::move(selection));
  }

 private:
  // The leaf of a plain column.
  int LeafOf(int column, TypeKind kind) const {
    GNOMON_CHECK(schema_.fields[static_cast<std::size_t>(column)].type == kind);
    return leaves_[static_cast<std::size_t>(column)].columns[0];
  }

  arrow::Result<std::unique_ptr<parquet::arrow::FileReader>> OpenFile() const {
    ARROW_ASSIGN_OR_RAISE(auto file, arrow::io::ReadableFile::Open(path_));
    parquet::ReaderProperties properties(BufferPool());
    properties.enable_buffered_stream();
    properties.set_buffer_size(kReadBufferBytes);
    properties.set_page_checksum_verification(true);
    parquet::ArrowReaderProperties arrow_properties;
    arrow_properties.set_pre_buffer(false);
    arrow_properties.set_coerce_int96_timestamp_unit(arrow::TimeUnit::MICRO);
    parquet::arrow::FileReaderBuilder builder;
    ARROW_RETURN_NOT_OK(builder.Open(std::move(file), properties));
    builder.memory_pool(BufferPool());
    builder.properties(arrow_properties);
    return builder.Build();
  }

  std::vector<int> ChooseRowGroups(const ParquetReaderOptions& options) const {
    std::vector<int> chosen;
    for (int group = 0; group < file_->num_row_groups(); ++group) {
      const auto bounds_of = [&](int column) { return BoundsOf(group, column); };
      if (!options.row_group_filter || options.row_group_filter(bounds_of)) {
        chosen.push_back(group);
      } else {
        WorkRead().Add(
            {.rows_skipped = file_->parquet_reader()->metadata()->RowGroup(group)->num_rows()});
      }
    }
    return chosen;
  }

  // Missing or unreadable statistics give empty bounds, which exclude nothing.
  ColumnBounds BoundsOf(int group, int column) const {
    ColumnBounds bounds;
    GNOMON_CHECK(column >= 0 && static_cast<std::size_t>(column) < leaves_.size());
    const auto index = static_cast<std::size_t>(column);
    const Leaves& leaves = leaves_[index];
    const Field& field = schema_.fields[index];
    const arrow::Status status = GuardParquet([&] {
      const auto row_group = file_->parquet_reader()->metadata()->RowGroup(group);
      bounds.value_count = row_group->num_rows();
      if (leaves.columns.size() != 1 || leaves.has_int96 || !field.type.children.empty()) {
        return arrow::Status::OK();
      }
      const auto statistics = row_group->ColumnChunk(leaves.columns[0])->statistics();
      if (statistics == nullptr) return arrow::Status::OK();
      if (statistics->HasNullCount()) bounds.null_count = statistics->null_count();
      if (!statistics->HasMinMax()) return arrow::Status::OK();
      std::shared_ptr<arrow::Scalar> lower;
      std::shared_ptr<arrow::Scalar> upper;
      ARROW_RETURN_NOT_OK(parquet::arrow::StatisticsAsScalars(*statistics, &lower, &upper));
      const auto type = ToArrow(field.type);
      bounds.lower = ToBound(lower, type, /*is_lower=*/true);
      bounds.upper = ToBound(upper, type, /*is_lower=*/false);
      return arrow::Status::OK();
    });
    if (!status.ok()) bounds.lower = bounds.upper = nullptr;
    return bounds;
  }

  std::string path_;
  std::unique_ptr<parquet::arrow::FileReader> file_;
  Schema schema_;
  std::vector<Leaves> leaves_;  // By top-level column.
};

}  // namespace

Result<std::unique_ptr<ParquetReader>> ParquetReader::Open(const std::string& path) {
  GNOMON_RETURN_IF_ERROR(CheckReadable(path));
  auto reader = std::make_unique<ArrowParquetReader>(path);
  GNOMON_RETURN_IF_ERROR(reader->Start());
  return std::unique_ptr<ParquetReader>(std::move(reader));
}

}  // namespace gnomon
