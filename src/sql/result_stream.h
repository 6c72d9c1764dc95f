// SPDX-License-Identifier: Apache-2.0
// Answers as streams of Arrow batches, and the errors that come out of such a stream.
#pragma once

#include <arrow/type_fwd.h>

#include <functional>
#include <memory>
#include <string_view>

#include "base/result.h"
#include "sql/session.h"

namespace gnomon::sql {

// A result of rows that are already there.
Result<QueryResult> ResultOf(std::shared_ptr<arrow::RecordBatch> rows);

// The result of a statement that has no answer: no columns, no rows.
Result<QueryResult> EmptyResult();

// Puts an error into a status, so that a RecordBatchReader can return it; StreamError takes it out
// unchanged. A status that carries none becomes an error about `what`.
arrow::Status ToArrowStatus(const Error& error);
Error StreamError(const arrow::Status& status, std::string_view what);

// Reads a stream to its end and hands over each batch in turn; stops at the first error, the
// stream's (about `what`: "reading table db.t") or that of `consume`.
Status ForEachBatch(arrow::RecordBatchReader& batches, std::string_view what,
                    const std::function<Status(const arrow::RecordBatch&)>& consume);

}  // namespace gnomon::sql
