// SPDX-License-Identifier: Apache-2.0
// A stream of Arrow batches in an unnamed temporary file: written once, then read once.
#pragma once

#include <arrow/type_fwd.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/result.h"

namespace arrow::io {
class FileOutputStream;
}
namespace arrow::ipc {
class RecordBatchWriter;
}

namespace gnomon::aggregate {

class SpillFile {
 public:
  // Errors: Unavailable when the folder or the disk fails.
  static Result<std::unique_ptr<SpillFile>> Make(const std::string& tmp_dir,
                                                 const std::shared_ptr<arrow::Schema>& schema);
  ~SpillFile();
  SpillFile(const SpillFile&) = delete;
  SpillFile& operator=(const SpillFile&) = delete;

  Status Write(const arrow::RecordBatch& batch);
  // Ends writing; the batches are given back one after the other, null after the last.
  Result<std::shared_ptr<arrow::RecordBatch>> Next();
  // The same for all at once.
  Status ReadAll(const std::function<Status(const arrow::RecordBatch&)>& give);
  std::int64_t bytes_written() const;

 private:
  explicit SpillFile(int read_descriptor) : read_descriptor_(read_descriptor) {}

  Status StartReading();

  int read_descriptor_;  // Owned until reading starts.
  std::shared_ptr<arrow::io::FileOutputStream> file_;
  std::shared_ptr<arrow::ipc::RecordBatchWriter> writer_;
  std::shared_ptr<arrow::RecordBatchReader> reader_;  // Null while rows are written.
};

}  // namespace gnomon::aggregate
