// SPDX-License-Identifier: Apache-2.0
#include "sql/duckdb_reads.h"

#include <duckdb.hpp>
#include <duckdb/main/client_config.hpp>
#include <duckdb/main/profiling_node.hpp>
#include <duckdb/main/query_profiler.hpp>

#include "base/work_counter.h"

namespace gnomon::sql {

namespace {

using duckdb::MetricType;

std::int64_t CountOf(const duckdb::ProfilingInfo& info, MetricType metric) {
  const auto found = info.metrics.find(metric);
  return found == info.metrics.end() || found->second.IsNull()
             ? 0
             : found->second.GetValue<std::int64_t>();
}

// Rows of the scans below. Only Parquet scans say what they decoded; the others give DuckDB's guess
// there, and give every row that they decode to their parent.
std::int64_t RowsScanned(const duckdb::ProfilingNode& node) {
  const duckdb::ProfilingInfo& info = node.GetProfilingInfo();
  std::int64_t rows = 0;
  if (const auto name = info.metrics.find(MetricType::OPERATOR_NAME); name != info.metrics.end()) {
    const std::string text = name->second.ToString();
    if (text.starts_with("READ_PARQUET")) {
      rows = CountOf(info, MetricType::OPERATOR_ROWS_SCANNED);
    } else if (text.starts_with("READ_")) {
      rows = CountOf(info, MetricType::OPERATOR_CARDINALITY);
    }
  }
  for (const auto& child : node.children) rows += RowsScanned(*child);
  return rows;
}

}  // namespace

void CountReads(duckdb::ClientContext& context) {
  duckdb::ClientConfig& config = duckdb::ClientConfig::GetConfig(context);
  config.enable_profiler = true;
  config.emit_profiler_output = false;
  config.profiler_settings = {MetricType::OPERATOR_NAME, MetricType::OPERATOR_CARDINALITY,
                              MetricType::OPERATOR_ROWS_SCANNED, MetricType::TOTAL_BYTES_READ};
}

void AddCountedReads(duckdb::ClientContext& context) {
  duckdb::QueryProfiler& profiler = duckdb::QueryProfiler::Get(context);
  Work read;
  read.bytes = static_cast<std::int64_t>(profiler.GetBytesRead());
  profiler.GetRootUnderLock([&](duckdb::optional_ptr<duckdb::ProfilingNode> root) {
    if (root) read.rows = RowsScanned(*root);
  });
  WorkRead().Add(read);
}

}  // namespace gnomon::sql
