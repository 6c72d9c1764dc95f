// SPDX-License-Identifier: Apache-2.0
// The kernel alone: reads an events file into memory (timed apart), aggregates it, and, when asked,
// writes the answer. Prints one JSON line with the seconds of each part: decode, consume, finish,
// write.
#include <cstdio>

#include "aggregate/snapshot_kernel.h"
#include "base/parse.h"
#include "parquet_batches.h"

namespace gnomon::aggregate {

namespace {

struct Arguments {
  std::string input;
  std::string output;  // Empty: nothing is written.
  Day begin;
  Day end;
  int threads = 1;
  std::int64_t memory_bytes = std::int64_t{4} << 30;
  std::vector<std::int64_t> window_days = {1, 7, 30};
  std::vector<std::int64_t> operations = {7, 6, 8};  // SUM, COUNT, AVERAGE.
};

SnapshotKernelOptions Options(const Arguments& arguments) {
  SnapshotKernelOptions options;
  options.keys = Schema{{{"user", TypeKind::kString}}};
  options.inputs = Schema{{{"price", TypeKind::kDouble}}};
  for (const std::int64_t operation : arguments.operations) {
    AggregationSpec& spec = options.aggregations.emplace_back();
    spec.operation_id = static_cast<int>(operation);
    spec.input_column = "price";
    for (const std::int64_t days : arguments.window_days) {
      spec.windows.push_back(Days(static_cast<std::int32_t>(days)));
    }
  }
  options.days = {arguments.begin, arguments.end};
  options.threads = arguments.threads;
  options.memory_bytes = arguments.memory_bytes;
  return options;
}

// The rows with their day as a last column `ds`.
Result<std::shared_ptr<arrow::RecordBatch>> WithDay(const arrow::RecordBatch& rows, Day day) {
  GNOMON_ARROW_ASSIGN(
      auto ds, arrow::MakeArrayFromScalar(arrow::StringScalar(FormatDay(day)), rows.num_rows()),
      "writing the answer");
  GNOMON_ARROW_ASSIGN(auto with_day,
                      rows.AddColumn(rows.num_columns(), arrow::field("ds", arrow::utf8()), ds),
                      "writing the answer");
  return with_day;
}

Status Run(const Arguments& arguments) {
  bench::Stopwatch watch;
  // user, price, ts.
  GNOMON_ASSIGN_OR_RETURN(const bench::Batches batches,
                          bench::Decode(arguments.input, {0, 1, 2}, arguments.threads));
  const auto decode = watch.Next();

  GNOMON_ASSIGN_OR_RETURN(const auto kernel, SnapshotKernel::Make(Options(arguments)));
  GNOMON_RETURN_IF_ERROR(ParallelFor(batches.size(), arguments.threads,
                                     [&](std::size_t i) { return kernel->Consume(*batches[i]); }));
  const auto consume = watch.Next();

  bench::Batches rows;
  std::int64_t row_count = 0;
  GNOMON_RETURN_IF_ERROR(kernel->Finish([&](Day day, const arrow::RecordBatch& batch) -> Status {
    if (!arguments.output.empty()) {
      GNOMON_ASSIGN_OR_RETURN(rows.emplace_back(), WithDay(batch, day));
    }
    row_count += batch.num_rows();
    return Ok();
  }));
  const auto finish = watch.Next();
  if (!arguments.output.empty()) GNOMON_RETURN_IF_ERROR(bench::Write(arguments.output, rows));
  const auto write = watch.Next();
  fmt::print(R"({{"decode": {:.4f}, "consume": {:.4f}, "finish": {:.4f}, "write": {:.4f}, )"
             R"("consume_cpu": {:.4f}, "finish_cpu": {:.4f}, "rows": {}, "spilled": {}}})"
             "\n",
             decode.seconds, consume.seconds, finish.seconds, write.seconds, consume.cpu_seconds,
             finish.cpu_seconds, row_count, kernel->counters().bytes_spilled);
  return Ok();
}

// Integers between commas.
Result<std::vector<std::int64_t>> ParseList(std::string_view text) {
  std::vector<std::int64_t> numbers;
  while (!text.empty()) {
    const std::string_view one = text.substr(0, text.find(','));
    const auto number = ParseInt(one);
    if (!number) return InvalidArgument("not a number: {} - give integers between commas", one);
    numbers.push_back(*number);
    text.remove_prefix(std::min(one.size() + 1, text.size()));
  }
  return numbers;
}

Result<Arguments> Parse(int argc, char** argv) {
  if (argc < 6) {
    return InvalidArgument(
        "usage: group_by_kernel_bench <events.parquet> <output.parquet or ''> <first day> <last "
        "day> <threads> [memory] [windows' days] [operations' numbers]");
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
  if (argc > 7) {
    GNOMON_ASSIGN_OR_RETURN(arguments.window_days, ParseList(argv[7]));
  }
  if (argc > 8) {
    GNOMON_ASSIGN_OR_RETURN(arguments.operations, ParseList(argv[8]));
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
