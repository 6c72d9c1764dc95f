// SPDX-License-Identifier: Apache-2.0
// What the kernels' benchmark programs share: Parquet files in and out of memory, and a stopwatch.
#pragma once

#include <arrow/api.h>
#include <arrow/io/file.h>
#include <parquet/arrow/reader.h>
#include <parquet/arrow/writer.h>

#include <chrono>
#include <ctime>
#include <string>
#include <vector>

#include "base/parallel.h"
#include "types/arrow_mapping.h"

namespace gnomon::bench {

using Batches = std::vector<std::shared_ptr<arrow::RecordBatch>>;

// Wall and processor time since the last lap; the latter says more on a busy machine.
class Stopwatch {
 public:
  struct Lap {
    double seconds = 0;
    double cpu_seconds = 0;
  };

  Stopwatch() { Next(); }
  Lap Next() {
    const Lap now = {
        std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(),
        static_cast<double>(std::clock()) / CLOCKS_PER_SEC};
    const Lap lap = {now.seconds - last_.seconds, now.cpu_seconds - last_.cpu_seconds};
    last_ = now;
    return lap;
  }

 private:
  Lap last_;
};

// These columns of all row groups, on several threads.
inline Result<Batches> Decode(const std::string& path, const std::vector<int>& columns,
                              int threads) {
  GNOMON_ARROW_ASSIGN(auto file, arrow::io::ReadableFile::Open(path), "opening the rows");
  GNOMON_ARROW_ASSIGN(auto first, parquet::arrow::OpenFile(file, arrow::default_memory_pool()),
                      "reading the rows");
  const auto groups = static_cast<std::size_t>(first->num_row_groups());
  std::vector<Batches> by_group(groups);
  GNOMON_RETURN_IF_ERROR(ParallelFor(groups, threads, [&](std::size_t group) -> Status {
    GNOMON_ARROW_ASSIGN(auto own_file, arrow::io::ReadableFile::Open(path), "opening the rows");
    GNOMON_ARROW_ASSIGN(auto reader,
                        parquet::arrow::OpenFile(own_file, arrow::default_memory_pool()),
                        "reading the rows");
    GNOMON_ARROW_ASSIGN(auto batches,
                        reader->GetRecordBatchReader({static_cast<int>(group)}, columns),
                        "reading the rows");
    GNOMON_ARROW_ASSIGN(by_group[group], batches->ToRecordBatches(), "reading the rows");
    return Ok();
  }));
  Batches all;
  for (Batches& group : by_group) all.insert(all.end(), group.begin(), group.end());
  return all;
}

inline Status Write(const std::string& path, const Batches& rows) {
  const auto schema = rows.front()->schema();
  GNOMON_ARROW_ASSIGN(auto file, arrow::io::FileOutputStream::Open(path), "writing the answer");
  const auto properties =
      parquet::WriterProperties::Builder().compression(parquet::Compression::ZSTD)->build();
  GNOMON_ARROW_ASSIGN(
      auto writer,
      parquet::arrow::FileWriter::Open(*schema, arrow::default_memory_pool(), file, properties),
      "writing the answer");
  for (const auto& batch : rows) {
    GNOMON_ARROW_RETURN_NOT_OK(writer->WriteRecordBatch(*batch), "writing the answer");
  }
  GNOMON_ARROW_RETURN_NOT_OK(writer->Close(), "writing the answer");
  return Ok();
}

}  // namespace gnomon::bench
