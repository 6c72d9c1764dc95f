// SPDX-License-Identifier: Apache-2.0
// One thread reads one data file at a time; columns and file-skipping filters are pushed down, rows
// are filtered above.
#include "sql/iceberg_scan.h"

#include <arrow/api.h>

#include <atomic>
#include <duckdb/execution/partition_info.hpp>
#include <duckdb/function/replacement_scan.hpp>
#include <duckdb/function/table_function.hpp>
#include <duckdb/main/config.hpp>
#include <duckdb/main/extension/extension_loader.hpp>
#include <duckdb/parser/expression/constant_expression.hpp>
#include <duckdb/parser/expression/function_expression.hpp>
#include <duckdb/parser/parsed_data/create_view_info.hpp>
#include <duckdb/parser/tableref/subqueryref.hpp>
#include <duckdb/parser/tableref/table_function_ref.hpp>

#include "base/log.h"
#include "base/parse.h"
#include "base/progress_line.h"
#include "iceberg/scan.h"
#include "sql/arrow_bridge.h"
#include "sql/duckdb_errors.h"
#include "sql/duckdb_types.h"
#include "sql/pushdown.h"
#include "storage/parquet_reader.h"
#include "types/arrow_mapping.h"

namespace gnomon::sql {

namespace {

using duckdb::ClientContext;
using duckdb::FunctionData;
using duckdb::idx_t;

constexpr char kFunctionName[] = "gnomon_scan";

struct ScanInfo final : public duckdb::TableFunctionInfo {
  explicit ScanInfo(TableSources& table_sources) : sources(&table_sources) {}
  TableSources* sources;
};

struct ScanBindData final : public duckdb::TableFunctionData {
  duckdb::unique_ptr<FunctionData> Copy() const override {
    return duckdb::make_uniq<ScanBindData>(*this);
  }
  bool Equals(const FunctionData& other_data) const override {
    const auto& other = other_data.Cast<ScanBindData>();
    return name == other.name && source.table == other.source.table && filter.empty() &&
           other.filter.empty();
  }

  std::string name;
  TableSource source;
  iceberg::Filter filter;
  std::shared_ptr<const iceberg::ScanPlan> plan;  // Made with `filter`; nullptr before.
};

struct ScanGlobalState final : public duckdb::GlobalTableFunctionState {
  idx_t MaxThreads() const override { return plan->tasks.empty() ? 1 : plan->tasks.size(); }

