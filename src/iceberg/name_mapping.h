// SPDX-License-Identifier: Apache-2.0
// Field ids for Parquet files that were written without them (checklist 30).
#pragma once

#include "base/result.h"
#include "iceberg/table_metadata.h"

namespace gnomon::iceberg {

// Returns the file's columns with field ids: its own if it has any, else those of the property
// schema.name-mapping.default, else those of the table's columns of the same names.
// Errors: Corruption when the property is malformed.
Result<Schema> WithFieldIds(const Schema& file, const TableMetadata& metadata);

// The same for a file of a table in place: by name alone, whatever ids its writer gave. Columns
// that stand in the names of the folders are left without an id: the folder counts.
Schema WithIdsByName(const Schema& file, const TableMetadata& metadata);

}  // namespace gnomon::iceberg
