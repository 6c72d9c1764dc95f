// SPDX-License-Identifier: Apache-2.0
// Rows to data files. The caller's thread fits and routes rows; opening, encoding and closing a
// file are tasks in the lane of its partition.
#include "iceberg/data_writer.h"

#include <arrow/api.h>
#include <arrow/compute/api.h>

#include <set>
#include <unordered_map>
#include <utility>

#include "base/cancellation.h"
#include "base/edit_distance.h"
#include "base/work_counter.h"
#include "iceberg/location.h"
#include "iceberg/projection.h"
#include "storage/descriptor.h"
#include "storage/file_sync.h"
#include "types/arrow_bytes.h"
#include "types/arrow_mapping.h"

namespace gnomon::iceberg {

namespace {

constexpr std::size_t kOpenFilesMax = 64;
constexpr std::int64_t kGroupedBytesMax = 64 << 20;
constexpr std::int64_t kWaitingBytesMax = 16 << 20;

template <typename ArrayType>
void AppendFixed(const arrow::Array& array, std::int64_t row, std::string& key) {
  const auto value = static_cast<const ArrayType&>(array).Value(row);
  key.append(reinterpret_cast<const char*>(&value), sizeof(value));
}

// Bounds inside lists and maps say nothing about rows, so only plain leaves have them.
void CollectPlainLeaves(const std::vector<Field>& fields, std::set<std::int32_t>& ids) {
  for (const Field& field : fields) {
    if (field.type.children.empty()) ids.insert(field.id);
    if (field.type.kind == TypeKind::kStruct) CollectPlainLeaves(field.type.children, ids);
  }
}

// Whether the bytes of all values are the same.
bool IsConstant(const arrow::Array& array) {
  const auto options = arrow::EqualOptions::Defaults().signed_zeros_equal(false);
  return array.length() < 2 || array.RangeEquals(array, 0, array.length() - 1, 1, options);
}

Status CheckNulls(const Field& field, const arrow::Array& array) {
  if (field.nullable || array.null_count() == 0) return Ok();
  return InvalidArgument("column {} is required but {} rows have no value for it", field.name,
                         array.null_count());
}

}  // namespace

void AppendRowKey(const arrow::Array& array, std::int64_t row, std::string& key) {
  if (array.IsNull(row)) {
    key.push_back('n');
    return;
  }
  key.push_back('v');
  switch (array.type_id()) {
    case arrow::Type::DATE32:
      return AppendFixed<arrow::Date32Array>(array, row, key);
    case arrow::Type::INT32:
      return AppendFixed<arrow::Int32Array>(array, row, key);
    case arrow::Type::INT64:
      return AppendFixed<arrow::Int64Array>(array, row, key);
    case arrow::Type::TIMESTAMP:
      return AppendFixed<arrow::TimestampArray>(array, row, key);
    case arrow::Type::FLOAT:
      return AppendFixed<arrow::FloatArray>(array, row, key);
    case arrow::Type::DOUBLE:
      return AppendFixed<arrow::DoubleArray>(array, row, key);
    case arrow::Type::BOOL:
      return AppendFixed<arrow::BooleanArray>(array, row, key);
    case arrow::Type::DECIMAL128:
      key.append(static_cast<const arrow::Decimal128Array&>(array).GetView(row));
      return;
    default: {
      const std::string_view bytes = static_cast<const arrow::BinaryArray&>(array).GetView(row);
      const auto size = static_cast<std::uint32_t>(bytes.size());
      key.append(reinterpret_cast<const char*>(&size), sizeof(size));
      key.append(bytes);
    }
  }
}

struct DataWriter::OpenPartition {
  std::string key;
  std::vector<ScalarPtr> values;
  std::uint64_t last_use = 0;
  std::int64_t grouped_bytes = 0;  // Of rows that wait for their row group to fill.
  std::shared_ptr<TaskLanes::Lane> lane = std::make_shared<TaskLanes::Lane>();
  // Of the lane's tasks: the open file, and where the next one goes.
  std::string location;
  std::unique_ptr<ParquetWriter> writer;
};

struct DataWriter::RowGroup {
  std::string key;
  std::vector<std::int64_t> rows;
};

DataWriter::DataWriter(std::shared_ptr<const TableMetadata> metadata,
                       std::int64_t target_file_bytes)
    : metadata_(std::move(metadata)),
      target_file_bytes_(target_file_bytes),
      arrow_schema_(ToArrow(metadata_->schema())) {
  UseThreads(1);
}

DataWriter::~DataWriter() = default;

void DataWriter::UseThreads(int threads) {
  GNOMON_CHECK(locations_.empty());
  lanes_ = std::make_unique<TaskLanes>(threads, kWaitingBytesMax);
}

Result<std::unique_ptr<DataWriter>> DataWriter::Make(
    const std::shared_ptr<const TableMetadata>& metadata, std::int64_t target_file_bytes,
    const std::string& table_name) {
  auto writer = std::unique_ptr<DataWriter>(new DataWriter(metadata, target_file_bytes));
  const auto& fields = metadata->schema().fields;
  for (const PartitionField& field : metadata->spec().fields) {
    PartitionSource source{.is_void = field.transform == "void"};
    const auto found = std::find_if(fields.begin(), fields.end(), [&](const Field& column) {
      return column.id == field.source_id;
    });
    if (!source.is_void) {
      if (!field.is_identity() || found == fields.end()) {
        return Unimplemented(
            "table {} is partitioned by {} ({}), which can be read but not written - "
            "partition it by plain columns",
            table_name, field.name, field.transform);
      }
      source.column = static_cast<int>(found - fields.begin());
    }
    writer->sources_.push_back(source);
  }
  return writer;
}

Result<std::shared_ptr<arrow::RecordBatch>> DataWriter::Fit(const arrow::RecordBatch& batch) const {
  const Schema& schema = metadata_->schema();
  for (const auto& name : batch.schema()->field_names()) {
    if (schema.Find(name) == nullptr) {
      return InvalidArgument("the rows have a column {} that the table lacks{}", name,
                             DidYouMean(name, schema.names()));
    }
  }
  std::vector<std::shared_ptr<arrow::Array>> columns;
  for (const Field& field : schema.fields) {
    const int index = batch.schema()->GetFieldIndex(field.name);
    std::shared_ptr<arrow::Array> column;
    if (index < 0) {
      GNOMON_ARROW_ASSIGN(column, arrow::MakeArrayOfNull(ToArrow(field.type), batch.num_rows()),
                          field.name);
    } else {
      GNOMON_ASSIGN_OR_RETURN(const Field from, FromArrow(*batch.schema()->field(index)));
      std::shared_ptr<arrow::Array> source = batch.column(index);
      const auto plain = ToArrow(from.type);
      if (from.type.children.empty() && !source->type()->Equals(*plain)) {
        GNOMON_ARROW_ASSIGN(source, arrow::compute::Cast(*source, plain), field.name);
      }
      GNOMON_ASSIGN_OR_RETURN(column, FitColumn(source, from, field, MatchChildren::kByName));
    }
    GNOMON_RETURN_IF_ERROR(CheckNulls(field, *column));
    columns.push_back(std::move(column));
  }
  return arrow::RecordBatch::Make(arrow_schema_, batch.num_rows(), std::move(columns));
}

Status DataWriter::Write(const arrow::RecordBatch& batch) {
  if (batch.num_rows() == 0) return Ok();
  GNOMON_ASSIGN_OR_RETURN(const auto fitted, Fit(batch));
  const bool is_one_partition =
      std::all_of(sources_.begin(), sources_.end(), [&](const PartitionSource& source) {
        return source.is_void || IsConstant(*fitted->column(source.column));
      });
  if (!is_one_partition) return RouteRows(fitted);
  std::string key;
  for (const PartitionSource& source : sources_) {
    if (!source.is_void) AppendRowKey(*fitted->column(source.column), 0, key);
  }
  GNOMON_ASSIGN_OR_RETURN(const PartitionPtr partition, PartitionFor(key, *fitted, 0));
  const std::int64_t bytes = BytesOf(*fitted);
  return AddRows(partition, bytes,
                 [this, partition, fitted] { return Encode(*partition, *fitted); });
}

// The largest group is that of the best size, too. What its writer ended by itself counts on until
// then.
Status DataWriter::AddRows(const PartitionPtr& partition, std::int64_t bytes,
                           TaskLanes::Task encode) {
  while (grouped_bytes_ > 0 && grouped_bytes_ + bytes > kGroupedBytesMax) {
    const auto largest =
        std::max_element(open_.begin(), open_.end(), [](const auto& a, const auto& b) {
          return a.second->grouped_bytes < b.second->grouped_bytes;
        });
    grouped_bytes_ -= std::exchange(largest->second->grouped_bytes, 0);
    GNOMON_RETURN_IF_ERROR(
        lanes_->Add(largest->second->lane, 0, [fullest = largest->second]() -> Status {
          return fullest->writer == nullptr ? Ok() : fullest->writer->EndRowGroup();
        }));
  }
  partition->grouped_bytes += bytes;
  grouped_bytes_ += bytes;
  return lanes_->Add(partition->lane, bytes, std::move(encode));
}

// Rows of one partition that lie together (the usual case) are written as a slice, without a copy;
// others are picked by the thread that encodes them.
Status DataWriter::RouteRows(const std::shared_ptr<arrow::RecordBatch>& batch) {
  std::vector<RowGroup> groups;
  std::unordered_map<std::string, std::size_t> index_of;
  std::string key;
  std::size_t current = 0;
  for (std::int64_t row = 0; row < batch->num_rows(); ++row) {
    key.clear();
    for (const PartitionSource& source : sources_) {
      if (!source.is_void) AppendRowKey(*batch->column(source.column), row, key);
    }
    if (groups.empty() || key != groups[current].key) {
      const auto [found, added] = index_of.try_emplace(key, groups.size());
      if (added) groups.push_back(RowGroup{.key = key});
      current = found->second;
    }
    groups[current].rows.push_back(row);
  }
  const std::int64_t batch_bytes = BytesOf(*batch);
  for (RowGroup& group : groups) {
    const std::int64_t first = group.rows.front();
    const auto count = static_cast<std::int64_t>(group.rows.size());
    GNOMON_ASSIGN_OR_RETURN(const PartitionPtr partition, PartitionFor(group.key, *batch, first));
    const std::int64_t bytes = batch_bytes / batch->num_rows() * count;
    const bool lie_together = group.rows.back() - first + 1 == count;
    TaskLanes::Task encode;
    if (lie_together) {
      encode = [this, partition, rows = batch->Slice(first, count)] {
        return Encode(*partition, *rows);
      };
    } else {
      encode = [this, partition, batch, rows = std::move(group.rows)] {
        return EncodePicked(*partition, batch, rows);
      };
    }
    GNOMON_RETURN_IF_ERROR(AddRows(partition, bytes, std::move(encode)));
  }
  return Ok();
}

Status DataWriter::EncodePicked(OpenPartition& partition,
                                const std::shared_ptr<arrow::RecordBatch>& batch,
                                const std::vector<std::int64_t>& rows) {
  const arrow::Int64Array indices(static_cast<std::int64_t>(rows.size()),
                                  arrow::Buffer::Wrap(rows));
  GNOMON_ARROW_ASSIGN(const auto picked, arrow::compute::Take(batch, indices), "routing rows");
  return Encode(partition, *picked.record_batch());
}

Result<DataWriter::PartitionPtr> DataWriter::PartitionFor(const std::string& key,
                                                          const arrow::RecordBatch& batch,
                                                          std::int64_t row) {
  if (const auto found = open_.find(key); found != open_.end()) {
    found->second->last_use = ++tick_;
    return found->second;
  }
  if (open_.size() >= kOpenFilesMax) GNOMON_RETURN_IF_ERROR(CloseLeastRecent());
  auto partition = std::make_shared<OpenPartition>();
  partition->key = key;
  partition->last_use = ++tick_;
  for (const PartitionSource& source : sources_) {
    ScalarPtr value;
    if (!source.is_void) {
      GNOMON_ARROW_ASSIGN(value, batch.column(source.column)->GetScalar(row), "routing rows");
    }
    partition->values.push_back(std::move(value));
  }
  partition->location = NewLocation(partition->values);
  open_.emplace(key, partition);
  return partition;
}

Status DataWriter::CloseLeastRecent() {
  const auto oldest = std::min_element(
      open_.begin(), open_.end(),
      [](const auto& a, const auto& b) { return a.second->last_use < b.second->last_use; });
  GNOMON_RETURN_IF_ERROR(Close(std::string(oldest->first)));
  // What was closed must have left memory before the next one is opened.
  return lanes_->Drain();
}

Status DataWriter::Close(const std::string& key) {
  const auto found = open_.find(key);
  GNOMON_CHECK(found != open_.end());
  const PartitionPtr partition = std::move(found->second);
  open_.erase(found);
  grouped_bytes_ -= partition->grouped_bytes;
  return lanes_->Add(partition->lane, 0, [this, partition]() -> Status {
    return partition->writer == nullptr ? Ok() : CloseFile(*partition);
  });
}

Status DataWriter::Encode(OpenPartition& partition, const arrow::RecordBatch& rows) {
  if (partition.writer == nullptr) {
    if (partition.location.empty()) partition.location = NewLocation(partition.values);
    GNOMON_ASSIGN_OR_RETURN(const std::string path, LocalPathOfLocation(partition.location));
    // Synced when it is new, as SyncNewFiles begins below it.
    GNOMON_ASSIGN_OR_RETURN(const std::string root, LocalPathOfLocation(DataLocation()));
    GNOMON_RETURN_IF_ERROR(MakeParentFolders(root + "/file"));
    GNOMON_ASSIGN_OR_RETURN(partition.writer, ParquetWriter::Open(path, arrow_schema_));
  }
  GNOMON_RETURN_IF_ERROR(CheckCancelled());
  const std::int64_t before = partition.writer->bytes_written();
  GNOMON_RETURN_IF_ERROR(partition.writer->Write(rows));
  WorkWritten().Add({.rows = rows.num_rows(), .bytes = partition.writer->bytes_written() - before});
  return partition.writer->bytes_written() >= target_file_bytes_ ? CloseFile(partition) : Ok();
}

Status DataWriter::CloseFile(OpenPartition& partition) {
  const std::unique_ptr<ParquetWriter> writer = std::move(partition.writer);
  const std::int64_t before = writer->bytes_written();
  GNOMON_ASSIGN_OR_RETURN(DataFileMetrics metrics, writer->Close());
  WorkWritten().Add({.bytes = metrics.file_size_bytes - before});
  DataFile file = Describe(partition, std::move(metrics));
  partition.location.clear();
  const std::lock_guard lock(mutex_);
  finished_.emplace_back(partition.key, std::move(file));
  return Ok();
}

Result<std::vector<DataFile>> DataWriter::Finish() {
  while (!open_.empty()) GNOMON_RETURN_IF_ERROR(Close(std::string(open_.begin()->first)));
  GNOMON_RETURN_IF_ERROR(lanes_->Drain());
  // The order in which threads came to an end is nobody's business.
  std::stable_sort(finished_.begin(), finished_.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<DataFile> files;
  std::vector<std::string> paths;
  for (auto& [key, file] : finished_) {
    GNOMON_ASSIGN_OR_RETURN(paths.emplace_back(), LocalPathOfLocation(file.file_path));
    files.push_back(std::move(file));
  }
  finished_.clear();
  if (files.empty()) return files;
  GNOMON_ASSIGN_OR_RETURN(const std::string root, LocalPathOfLocation(DataLocation()));
  GNOMON_RETURN_IF_ERROR(SyncNewFiles(paths, root));
  return files;
}

std::vector<std::string> DataWriter::Abandon() {
  lanes_.reset();
  open_.clear();
  return locations_;
}

std::string DataWriter::DataLocation() const {
  const auto& properties = metadata_->properties;
  const auto configured = properties.find("write.data.path");
  std::string location =
      configured != properties.end() ? configured->second : metadata_->location + "/data";
  while (location.ends_with('/')) location.pop_back();
  return location;
}

std::string DataWriter::NewLocation(const std::vector<ScalarPtr>& partition) {
  std::string location = DataLocation();
  const PartitionSpec& spec = metadata_->spec();
  for (std::size_t i = 0; i < partition.size(); ++i) {
    location += fmt::format("/{}={}", UrlEncode(spec.fields[i].name),
                            UrlEncode(PartitionText(partition[i])));
  }
  const std::lock_guard lock(mutex_);
  location = fmt::format("{}/{:05}-{}.parquet", location, locations_.size(), MakeUuid());
  locations_.push_back(location);
  return location;
}

DataFile DataWriter::Describe(const OpenPartition& partition, DataFileMetrics metrics) const {
  DataFile file;
  file.spec_id = metadata_->default_spec_id;
  file.file_path = partition.location;
  file.partition = partition.values;
  file.record_count = metrics.record_count;
  file.file_size_bytes = metrics.file_size_bytes;
  file.split_offsets = std::move(metrics.split_offsets);
  file.sort_order_id = 0;
  std::set<std::int32_t> plain;
  CollectPlainLeaves(metadata_->schema().fields, plain);
  for (const auto& [id, column] : metrics.columns) {
    file.column_sizes[id] = column.size_bytes;
    file.value_counts[id] = column.value_count;
    file.null_value_counts[id] = column.null_count;
    if (column.nan_count) file.nan_value_counts[id] = *column.nan_count;
    if (!plain.contains(id)) continue;
    if (const auto lower = ToSingleValue(TruncateLower(column.lower)))
      file.lower_bounds[id] = *lower;
    const auto cut = TruncateUpper(column.upper);
    if (const auto upper = cut ? ToSingleValue(*cut) : std::nullopt) file.upper_bounds[id] = *upper;
  }
  return file;
}

}  // namespace gnomon::iceberg
