// SPDX-License-Identifier: Apache-2.0
// The metadata tables that come from manifests: files and partitions.
#pragma once

#include <arrow/type_fwd.h>

#include <memory>

#include "base/result.h"
#include "iceberg/table.h"

namespace gnomon::sql {

Result<std::shared_ptr<arrow::RecordBatch>> MakeFilesTable(const iceberg::Table& table);
Result<std::shared_ptr<arrow::RecordBatch>> MakePartitionsTable(const iceberg::Table& table);

}  // namespace gnomon::sql
