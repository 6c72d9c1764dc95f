// SPDX-License-Identifier: Apache-2.0
// Routes rows to one open Parquet file per partition and describes the finished files as Iceberg
// keeps them. Memory is bounded: of the rows that wait for their row groups to fill, the largest
// group is written when there are too many; beyond a number of open files the least recently used
// is closed, and few rows wait for a thread that encodes them. To be called by one thread at a
// time.
#pragma once

#include <arrow/type_fwd.h>

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "iceberg/manifest.h"
#include "iceberg/table_metadata.h"
#include "iceberg/task_lanes.h"
#include "storage/parquet_writer.h"

namespace gnomon::iceberg {

class DataWriter {
 public:
  // Errors: Unimplemented when the table is partitioned by something other than plain columns.
  static Result<std::unique_ptr<DataWriter>> Make(
      const std::shared_ptr<const TableMetadata>& metadata, std::int64_t target_file_bytes,
      const std::string& table_name);
  ~DataWriter();

  // Encodes on so many threads from now on. REQUIRES: nothing was written yet.
  void UseThreads(int threads);
  // Appends rows; columns are matched by name. An error of the disk may be told by a later call.
  // Errors: InvalidArgument, Unavailable.
  Status Write(const arrow::RecordBatch& batch);
  // Closes all files, which outlast a crash then. REQUIRES: not called before.
  Result<std::vector<DataFile>> Finish();
  // Ends all work and gives the locations of all files ever begun, for removal.
  std::vector<std::string> Abandon();

 private:
  struct OpenPartition;
  struct RowGroup;
  using PartitionPtr = std::shared_ptr<OpenPartition>;
  struct PartitionSource {
    bool is_void = false;
    int column = 0;
  };

  DataWriter(std::shared_ptr<const TableMetadata> metadata, std::int64_t target_file_bytes);
  Result<std::shared_ptr<arrow::RecordBatch>> Fit(const arrow::RecordBatch& batch) const;
  Status RouteRows(const std::shared_ptr<arrow::RecordBatch>& batch);
  // Rows of so many bytes go to the partition's row group by `encode`; ends groups to make room.
  Status AddRows(const PartitionPtr& partition, std::int64_t bytes, TaskLanes::Task encode);
  Result<PartitionPtr> PartitionFor(const std::string& key, const arrow::RecordBatch& batch,
                                    std::int64_t row);
  Status Close(const std::string& key);
  Status CloseLeastRecent();
  // These three run on any thread, for one partition one after the other.
  Status EncodePicked(OpenPartition& partition, const std::shared_ptr<arrow::RecordBatch>& batch,
                      const std::vector<std::int64_t>& rows);
  Status Encode(OpenPartition& partition, const arrow::RecordBatch& rows);
  Status CloseFile(OpenPartition& partition);
  std::string DataLocation() const;
  std::string NewLocation(const std::vector<ScalarPtr>& partition);
  DataFile Describe(const OpenPartition& partition, DataFileMetrics metrics) const;

  std::shared_ptr<const TableMetadata> metadata_;
  std::int64_t target_file_bytes_;
  std::shared_ptr<arrow::Schema> arrow_schema_;
  std::vector<PartitionSource> sources_;                   // One per field of the spec.
  std::map<std::string, PartitionPtr, std::less<>> open_;  // By partition key.
  std::uint64_t tick_ = 0;
  std::int64_t grouped_bytes_ = 0;  // Sum over open_.
  std::mutex mutex_;                // For the next two, which the encoding threads add to.
  std::vector<std::pair<std::string, DataFile>> finished_;  // With their partition keys.
  std::vector<std::string> locations_;
  std::unique_ptr<TaskLanes> lanes_;  // Last, so that its threads end first.
};

// Whether some rows of these partition sources are the same is decided by this key: the row's
// values as bytes.
void AppendRowKey(const arrow::Array& array, std::int64_t row, std::string& key);

}  // namespace gnomon::iceberg
