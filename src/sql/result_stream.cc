// SPDX-License-Identifier: Apache-2.0
// The error rides in the status's detail; the status code is the one that FromArrowStatus maps
// nearest.
#include "sql/result_stream.h"

#include <arrow/api.h>

#include "types/arrow_mapping.h"

namespace gnomon::sql {

namespace {

constexpr char kDetailType[] = "gnomon::sql::ErrorDetail";

class ErrorDetail final : public arrow::StatusDetail {
 public:
  explicit ErrorDetail(Error error) : error_(std::move(error)) {}
  const char* type_id() const override { return kDetailType; }
  std::string ToString() const override { return error_.message; }
  const Error& error() const { return error_; }

 private:
  Error error_;
};

arrow::StatusCode ArrowCodeOf(ErrorCode code) {
  switch (code) {
    case ErrorCode::kUnavailable:
      return arrow::StatusCode::IOError;
    case ErrorCode::kUnimplemented:
      return arrow::StatusCode::NotImplemented;
    case ErrorCode::kCancelled:
      return arrow::StatusCode::Cancelled;
    case ErrorCode::kCorruption:
    case ErrorCode::kInvalidArgument:
      return arrow::StatusCode::Invalid;
    default:
      return arrow::StatusCode::UnknownError;
  }
}

}  // namespace

Result<QueryResult> ResultOf(std::shared_ptr<arrow::RecordBatch> rows) {
  QueryResult result;
  GNOMON_ASSIGN_OR_RETURN(result.schema, FromArrow(*rows->schema()));
  GNOMON_ARROW_ASSIGN(auto table, arrow::Table::FromRecordBatches({std::move(rows)}),
                      "building a result");
  result.batches = std::make_unique<arrow::TableBatchReader>(std::move(table));
  return result;
}

Result<QueryResult> EmptyResult() {
  return ResultOf(
      arrow::RecordBatch::Make(arrow::schema(arrow::FieldVector()), 0, arrow::ArrayVector()));
}

arrow::Status ToArrowStatus(const Error& error) {
  return arrow::Status(ArrowCodeOf(error.code), error.message,
                       std::make_shared<ErrorDetail>(error));
}

Error StreamError(const arrow::Status& status, std::string_view what) {
  if (status.detail() != nullptr && std::string_view(status.detail()->type_id()) == kDetailType) {
    return static_cast<const ErrorDetail&>(*status.detail()).error();
  }
  return FromArrowStatus(status, what);
}

Status ForEachBatch(arrow::RecordBatchReader& batches, std::string_view what,
                    const std::function<Status(const arrow::RecordBatch&)>& consume) {
  while (true) {
    std::shared_ptr<arrow::RecordBatch> batch;
    if (const auto status = batches.ReadNext(&batch); !status.ok())
      return StreamError(status, what);
    if (batch == nullptr) return Ok();
    GNOMON_RETURN_IF_ERROR(consume(*batch));
  }
}

}  // namespace gnomon::sql