  std::shared_ptr<const iceberg::ScanPlan> plan;
  iceberg::ScanOptions options;
  // Of each output column its index in the batches; nullopt for DuckDB's virtual columns.
  std::vector<std::optional<int>> batch_columns;
  duckdb::vector<duckdb::shared_ptr<duckdb::ArrowType>> arrow_types;  // By batch column.
  std::atomic<idx_t> next_task = 0;
  std::atomic<std::int64_t> rows_done = 0;  // Read, or skipped in files that are done.
};

struct ScanLocalState final : public duckdb::LocalTableFunctionState {
  idx_t task = 0;
  std::shared_ptr<arrow::RecordBatchReader> reader;
  duckdb::shared_ptr<duckdb::ArrowArrayWrapper> batch;
  idx_t offset = 0;            // In the batch.
  idx_t remaining_rows = 0;    // Of a task of which only the number of rows is asked.
  std::int64_t task_rows = 0;  // Of the task, not yet counted as done.
};

std::shared_ptr<const iceberg::ScanPlan> MakePlan(const ScanBindData& bind) {
  iceberg::ScanPlan plan;
  if (bind.source.rows != nullptr) {
    iceberg::ScanTask task;
    task.record_count = bind.source.rows->num_rows();
    plan.record_count = task.record_count;
    plan.tasks.push_back(std::move(task));
  } else {
    iceberg::ScanOptions options;
    options.filter = bind.filter;
    options.apply_filter = false;
    plan = ValueOrThrow(bind.source.table->PlanScan(options));
  }
  return std::make_shared<const iceberg::ScanPlan>(std::move(plan));
}

duckdb::unique_ptr<FunctionData> Bind(ClientContext&, duckdb::TableFunctionBindInput& input,
                                      duckdb::vector<duckdb::LogicalType>& types,
                                      duckdb::vector<std::string>& names) {
  auto bind = duckdb::make_uniq<ScanBindData>();
  bind->name = duckdb::StringValue::Get(input.inputs[0]);
  bind->source = ValueOrThrow(input.info->Cast<ScanInfo>().sources->Find(bind->name));
  for (const Field& field : bind->source.schema.fields) {
    types.push_back(ToDuckDb(field.type));
    names.push_back(field.name);
  }
  return bind;
}

void PushFilters(ClientContext& context, duckdb::LogicalGet& get, FunctionData* bind_data,
                 duckdb::vector<duckdb::unique_ptr<duckdb::Expression>>& filters) {
  auto& bind = bind_data->Cast<ScanBindData>();
  if (bind.source.table == nullptr) return;
  const std::size_t known = bind.filter.size();
  CollectComparisons(context, get, bind.source.schema, filters, bind.filter);
  if (bind.filter.size() > known || bind.plan == nullptr) bind.plan = MakePlan(bind);
}

duckdb::unique_ptr<duckdb::NodeStatistics> Cardinality(ClientContext&,
                                                       const FunctionData* bind_data) {
  const auto& bind = bind_data->Cast<ScanBindData>();
  std::int64_t rows = 0;
  if (bind.plan != nullptr) {
    rows = bind.plan->record_count;
  } else if (bind.source.rows != nullptr) {
    rows = bind.source.rows->num_rows();
  } else if (const iceberg::Snapshot* snapshot = bind.source.table->current_snapshot()) {
    const auto total = snapshot->summary.find("total-records");
    if (total == snapshot->summary.end()) return nullptr;
    rows = ParseInt(total->second).value_or(0);
  }
  return duckdb::make_uniq<duckdb::NodeStatistics>(
      static_cast<idx_t>(std::max<std::int64_t>(rows, 0)));
}

duckdb::unique_ptr<duckdb::GlobalTableFunctionState> InitGlobal(
    ClientContext& context, duckdb::TableFunctionInitInput& input) {
  const auto& bind = input.bind_data->Cast<ScanBindData>();
  auto state = duckdb::make_uniq<ScanGlobalState>();
  state->plan = bind.plan != nullptr ? bind.plan : MakePlan(bind);
  state->options.filter = bind.filter;
  state->options.apply_filter = false;
  state->options.side_by_side =
      state->plan->leaves_idle(duckdb::TaskScheduler::GetScheduler(context).NumberOfThreads());
  std::vector<std::string> columns;
  for (const duckdb::column_t id : input.column_ids) {
    if (id >= bind.source.schema.fields.size()) {
      state->batch_columns.emplace_back(std::nullopt);
      continue;
    }
    const Field& field = bind.source.schema.fields[id];
    state->batch_columns.emplace_back(static_cast<int>(columns.size()));
    state->arrow_types.push_back(ArrowTypeOf(context, field.type));
    columns.push_back(field.name);
  }
  if (bind.source.table != nullptr) {
    LogVerbose("  reading {}: {} of its columns, {} files, {} rows, {}; {} files skipped",
               bind.name, columns.size(), state->plan->tasks.size(), state->plan->record_count,
               ShortBytes(state->plan->file_size_bytes), state->plan->files_skipped);
  }
  state->options.columns = std::move(columns);
  return state;
}

duckdb::unique_ptr<duckdb::LocalTableFunctionState> InitLocal(duckdb::ExecutionContext&,
                                                              duckdb::TableFunctionInitInput&,
                                                              duckdb::GlobalTableFunctionState*) {
  return duckdb::make_uniq<ScanLocalState>();
}

Result<std::shared_ptr<arrow::RecordBatchReader>> OpenRows(
    const arrow::RecordBatch& rows, const std::vector<std::string>& columns) {
  std::vector<int> indexes;
  indexes.reserve(columns.size());
  for (const std::string& column : columns) {
    indexes.push_back(rows.schema()->GetFieldIndex(column));
  }
  GNOMON_ARROW_ASSIGN(auto selected, rows.SelectColumns(indexes), "reading a metadata table");
  GNOMON_ARROW_ASSIGN(auto reader, arrow::RecordBatchReader::Make({selected}, selected->schema()),
                      "reading a metadata table");
  return reader;
}

// Takes the next task; false when there is none.
bool NextTask(const ScanBindData& bind, ScanGlobalState& global, ScanLocalState& local) {
  local.task = global.next_task.fetch_add(1);
  if (local.task >= global.plan->tasks.size()) return false;
  const iceberg::ScanTask& task = global.plan->tasks[local.task];
  local.task_rows = task.record_count;
  if (global.options.columns->empty()) {
    std::int64_t rows = task.record_count;
    if (rows < 0) rows = ValueOrThrow(ParquetReader::Open(task.path))->row_count();
    local.remaining_rows = static_cast<idx_t>(rows);
  } else if (bind.source.rows != nullptr) {
    local.reader = ValueOrThrow(OpenRows(*bind.source.rows, *global.options.columns));
  } else {
    local.reader = ValueOrThrow(iceberg::OpenTask(*bind.source.table, task, global.options));
  }
  return true;
}

// Makes the next batch of rows the current one; false at the end of the scan.
bool NextBatch(const ScanBindData& bind, ScanGlobalState& global, ScanLocalState& local) {
  while (true) {
    if (local.reader == nullptr) {
      if (!NextTask(bind, global, local)) return false;
      if (local.remaining_rows > 0) return true;
      continue;
    }
    std::shared_ptr<arrow::RecordBatch> batch;
    const arrow::Status status = local.reader->ReadNext(&batch);
    if (!status.ok()) ThrowThroughDuckDb(FromArrowStatus(status, "reading table " + bind.name));
    // In place nobody knows before how many rows a file has.
    const std::int64_t rows =
        batch == nullptr ? std::max<std::int64_t>(local.task_rows, 0) : batch->num_rows();
    global.rows_done.fetch_add(rows, std::memory_order_relaxed);
    local.task_rows -= rows;
    if (batch == nullptr) {
      local.reader.reset();
    } else if (batch->num_rows() > 0) {
      local.batch = ExportToDuckDb(*batch);
      local.offset = 0;
      return true;
    }
  }
}

idx_t RowsAtHand(const ScanLocalState& local) {
  if (local.batch == nullptr) return local.remaining_rows;
  return static_cast<idx_t>(local.batch->arrow_array.length) - local.offset;
}

void Scan(ClientContext& context, duckdb::TableFunctionInput& input, duckdb::DataChunk& output) {
  const auto& bind = input.bind_data->Cast<ScanBindData>();
  auto& global = input.global_state->Cast<ScanGlobalState>();
  auto& local = input.local_state->Cast<ScanLocalState>();
  if (RowsAtHand(local) == 0) {
    local.batch.reset();
    if (!NextBatch(bind, global, local)) return;
  }
  const idx_t count = std::min<idx_t>(RowsAtHand(local), STANDARD_VECTOR_SIZE);
  output.SetCardinality(count);
  for (idx_t i = 0; i < output.ColumnCount(); ++i) {
    const std::optional<int> column = global.batch_columns[i];
    if (!column) {
      output.data[i].SetVectorType(duckdb::VectorType::CONSTANT_VECTOR);
      duckdb::ConstantVector::SetNull(output.data[i], true);
      continue;
    }
    ArrowToVector(context, local.batch, *local.batch->arrow_array.children[*column],
                  *global.arrow_types[static_cast<idx_t>(*column)], local.offset, count,
                  output.data[i]);
  }
  local.offset += count;
  if (local.batch == nullptr) local.remaining_rows -= count;
}

// In percent, for Session::ShareDone.
double ScanProgress(ClientContext&, const FunctionData*,
                    const duckdb::GlobalTableFunctionState* state) {
  const auto& global = state->Cast<ScanGlobalState>();
  const std::int64_t rows = std::max<std::int64_t>(global.plan->record_count, 1);
  const std::int64_t done = global.rows_done.load(std::memory_order_relaxed);
  return 100 * static_cast<double>(done) / static_cast<double>(rows);
}

duckdb::OperatorPartitionData PartitionData(ClientContext&,
                                            duckdb::TableFunctionGetPartitionInput& input) {
  return duckdb::OperatorPartitionData(input.local_state->Cast<ScanLocalState>().task);
}

std::string SizeText(std::int64_t bytes) {
  constexpr double kKib = 1024;
  const auto size = static_cast<double>(bytes);
  if (size < kKib) return fmt::format("{} bytes", bytes);
  if (size < kKib * kKib) return fmt::format("{:.1f} KiB", size / kKib);
  if (size < kKib * kKib * kKib) return fmt::format("{:.1f} MiB", size / kKib / kKib);
  return fmt::format("{:.1f} GiB", size / kKib / kKib / kKib);
}

// What EXPLAIN shows of a scan.
duckdb::InsertionOrderPreservingMap<std::string> Describe(
    duckdb::TableFunctionToStringInput& input) {
  const auto& bind = input.bind_data->Cast<ScanBindData>();
  duckdb::InsertionOrderPreservingMap<std::string> texts;
  texts["Table"] = bind.name;
  const auto plan = bind.plan != nullptr ? bind.plan : MakePlan(bind);
  if (bind.source.table == nullptr) return texts;
  if (!bind.filter.empty()) texts["Pruned by"] = iceberg::FilterText(bind.filter);
  texts["Manifests"] =
      fmt::format("{} read, {} skipped", plan->manifests_read, plan->manifests_skipped);
  texts["Files"] = fmt::format("{} read, {} skipped", plan->tasks.size(), plan->files_skipped);
  texts["Size of files"] = SizeText(plan->file_size_bytes);
  return texts;
}

struct TableNames final : public duckdb::ReplacementScanData {
  explicit TableNames(TableSources& table_sources) : sources(&table_sources) {}
  TableSources* sources;
};

// Every name is answered, so that DuckDB never takes one for a file.
duckdb::unique_ptr<duckdb::TableRef> ReplaceName(
    ClientContext&, duckdb::ReplacementScanInput& input,
    duckdb::optional_ptr<duckdb::ReplacementScanData> data) {
  TableSources& sources = *data->Cast<TableNames>().sources;
  if (const auto select = sources.FindFileTable(input.table_name)) {
    auto reference = duckdb::make_uniq<duckdb::SubqueryRef>(
        duckdb::CreateViewInfo::ParseSelect(*select), input.table_name);
    return reference;
  }
  const std::string name =
      input.schema_name.empty() ? input.table_name : input.schema_name + "." + input.table_name;
  if (const auto select = ValueOrThrow(sources.FindView(name))) {
    return duckdb::make_uniq<duckdb::SubqueryRef>(duckdb::CreateViewInfo::ParseSelect(*select),
                                                  input.table_name);
  }
  duckdb::vector<duckdb::unique_ptr<duckdb::ParsedExpression>> arguments;
  arguments.push_back(duckdb::make_uniq<duckdb::ConstantExpression>(duckdb::Value(name)));
  auto reference = duckdb::make_uniq<duckdb::TableFunctionRef>();
  reference->function =
      duckdb::make_uniq<duckdb::FunctionExpression>(kFunctionName, std::move(arguments));
  reference->alias = input.table_name;
  return reference;
}

}  // namespace

void AddTableNames(duckdb::DBConfig& config, TableSources& sources) {
  config.replacement_scans.emplace_back(ReplaceName, duckdb::make_uniq<TableNames>(sources));
}

void RegisterIcebergScan(duckdb::DatabaseInstance& database, TableSources& sources) {
  duckdb::TableFunction function(kFunctionName, {duckdb::LogicalType::VARCHAR}, Scan, Bind,
                                 InitGlobal, InitLocal);
  function.projection_pushdown = true;
  function.pushdown_complex_filter = PushFilters;
  function.cardinality = Cardinality;
  function.get_partition_data = PartitionData;
  function.table_scan_progress = ScanProgress;
  function.to_string = Describe;
  function.verify_serialization = false;
  function.function_info = duckdb::make_shared_ptr<ScanInfo>(sources);
  duckdb::ExtensionLoader loader(database, "gnomon");
  loader.RegisterFunction(std::move(function));
}

}  // namespace gnomon::sql
