// SPDX-License-Identifier: Apache-2.0
// What the table tests share: a pointer in memory, and rows as text. Only test programs include it.
#pragma once

#include <arrow/api.h>

#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "iceberg/table.h"
#include "iceberg/write_transaction.h"
#include "types/arrow_mapping.h"

namespace gnomon::iceberg {

// A catalog of one table. `before_swap` runs ahead of each swap, so a test can overtake.
class MemoryPointer final : public MetadataPointer {
 public:
  explicit MemoryPointer(std::string location) : location_(std::move(location)) {}
  std::string name() const override { return "db.t"; }
  Result<std::string> Location() override {
    const std::lock_guard lock(mutex_);
    if (lose_reads) return Unavailable("the reading was lost");
    return location_;
  }
  Status Swap(const std::string& expected, const std::string& next) override {
    if (before_swap) std::exchange(before_swap, nullptr)();
    const std::lock_guard lock(mutex_);
    ++swaps;
    if (location_ != expected) return Conflict("db.t changed");
    if (lose_answer) {
      if (arrives) location_ = next;
      return Unavailable("the answer was lost");
    }
    location_ = next;
    return Ok();
  }

  std::function<void()> before_swap;
  bool lose_answer = false;
  bool arrives = false;
  bool lose_reads = false;
  int swaps = 0;

 private:
  std::mutex mutex_;
  std::string location_;
};

struct SampleRow {
  std::int64_t id = 0;
  std::optional<double> price;
  std::string name;
  std::optional<std::int32_t> day;  // Days since the epoch.
  auto operator<=>(const SampleRow&) const = default;
};

inline Schema SampleSchema() {
  return Schema{{Field{.name = "id", .type = TypeKind::kLong},
                 Field{.name = "price", .type = TypeKind::kDouble},
                 Field{.name = "name", .type = TypeKind::kString},
                 Field{.name = "ds", .type = TypeKind::kDate}}};
}

inline std::shared_ptr<arrow::RecordBatch> SampleBatch(const std::vector<SampleRow>& rows) {
  arrow::Int64Builder id;
  arrow::DoubleBuilder price;
  arrow::StringBuilder name;
  arrow::Date32Builder day;
  for (const SampleRow& row : rows) {
    GNOMON_CHECK(id.Append(row.id).ok());
    GNOMON_CHECK((row.price ? price.Append(*row.price) : price.AppendNull()).ok());
    GNOMON_CHECK(name.Append(row.name).ok());
    GNOMON_CHECK((row.day ? day.Append(*row.day) : day.AppendNull()).ok());
  }
  return arrow::RecordBatch::Make(
      ToArrow(SampleSchema()), static_cast<std::int64_t>(rows.size()),
      std::vector<std::shared_ptr<arrow::Array>>{*id.Finish(), *price.Finish(), *name.Finish(),
                                                 *day.Finish()});
}

// All rows of a scan with the sample's four columns, sorted.
inline Result<std::vector<SampleRow>> ReadRows(const Table& table, ScanOptions options = {}) {
  options.columns = std::vector<std::string>{"id", "price", "name", "ds"};
  GNOMON_ASSIGN_OR_RETURN(const auto reader, OpenScan(table, options));
  std::vector<SampleRow> rows;
  while (true) {
    std::shared_ptr<arrow::RecordBatch> batch;
    GNOMON_ARROW_RETURN_NOT_OK(reader->ReadNext(&batch), "reading");
    if (batch == nullptr) break;
    const auto& id = static_cast<const arrow::Int64Array&>(*batch->column(0));
    const auto& price = static_cast<const arrow::DoubleArray&>(*batch->column(1));
    const auto& name = static_cast<const arrow::StringArray&>(*batch->column(2));
    const auto& day = static_cast<const arrow::Date32Array&>(*batch->column(3));
    for (std::int64_t i = 0; i < batch->num_rows(); ++i) {
      SampleRow row{.id = id.Value(i), .name = name.GetString(i)};
      if (price.IsValid(i)) row.price = price.Value(i);
      if (day.IsValid(i)) row.day = day.Value(i);
      rows.push_back(std::move(row));
    }
  }
  std::sort(rows.begin(), rows.end());
  return rows;
}

// The files below a folder whose names end so, as ".parquet".
inline std::size_t CountFiles(const std::string& folder, const std::string& extension) {
  std::size_t count = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.path().extension() == extension) ++count;
  }
  return count;
}

// Writes and commits rows in one transaction.
inline Result<CommitResult> WriteRows(Table& table, WriteMode mode,
                                      const std::vector<SampleRow>& rows,
                                      WriteOptions options = {}) {
  options.mode = mode;
  GNOMON_ASSIGN_OR_RETURN(auto transaction, WriteTransaction::Begin(table, std::move(options)));
  GNOMON_RETURN_IF_ERROR(transaction->Write(*SampleBatch(rows)));
  return transaction->Commit();
}

}  // namespace gnomon::iceberg
