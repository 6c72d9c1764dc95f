// SPDX-License-Identifier: Apache-2.0
// Batches whose columns may come as dictionaries instead of the types that were promised.
#pragma once

#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include <cstdint>
#include <memory>
#include <vector>

namespace gnomon {

// The batch of these columns, whose schema says which of them are dictionaries; all others are of
// the types of `schema`.
arrow::Result<std::shared_ptr<arrow::RecordBatch>> BatchWithDictionaries(
    std::shared_ptr<arrow::Schema> schema, std::int64_t rows,
    std::vector<std::shared_ptr<arrow::Array>> columns);

}  // namespace gnomon
