// SPDX-License-Identifier: Apache-2.0
// The kernel alone: reads an events file into memory (timed apart), aggregates it, and, when asked,
// writes the answer. Prints one JSON line with the seconds of each part: decode, consume, finish,
// write.
#include <arrow/api.h>
#include <arrow/io/file.h>
#include <parquet/arrow/reader.h>
#include <parquet/arrow/writer.h>

#include <atomic>
#include <chrono>
#include <cstdio>

#include "aggregate/snapshot_kernel.h"
#include "base/parallel.h"
#include "base/parse.h"
#include "types/arrow_mapping.h"

namespace gnomon::aggregate {

namespace {

using Batches = std::vector<std::shared_ptr<arrow::RecordBatch>>;

struct Arguments {
  std::string input;
  std::string output;  // Empty: nothing is written.
  Day begin;
  Day end;
  int threads = 1;
  std::int64_t memory_bytes = std::int64_t{4} << 30;
};

class Stopwatch {
 public:
  double Lap() {
    const auto now = std::chrono::steady_clock::now();
    const double seconds = std::chrono::duration<double>(now - last_).count();
    last_ = now;
    return seconds;
  }

 private:
  std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
};

// The first three columns: user, price, ts.
Result<Batches> Decode(const std::string& path, int threads) {
  GNOMON_ARROW_ASSIGN(auto file, arrow::io::ReadableFile::Open(path), "opening the events");
  GNOMON_ARROW_ASSIGN(auto first, parquet::arrow::OpenFile(file, arrow::default_memory_pool()),
                      "reading the events");
  const auto groups = static_cast<std::size_t>(first->num_row_groups());
  std::vector<Batches> by_group(groups);
  GNOMON_RETURN_IF_ERROR(ParallelFor(groups, threads, [&](std::size_t group) -> Status {
    GNOMON_ARROW_ASSIGN(auto own_file, arrow::io::ReadableFile::Open(path), "opening the events");
    GNOMON_ARROW_ASSIGN(auto reader,
                        parquet::arrow::OpenFile(own_file, arrow::default_memory_pool()),
                        "reading the events");
    GNOMON_ARROW_ASSIGN(auto batches,
                        reader->GetRecordBatchReader({static_cast<int>(group)}, {0, 1, 2}),
                        "reading the events");
    GNOMON_ARROW_ASSIGN(by_group[group], batches->ToRecordBatches(), "reading the events");
    return Ok();
  }));
  Batches all;
  for (Batches& group : by_group) all.insert(all.end(), group.begin(), group.end());
  return all;
}

SnapshotKernelOptions Options(const Arguments& arguments) {
  SnapshotKernelOptions options;
  options.keys = Schema{{{"user", TypeKind::kString}}};
  options.inputs = Schema{{{"price", TypeKind::kDouble}}};
  for (const int operation : {7, 6, 8}) {
    options.aggregations.push_back({operation, "price", {}, {Days(1), Days(7), Days(30)}});
  }
  options.days = {arguments.begin, arguments.end};
  options.threads = arguments.threads;
  options.memory_bytes = arguments.memory_bytes;
  return options;
}

// With the day as a last column `ds`.
Status Write(const std::string& path,
             const std::vector<std::pair<Day, std::shared_ptr<arrow::RecordBatch>>>& rows) {
  arrow::FieldVector fields = rows.front().second->schema()->fields();
  fields.push_back(arrow::field("ds", arrow::utf8()));
  const auto schema = arrow::schema(fields);
  GNOMON_ARROW_ASSIGN(auto file, arrow::io::FileOutputStream::Open(path), "writing the answer");
  const auto properties =
      parquet::WriterProperties::Builder().compression(parquet::Compression::ZSTD)->build();
  GNOMON_ARROW_ASSIGN(
      auto writer,
      parquet::arrow::FileWriter::Open(*schema, arrow::default_memory_pool(), file, properties),
      "writing the answer");
  for (const auto& [day, batch] : rows) {
    GNOMON_ARROW_ASSIGN(
        auto ds, arrow::MakeArrayFromScalar(arrow::StringScalar(FormatDay(day)), batch->num_rows()),
        "writing the answer");
    arrow::ArrayVector columns = batch->columns();
    columns.push_back(std::move(ds));
    const auto table = arrow::Table::Make(schema, std::move(columns));
    GNOMON_ARROW_RETURN_NOT_OK(writer->WriteTable(*table, batch->num_rows()), "writing the answer");
  }
  GNOMON_ARROW_RETURN_NOT_OK(writer->Close(), "writing the answer");
  return Ok();
}

Status Run(const Arguments& arguments) {
  Stopwatch watch;
  GNOMON_ASSIGN_OR_RETURN(const Batches batches, Decode(arguments.input, arguments.threads));
  const double decode = watch.Lap();

  GNOMON_ASSIGN_OR_RETURN(const auto kernel, SnapshotKernel::Make(Options(arguments)));
  GNOMON_RETURN_IF_ERROR(ParallelFor(batches.size(), arguments.threads,
                                     [&](std::size_t i) { return kernel->Consume(*batches[i]); }));
  const double consume = watch.Lap();

  std::vector<std::pair<Day, std::shared_ptr<arrow::RecordBatch>>> rows;
  std::int64_t row_count = 0;
  GNOMON_RETURN_IF_ERROR(kernel->Finish([&](Day day, const arrow::RecordBatch& batch) {
    if (!arguments.output.empty()) rows.emplace_back(day, batch.Slice(0));
    row_count += batch.num_rows();
    return Ok();
  }));
  const double finish = watch.Lap();
  if (!arguments.output.empty()) GNOMON_RETURN_IF_ERROR(Write(arguments.output, rows));
  const double write = watch.Lap();
  fmt::print(R"({{"decode": {:.4f}, "consume": {:.4f}, "finish": {:.4f}, "write": {:.4f}, )"
             R"("rows": {}, "spilled": {}}})"
             "\n",
             decode, consume, finish, write, row_count, kernel->counters().bytes_spilled);
  return Ok();
}

Result<Arguments> Parse(int argc, char** argv) {
  if (argc < 6) {
    return InvalidArgument(
        "usage: group_by_kernel_bench <events.parquet> <output.parquet or ''> <first day> <last "
        "day> <threads> "
        "[memory]");
  }
  Arguments arguments;
  arguments.input = argv[1];
  arguments.output = argv[2];
  GNOMON_ASSIGN_OR_RETURN(arguments.begin, ParseDay(argv[3]));
  GNOMON_ASSIGN_OR_RETURN(const Day last, ParseDay(argv[4]));
  arguments.end = last + 1;
  arguments.threads = static_cast<int>(ParseInt(argv[5]).value_or(1));
  if (argc > 6) {
    GNOMON_ASSIGN_OR_RETURN(arguments.memory_bytes, ParseMemorySize(argv[6]));
  }
  return arguments;
}

}  // namespace

}  // namespace gnomon::aggregate

int main(int argc, char** argv) {
  const auto arguments = gnomon::aggregate::Parse(argc, argv);
  const gnomon::Status status = arguments.has_value() ? gnomon::aggregate::Run(*arguments)
                                                      : gnomon::Status(arguments.error());
  if (status.has_value()) return 0;
  std::fprintf(stderr, "error: %s\n", status.error().message.c_str());
  return 1;
}
