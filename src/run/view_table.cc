// SPDX-License-Identifier: Apache-2.0
// Days and their numbers of rows are asked for when the table is looked at, rows when a scan has
// chosen its files. So the query runs twice, which one run of it cannot replace: which days are to
// be read follows from those that there are, and the rows of all of them may be a long history of
// which a daily run reads a few days; rows that are not read may also be such that computing them
// fails, and Spark would not look at them. The first run needs few columns and keeps no row, so
// that it is the lesser part even of a view that groups.
#include "run/view_table.h"

#include <arrow/api.h>

#include <map>
#include <mutex>
#include <nlohmann/json.hpp>

#include "base/progress.h"
#include "iceberg/location.h"
#include "iceberg/manifest.h"
#include "run/output_table.h"
#include "sql/engine.h"
#include "sql/result_stream.h"
#include "sql/session.h"
#include "storage/parquet_writer.h"
#include "storage/scratch_folder.h"
#include "types/arrow_mapping.h"

namespace gnomon::run {

namespace {

class ViewInPlace final : public iceberg::TableInPlace {
 public:
  ViewInPlace(const RunContext& context, const catalog::TableName& view, std::string day_column,
              ScratchFolder scratch)
      : workspace_(context.workspace),
        catalog_(context.catalog),
        options_{.memory_bytes = context.memory_bytes / 4, .threads = context.threads},
        looks_once_(!context.request.wait_ms),
        name_(view.ToString()),
        day_column_(std::move(day_column)),
        scratch_(std::move(scratch)) {}

  std::string name() const override { return name_; }

  Result<State> Look() const override {
    const std::lock_guard lock(mutex_);
    if (seen_ && looks_once_) return *seen_;
    GNOMON_ASSIGN_OR_RETURN(const auto session, sql::Session::Open(workspace_, catalog_, options_));
    GNOMON_ASSIGN_OR_RETURN(const auto none, Query(*session, "SELECT *", " LIMIT 0"));
    const Schema schema = StorableSchema(none.schema);
    ++looks_;
    State state;
    std::vector<std::string> partitions;
    if (IsPartitioned(schema)) partitions.push_back(day_column_);
    state.metadata =
        iceberg::MetadataInPlace(schema, partitions, iceberg::LocationOfPath(scratch_.path()));
    GNOMON_ASSIGN_OR_RETURN(state.files, FilesOf(*session, schema));
    state.schema_file = name_;
    seen_ = state;
    return state;
  }

  Status MakeFiles(const iceberg::ScanPlan& plan) const override {
    const std::lock_guard lock(mutex_);
    std::map<std::string, std::string> wanted;  // Day -> path.
    for (const iceberg::ScanTask& task : plan.tasks) {
      if (made_.contains(task.path)) continue;
      const auto value = task.partition.empty() ? nullptr : task.partition.front().second;
      wanted.emplace(value == nullptr ? "" : value->ToString(), task.path);
    }
    if (wanted.empty()) return Ok();
    const ProgressStep progress("computing view " + name_, WorkRead());
    GNOMON_ASSIGN_OR_RETURN(const auto session, sql::Session::Open(workspace_, catalog_, options_));
    GNOMON_ASSIGN_OR_RETURN(const auto rows, Query(*session, "SELECT *", RestOfQuery(wanted)));
    return Write(*rows.batches, wanted);
  }

 private:
  bool IsPartitioned(const Schema& schema) const {
    const Field* day = schema.Find(day_column_);
    return day != nullptr &&
           (day->type.kind == TypeKind::kDate || day->type.kind == TypeKind::kString);
  }

  Result<sql::QueryResult> Query(sql::Session& session, const std::string& select,
                                 const std::string& rest) const {
    return session.Query(
        {{"sql", fmt::format("{} FROM {}{}", select, sql::SqlIdentifier(name_), rest)},
         {"tables", {name_}},
         {"paths", nlohmann::json::array()}});
  }

  // One for each day, or one for all rows; they are made when they are read.
  Result<std::shared_ptr<const std::vector<iceberg::DataFile>>> FilesOf(
      sql::Session& session, const Schema& schema) const {
    auto files = std::make_shared<std::vector<iceberg::DataFile>>();
    if (!IsPartitioned(schema)) {
      files->push_back(FileNamed("all"));
      return std::shared_ptr<const std::vector<iceberg::DataFile>>(files);
    }
    const std::string column = sql::SqlIdentifier(day_column_);
    GNOMON_ASSIGN_OR_RETURN(const auto days,
                            Query(session, fmt::format("SELECT {}, count(*)", column),
                                  fmt::format(" WHERE {0} IS NOT NULL GROUP BY {0}", column)));
    const auto add = [&](const arrow::RecordBatch& batch) -> Status {
      const auto& counts = static_cast<const arrow::Int64Array&>(*batch.column(1));
      for (std::int64_t row = 0; row < batch.num_rows(); ++row) {
        GNOMON_ARROW_ASSIGN(auto day, batch.column(0)->GetScalar(row), "reading view " + name_);
        iceberg::DataFile file = FileNamed(std::to_string(files->size()));
        file.partition.push_back(std::move(day));
        file.record_count = counts.Value(row);
        files->push_back(std::move(file));
      }
      return Ok();
    };
    GNOMON_RETURN_IF_ERROR(sql::ForEachBatch(*days.batches, "reading view " + name_, add));
    return std::shared_ptr<const std::vector<iceberg::DataFile>>(files);
  }

