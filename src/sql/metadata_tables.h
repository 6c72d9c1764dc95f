// SPDX-License-Identifier: Apache-2.0
// Iceberg's metadata tables as Spark shows them: history, snapshots, files, partitions.
#pragma once

#include <arrow/type_fwd.h>

#include <memory>
#include <string>

#include "base/result.h"
#include "iceberg/table.h"

namespace gnomon::sql {

// Errors: NotFound for a name that is no metadata table; those of reading manifests.
Result<std::shared_ptr<arrow::RecordBatch>> MakeMetadataTable(const iceberg::Table& table,
                                                              const std::string& name);

}  // namespace gnomon::sql
