// SPDX-License-Identifier: Apache-2.0
// The kernel of TEMPORAL joins alone: reads queries and events into memory (timed apart), answers,
// and, when asked, writes the answers. Prints one JSON line with the seconds of each part: decode,
// queries, consume, finish.
#include <cstdio>
#include <mutex>

#include "aggregate/temporal_kernel.h"
#include "base/parse.h"
#include "parquet_batches.h"

namespace gnomon::bench {

namespace {

struct Arguments {
  std::string queries;
  std::string events;
  std::string output;  // Empty: nothing is written.
  int threads = 1;
  std::int64_t memory_bytes = std::int64_t{4} << 30;
};

Result<std::unique_ptr<aggregate::TemporalKernel>> MakeKernel(const Arguments& arguments) {
  aggregate::TemporalKernelOptions options;
  options.keys = Schema{{{"user", TypeKind::kString}}};
  options.inputs = Schema{{{"price", TypeKind::kDouble}}};
  for (const int operation : {7, 6, 8}) {
    options.aggregations.push_back(
        {operation, "price", {}, {aggregate::Days(1), aggregate::Days(7), aggregate::Days(30)}});
  }
  options.threads = arguments.threads;
  options.memory_bytes = arguments.memory_bytes;
  return aggregate::TemporalKernel::Make(std::move(options));
}

Status Run(const Arguments& arguments) {
  Stopwatch watch;
  GNOMON_ASSIGN_OR_RETURN(const Batches queries,
                          Decode(arguments.queries, {0, 1}, arguments.threads));
  GNOMON_ASSIGN_OR_RETURN(const Batches events,
                          Decode(arguments.events, {0, 1, 2}, arguments.threads));
  const auto decode = watch.Next();

  GNOMON_ASSIGN_OR_RETURN(const auto kernel, MakeKernel(arguments));
  GNOMON_RETURN_IF_ERROR(ParallelFor(queries.size(), arguments.threads, [&](std::size_t i) {
    return kernel->AddQueries(*queries[i]);
  }));
  GNOMON_RETURN_IF_ERROR(kernel->Seal());
  const auto sealed = watch.Next();
  GNOMON_RETURN_IF_ERROR(ParallelFor(events.size(), arguments.threads,
                                     [&](std::size_t i) { return kernel->Consume(*events[i]); }));
  const auto consume = watch.Next();
  Batches rows;
  std::int64_t row_count = 0;
  GNOMON_RETURN_IF_ERROR(kernel->Finish([&](const arrow::RecordBatch& batch) {
    if (!arguments.output.empty()) rows.push_back(batch.Slice(0));
    row_count += batch.num_rows();
    return Ok();
  }));
  const auto finish = watch.Next();
  if (!arguments.output.empty()) GNOMON_RETURN_IF_ERROR(Write(arguments.output, rows));
  fmt::print(R"({{"decode": {:.4f}, "queries": {:.4f}, "consume": {:.4f}, "finish": {:.4f}, )"
             R"("cpu": {:.4f}, "rows": {}, "spilled": {}}})"
             "\n",
             decode.seconds, sealed.seconds, consume.seconds, finish.seconds,
             sealed.cpu_seconds + consume.cpu_seconds + finish.cpu_seconds, row_count,
             kernel->counters().bytes_spilled);
  return Ok();
}

Result<Arguments> Parse(int argc, char** argv) {
  if (argc < 5) {
    return InvalidArgument(
        "usage: temporal_kernel_bench <queries.parquet> <events.parquet> <output.parquet or ''> "
        "<threads> [memory]");
  }
  Arguments arguments{argv[1], argv[2], argv[3]};
  arguments.threads = static_cast<int>(ParseInt(argv[4]).value_or(1));
  if (argc > 5) {
    GNOMON_ASSIGN_OR_RETURN(arguments.memory_bytes, ParseMemorySize(argv[5]));
  }
  return arguments;
}

}  // namespace

}  // namespace gnomon::bench

int main(int argc, char** argv) {
  const auto arguments = gnomon::bench::Parse(argc, argv);
  const gnomon::Status status =
      arguments.has_value() ? gnomon::bench::Run(*arguments) : gnomon::Status(arguments.error());
  if (status.has_value()) return 0;
  std::fprintf(stderr, "error: %s\n", status.error().message.c_str());
  return 1;
}
