// SPDX-License-Identifier: Apache-2.0
// Fits columns to the table's types: nested children matched by field id (files) or by name (rows
// to write), missing ones null, promoted numbers widened. Buffers are shared wherever the layout is
// the same.
#pragma once

#include <arrow/type_fwd.h>

#include <memory>

#include "base/result.h"
#include "types/data_type.h"

namespace gnomon::iceberg {

enum class MatchChildren { kById, kByName };

// Returns `array`, described by `from`, as a column of `to`.
// Errors: InvalidArgument when the types cannot be fitted, naming the column.
Result<std::shared_ptr<arrow::Array>> FitColumn(const std::shared_ptr<arrow::Array>& array,
                                                const Field& from, const Field& to,
                                                MatchChildren match);

}  // namespace gnomon::iceberg
