// SPDX-License-Identifier: Apache-2.0
// Printing an answer to a file descriptor that Python owns.
#pragma once

#include <arrow/type_fwd.h>

#include <cstdint>
#include <memory>
#include <string>

#include "base/result.h"
#include "types/data_type.h"

namespace gnomon {

struct PrintedRows {
  Schema schema;
  std::shared_ptr<arrow::RecordBatchReader> batches;
};

// Prints all rows in the style of that name and returns their number. Errors: InvalidArgument for
// an unknown style; those of the query; Unavailable when the descriptor cannot be written.
Result<std::int64_t> PrintToDescriptor(const PrintedRows& rows, const std::string& style,
                                       int descriptor);

}  // namespace gnomon
