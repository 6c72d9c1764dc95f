// Routes rows to one open Parquet file per partition and describes the finished files as Iceberg
// keeps them. Memory is bounded: the more files are open, the smaller their row groups, and beyond
// a limit the least recently used is closed. Not thread safe. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <arrow/type_fwd.h>

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "iceberg/manifest.h"
#include "iceberg/table_metadata.h"
#include "storage/parquet_writer.h"

namespace gnomon::iceberg {

class DataWriter {
 public:
  // Errors: Unimplemented when the table is partitioned by something other than plain columns.
  static Result<std::unique_ptr<DataWriter>> Make(std::shared_ptr<const TableMetadata> metadata,
                                                  std::int64_t target_file_bytes,
                                                  const std::string& table_name);
  ~DataWriter();

  // Appends rows; columns are matched by name. Errors: InvalidArgument, Unavailable.
  Status Write(const arrow::RecordBatch& batch);
  // Closes all files. REQUIRES: not called before.
  Result<std::vector<DataFile>> Finish();
  // Locations of all files ever begun, for removal.
  const std::vector<std::string>& locations() const { return locations_; }

 private:
  struct OpenFile;
  struct RowGroup;
  struct PartitionSource {
    bool is_void = false;
    int column = 0;
  };

  DataWriter(std::shared_ptr<const TableMetadata> metadata, std::int64_t target_file_bytes);
  Result<std::shared_ptr<arrow::RecordBatch>> Fit(const arrow::RecordBatch& batch) const;
  Status RouteRows(const std::shared_ptr<arrow::RecordBatch>& batch);
  Status WriteTo(const std::string& key, const arrow::RecordBatch& rows,
                 const arrow::RecordBatch& batch, std::int64_t row);
  Result<OpenFile*> FileFor(const std::string& key, const arrow::RecordBatch& batch,
                            std::int64_t row);
  Status CloseFile(const std::string& key);
  Status CloseLeastRecent();
  std::string NewLocation(const std::vector<ScalarPtr>& partition) const;
  DataFile Describe(const OpenFile& open, DataFileMetrics metrics) const;

  std::shared_ptr<const TableMetadata> metadata_;
  std::int64_t target_file_bytes_;
  std::shared_ptr<arrow::Schema> arrow_schema_;
  std::vector<PartitionSource> sources_;  // One per field of the spec.
  std::map<std::string, std::unique_ptr<OpenFile>, std::less<>> open_files_;  // By partition key.
  std::vector<DataFile> finished_;
  std::vector<std::string> locations_;
  std::uint64_t tick_ = 0;
};

// Whether some rows of these partition sources are the same is decided by this key: the row's
// values as bytes.
void AppendRowKey(const arrow::Array& array, std::int64_t row, std::string& key);

}  // namespace gnomon::iceberg