  // Names are not used again, so that rows of one look are never taken for those of another.
  iceberg::DataFile FileNamed(const std::string& name) const {
    iceberg::DataFile file;
    file.file_path =
        iceberg::LocationOfPath(fmt::format("{}/{}-{}.parquet", scratch_.path(), looks_, name));
    file.record_count = -1;
    return file;
  }

  // By day, so that one file after the other is written.
  std::string RestOfQuery(const std::map<std::string, std::string>& wanted) const {
    if (!IsPartitioned(seen_->metadata->schema())) return "";
    return fmt::format(" WHERE {0} BETWEEN {1} AND {2} ORDER BY {0}",
                       sql::SqlIdentifier(day_column_), sql::SqlLiteral(wanted.begin()->first),
                       sql::SqlLiteral(wanted.rbegin()->first));
  }

  Status Write(arrow::RecordBatchReader& rows,
               const std::map<std::string, std::string>& wanted) const {
    const Schema& schema = seen_->metadata->schema();
    std::unique_ptr<ParquetWriter> writer;
    std::string open;  // The path that `writer` writes.
    const auto write = [&](const arrow::RecordBatch& read) -> Status {
      GNOMON_ASSIGN_OR_RETURN(const auto batch, ConformTo(schema, read));
      for (std::int64_t begin = 0, end = 0; begin < batch->num_rows(); begin = end) {
        const std::string path = PathOfRun(wanted, *batch, begin, end);
        if (path.empty()) continue;
        if (path != open) {
          if (writer != nullptr) GNOMON_RETURN_IF_ERROR(Close(*writer, open));
          GNOMON_ASSIGN_OR_RETURN(writer, ParquetWriter::Open(path, batch->schema()));
          open = path;
        }
        GNOMON_RETURN_IF_ERROR(writer->Write(*batch->Slice(begin, end - begin)));
      }
      return Ok();
    };
    GNOMON_RETURN_IF_ERROR(sql::ForEachBatch(rows, "reading view " + name_, write));
    if (writer != nullptr) GNOMON_RETURN_IF_ERROR(Close(*writer, open));
    // Days whose rows are gone meanwhile, and views without rows.
    for (const auto& [day, path] : wanted) {
      if (made_.contains(path)) continue;
      GNOMON_ASSIGN_OR_RETURN(writer, ParquetWriter::Open(path, ToArrow(schema)));
      GNOMON_RETURN_IF_ERROR(Close(*writer, path));
    }
    return Ok();
  }

  Status Close(ParquetWriter& writer, const std::string& path) const {
    GNOMON_ASSIGN_OR_RETURN([[maybe_unused]] const DataFileMetrics metrics, writer.Close());
    made_.insert(path);
    return Ok();
  }

  // The file of the rows of one day from `begin` on, and their end; empty: not wanted.
  std::string PathOfRun(const std::map<std::string, std::string>& wanted,
                        const arrow::RecordBatch& batch, std::int64_t begin,
                        std::int64_t& end) const {
    if (!IsPartitioned(seen_->metadata->schema())) {
      end = batch.num_rows();
      return wanted.begin()->second;
    }
    const auto days = batch.GetColumnByName(day_column_);
    for (end = begin + 1; end < batch.num_rows() && days->RangeEquals(*days, end, end + 1, begin);)
      ++end;
    const auto found = wanted.find((*days->GetScalar(begin))->ToString());
    return found == wanted.end() ? std::string() : found->second;
  }

  const Workspace& workspace_;
  catalog::Catalog& catalog_;
  sql::SessionOptions options_;
  bool looks_once_;
  std::string name_;
  std::string day_column_;
  ScratchFolder scratch_;
  mutable std::mutex mutex_;
  mutable std::optional<State> seen_;
  mutable std::set<std::string> made_;  // Paths of files.
  mutable int looks_ = 0;
};

}  // namespace

Result<iceberg::Table> LoadTableOrView(const RunContext& context, const catalog::TableName& name,
                                       const std::string& day_column) {
  auto table = context.catalog.LoadTable(name);
  if (table || !context.catalog.HasView(name).value_or(false)) return table;
  GNOMON_ASSIGN_OR_RETURN(ScratchFolder scratch,
                          ScratchFolder::Make(context.workspace.tmp_dir().string()));
  return iceberg::Table::OpenInPlace(
      std::make_shared<ViewInPlace>(context, name, day_column, std::move(scratch)));
}

}  // namespace gnomon::run
