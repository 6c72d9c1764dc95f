// SPDX-License-Identifier: Apache-2.0
// Between our types and Arrow's. Columns travel as Arrow everywhere; a nested or decimal type maps
// recursively.
#pragma once

#include <arrow/type_fwd.h>

#include <memory>

#include "base/result.h"
#include "types/data_type.h"

namespace gnomon {

// Maps a type to Arrow. Field ids of children become the metadata key PARQUET:field_id, which
// Parquet files keep.
std::shared_ptr<arrow::DataType> ToArrow(const DataType& type);
std::shared_ptr<arrow::Field> ToArrow(const Field& field);
std::shared_ptr<arrow::Schema> ToArrow(const Schema& schema);

// Maps an Arrow type to ours. Large and view forms, dictionaries and other units of time map to
// their plain kind; unsigned integers map to the next wider signed kind. Errors: Unimplemented
// names a type that has no counterpart.
Result<DataType> FromArrow(const arrow::DataType& type);
Result<Field> FromArrow(const arrow::Field& field);
Result<Schema> FromArrow(const arrow::Schema& schema);

// Turns Arrow's status into ours, prefixed with what failed.
Error FromArrowStatus(const arrow::Status& status, std::string_view what);

}  // namespace gnomon

// GNOMON_ARROW_ASSIGN(auto array, builder.Finish(), "building keys"): assigns the value of an
// arrow::Result or returns the error as ours.
#define GNOMON_ARROW_ASSIGN(target, expression, what) \
  GNOMON_ARROW_ASSIGN_INNER(GNOMON_CONCAT(gnomon_arrow_, __LINE__), target, expression, what)
#define GNOMON_ARROW_ASSIGN_INNER(result, target, expression, what)          \
  auto result = (expression);                                                \
  if (!result.ok()) return ::gnomon::FromArrowStatus(result.status(), what); \
  target = std::move(result).ValueUnsafe()
#define GNOMON_ARROW_RETURN_NOT_OK(expression, what) \
  GNOMON_ARROW_RETURN_NOT_OK_INNER(GNOMON_CONCAT(gnomon_arrow_status_, __LINE__), expression, what)
#define GNOMON_ARROW_RETURN_NOT_OK_INNER(status, expression, what)                                \
  do {                                                                                            \
    if (auto status = (expression); !status.ok()) return ::gnomon::FromArrowStatus(status, what); \
  } while (false)
