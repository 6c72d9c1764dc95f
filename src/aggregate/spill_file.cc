// SPDX-License-Identifier: Apache-2.0
// mkstemp, then unlink at once: the file lives as long as its descriptors.
#include "aggregate/spill_file.h"

#include <arrow/api.h>
#include <arrow/io/file.h>
#include <arrow/ipc/reader.h>
#include <arrow/ipc/writer.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "base/cancellation.h"
#include "types/arrow_mapping.h"

namespace gnomon::aggregate {

namespace {

Error SpillFailed(const arrow::Status& status) {
  return Unavailable(
      "rows that do not fit into the memory cannot be put aside on the disk: .gnomon/tmp - free "
      "space there, or raise EXECUTOR_MEMORY: {}",
      status.message());
}

}  // namespace

Result<std::unique_ptr<SpillFile>> SpillFile::Make(const std::string& tmp_dir,
                                                   const std::shared_ptr<arrow::Schema>& schema) {
  std::string path = (tmp_dir.empty() ? "/tmp" : tmp_dir) + "/gnomon-aggregate-XXXXXX";
  const int descriptor = mkstemp(path.data());
  if (descriptor < 0) {
    return Unavailable("cannot make a spill file in {} - check that the folder can be written: {}",
                       tmp_dir, std::strerror(errno));
  }
  unlink(path.c_str());
  std::unique_ptr<SpillFile> spill(new SpillFile(dup(descriptor)));
  auto file = arrow::io::FileOutputStream::Open(descriptor);
  if (!file.ok()) return SpillFailed(file.status());
  spill->file_ = std::move(file).ValueUnsafe();
  auto writer = arrow::ipc::MakeStreamWriter(spill->file_.get(), schema);
  if (!writer.ok()) return SpillFailed(writer.status());
  spill->writer_ = std::move(writer).ValueUnsafe();
  return spill;
}

SpillFile::~SpillFile() {
  if (read_descriptor_ >= 0) close(read_descriptor_);
}

Status SpillFile::Write(const arrow::RecordBatch& batch) {
  const arrow::Status status = writer_->WriteRecordBatch(batch);
  if (!status.ok()) return SpillFailed(status);
  return Ok();
}

std::int64_t SpillFile::bytes_written() const {
  return writer_->stats().total_serialized_body_size;
}

Status SpillFile::StartReading() {
  arrow::Status closed = writer_->Close();
  if (closed.ok()) closed = file_->Close();
  if (!closed.ok()) return SpillFailed(closed);
  // Both descriptors share one position, which writing left at the end.
  GNOMON_ARROW_ASSIGN(auto file, arrow::io::ReadableFile::Open(std::exchange(read_descriptor_, -1)),
                      "reading a spill file");
  GNOMON_ARROW_RETURN_NOT_OK(file->Seek(0), "reading a spill file");
  GNOMON_ARROW_ASSIGN(reader_, arrow::ipc::RecordBatchStreamReader::Open(file),
                      "reading a spill file");
  return Ok();
}

Result<std::shared_ptr<arrow::RecordBatch>> SpillFile::Next() {
  GNOMON_RETURN_IF_ERROR(CheckCancelled());
  if (reader_ == nullptr) GNOMON_RETURN_IF_ERROR(StartReading());
  std::shared_ptr<arrow::RecordBatch> batch;
  GNOMON_ARROW_RETURN_NOT_OK(reader_->ReadNext(&batch), "reading a spill file");
  return batch;
}

Status SpillFile::ReadAll(const std::function<Status(const arrow::RecordBatch&)>& give) {
  while (true) {
    GNOMON_ASSIGN_OR_RETURN(const auto batch, Next());
    if (batch == nullptr) return Ok();
    GNOMON_RETURN_IF_ERROR(give(*batch));
  }
}

}  // namespace gnomon::aggregate
