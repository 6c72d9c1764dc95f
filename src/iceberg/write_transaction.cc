// SPDX-License-Identifier: Apache-2.0
// The transaction: rows to staged files, staged files to one snapshot.
#include "iceberg/write_transaction.h"

#include <arrow/api.h>

#include <set>

#include "base/cancellation.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/pause_point.h"
#include "base/progress.h"
#include "base/progress_line.h"
#include "iceberg/commit.h"
#include "iceberg/data_writer.h"
#include "iceberg/location.h"
#include "iceberg/snapshot_builder.h"
#include "storage/file_io.h"
#include "types/arrow_mapping.h"

namespace gnomon::iceberg {

class TableWriteTransaction final : public WriteTransaction {
 public:
  TableWriteTransaction(Table& table, WriteOptions options, std::unique_ptr<DataWriter> writer)
      : table_(table),
        start_(TableState{.metadata = table.metadata_, .location = table.metadata_location_}),
        options_(std::move(options)),
        writer_(std::move(writer)) {}

  ~TableWriteTransaction() override {
    if (keep_files_) return;
    const std::vector<std::string> locations = writer_->Abandon();
    writer_.reset();
    for (const std::string& location : locations) {
      // Nothing names these files, so one that stays does no harm.
      if (auto path = LocalPathOfLocation(location)) {
        static_cast<void>(RemoveFile(*path).has_value());
      }
    }
  }

  static Status CheckWritable(const Table& table) { return table.CheckWritable(table.metadata()); }

  static std::shared_ptr<const TableMetadata> MetadataOf(const Table& table) {
    return table.metadata_;
  }

  Status Write(const arrow::RecordBatch& batch) override {
    PausePoint("write.data");
    GNOMON_RETURN_IF_ERROR(CheckCancelled());
    return writer_->Write(batch).Annotate(fmt::format("writing table {}", table_.name()));
  }

  void UseThreads(int threads) override { writer_->UseThreads(threads); }

  void SetProperties(std::map<std::string, std::string> properties) override {
    for (auto& [key, value] : properties) properties_[key] = std::move(value);
  }

  Result<CommitResult> Commit() override {
    GNOMON_CHECK(!committed_);
    committed_ = true;
    const ProgressStep progress("writing " + table_.name(), WorkWritten());
    const std::int64_t begin_ms = Clock::System().NowMs();
    auto files = writer_->Finish();
    if (!files) {
      return std::move(files).Annotate(fmt::format("writing table {}", table_.name())).error();
    }
    GNOMON_ASSIGN_OR_RETURN(SnapshotChange change, MakeChange(*std::move(files)));
    CommitResult result = Count(change);
    SnapshotBuilder builder(std::move(change));
    CommitSteps steps;
    steps.build = [&](const TableMetadata& base) { return builder.Build(base); };
    steps.discard = [&] { builder.Discard(); };
    steps.outcome_unknown = [&] { keep_files_ = true; };
    auto state = CommitChange(*table_.pointer_, start_, steps);
    if (!state) return std::move(state).error();
    keep_files_ = true;
    table_.metadata_ = std::move(state->metadata);
    table_.metadata_location_ = std::move(state->location);
    result.snapshot_id = builder.snapshot_id();
    LogVerbose("  commit of {}: {} rows in {} files, {}; {} ms for the last files and the metadata",
               table_.name(), result.rows_written, result.files_written,
               ShortBytes(result.bytes_written), Clock::System().NowMs() - begin_ms);
    return result;
  }

 private:
  Result<SnapshotChange> MakeChange(std::vector<DataFile> files) const {
    SnapshotChange change;
    change.table_name = table_.name();
    change.start = start_.metadata;
    change.overwrite = options_.mode == WriteMode::kOverwritePartitions;
    change.summary = options_.summary;
    change.properties = properties_;
    if (change.overwrite) {
      for (const DataFile& file : files) change.replaced.push_back(file.partition);
      for (const auto& partition : options_.also_replace) {
        GNOMON_ASSIGN_OR_RETURN(auto values, FitPartition(partition));
        change.replaced.push_back(std::move(values));
      }
    }
    change.added = std::move(files);
    return change;
  }

  Result<std::vector<ScalarPtr>> FitPartition(const std::vector<ScalarPtr>& values) const {
    const PartitionSpec& spec = start_.metadata->spec();
    if (values.size() != spec.fields.size()) {
      return InvalidArgument("a partition of {} to replace has {} values, its spec has {} fields",
                             table_.name(), values.size(), spec.fields.size());
    }
    std::vector<ScalarPtr> result;
    for (std::size_t i = 0; i < values.size(); ++i) {
      ScalarPtr value = values[i];
      const auto type = ToArrow(PartitionType(spec.fields[i], *start_.metadata));
      if (!IsNullScalar(value) && !value->type->Equals(*type)) {
        auto cast = value->CastTo(type);
        if (!cast.ok()) {
          return InvalidArgument("a partition of {} to replace has the value {} for {}",
                                 table_.name(), value->ToString(), spec.fields[i].name);
        }
        value = *cast;
      }
      result.push_back(std::move(value));
    }
    return result;
  }

  static CommitResult Count(const SnapshotChange& change) {
    CommitResult result;
    std::set<std::string> partitions;
    for (const DataFile& file : change.added) {
      result.rows_written += file.record_count;
      result.bytes_written += file.file_size_bytes;
      ++result.files_written;
      std::string key;
      for (const ScalarPtr& value : file.partition) {
        key += PartitionText(value) + (IsNullScalar(value) ? "\1" : "\2");
      }
      partitions.insert(std::move(key));
    }
    result.partitions_written = static_cast<std::int64_t>(partitions.size());
    return result;
  }

  Table& table_;
  TableState start_;
  WriteOptions options_;
  std::unique_ptr<DataWriter> writer_;
  std::map<std::string, std::string> properties_;
  bool committed_ = false;
  bool keep_files_ = false;
};

Result<std::unique_ptr<WriteTransaction>> WriteTransaction::Begin(Table& table,
                                                                  WriteOptions options) {
  GNOMON_RETURN_IF_ERROR(TableWriteTransaction::CheckWritable(table));
  GNOMON_ASSIGN_OR_RETURN(auto writer, DataWriter::Make(TableWriteTransaction::MetadataOf(table),
                                                        options.target_file_bytes, table.name()));
  return std::unique_ptr<WriteTransaction>(
      std::make_unique<TableWriteTransaction>(table, std::move(options), std::move(writer)));
}

}  // namespace gnomon::iceberg
