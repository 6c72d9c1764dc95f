// SPDX-License-Identifier: Apache-2.0
#include "sql/loaded_rows.h"

#include <arrow/api.h>

#include <algorithm>
#include <duckdb.hpp>
#include <duckdb/main/appender.hpp>
#include <mutex>

#include "sql/arrow_bridge.h"
#include "sql/duckdb_errors.h"
#include "sql/duckdb_types.h"
#include "sql/engine.h"

namespace gnomon::sql {

namespace {

class DuckDbRows final : public LoadedRows {
 public:
  DuckDbRows(std::shared_ptr<duckdb::Connection> connection, const std::string& name,
             const Schema& schema)
      : connection_(std::move(connection)), appender_(*connection_, name) {
    for (const Field& field : schema.fields) {
      types_.push_back(ToDuckDb(field.type));
      arrow_types_.push_back(ArrowTypeOf(*connection_->context, field.type));
    }
    chunk_.Initialize(*connection_->context, types_);
  }

  Status Append(const arrow::RecordBatch& rows) override {
    const std::lock_guard lock(mutex_);
    return CatchDuckDb([&]() -> Status {
      const auto owner = ExportToDuckDb(rows);
      const auto row_count = static_cast<duckdb::idx_t>(rows.num_rows());
      for (duckdb::idx_t at = 0; at < row_count; at += STANDARD_VECTOR_SIZE) {
        const auto count = std::min<duckdb::idx_t>(row_count - at, STANDARD_VECTOR_SIZE);
        chunk_.Reset();
        chunk_.SetCardinality(count);
        for (duckdb::idx_t i = 0; i < types_.size(); ++i) {
          ArrowToVector(*connection_->context, owner, *owner->arrow_array.children[i],
                        *arrow_types_[i], at, count, chunk_.data[i]);
        }
        appender_.AppendDataChunk(chunk_);
      }
      return Ok();
    });
  }

  Status Finish() override {
    return CatchDuckDb([&]() -> Status {
      appender_.Close();
      return Ok();
    });
  }

 private:
  std::mutex mutex_;
  std::shared_ptr<duckdb::Connection> connection_;
  duckdb::Appender appender_;
  duckdb::vector<duckdb::LogicalType> types_;
  std::vector<duckdb::shared_ptr<duckdb::ArrowType>> arrow_types_;
  duckdb::DataChunk chunk_;
};

}  // namespace

Result<std::unique_ptr<LoadedRows>> MakeLoadedRows(std::shared_ptr<duckdb::Connection> connection,
                                                   const std::string& name, const Schema& schema) {
  return CatchDuckDb([&]() -> Result<std::unique_ptr<LoadedRows>> {
    std::string columns;
    for (const Field& field : schema.fields) {
      columns += fmt::format("{}{} {}", columns.empty() ? "" : ", ", SqlIdentifier(field.name),
                             ToDuckDb(field.type).ToString());
    }
    const auto made = connection->Query(
        fmt::format("CREATE OR REPLACE TABLE {} ({})", SqlIdentifier(name), columns));
    if (made->HasError()) return FromDuckDb(made->GetErrorObject());
    return std::unique_ptr<LoadedRows>(
        std::make_unique<DuckDbRows>(std::move(connection), name, schema));
  });
}

}  // namespace gnomon::sql
