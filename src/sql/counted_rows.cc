// SPDX-License-Identifier: Apache-2.0
#include "sql/counted_rows.h"

#include <duckdb.hpp>
#include <duckdb/main/client_config.hpp>
#include <duckdb/main/profiling_node.hpp>
#include <duckdb/main/query_profiler.hpp>

#include "base/work_counter.h"

namespace gnomon::sql {

namespace {

using duckdb::MetricType;

// Rows that the scans of files below gave to their query. (What the profiler calls rows scanned is
// a guess for several files.)
std::int64_t RowsOfScans(const duckdb::ProfilingNode& node) {
  const duckdb::ProfilingInfo& info = node.GetProfilingInfo();
  const auto name = info.metrics.find(MetricType::OPERATOR_NAME);
  const auto count = info.metrics.find(MetricType::OPERATOR_CARDINALITY);
  std::int64_t rows = 0;
  if (name != info.metrics.end() && count != info.metrics.end() &&
      name->second.ToString().starts_with("READ_")) {
    rows = count->second.GetValue<std::int64_t>();
  }
  for (const auto& child : node.children) rows += RowsOfScans(*child);
  return rows;
}

}  // namespace

void CountRows(duckdb::ClientContext& context) {
  duckdb::ClientConfig& config = duckdb::ClientConfig::GetConfig(context);
  config.enable_profiler = true;
  config.emit_profiler_output = false;
  config.profiler_settings = {MetricType::OPERATOR_NAME, MetricType::OPERATOR_CARDINALITY};
}

void AddCountedRows(duckdb::ClientContext& context) {
  Work read;
  duckdb::QueryProfiler::Get(context).GetRootUnderLock(
      [&](duckdb::optional_ptr<duckdb::ProfilingNode> root) {
        if (root) read.rows = RowsOfScans(*root);
      });
  WorkRead().Add(read);
}

}  // namespace gnomon::sql
