// SPDX-License-Identifier: Apache-2.0
// What a notebook shows of a table, as one JSON object.
#pragma once

#include <string>

#include "base/result.h"
#include "iceberg/table.h"

namespace gnomon {

// {"name", "comment", "location", "format_version", "last_updated_ms",
//  "columns": [{"name", "type" (Spark's), "nullable", "comment"}],
//  "partitioning": [{"column", "transform"}], "properties": {..} (secrets masked),
//  "current_snapshot_id", "snapshots": [{"id" (text), "parent_id", "timestamp_ms", "operation",
//  "summary": {..}}, newest first]}. Ids are texts: JSON readers lose bits of long integers.
std::string TableInfoJson(const iceberg::Table& table);

}  // namespace gnomon
